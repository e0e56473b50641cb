"""Every knob: one line in SETTINGS each. The only reader of the environment and of scout.toml.

A value comes from the environment; else from `scout.toml` beside the store; else from the one in the user's folder of
settings; else it is the default. The files hold the same names without SCOUT_ and in lower case (`pace_s = 2.0`), and
lists where a variable takes words by commas; and the tables of TABLES. Each value is checked where it comes in: a misspelt or impossible one ends
the program before anything is done.
"""

from __future__ import annotations

import getpass
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import inf, isfinite
from pathlib import Path
from typing import Any

from tools import __version__
from tools.errors import UnknownName, UsageError
from tools.setting_forms import misfit

Scalar = str | int | float | bool
Table = Mapping[str, Mapping[str, Any]]  # entries by name
FILE = "scout.toml"
TABLES = (  # what only a file can hold; whoever uses an entry checks what stands in it
    "filters",  # [filters.SOURCE]: which entries of a source are kept
    "rules",  # [rules.NAME]: what somebody wants to be notified of
    "targets",  # [targets.NAME]: where notices go
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One knob. Its variable is SCOUT_<NAME> unless another program's name for it is customary."""

    name: str
    default: Scalar
    unit: str
    help: str
    variable: str = ""
    secret: bool = False
    least: float = 0  # of a number
    most: float = inf
    choices: tuple[str, ...] = ()  # of a word
    form: str = ""  # of a text: one of tools/setting_forms.py; empty: that of its unit, where there is one

    @property
    def env(self) -> str:
        """The environment variable that sets it."""
        return self.variable or f"SCOUT_{self.name.upper()}"


MOMENT = 0.001  # seconds: the least that a time limit can be

SETTINGS = (
    # who we are
    Setting(
        "contact",
        "",
        "address",
        "Mail or web address named in the user agent; a live crawl refuses without it.",
        form="contact",
    ),
    Setting(
        "editor", "", "name", "Who edits, approves and merges, as the change log names it; empty: the user's name."
    ),
    Setting(
        "editors", "", "names", "Who may sign in to `scout serve`, by commas, each with a token; empty: SCOUT_EDITOR's."
    ),
    # fetching
    Setting("pace_s", 1.0, "seconds", "Least time between two requests to one host; robots.txt may ask for more."),
    Setting("concurrency", 16, "requests", "Most requests under way at once, over all hosts.", least=1),
    Setting("connect_timeout_s", 10.0, "seconds", "Time until the first byte of an answer.", least=MOMENT),
    Setting("total_timeout_s", 30.0, "seconds", "Time for one request from start to last byte.", least=MOMENT),
    Setting(
        "page_s",
        90.0,
        "seconds",
        "Time for one page with what belongs to it, fetched, rendered and read; waiting its turn is not counted.",
        least=MOMENT,
    ),
    Setting(
        "read_workers",
        2,
        "processes",
        "Processes that read what was fetched; 1: in Scout's own, without limits.",
        least=1,
    ),
    Setting(
        "read_s",
        10.0,
        "seconds",
        "Time for reading one page's or list's bytes; then its reader is ended.",
        least=MOMENT,
    ),
    Setting("read_memory_mb", 1_000, "MB", "Memory of each process that reads (not on Windows).", least=1),
    Setting(
        "ocr",
        "auto",
        "auto|off",
        "Whether pictures of prices are read here, where the extra `ocr` is installed.",
        choices=("auto", "off"),
    ),
    Setting(
        "logos",
        "auto",
        "auto|off",
        "Whether products' own marks are asked for and kept; off: the next crawl or refresh deletes those that are.",
        choices=("auto", "off"),
    ),
    Setting(
        "picture_s",
        90.0,
        "seconds",
        "Time for reading one picture of prices; then that reading is ended.",
        least=MOMENT,
    ),
    Setting("max_body_bytes", 5_000_000, "bytes", "Largest body read, after decompression.", least=1),
    Setting("max_ratio", 100, "times", "Largest ratio of decompressed to transferred bytes.", least=1),
    Setting("max_redirects", 5, "hops", "Longest chain of redirects followed."),
    Setting("retries", 2, "times", "Further tries after 429, 503 or a broken connection; one after another 5xx."),
    Setting("retry_after_max_s", 120.0, "seconds", "A server that asks for a longer wait is left alone for this run."),
    Setting("crawl_delay_max_s", 60.0, "seconds", "A robots.txt that asks for a longer Crawl-delay means: not now."),
    Setting("host_share_s", 900.0, "seconds", "Most time that requests to one host may take of one run."),
    Setting("robots_ttl_s", 86_400.0, "seconds", "How long a robots.txt is believed."),
    Setting("allow_hosts", "", "hosts", "Private hosts that may be fetched: names or host:port, by commas."),
    Setting("opt_out_hosts", "", "hosts", "Hosts never fetched, with their subdomains, by commas.", form="names"),
    # browser
    Setting(
        "browser", "auto", "auto|off", "Whether a browser may be used for pages that need one.", choices=("auto", "off")
    ),
    Setting("browser_path", "", "path", "The Chromium to use; empty: looked for."),
    Setting(
        "browser_timeout_s",
        30.0,
        "seconds",
        "Time for one rendered page, from opening its tab to its last word.",
        least=MOMENT,
    ),
    Setting("browser_requests", 300, "requests", "Most requests that one rendered page may make.", least=1),
    Setting("browser_bytes", 50_000_000, "bytes", "Most that one rendered page may load.", least=1),
    Setting("browser_hosts", 60, "hosts", "Most hosts that one rendered page may ask.", least=1),
    Setting("browser_memory_mb", 1_500, "MB", "Memory of the browser with all its processes (on Linux).", least=1),
    Setting(
        "unsafe_browser", False, "yes|no", "Run Chromium without its sandbox (root in a container, own pages only)."
    ),
    # sources
    Setting("since", "2d", "span", "How far back a crawl looks: 36h, 2d, 1w."),
    Setting("show_hn_url", "https://hn.algolia.com/api/v1", "address", "Where Show HN is asked."),
    Setting("product_hunt_url", "https://www.producthunt.com/feed", "address", "Product Hunt's Atom feed."),
    Setting("betalist_url", "https://feeds.feedburner.com/BetaList", "address", "BetaList's feed."),
    Setting("github_url", "https://github.com", "address", "Where GitHub trending is read."),
    Setting("github_api_url", "https://api.github.com", "address", "GitHub's API: search, repositories, READMEs."),
    Setting("github_topics", "developer-tools", "topics", "Topics searched on GitHub, by commas; empty: all."),
    Setting("github_min_stars", 20, "stars", "Least stars of a repository found by search."),
    Setting("github_token", "", "secret", "Raises GitHub's rate limit.", "GITHUB_TOKEN", True),
    Setting("mcp_registry_url", "https://registry.modelcontextprotocol.io", "address", "The MCP Registry's API."),
    Setting("lobsters_url", "https://lobste.rs", "address", "Lobsters, or another site of its program."),
    Setting("dev_to_url", "https://dev.to", "address", "DEV, or another Forem."),
    Setting("open_vsx_url", "https://open-vsx.org", "address", "The Open VSX registry of editor extensions."),
    Setting("homebrew_url", "https://formulae.brew.sh", "address", "Where Homebrew lists its formulae and casks."),
    Setting("hf_blog_url", "https://huggingface.co/blog/feed.xml", "address", "The feed of Hugging Face's blog."),
    Setting("new_packages_url", "", "address", "A package index's feed of its newest packages; empty: not read."),
    Setting(
        "npm_changes_url",
        "",
        "address",
        "npm's replicated database, asked for itself and for /_changes below it; empty: not read.",
    ),
    Setting(
        "npm_changes_words", "", "words", "Of npm's changes, new packages with one of these in their name, by commas."
    ),
    Setting(
        "awesome_lists", "", "lists", "Awesome lists: owner/name on GitHub, or addresses of Markdown files, by commas."
    ),
    Setting("release_repos", "", "repositories", "Repositories whose releases are read: owner/name, by commas."),
    Setting("hf_endpoint", "https://huggingface.co", "address", "The Hugging Face Hub.", "HF_ENDPOINT"),
    Setting("hf_token", "", "secret", "Raises the Hub's rate limit; only the hub server gets it.", "HF_TOKEN", True),
    Setting(
        "pypi_url",
        "",
        "address",
        "The index whose packages are read at /pypi/NAME/json below it; empty: by their pages.",
    ),
    Setting("npm_url", "", "address", "npm's registry, asked for /NAME; empty: packages are read by their pages."),
    Setting(
        "npm_downloads_url",
        "",
        "address",
        "npm's API of downloads, asked for /downloads/point/last-month/NAME; empty: downloads are not counted.",
    ),
    Setting("quiet_days", 14, "days", "A source with nothing new for longer than this is reported as changed."),
    # the agent
    Setting("max_steps", 8, "steps", "Most steps of one agent run.", least=1),
    Setting("max_calls", 2_000, "calls", "Most tool calls in one step of the agent's code.", least=1),
    Setting("step_s", 20.0, "seconds", "Time of the agent's own code in one step; tools have their own.", least=MOMENT),
    Setting("step_memory_mb", 256, "MB", "Memory of the agent's code.", least=1),
    Setting(
        "step_output_chars",
        8_000,
        "characters",
        "What a step's prints and last value may put into memory, each.",
        least=1,
    ),
    Setting(
        "call_timeout_s", 600.0, "seconds", "Time of one tool call; a batch of slow pages is one call.", least=MOMENT
    ),
    Setting("run_timeout_s", 3_600.0, "seconds", "Time of one agent run.", least=MOMENT),
    Setting("max_model_calls", 20, "calls", "Most model calls of one agent run."),
    Setting("model", "", "name", "A model for what rules cannot do, see docs/models.md; empty: none."),
    Setting(
        "model_url",
        "",
        "address",
        "OpenAI-compatible endpoint of that model, e.g. http://127.0.0.1:8080/v1.",
        form="endpoint",
    ),
    Setting("model_key", "", "secret", "Key of that endpoint.", "", True),
    Setting("models_file", "", "path", "Several models in pools (TOML, see docs/models.md), instead of SCOUT_MODEL."),
    Setting("model_budget_call", 0.0, "USD", "Most that one model call may cost; 0: no limit."),
    Setting("model_budget_run", 0.0, "USD", "Most that the model calls of one run may cost; 0: no limit."),
    Setting("model_budget_day", 0.0, "USD", "Most that the model calls of one UTC day may cost; 0: no limit."),
    Setting(
        "mcp_token", "", "secret", "Bearer token of MCP over HTTP; empty: `scout mcp NAME --http` makes one.", "", True
    ),
    # the panel
    Setting(
        "dossier_pages",
        8,
        "pages",
        "Most pages of its own (prices, docs, changelog, terms, help) read of a product before a panel; 0: no dossier.",
    ),
    Setting("ship_threshold", 70, "points", "Score from which a review says ship.", most=100),
    Setting(
        "reviewer",
        "rules",
        "rules or model",
        "Who fills the panel's fields: rules, or the models that are configured.",
        choices=("rules", "model"),
    ),
    Setting(
        "debate_tokens",
        60_000,
        "tokens",
        "Most tokens of a debate over one review; its second round is left out before.",
    ),
    Setting("approved_only", False, "yes|no", "Exports hold approved products only."),
    Setting("pairs", "", "slugs", "Comparisons the site always has, as slug:slug, by commas."),
    Setting(
        "site_url", "", "address", "Where the site is published; feeds, mail and pages then link to its own pages."
    ),
    Setting(
        "post_url",
        "",
        "address",
        "Where the site's forms (newsletter, votes) are sent, see docs/publishing.md; empty: it has none.",
    ),
    Setting("publish_editors", False, "yes|no", "Exports name the editors and give their reasons."),
    Setting(
        "unsubscribe_url",
        "",
        "address",
        "Where one click leaves the letter's list (https); empty: a mail to the contact.",
    ),
    # readers
    Setting(
        "newsletter_target",
        "",
        "name",
        "The mail target of scout.toml whose server and sender letters to readers go out by; empty: the only one there is.",
    ),
    Setting("newsletter_pace_s", 1.0, "seconds", "Least time between two copies of a letter."),
    Setting(
        "newsletter_bounces",
        3,
        "",
        "Letters in a row that an address may refuse for good (5xx); then it gets none any more.",
        least=1,
    ),
    Setting("newsletter_cron", "", "cron", "When `scout schedule` sends the week's letter; empty: by hand only."),
    Setting(
        "confirm_days",
        3.0,
        "days",
        "How long the link that confirms a sign-up holds; then it is forgotten.",
        least=0.01,
    ),
    Setting("confirmations_per_hour", 60, "mails", "Most mails to confirm a sign-up that go out in an hour."),
    Setting(
        "trusted_proxies",
        "",
        "addresses",
        "Whose X-Forwarded-For `scout serve` believes, the console and --public: addresses or networks, by commas; empty: nobody's.",
    ),
    # jobs
    Setting("jobs_url", "", "address", "Database of the schedule; empty: jobs.db beside the store.", form="database"),
    Setting("crawl_cron", "7 */4 * * *", "cron", "When `scout schedule` crawls."),
    Setting("review_cron", "37 * * * *", "cron", "When `scout schedule` drains the products awaiting review."),
    Setting("refresh_cron", "52 */6 * * *", "cron", "When `scout schedule` reads again the products that are due."),
    Setting(
        "notify_cron", "4-59/15 * * * *", "cron", "When `scout schedule` looks for what rules tell, and sends digests."
    ),
    Setting(
        "refresh_min_days", 1.0, "days", "How soon a product is read again after a change; doubles while none comes."
    ),
    Setting("refresh_max_days", 30.0, "days", "Longest time between two readings of a product."),
    Setting("jobs_keep_days", 30, "days", "How long ended jobs stay in `scout jobs ls`."),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


class Settings:
    """The values in force, read as attributes: `settings.pace_s`. Immutable.

    Errors: UnknownName and UsageError for a value that does not fit, naming the setting and what it takes.
    """

    def __init__(
        self,
        values: Mapping[str, Scalar] | None = None,
        environ: Mapping[str, str] | None = None,
        origins: Mapping[str, str] | None = None,
        tables: Mapping[str, Table] | None = None,
    ) -> None:
        merged = {setting.name: setting.default for setting in SETTINGS}
        for name, value in (values or {}).items():
            setting = _BY_NAME[name]
            merged[name] = _fitting(setting, value, setting.env)
        object.__setattr__(self, "_values", merged)
        object.__setattr__(self, "_environ", environ or {})
        object.__setattr__(self, "_origins", origins or {})
        object.__setattr__(self, "_tables", tables or {})

    def __getattr__(self, name: str) -> Any:
        try:
            return object.__getattribute__(self, "_values")[name]
        except KeyError:
            raise AttributeError(f"no setting called {name!r}") from None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("settings do not change while a program runs; make new ones with but()")

    def but(self, **values: Scalar) -> Settings:
        """A copy with some values replaced."""
        own = object.__getattribute__
        origins = {name: where for name, where in own(self, "_origins").items() if name not in values}
        return Settings({**own(self, "_values"), **values}, own(self, "_environ"), origins, own(self, "_tables"))

    def table(self, name: str) -> Table:
        """The entries of one of TABLES, by name, as they stand in the files."""
        found: Table = object.__getattribute__(self, "_tables").get(name, {})
        return found

    def origin(self, name: str) -> str:
        """Where a value came from: "environment", the path of a file, or "default"."""
        return str(object.__getattribute__(self, "_origins").get(name, "default"))

    def environment(self, variable: str) -> str:
        """A secret that a file names by its environment variable; "" when that is not set."""
        return str(object.__getattribute__(self, "_environ").get(variable, ""))

    def unknown_variables(self) -> list[str]:
        """A sentence for each SCOUT_ variable of the environment that no setting has, with the nearest that one has.

        No error: a models file may name variables of its own.
        """
        known = [setting.env for setting in SETTINGS]
        environ = object.__getattribute__(self, "_environ")
        found = []
        for variable in sorted(name for name in environ if name.startswith("SCOUT_") and name not in known):
            near = get_close_matches(variable, known, n=1, cutoff=0.8)
            found.append(f"{variable} is no setting{f'; did you mean {near[0]}?' if near else '.'}")
        return found

    def words(self, name: str) -> frozenset[str]:
        """A setting that lists things by commas, as a set of lower-case words."""
        return frozenset(word.strip().lower() for word in str(getattr(self, name)).split(",") if word.strip())

    def items(self, name: str) -> tuple[str, ...]:
        """A setting that lists things by commas, each once, as written and in their order."""
        found = (item.strip() for item in str(getattr(self, name)).split(","))
        return tuple(dict.fromkeys(item for item in found if item))

    @property
    def user_agent(self) -> str:
        """The honest user agent: who we are and whom to write to."""
        return f"Scout/{__version__} (+{self.contact})" if self.contact else f"Scout/{__version__}"

    @property
    def who(self) -> str:
        """Who acts as the editor: the setting, else the system's name of the user."""
        if self.editor:
            return str(self.editor)
        try:
            return getpass.getuser()
        except (OSError, KeyError):  # KeyError before Python 3.13: a container's user without a name
            return "editor"


def load(environ: Mapping[str, str] | None = None, store: Path | str = "store.db") -> Settings:
    """Settings from the environment and from scout.toml, beside the store and in the user's folder.

    Errors: UnknownName and UsageError for a value or a key that does not fit, naming where it stands and what is taken.
    """
    source = os.environ if environ is None else environ
    values: dict[str, Scalar] = {}
    origins: dict[str, str] = {}
    tables: dict[str, dict[str, Any]] = {name: {} for name in TABLES}
    for file in files(source, store):
        whole = _toml(file)
        for name in TABLES:
            tables[name] |= _entries(file, name, whole.pop(name, {}))
        read = _read(file, whole)
        values |= read
        origins |= dict.fromkeys(read, str(file))
    given = {setting.name: source[setting.env] for setting in SETTINGS if source.get(setting.env)}
    for name, text in given.items():
        _check_form(_BY_NAME[name], text, _BY_NAME[name].env)
    return Settings({**values, **given}, source, {**origins, **dict.fromkeys(given, "environment")}, tables)


def files(environ: Mapping[str, str], store: Path | str) -> Iterator[Path]:
    """The files of settings that are there, the one that outranks the other last: the user's, the one beside the store."""
    home = (
        environ.get("XDG_CONFIG_HOME")
        or environ.get("APPDATA")
        or Path(environ.get("HOME") or "~").expanduser() / ".config"
    )
    places = (Path(home) / "scout" / FILE, Path(store).parent / FILE)
    yield from (place for place in dict.fromkeys(places) if place.is_file())


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is no TOML: {error}.") from None


def _entries(file: Path, name: str, table: object) -> dict[str, Any]:
    """The entries of one table. Errors: UsageError where it holds something else than entries."""
    if not isinstance(table, dict) or not all(isinstance(entry, dict) for entry in table.values()):
        raise UsageError(f"{file}: {name} takes entries, each under a heading of its own like [{name}.NAME].")
    return table


def _read(file: Path, table: Mapping[str, Any]) -> dict[str, Scalar]:
    found: dict[str, Scalar] = {}
    for name, value in table.items():
        if name not in _BY_NAME:
            raise UnknownName(f"setting in {file}", name, [*_BY_NAME, *TABLES])
        words = isinstance(value, list) and all(isinstance(item, str) for item in value)
        given = ",".join(value) if words else value
        setting = _BY_NAME[name]
        if type(given) is not type(setting.default) and not (type(given) is int and type(setting.default) is float):
            raise UsageError(f"{file}: {name} takes {_taken(setting)}; got {value!r}.")
        found[name] = _fitting(setting, given, f"{file}: {name}")
        _check_form(setting, str(given), f"{file}: {name}")
    return found


def _fitting(setting: Setting, value: Scalar, where: str) -> Scalar:
    """The value as its setting's type, within what it takes. Errors: UsageError."""
    refused = UsageError(f"{where} takes {_taken(setting)}; got {value!r}.")
    wanted = type(setting.default)
    if wanted is bool:
        if isinstance(value, bool):
            return value
        if str(value).lower() not in _YES_NO:
            raise refused
        return _YES_NO[str(value).lower()]
    if wanted is str:
        if setting.choices and value not in setting.choices:
            raise refused
        return str(value)
    try:
        number = int(value) if wanted is int else float(value)
    except ValueError:
        raise refused from None
    if not (isfinite(number) and setting.least <= number <= setting.most):
        raise refused
    return number


_YES_NO = {"1": True, "yes": True, "true": True, "on": True, "0": False, "no": False, "false": False, "off": False}


def _taken(setting: Setting) -> str:
    """What a setting takes, in words: "a whole number of requests, 1 or more"."""
    if isinstance(setting.default, bool):
        return "yes or no"
    if isinstance(setting.default, str):
        return " or ".join(setting.choices) or "a text"
    kind = "a whole number" if isinstance(setting.default, int) else "a number"
    bounds = f"{setting.least:g} or more" if setting.most == inf else f"{setting.least:g} to {setting.most:g}"
    return f"{kind} of {setting.unit}, {bounds}"


def _check_form(setting: Setting, text: str, where: str) -> None:
    if told := misfit(setting.form or setting.unit, text):
        raise UsageError(f"{where} takes {told}.")
