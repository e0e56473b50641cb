"""`scout doctor`: what works on this machine, what is missing, which settings are in force."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

from tools.errors import ScoutError
from tools.settings import SETTINGS, Settings


def examine(store_path: Path | str, settings: Settings) -> dict[str, Any]:
    """{"checks": rows of name, ok, said; "settings": rows of variable, value, unit}. Secrets are never shown."""
    checks = [_python(), _sqlite(), _sandbox(settings), _browser(settings), _contact(settings), _store(store_path)]
    return {"checks": checks, "settings": [_setting(settings, setting.name) for setting in SETTINGS]}


def _check(name: str, ok: bool, said: str) -> dict[str, Any]:
    return {"name": name, "ok": ok, "said": said}


def _python() -> dict[str, Any]:
    return _check("python", sys.version_info >= (3, 11), sys.version.split()[0])


def _sqlite() -> dict[str, Any]:
    options = {row[0] for row in sqlite3.connect(":memory:").execute("pragma compile_options")}
    ok = "ENABLE_FTS5" in options
    return _check(
        "sqlite", ok, f"{sqlite3.sqlite_version}{'' if ok else ' without FTS5: install a Python whose SQLite has it'}"
    )


def _sandbox(settings: Settings) -> dict[str, Any]:
    from agents.executor import MontyExecutor

    try:
        executor = MontyExecutor(settings)
        executor("1 + 1")
        executor.cleanup()
    except ScoutError as error:
        return _check("sandbox", False, str(error))
    return _check("sandbox", True, "the agent's code runs in its worker")


def _browser(settings: Settings) -> dict[str, Any]:
    from tools.browser import find_chromium

    path, reason = find_chromium(settings)
    return _check("browser", path is not None, str(path) if path else reason)


def _contact(settings: Settings) -> dict[str, Any]:
    said = (
        settings.user_agent
        if settings.contact
        else "not set: a live crawl refuses; set SCOUT_CONTACT to a mail or web address"
    )
    return _check("contact", bool(settings.contact), said)


def _store(store_path: Path | str) -> dict[str, Any]:
    from tools.store import Store

    if not Path(store_path).exists():
        return _check("store", True, f"{store_path} is made by the first crawl")
    try:
        with Store.open(store_path, create=False) as store:
            counts = store.counts()
            return _check("store", True, f"{store_path}: {counts['products']} products, {counts['launches']} launches")
    except ScoutError as error:
        return _check("store", False, str(error))


def _setting(settings: Settings, name: str) -> dict[str, Any]:
    setting = next(one for one in SETTINGS if one.name == name)
    value = getattr(settings, name)
    shown = ("set" if value else "not set") if setting.secret else value
    return {"variable": setting.env, "value": shown, "unit": setting.unit}
