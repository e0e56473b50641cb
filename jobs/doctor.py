"""`scout doctor`: what works on this machine, for each is tried; what is missing and what it takes; the settings in force."""

from __future__ import annotations

import asyncio
import io
import re
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tools import pictures
from tools.errors import PageFault, ScoutError, UsageError
from tools.setting_forms import CONTACT
from tools.settings import SETTINGS, Settings

ANSWER_S = 3.0  # what an endpoint of a model gets to answer at all


def examine(store_path: Path | str, settings: Settings, say: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """What was tried and what is set: {"checks": rows of name, ok, said, mend; "unknown": sentences on variables that no
    setting has; "settings": rows of variable, value, unit, from}. Secrets are never shown. say: is told what is tried.

    mend: what it takes to have it otherwise, "" where nothing is to be had.
    """
    tried: tuple[tuple[str, Callable[[], list[dict[str, Any]]]], ...] = (
        ("Python and SQLite", lambda: [_python(), _sqlite()]),
        ("the sandbox of the agent's code", lambda: [_sandbox(settings)]),
        ("the browser", lambda: [_browser(settings)]),
        ("reading a picture", lambda: [_pictures(settings)]),
        ("the store", lambda: [_contact(settings), _store(store_path)]),
        ("what else may be had", lambda: [_packages(settings), _dossiers(settings), *_extras()]),
        ("the models", lambda: _models(settings)),
        ("rules and targets of notices", lambda: _notices(store_path, settings)),
        ("mails to readers", lambda: _readers(settings)),
    )
    checks: list[dict[str, Any]] = []
    for what, check in tried:
        say(f"trying {what} …")
        checks += check()
    shown = [_setting(settings, setting.name) for setting in SETTINGS]
    return {"checks": checks, "unknown": settings.unknown_variables(), "settings": shown}


def _check(name: str, ok: bool, said: str, mend: str = "") -> dict[str, Any]:
    return {"name": name, "ok": ok, "said": said, "mend": mend}


def _python() -> dict[str, Any]:
    ok = sys.version_info >= (3, 11)
    return _check("python", ok, sys.version.split()[0], "" if ok else "install Python 3.11 or newer, and Scout into it")


def _sqlite() -> dict[str, Any]:
    options = {row[0] for row in sqlite3.connect(":memory:").execute("pragma compile_options")}
    ok = "ENABLE_FTS5" in options
    said = f"{sqlite3.sqlite_version}{'' if ok else ' without FTS5, by which products are searched'}"
    return _check("sqlite", ok, said, "" if ok else "a Python whose SQLite has FTS5: python.org's and Debian's do")


def _sandbox(settings: Settings) -> dict[str, Any]:
    from agents.run.executor import MontyExecutor

    try:
        executor = MontyExecutor(settings)
        executor("1 + 1")
        executor.cleanup()
    except ScoutError as error:
        return _check("sandbox", False, str(error), "pip install --force-reinstall pydantic-monty: 11 MB, a minute")
    return _check("sandbox", True, "the agent's code runs in its worker")


def _browser(settings: Settings) -> dict[str, Any]:
    from tools.web.browser import find_chromium, why_none

    reason = asyncio.run(why_none(settings))
    mend = (
        ""
        if not reason
        else (
            "a Chromium of your system (some 300 MB; SCOUT_BROWSER_PATH names one elsewhere) and a user that is not root. "
            "Without one, pages made by scripts are a look."
        )
    )
    return _check("browser", not reason, reason or f"{find_chromium(settings)[0]} starts", mend)


def _pictures(settings: Settings) -> dict[str, Any]:
    """Not there is no fault: prices in pictures are a look then. Where it is there, a drawn price is read."""
    if settings.ocr == "off":
        return _check("pictures", True, "not read here: prices in them are a look", "SCOUT_OCR=auto")
    if not pictures.available():
        mend = "pip install 'scout[ocr]': 145 MB, no download at run time"
        return _check("pictures", True, "prices in them are a look", mend)
    try:
        read = " ".join(one.text for one in pictures.read_apart(_drawn(), "a drawn price", settings.picture_s))
    except (PageFault, ImportError) as error:
        return _check("pictures", False, f"the extra `ocr` is here and does not read: {error}", "install it anew")
    said = f"prices in them are read here, by rapidocr {version('rapidocr')}: a drawn {_PRICE} as {read or 'nothing'!r}"
    return _check("pictures", _PRICE in read, said, "" if _PRICE in read else "install the extra `ocr` anew")


_PRICE = "29"


def _drawn() -> bytes:
    """A picture of a price, as PNG. Errors: ImportError without Pillow, which the extra brings."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (240, 120), "white")
    ImageDraw.Draw(image).text((60, 30), _PRICE, fill="black", font=ImageFont.load_default(48))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _extras() -> list[dict[str, Any]]:
    """Not there is no fault: each is asked for where it is needed."""
    found = []
    for name, (module, gives) in _EXTRAS.items():
        here = find_spec(module) is not None
        said = f"{version(module)}: {gives}" if here else f"not installed: no {gives}"
        found.append(_check(name, True, said, "" if here else f"pip install 'scout[{name}]'"))
    return found


_EXTRAS = {  # by their name: the module, and what it gives
    "datasette": ("datasette", "store in a browser (`scout datasette`)"),
    "apprise": ("apprise", "notices to chat services and phones"),
    "parquet": ("pyarrow", "`scout export parquet`"),
}


def _contact(settings: Settings) -> dict[str, Any]:
    if not settings.contact:
        return _check("contact", False, "not set: a live crawl refuses", _WRITE_TO)
    if not CONTACT.fullmatch(settings.contact):
        said = f"{settings.contact!r} is neither a mail nor a web address: nobody could write to it"
        return _check("contact", False, said, _WRITE_TO)
    return _check("contact", True, settings.user_agent)


_WRITE_TO = "SCOUT_CONTACT=mailto:you@your-domain, or the address of a page that says how to write to you"


def _packages(settings: Settings) -> dict[str, Any]:
    """Not set is no fault: packages are then read by their pages, as far as those can be read."""
    asked = {"PyPI": "pypi_url", "npm": "npm_url", "npm's downloads": "npm_downloads_url"}
    by_api = [
        f"{name} at {getattr(settings, setting)}" for name, setting in asked.items() if getattr(settings, setting)
    ]
    unset = [f"SCOUT_{setting.upper()}" for setting in asked.values() if not getattr(settings, setting)]
    said = "; ".join((*by_api, "the rest by pages" if unset and by_api else "read by their pages" if unset else ""))
    return _check("packages", True, said.rstrip("; "), f"{', '.join(unset)}: addresses of registries" if unset else "")


def _dossiers(settings: Settings) -> dict[str, Any]:
    """Without a token there is no fault: GitHub's API is then asked for little, for it answers 60 times an hour."""
    if not settings.dossier_pages:
        return _check("dossiers", True, "none are gathered", "SCOUT_DOSSIER_PAGES=8")
    by = "through the API" if settings.github_token else "by their pages and feeds"
    mend = "" if settings.github_token else "GITHUB_TOKEN, free: GitHub's API then answers 5,000 times an hour, not 60"
    return _check("dossiers", True, f"up to {settings.dossier_pages} pages of a product; repositories {by}", mend)


def _store(store_path: Path | str) -> dict[str, Any]:
    from tools.store import Store

    if not Path(store_path).exists():
        return _check("store", True, f"{store_path} is made by the first crawl")
    try:
        with Store.open(store_path, create=False) as store:
            counts = store.counts()
            return _check("store", True, f"{store_path}: {counts['products']} products, {counts['launches']} launches")
    except ScoutError as error:
        return _check("store", False, str(error), "a backup, or another store with --store")


def _models(settings: Settings) -> list[dict[str, Any]]:
    """A check a deployment: its pools, its endpoint, and whether that answers. It is not asked for an answer."""
    from agents.gateway.pools import configured
    from agents.gateway.wire import Wire

    try:
        pools = configured(settings, datetime.now(UTC).date())
    except ScoutError as error:
        return [_check("models", False, str(error), "mend the setting or the file it names")]
    if pools is None:
        said = "none configured: playbooks and rules do all the work, at no cost"
        return [_check("models", True, said, "SCOUT_MODEL and SCOUT_MODEL_URL: an endpoint, and what it charges")]
    checks, wire = [], Wire()
    for one in pools.deployments():
        inside = ", ".join(pool.name for pool in pools.by_name.values() if one in pool.members)
        price = "price unknown" if one.price is None else f"{one.price.input}/{one.price.output} USD a million tokens"
        about = f"pool {inside}: {one.model} at {one.shown}, {one.tier}, {price}"
        try:
            checks.append(_check(f"model {one.name}", True, f"{about}: {wire.models(one, ANSWER_S)}"))
        except ConnectionError as error:
            mend = "start the endpoint, or mend its address and key where they are set"
            checks.append(_check(f"model {one.name}", False, f"{about}: {error}", mend))
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


def _readers(settings: Settings) -> list[dict[str, Any]]:
    """What sign-ups and letters need, once the site has forms: an address that readers reach, and a mail server that
    answers. The server is asked for nothing but a login."""
    from jobs.newsletter import public_url, sender
    from tools.notify.targets.mail import conversation

    if not settings.post_url:
        mend = "SCOUT_POST_URL: where readers reach `scout serve --public`, see docs/publishing.md"
        return [_check("readers' forms", True, "the site has none", mend)]
    checks = []
    try:
        url = public_url(settings)
        said = f"{url}, from pages {f'of {settings.site_url}' if settings.site_url else 'of any site'}"
        mend = "" if settings.site_url else "SCOUT_SITE_URL: forms of other sites are then refused"
        mend = (
            mend if url.startswith("https:") else "https, or mail programs do not offer to leave the list by one click"
        )
        checks.append(_check("readers' forms", True, said, mend))
    except ScoutError as error:
        checks.append(_check("readers' forms", False, str(error)))
    try:
        mailbox = sender(settings)
    except UsageError as error:
        mend = "a target of type mail in scout.toml, see docs/notices.md"
        return [*checks, _check("readers' mails", True, f"none go out from here: {error}", mend)]
    try:
        with conversation(mailbox, ANSWER_S):
            pass
        said = f"{mailbox.host}:{mailbox.port} answers, letters come from {mailbox.sender}"
        checks.append(_check("readers' mails", True, said))
    except ScoutError as error:
        mend = "start the server, or mend its target in scout.toml"
        checks.append(_check("readers' mails", False, str(error), mend))
    return checks


def _setting(settings: Settings, name: str) -> dict[str, Any]:
    setting = next(one for one in SETTINGS if one.name == name)
    value = getattr(settings, name)
    shown = ("set" if value else "not set") if setting.secret else _without_password(value)
    return {"variable": setting.env, "value": shown, "unit": setting.unit, "from": settings.origin(name)}


def _without_password(value: Any) -> Any:
    """A value as it may be shown: an address without the password in it."""
    return re.sub(r"(?<=://)([^/@:]*):[^/@]*@", r"\1:…@", value) if isinstance(value, str) else value
