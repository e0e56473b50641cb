"""Packages: read through their registry's API where a setting names it, by an address that alone says whose it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.doctor import examine
from jobs.refresh import refresh
from tools import identity
from tools.errors import FetchError
from tools.models import Extraction, Launch, Value
from tools.page.api_answer import read_answer
from tools.page.package_answer import repository_address
from tools.products.ownership import Known
from tools.reading import ProposedProduct, Reading
from tools.settings import Settings
from tools.sources._rows import pointers
from tools.web.request import requests_for
from tools.workbench import Workbench

INDEX, NPM = "https://index.example", "https://registry.example/npm"
BOTH = Settings({"pypi_url": f"{INDEX}/", "npm_url": NPM})
# the pages of packages, spelled from the patterns that know them: their hosts stand nowhere else
_WHERE = {name: pattern.pattern.partition("(")[0].replace("\\", "") for name, pattern in identity._PACKAGES}


def page_of(registry: str, name: str) -> str:
    return f"https://{_WHERE[registry]}{name}"


def pypi_answer(**info: Any) -> dict[str, Any]:
    """A project's document in the shape of the index: what was not given is null."""
    nothing = dict.fromkeys(
        "author author_email home_page keywords license license_expression maintainer maintainer_email "
        "project_urls yanked_reason package_url".split()
    )
    said = {"name": "Tarn.Queue", "summary": "A queue in one file", "version": "1.2.0", "yanked": False}
    return {
        "info": {**nothing, "classifiers": [], **said, **info},
        "urls": [
            {"filename": "b.whl", "upload_time_iso_8601": "2026-11-20T08:00:05.123456Z", "yanked": False},
            {"filename": "a.tar.gz", "upload_time_iso_8601": "2026-11-20T08:00:09Z", "yanked": False},
        ],
        "releases": {
            "0.0.1": [{"upload_time_iso_8601": "2026-01-02T00:00:00Z", "yanked": True}],
            "0.1.0": [{"upload_time_iso_8601": "2026-03-01T10:00:00Z", "yanked": False}],
            "0.2.0": [],
            "1.2.0": None,
        },
    }


def npm_answer(**more: Any) -> dict[str, Any]:
    newest = {"name": "@acme/tarn", "version": "2.0.1", "dist": {"tarball": "x"}}
    said = {
        "_id": "@acme/tarn",
        "name": "@acme/tarn",
        "dist-tags": {"latest": "2.0.1", "next": "3.0.0-rc.1"},
        "description": "A queue in one file",
        "versions": {"2.0.1": newest},
        "time": {
            "created": "2026-02-01T00:00:00.000Z",
            "modified": "2026-11-22T00:00:00Z",
            "2.0.1": "2026-11-21T09:30:00Z",
        },
    }
    return {**said, **more}


def said(answer: dict[str, Any], url: str) -> Extraction:
    return read_answer(json.dumps(answer), url)


def values(found: Extraction) -> dict[str, Value]:
    """The first value of each field."""
    return {fact.field: fact.value for fact in reversed(found.facts)}


def of_pypi(**info: Any) -> dict[str, Value]:
    return values(said(pypi_answer(**info), f"{INDEX}/pypi/tarn-queue/json"))


def of_npm(**more: Any) -> dict[str, Value]:
    return values(said(npm_answer(**more), f"{NPM}/@acme%2Ftarn"))


# ── what the answers say ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_project_of_the_index_tells_what_it_is_and_when_it_was_released() -> None:
    urls = {"Homepage": "https://tarn.example", "Source Code": "https://github.com/acme/tarn"}
    found = of_pypi(
        project_urls=urls, license_expression="MIT", author_email="Kim Doe <kim@x.example>", keywords="queue,sqlite"
    )
    assert found == {
        "name": "Tarn.Queue",
        "tagline": "A queue in one file",
        "description": "A queue in one file",
        "homepage": "https://tarn.example",
        "repository": "https://github.com/acme/tarn",
        "license": "MIT",
        "makers": ["Kim Doe"],
        "tags": ["queue", "sqlite"],
        "version": "1.2.0",
        "released_at": "2026-11-20T08:00:05Z",
        "first_release": "2026-03-01T10:00:00Z",
    }


