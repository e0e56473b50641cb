from pathlib import Path

import pytest
from click.testing import CliRunner

from jobs.cli import cli
from jobs.doctor import examine
from tools.errors import UsageError
from tools.settings import SETTINGS, Setting, Settings, load


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("SCOUT_PACE_S", "-1", "SCOUT_PACE_S takes a number of seconds, 0 or more; got '-1'."),
        ("SCOUT_PACE_S", "nan", "got 'nan'"),
        ("SCOUT_TOTAL_TIMEOUT_S", "inf", "got 'inf'"),
        ("SCOUT_TOTAL_TIMEOUT_S", "0", "0.001 or more"),
        ("SCOUT_CONCURRENCY", "0", "a whole number of requests, 1 or more"),
        ("SCOUT_RETRIES", "1.5", "a whole number of times, 0 or more"),
        ("SCOUT_SHIP_THRESHOLD", "700", "a whole number of points, 0 to 100"),
        ("SCOUT_BROWSER", "on", "SCOUT_BROWSER takes auto or off; got 'on'."),
        ("SCOUT_REVIEWER", "oracle", "SCOUT_REVIEWER takes rules or model; got 'oracle'."),
        ("SCOUT_APPROVED_ONLY", "perhaps", "takes yes or no"),
        (
            "SCOUT_CONTACT",
            "foo",
            "SCOUT_CONTACT takes a mail address or that of a web page, like mailto:you@your-domain; got",
        ),
        (
            "SCOUT_CRAWL_CRON",
            "often",
            "SCOUT_CRAWL_CRON takes minute, hour, day, month and weekday in UTC, like '7 */4 * *",
        ),
        ("SCOUT_SINCE", "2x", "SCOUT_SINCE takes a span like 36h, 2d or 1w, or a date like 2026-11-20; got '2x'."),
        (
            "SCOUT_SITE_URL",
            "scout.example",
            "takes an address that starts with http:// or https://; got 'scout.example'.",
        ),
        ("SCOUT_OPT_OUT_HOSTS", "a.example, https://b.example", "without http:// and port; got 'https://b.example'."),
        ("SCOUT_OPT_OUT_HOSTS", "a.example:443", "without http:// and port"),
        ("SCOUT_ALLOW_HOSTS", "http://127.0.0.1:9101/", "names of hosts or host:port by commas, without http://"),
        ("SCOUT_ALLOW_HOSTS", "*.lan", "got '*.lan'"),
        ("SCOUT_TRUSTED_PROXIES", "proxy.lan", "addresses or networks by commas"),
        ("SCOUT_MODEL_URL", "ftp://me:hush@m.lan/v1", "or local:; got 'ftp://…@m.lan/v1'."),
        ("SCOUT_PAIRS", "a:b, c", "pairs by commas, as slug:slug; got 'c'."),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_what_is_taken(variable: str, value: str, told: str) -> None:
    with pytest.raises(UsageError) as refused:
        load({variable: value})
    assert told in str(refused.value)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_default_fits_its_own_setting(setting: Setting) -> None:
    name, default = setting.name, setting.default
    assert getattr(Settings({name: default}), name) == default
    assert getattr(load({setting.env: str(default)}), name) == default


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SCOUT_CONTACT", "me@example.org"),
        ("SCOUT_CONTACT", "https://example.org/about"),
        ("SCOUT_CRAWL_CRON", "*/10 * * * * *"),
        ("SCOUT_CRAWL_CRON", "@daily"),
        ("SCOUT_SINCE", "2026-11-20"),
        ("SCOUT_ALLOW_HOSTS", "a.lan, 127.0.0.1:8123, [::1]:80, ::1"),
        ("SCOUT_TRUSTED_PROXIES", "10.0.0.0/24, ::1"),
        ("SCOUT_PAIRS", "a:b,,c:d"),
        ("SCOUT_MODEL_URL", "local:"),
        ("SCOUT_JOBS_URL", "other.db"),
    ],
)
def test_a_text_of_the_form_that_its_setting_takes_is_taken(variable: str, value: str) -> None:
    assert getattr(load({variable: value}), variable.removeprefix("SCOUT_").lower()) == value


