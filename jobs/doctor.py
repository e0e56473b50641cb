"""`scout doctor`: what works on this machine, what is missing, which settings are in force."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tools import pictures
from tools.errors import ScoutError
from tools.settings import SETTINGS, Settings

ANSWER_S = 3.0  # what an endpoint of a model gets to answer at all


def examine(store_path: Path | str, settings: Settings) -> dict[str, Any]:
    """{"checks": rows of name, ok, said; "settings": rows of variable, value, unit, from}. Secrets are never shown."""
    checks = [
        _python(),
        _sqlite(),
        _sandbox(settings),
        _browser(settings),
        _pictures(settings),
        _contact(settings),
        _store(store_path),
    ]
    checks += [_packages(settings), _dossiers(settings), *_models(settings), *_notices(store_path, settings)]
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
    from agents.run.executor import MontyExecutor

    try:
        executor = MontyExecutor(settings)
        executor("1 + 1")
        executor.cleanup()
    except ScoutError as error:
        return _check("sandbox", False, str(error))
    return _check("sandbox", True, "the agent's code runs in its worker")


def _browser(settings: Settings) -> dict[str, Any]:
    from tools.web.browser import find_chromium, why_none

    reason = asyncio.run(why_none(settings))
    return _check("browser", not reason, reason or f"{find_chromium(settings)[0]} starts")


def _pictures(settings: Settings) -> dict[str, Any]:
    """Not there is no fault: prices in pictures are a look then."""
    if settings.ocr == "off":
        return _check("pictures", True, "not read here (SCOUT_OCR is off): prices in them are a look")
    if not pictures.available():
        return _check("pictures", True, f"prices in them are a look; {pictures.EXTRA}")
    return _check("pictures", True, f"prices in them are read here, by rapidocr {version('rapidocr')}")


def _contact(settings: Settings) -> dict[str, Any]:
    if not settings.contact:
        return _check("contact", False, "not set: a live crawl refuses; set SCOUT_CONTACT to a mail or web address")
    if not _CONTACT.fullmatch(settings.contact):
        said = f"{settings.contact!r} is neither a mail address (mailto:you@your-domain) nor a web address (https://…)"
        return _check("contact", False, f"{said}: nobody could write to it")
    return _check("contact", True, settings.user_agent)


_CONTACT = re.compile(r"(?:mailto:)?[^\s@:/]+@[^\s@/]+\.[^\s@/.]+|https?://[^\s/@]+\.[^\s/@.]+(?:/\S*)?")


def _packages(settings: Settings) -> dict[str, Any]:
    """Not set is no fault: packages are then read by their pages, as far as those can be read."""
    asked = {"PyPI": "pypi_url", "npm": "npm_url"}
    said = [
        f"{name} at {getattr(settings, setting)}"
        if getattr(settings, setting)
        else f"{name} by its pages; to read its API, set SCOUT_{setting.upper()} to the address of the registry"
        for name, setting in asked.items()
    ]
    counted = settings.npm_downloads_url or "not counted; SCOUT_NPM_DOWNLOADS_URL names the API"
    return _check("packages", True, "; ".join([*said, f"npm's downloads: {counted}"]))


def _dossiers(settings: Settings) -> dict[str, Any]:
    """Without a token there is no fault: GitHub's API is then asked for little, for it answers 60 times an hour."""
    if not settings.dossier_pages:
        return _check("dossiers", True, "none are gathered (SCOUT_DOSSIER_PAGES is 0)")
    by = "through the API" if settings.github_token else "by their pages and feeds; GITHUB_TOKEN asks the API"
    said = f"up to {settings.dossier_pages} pages of a product; GitHub's repositories {by}"
    return _check("dossiers", True, said)


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


def _models(settings: Settings) -> list[dict[str, Any]]:
    """A check a deployment: its pools, its endpoint, and whether that answers. It is not asked for an answer."""
    from agents.gateway.pools import configured
    from agents.gateway.wire import Wire

    try:
        pools = configured(settings, datetime.now(UTC).date())
    except ScoutError as error:
        return [_check("models", False, str(error))]
    if pools is None:
        return [_check("models", True, "none configured: playbooks and rules do all the work, at no cost")]
    checks, wire = [], Wire()
    for one in pools.deployments():
        inside = ", ".join(pool.name for pool in pools.by_name.values() if one in pool.members)
        price = "price unknown" if one.price is None else f"{one.price.input}/{one.price.output} USD a million tokens"
        about = f"pool {inside}: {one.model} at {one.shown}, {one.tier}, {price}"
        try:
            checks.append(_check(f"model {one.name}", True, f"{about}: {wire.models(one, ANSWER_S)}"))
        except ConnectionError as error:
            checks.append(_check(f"model {one.name}", False, f"{about}: {error}"))
    wire.close()
    return checks


def _notices(store_path: Path | str, settings: Settings) -> list[dict[str, Any]]:
    """A check a rule and a target of scout.toml: whether it can be read, and whether its messages arrive."""
    from jobs.notify import overview

    if not (settings.table("rules") or settings.table("targets")):
        return []
    try:
        found = overview(store_path, settings)
    except ScoutError as error:
        return [_check("notices", False, str(error))]
    checks = []
    for rule in found["rules"]:
        said = f"about {', '.join(rule['about'])}, {rule['when']}, to {', '.join(rule['to'])}"
        checks.append(_check(f"rule {rule['name']}", not rule["fault"], rule["fault"] or said))
    for target in found["targets"]:
        since = target["failing_since"]
        failing = (
            f"has taken nothing since {since[:10]}: {target['error']} `scout notify log` has more" if since else ""
        )
        said = target["fault"] or failing or f"{target['type']} to {target['shown']}"
        checks.append(_check(f"target {target['name']}", not (target["fault"] or failing), said))
    return checks


def _setting(settings: Settings, name: str) -> dict[str, Any]:
    setting = next(one for one in SETTINGS if one.name == name)
    value = getattr(settings, name)
    shown = ("set" if value else "not set") if setting.secret else _without_password(value)
    return {"variable": setting.env, "value": shown, "unit": setting.unit, "from": settings.origin(name)}


def _without_password(value: Any) -> Any:
    """A value as it may be shown: an address without the password in it."""
    return re.sub(r"(?<=://)([^/@:]*):[^/@]*@", r"\1:…@", value) if isinstance(value, str) else value