def test_a_package_of_npm_tells_what_it_is_and_when_it_was_released() -> None:
    found = of_npm(
        homepage="https://tarn.example/",
        repository={"type": "git", "url": "git+https://github.com/acme/tarn.git", "directory": "packages/tarn"},
        license="Apache-2.0",
        author={"name": "Kim Doe", "email": "kim@x.example"},
        keywords=["queue", "sqlite"],
    )
    assert found == {
        "name": "@acme/tarn",
        "tagline": "A queue in one file",
        "description": "A queue in one file",
        "homepage": "https://tarn.example/",
        "repository": "https://github.com/acme/tarn",
        "license": "Apache-2.0",
        "makers": ["Kim Doe"],
        "tags": ["queue", "sqlite"],
        "version": "2.0.1",
        "released_at": "2026-11-21T09:30:00Z",
        "first_release": "2026-02-01T00:00:00Z",
    }


def test_one_version_of_a_package_tells_all_but_the_dates() -> None:
    manifest = {"name": "@acme/tarn", "version": "2.0.1", "description": "A queue", "dist": {}, "license": "MIT"}
    found = said(manifest, f"{NPM}/@acme%2Ftarn/latest")
    assert found.package == "package:npm/@acme/tarn"
    assert {name: values(found).get(name) for name in ("license", "version", "released_at")} == {
        "license": "MIT",
        "version": "2.0.1",
        "released_at": None,
    }


@pytest.mark.parametrize("url", [f"{INDEX}/pypi/tarn-queue/json", f"{NPM}/@acme%2Ftarn"])
def test_every_quote_stands_in_the_answer(url: str) -> None:
    answers = [
        pypi_answer(
            license="MIT License\n\nPermission is hereby granted",
            classifiers=["License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)"],
            author_email="Kim Doe <kim@x.example>, Lo <lo@x.example>",
            project_urls={"Bug Tracker": "https://github.com/acme/tarn/issues"},
        ),
        npm_answer(
            author="Kim Doe <kim@x.example> (https://kim.example)", bugs={"url": "https://github.com/acme/tarn/issues"}
        ),
    ]
    for answer in answers:
        text = json.dumps(answer)
        facts = read_answer(text, url).facts if ("info" in answer) == ("/pypi/" in url) else ()
        assert [quote.quote for fact in facts for quote in fact.evidence if quote.quote not in text] == []
        assert all(quote.path.startswith("$") for fact in facts for quote in fact.evidence)


@pytest.mark.parametrize(
    ("info", "licence"),
    [
        ({"license_expression": "MIT OR Apache-2.0", "license": "GPL"}, "MIT OR Apache-2.0"),
        ({"license": "BSD-3-Clause", "classifiers": ["License :: OSI Approved :: BSD License"]}, "BSD-3-Clause"),
        ({"license": "MIT License\n\nCopyright (c) 2026 Kim\n\nPermission is hereby"}, "MIT"),
        ({"license": "Copyright 2026\nAll of it", "classifiers": ["License :: OSI Approved :: MIT License"]}, "MIT"),
        (
            {"classifiers": ["License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)"]},
            "GPL-3.0-or-later",
        ),
        ({"classifiers": ["License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)"]}, "MPL-2.0"),
        ({"classifiers": ["License :: OSI Approved", "Topic :: Database"]}, None),
        ({"classifiers": ["License :: OSI Approved :: MIT License", "License :: OSI Approved :: BSD License"]}, None),
        ({"license": "UNKNOWN"}, None),
        ({"license": "Acme Community Licence"}, "Acme Community Licence"),
        ({"license": "x" * 5_000}, None),
    ],
)
def test_the_licence_of_the_index_is_the_surest_of_what_is_given(info: dict[str, Any], licence: str | None) -> None:
    assert of_pypi(**info).get("license") == licence


@pytest.mark.parametrize(
    ("more", "licence"),
    [
        ({"license": "MIT"}, "MIT"),
        ({"license": {"type": "ISC", "url": "https://x.example"}}, "ISC"),
        ({"licenses": [{"type": "MIT"}]}, "MIT"),
        ({"licenses": [{"type": "MIT"}, {"type": "ISC"}]}, None),
        ({"license": "SEE LICENSE IN LICENSE.md"}, None),
        ({"license": None}, None),
    ],
)
def test_the_licence_of_npm_is_read_in_old_and_new_forms(more: dict[str, Any], licence: str | None) -> None:
    assert of_npm(**more).get("license") == licence