@pytest.fixture
def places(tmp_path: Path) -> tuple[dict[str, str], Path, Path]:
    """An environment, the user's file of settings and the one beside the store."""
    user, store = tmp_path / "config" / "scout" / "scout.toml", tmp_path / "work" / "scout.toml"
    user.parent.mkdir(parents=True)
    store.parent.mkdir()
    return {"XDG_CONFIG_HOME": str(tmp_path / "config")}, user, store


def test_the_environment_outranks_the_file_beside_the_store_and_that_the_users(
    places: tuple[dict[str, str], Path, Path],
) -> None:
    environ, user, beside = places
    user.write_text('pace_s = 3\nretries = 5\neditor = "kim"\n')
    beside.write_text('pace_s = 2.5\nretries = 4\nallow_hosts = ["a.lan", "b.lan"]\n')
    found = load({**environ, "SCOUT_RETRIES": "1"}, store=beside.parent / "store.db")
    assert (found.pace_s, found.retries, found.editor, found.allow_hosts) == (2.5, 1, "kim", "a.lan,b.lan")
    origins = [found.origin(name) for name in ("pace_s", "retries", "editor", "concurrency")]
    assert origins == [str(beside), "environment", str(user), "default"]
    assert found.but(pace_s=0.0).origin("pace_s") == "default"


def test_tables_are_joined_by_entry_and_the_file_beside_the_store_outranks_that_of_the_user(
    places: tuple[dict[str, str], Path, Path],
) -> None:
    environ, user, beside = places
    user.write_text('[rules.mine]\nabout = "new"\n[rules.both]\nabout = "new"\n')
    beside.write_text('[rules.both]\nabout = "verdict"\n')
    found = load(environ, store=beside.parent / "store.db").but(pace_s=0.0)
    assert found.table("rules") == {"mine": {"about": "new"}, "both": {"about": "verdict"}}
    assert found.table("filters") == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pase_s = 1\n", "Did you mean pa[gc]e_s"),
        ('pace_s = "1"\n', "pace_s takes a number of seconds, 0 or more; got '1'"),
        ("approved_only = 1\n", "approved_only takes yes or no; got 1"),
        ("retries = true\n", "retries takes a whole number"),
        ("pairs = [1]\n", "pairs takes a text"),
        ("pace_s =\n", "is no TOML"),
        ('rules = ["new"]\n', "rules takes entries, each under a heading of its own like \\[rules.NAME]"),
    ],
)
def test_a_file_that_does_not_fit_is_named(places: tuple[dict[str, str], Path, Path], text: str, told: str) -> None:
    environ, _, beside = places
    beside.write_text(text)
    with pytest.raises(UsageError, match=told) as refused:
        load(environ, store=beside.parent / "store.db")
    assert str(beside) in str(refused.value)


def test_an_unknown_variable_names_the_nearest_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SCOUT_CONTCAT", "mailto:a@b.example")
    monkeypatch.setenv("SCOUT_QUARTZ", "x")
    done = CliRunner().invoke(cli, ["doctor", "--store", str(tmp_path / "store.db")])
    assert "SCOUT_CONTCAT is no setting; did you mean SCOUT_CONTACT?" in done.output
    assert "SCOUT_QUARTZ is no setting." in done.output
    assert "Settings" in done.output


@pytest.mark.parametrize(
    ("contact", "ok"),
    [
        ("mailto:you@your-domain.example", True),
        ("you@your-domain.example", True),
        ("https://your-domain.example/bot", True),
        ("", False),
        ("me", False),
        ("https://localhost", False),
        ("mailto:you", False),
    ],
)
def test_the_doctor_tries_whether_a_contact_could_be_written_to(tmp_path: Path, contact: str, ok: bool) -> None:
    checks = examine(tmp_path / "store.db", Settings({"contact": contact, "browser": "off"}))["checks"]
    assert next(check["ok"] for check in checks if check["name"] == "contact") is ok


def test_the_doctor_shows_no_password_of_an_address(tmp_path: Path) -> None:
    settings = load({"SCOUT_JOBS_URL": "postgresql://ann:s3cret@db.example/jobs", "SCOUT_BROWSER": "off"})
    shown = examine(tmp_path / "store.db", settings)["settings"]
    row = next(row for row in shown if row["variable"] == "SCOUT_JOBS_URL")
    assert (row["value"], row["from"]) == ("postgresql://ann:…@db.example/jobs", "environment")