@pytest.mark.parametrize(
    ("info", "homepage", "repository"),
    [
        ({"project_urls": {"Repository": "https://gitlab.com/a/b.git"}}, None, "https://gitlab.com/a/b"),
        ({"project_urls": {"source": "https://x.example/src"}}, None, "https://x.example/src"),
        ({"project_urls": {"GitHub": "github.com/a/b"}}, None, "https://github.com/a/b"),
        ({"home_page": "https://github.com/a/b"}, "https://github.com/a/b", "https://github.com/a/b"),
        ({"home_page": "tarn.example"}, "https://tarn.example", None),
        ({"project_urls": {"Bug-Tracker": "https://github.com/a/b/issues"}}, None, "https://github.com/a/b"),
        (
            {"home_page": "https://old.example", "project_urls": {"Home Page": "https://new.example"}},
            "https://new.example",
            None,
        ),
        ({"project_urls": {"Home": "javascript:alert(1)", "Source": "file:///etc/passwd"}}, None, None),
        ({"project_urls": {"Home": "https://user:secret@x.example/"}}, None, None),
        ({"project_urls": ["https://x.example"], "home_page": 7}, None, None),
        ({"package_url": "https://index.example/project/x/"}, "https://index.example/project/x/", None),
    ],
)
def test_homepage_and_repository_are_found_under_many_labels(
    info: dict[str, Any], homepage: str | None, repository: str | None
) -> None:
    found = of_pypi(**info)
    assert (found.get("homepage"), found.get("repository")) == (homepage, repository)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("github:acme/tarn", "https://github.com/acme/tarn"),
        ("gitlab:acme/tarn", "https://gitlab.com/acme/tarn"),
        ("acme/tarn", "https://github.com/acme/tarn"),
        ("git+https://github.com/acme/tarn.git", "https://github.com/acme/tarn"),
        ("git+https://github.com/acme/tarn.git#main", "https://github.com/acme/tarn"),
        ("git://github.com/acme/tarn.git", "https://github.com/acme/tarn"),
        ("git+ssh://git@github.com/acme/tarn.git", "https://github.com/acme/tarn"),
        ("ssh://git@code.example:2222/acme/tarn.git", "https://code.example/acme/tarn"),
        ("git@github.com:acme/tarn.git", "https://github.com/acme/tarn"),
        ("https://github.com/acme/tarn/tree/main/packages/x", "https://github.com/acme/tarn/tree/main/packages/x"),
        ("", ""),
        ("see the homepage", ""),
        ("https://[broken", ""),
    ],
)
def test_a_repository_is_an_address_of_the_web_however_it_is_written(given: str, address: str) -> None:
    assert repository_address(given) == address


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [None], {"url": None}, {"x": {"y": []}}])
def test_values_of_any_shape_cost_no_more_than_their_own_facts(value: Any) -> None:
    pypi = pypi_answer()
    for key in [*pypi["info"], "urls", "releases"]:
        if key != "name":
            changed = {**pypi, key: value} if key in pypi else {**pypi, "info": {**pypi["info"], key: value}}
            assert values(said(changed, f"{INDEX}/pypi/tarn-queue/json"))["name"] == "Tarn.Queue"
    for key in [
        "description",
        "versions",
        "time",
        "license",
        "author",
        "maintainers",
        "repository",
        "bugs",
        "keywords",
    ]:
        assert of_npm(**{key: value})["name"] == "@acme/tarn"


def test_a_project_whose_releases_are_all_withdrawn_has_no_version_and_wants_a_look() -> None:
    answer = pypi_answer(yanked=True, yanked_reason="leaks keys")
    found = said(answer, f"{INDEX}/pypi/tarn-queue/json")
    assert {"version", "released_at"}.isdisjoint(values(found))
    assert found.trouble == ("look: every release of it is withdrawn (leaks keys)",)


def test_a_deprecated_package_wants_a_look() -> None:
    newest = {"2.0.1": {"deprecated": "use otter instead", "description": "d"}}
    assert said(npm_answer(versions=newest), f"{NPM}/@acme%2Ftarn").trouble == (
        "look: its makers call it deprecated (use otter instead)",
    )


# ── whose they are ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answer", "url", "package"),
    [
        (pypi_answer(), f"{INDEX}/pypi/tarn-queue/json", "package:pypi/tarn-queue"),
        (pypi_answer(), f"{INDEX}/pypi/Tarn_Queue/json", "package:pypi/tarn-queue"),
        (pypi_answer(name="requests"), f"{INDEX}/pypi/tarn-queue/json", ""),
        (pypi_answer(), "https://elsewhere.example/answer.json", ""),
        (npm_answer(), f"{NPM}/@acme%2ftarn", "package:npm/@acme/tarn"),
        (npm_answer(), f"{NPM}/@acme/tarn", "package:npm/@acme/tarn"),
        (npm_answer(name="React"), f"{NPM}/React/latest", "package:npm/react"),
        (npm_answer(name="latest"), f"{NPM}/latest", "package:npm/latest"),
        (npm_answer(name="react"), f"{NPM}/@acme%2Ftarn", ""),
        (npm_answer(name="tarn"), f"{NPM}/@acme%2Ftarn", ""),
    ],
)
def test_an_answer_is_of_the_package_its_address_names(answer: dict[str, Any], url: str, package: str) -> None:
    assert said(answer, url).package == package


def test_an_answer_for_another_project_than_was_asked_for_gives_nothing() -> None:
    found = said(pypi_answer(name="requests"), f"{INDEX}/pypi/tarn-queue/json")
    assert (found.facts, found.missing) == ((), ("name",))
    assert found.trouble == ("it answers for requests, not for tarn-queue",)


# ── how they are asked for ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (page_of("pypi", "My_Tool/"), f"{INDEX}/pypi/my-tool/json"),
        (page_of("pypi", "my.tool/1.0/"), f"{INDEX}/pypi/my-tool/json"),
        (page_of("npm", "JSONStream"), f"{NPM}/JSONStream"),
        (page_of("npm", "Package"), f"{NPM}/Package"),
        (page_of("npm", "A"), f"{NPM}/A"),
        (page_of("npm", "\u0130"), f"{NPM}/%C4%B0"),
        (page_of("npm", "@acme/Tool/v/1.0.0"), f"{NPM}/@acme%2FTool"),
        (page_of("npm", "%40acme%2Ftool"), f"{NPM}/@acme%2Ftool"),
        (f"{INDEX}/pypi/my-tool/json", f"{INDEX}/pypi/my-tool/json"),
        (f"{NPM}/@acme%2Ftool/latest", f"{NPM}/@acme%2Ftool/latest"),
    ],
)
def test_a_package_is_asked_for_at_its_registrys_api(url: str, asked: str) -> None:
    (request,) = requests_for(url, BOTH)
    assert (request.url, request.access) == (asked, "api")


@pytest.mark.parametrize(
    "url", [f"{INDEX}/pypi/", f"{INDEX}/project/x/", f"{NPM}/-/v1/search?text=x", f"{NPM}x/y", NPM]
)
def test_other_addresses_of_a_registry_are_ordinary_pages(url: str) -> None:
    assert requests_for(url, BOTH)[0].access == "html"


@pytest.mark.parametrize(("registry", "variable"), [("pypi", "SCOUT_PYPI_URL"), ("npm", "SCOUT_NPM_URL")])
def test_without_the_setting_a_package_is_read_by_its_page_and_the_setting_named(registry: str, variable: str) -> None:
    (request,) = requests_for(page_of(registry, "tarn"), Settings())
    assert (request.access, variable in request.hint) == ("html", True)


def test_a_registry_that_no_setting_knows_is_read_by_its_pages_without_a_word() -> None:
    assert requests_for(page_of("crates", "tarn"), BOTH)[0].hint == ""


def test_an_announced_package_is_a_package() -> None:
    assert pointers(page_of("npm", "@acme/tarn")) == ("package", "", "")
    assert pointers("https://tarn.example/package/x") == ("product", "", "")


def test_doctor_names_the_setting_to_give(tmp_path: Path) -> None:
    checks = {check["name"]: check for check in examine(tmp_path / "store.db", Settings({"npm_url": NPM}))["checks"]}
    assert checks["packages"]["ok"]
    assert "SCOUT_PYPI_URL" in checks["packages"]["mend"]
    assert f"npm at {NPM}" in checks["packages"]["said"]


# ── from the address to the store ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def bench(site: Any, tmp_path: Path) -> Iterator[Workbench]:
    settings = site.settings(
        contact="tests@example.org",
        browser="off",
        pypi_url=site.url("/index"),
        npm_url=site.url("/npm"),
        max_body_bytes=20_000,
    )
    with Workbench(settings, tmp_path / "store.db") as opened:
        yield opened


def serve(site: Any, path: str, answer: dict[str, Any]) -> None:
    site.page(path, json.dumps(answer), headers={"Content-Type": "application/json"})


def read(bench: Workbench, url: str) -> Reading:
    found: Reading = bench.run(bench.reader.read([url], granted_only=False))[0]
    return found


def test_a_launched_package_becomes_a_product_and_is_refreshed_at_its_api(bench: Workbench, site: Any) -> None:
    url = page_of("pypi", "Tarn.Queue/")
    serve(site, "/index/pypi/tarn-queue/json", pypi_answer(license_expression="MIT"))
    launch = Launch("show_hn", "1", "Show HN: Tarn", "https://news.example/1", url=url, kind="package")
    bench.store.put_launches("show_hn", [launch], bench.now())
    reading = read(bench, url)
    assert reading.page is not None
    (saved,) = bench.reader.propose([ProposedProduct(launches=("show_hn:1",), pages=(reading.page.id,))])
    document = bench.store.document(saved.slug)
    assert (document.identity, document.kind, document.license) == ("package:pypi/tarn-queue", "package", "MIT")
    assert document.facts["version"].value == "1.2.0"
    before = document.content_hash

    serve(site, "/index/pypi/tarn-queue/json", pypi_answer(license_expression="MIT", version="1.3.0"))
    report = refresh(bench.store.path, bench.settings, [saved.slug], review=False)
    document = bench.store.document(saved.slug)
    assert document.facts["version"].value == "1.3.0"
    assert (report["changes"], report["failures"], document.content_hash) == (0, [], before)  # a release is no change
    serve(site, "/index/pypi/tarn-queue/json", pypi_answer(license_expression="ISC", version="1.3.0"))
    assert refresh(bench.store.path, bench.settings, [saved.slug], review=False)["products"][0]["changed"] == [
        "license"
    ]


def test_a_deprecated_package_enters_the_store_with_a_reason_to_look(bench: Workbench, site: Any) -> None:
    serve(site, "/npm/tarn", npm_answer(name="tarn", deprecated="use otter instead"))
    reading = read(bench, page_of("npm", "tarn"))
    assert reading.page is not None
    (saved,) = bench.reader.propose([ProposedProduct(pages=(reading.page.id,))])
    (reason,) = bench.store.document(saved.slug).needs_look
    assert reason.endswith(": its makers call it deprecated (use otter instead)")


def test_a_short_link_to_a_package_is_read_through_the_api_too(
    bench: Workbench, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(site, "/npm/tarn", npm_answer(name="tarn"))
    pattern = re.compile(re.escape(site.host) + "/package/([^/]+)")
    monkeypatch.setattr(identity, "_PACKAGES", (("npm", pattern),))
    site.redirect("/s", site.url("/package/tarn"))
    site.page("/package/tarn", "<title>tarn</title>")
    identity.identity_of.cache_clear()
    reading = read(bench, site.url("/s"))
    identity.identity_of.cache_clear()
    assert reading.page is not None
    assert reading.extraction is not None
    assert reading.extraction.package == "package:npm/tarn"


def test_a_document_over_the_limit_is_asked_for_by_its_newest_version_alone(bench: Workbench, site: Any) -> None:
    serve(site, "/npm/@acme%2Ftarn", npm_answer(readme="x" * 30_000))
    serve(site, "/npm/@acme%2Ftarn/latest", {"name": "@acme/tarn", "version": "2.0.1", "dist": {}, "license": "MIT"})
    reading = read(bench, page_of("npm", "@acme/tarn"))
    assert reading.page is not None
    assert reading.extraction is not None
    assert Known(reading.page, reading.extraction).identity == "package:npm/@acme/tarn"
    assert values(reading.extraction)["license"] == "MIT"


def test_a_project_with_too_many_releases_for_one_answer_is_read_by_its_page() -> None:
    (request,) = requests_for(page_of("pypi", "tarn/"), BOTH)
    assert request.smaller is not None
    assert (request.smaller.url, request.smaller.access) == (page_of("pypi", "tarn/"), "html")


def test_a_package_that_is_not_there_is_a_404_of_its_api(bench: Workbench, site: Any) -> None:
    error = read(bench, page_of("pypi", "nothing/")).error
    assert isinstance(error, FetchError)
    assert (error.status, error.url) == (404, site.url("/index/pypi/nothing/json"))


def test_a_package_page_that_cannot_be_read_names_the_setting_once_and_in_its_error(
    site: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pattern = re.compile(re.escape(site.host) + "/project/([^/]+)")
    monkeypatch.setattr(identity, "_PACKAGES", (("pypi", pattern),))
    identity.identity_of.cache_clear()
    with Workbench(site.settings(contact="tests@example.org", browser="off"), tmp_path / "store.db") as opened:
        errors = [str(read(opened, site.url(f"/project/{name}")).error) for name in ("tarn", "otter")]
    identity.identity_of.cache_clear()
    assert all("404" in error and "SCOUT_PYPI_URL" in error for error in errors)
    assert [record.message for record in caplog.records if "SCOUT_PYPI_URL" in record.message] == [
        "Packages of pypi are read through its API where SCOUT_PYPI_URL names that; it is not set."
    ]


def test_an_ordinary_page_that_looks_like_an_answer_of_the_index_is_its_own(bench: Workbench, site: Any) -> None:
    serve(site, "/evil/pypi/requests/json", pypi_answer(name="requests"))
    reading = read(bench, site.url("/evil/pypi/requests/json"))
    assert reading.page is not None
    assert reading.extraction is not None
    assert Known(reading.page, reading.extraction).identity.startswith("url:127.0.0.1")
