"""What a package registry answers, read into facts: PyPI's project document, npm's package document or one version of it.

Whose answer it is, its address says and never its content: an answer that names another package than was asked for
gives no facts. Version and dates are facts without a column (models.RELEASE_FIELDS).

Sources, read November 2026: PyPI's "JSON API", PyPA's "Well-known Project URLs in Metadata", and REGISTRY-API.md and
responses/package-metadata.md in the docs of npm's registry. A licence in PyPI's answer is an SPDX expression in
newer packages, a classifier or a text of any length in older ones; null stands wherever nothing was given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email.utils import getaddresses
from typing import Any
from urllib.parse import unquote, urlsplit

from tools.identity import identity_of
from tools.knowledge import iso, moment
from tools.models import Extraction
from tools.page import licences
from tools.page.answer_facts import AnswerFacts, dict_of, list_of, text_of

_MOST_TAGS = 40
_LICENCE_CHARS = 100  # of the first line of a licence's text; a name is shorter
_NOTHING = ("unknown", "none")  # what old build tools wrote where nothing was given
# Labels with case, space and punctuation left out, as PyPA compares them; the first are its well-known ones.
_HOME_LABELS = ("homepage", "home", "website", "site")
_SOURCE_LABELS = ("source", "repository", "sourcecode", "github", "code", "repo", "gitlab", "sourcerepository", "git")
_SHORTHAND = re.compile(r"(?:(github|gitlab|bitbucket):)?([\w-]+/[\w.-]+)")
_SHORT_HOSTS = {"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org"}
_REMOTE = re.compile(r"(?:(?:git|ssh)://)?(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)+)(?::\d+)?[/:]([^\s:]+)")
_PYPI_ADDRESS = re.compile(r"/pypi/([^/]+)/json/?$")
_PERSON = re.compile(r"\s*(?:<[^>]*>|\([^)]*\))\s*")  # the mail address and site in npm's "Name <mail> (site)"


def read_package(data: dict[str, Any], url: str) -> Extraction | None:
    """What the answer of a package registry at this address says; None when it is none."""
    if isinstance(data.get("info"), dict) and "summary" in data["info"]:
        return _pypi(data, url)
    if isinstance(data.get("dist-tags"), dict) or isinstance(data.get("dist"), dict) or _is_manifest(data):
        return _npm(data, url)
    return None


def python_name(name: str) -> str:
    """A package's name as PyPI compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_manifest(data: dict[str, Any]) -> bool:
    return "name" in data and "version" in data and "dependencies" in data


def _extraction(facts: AnswerFacts, package: str, trouble: str = "") -> Extraction:
    missing = () if facts.has("name") else ("name",)
    why = (trouble,) if trouble else ()
    return Extraction(facts.url, facts=tuple(facts.all), missing=missing, trouble=why, package=package)


# ── PyPI ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _pypi(data: dict[str, Any], url: str) -> Extraction:
    info, facts = data["info"], AnswerFacts(url)
    name, asked = _given(info, "name"), _PYPI_ADDRESS.search(unquote(urlsplit(url).path))
    if asked and python_name(name) != python_name(asked[1]):
        return _extraction(facts, "", f"it answers for {name[:80] or 'nothing'}, not for {asked[1]}")
    facts.add("name", name, ("$.info.name", info.get("name")))
    summary = _given(info, "summary")
    facts.add("tagline", summary, ("$.info.summary", summary))
    facts.add("description", summary, ("$.info.summary", summary), confidence=0.8)
    _add_addresses(facts, list(_project_urls(info)), ("$.info.package_url", info.get("package_url")))
    _add_licence(facts, _pypi_licences(info))
    tags = _keywords(info.get("keywords"))
    facts.add("tags", tags[:_MOST_TAGS], ("$.info.keywords", info.get("keywords")))
    classifiers = [("$.info.classifiers", str(line)) for line in list_of(info.get("classifiers"))]
    facts.add_category([*classifiers, *(("$.info.keywords", tag) for tag in tags)], ("$.info.summary", summary))
    _add_pypi_makers(facts, info)
    _add_pypi_release(facts, data)
    withdrawn = info.get("yanked") is True
    why = f"look: every release of it is withdrawn ({_given(info, 'yanked_reason')[:200] or 'no reason given'})"
    return _extraction(facts, f"package:pypi/{python_name(asked[1])}" if asked else "", why if withdrawn else "")


def _given(info: dict[str, Any], key: str) -> str:
    value = text_of(info.get(key))
    return "" if value.lower() in _NOTHING else value


def _project_urls(info: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Label, path and address of what a project names as its own; the old home page last, where newer ones are given."""
    for label, address in dict_of(info.get("project_urls")).items():
        yield re.sub(r"[\W_]+", "", str(label)).lower(), f"$.info.project_urls.{label}", text_of(address)
    yield "homepage", "$.info.home_page", _given(info, "home_page")


def _pypi_licences(info: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(path, licence as given), the surest first. Of several classifiers none says which one holds."""
    yield "$.info.license_expression", _given(info, "license_expression")
    lines = str(info.get("license") or "").strip().splitlines()
    short = ("$.info.license", text_of(lines[0])) if lines and len(lines[0]) <= _LICENCE_CHARS else None
    if short and licences.spdx(short[1]):
        yield short
    given = [line for line in list_of(info.get("classifiers")) if str(line).startswith("License :: ")]
    named = [str(line).rpartition(" :: ")[2] for line in given if not str(line).endswith(":: OSI Approved")]
    if len(named) == 1:
        before, _, within = named[0].partition("(")
        short_form = within.rstrip(")+ ")
        yield (
            "$.info.classifiers",
            before.strip() if licences.spdx(before) or not licences.spdx(short_form) else short_form,
        )
    if short and len(lines) == 1:
        yield short


def _add_pypi_makers(facts: AnswerFacts, info: dict[str, Any]) -> None:
    """Who made it: the author, or the maintainer. Newer packages name them in the mail fields only."""
    for role in ("author", "maintainer"):
        mails = text_of(info.get(f"{role}_email"))
        names = [name for name, _ in getaddresses([mails]) if name and "@" not in name]
        if name := _given(info, role):
            facts.add("makers", [name], (f"$.info.{role}", info.get(role)))
        else:
            facts.add("makers", names, *[(f"$.info.{role}_email", name) for name in names])
        if facts.has("makers"):
            return


def _add_pypi_release(facts: AnswerFacts, data: dict[str, Any]) -> None:
    """The version, its date and that of the first release; files that were withdrawn (yanked) are no release."""
    info, version = data["info"], _given(data["info"], "version")
    releases = dict_of(data.get("releases"))
    current = list_of(data.get("urls")) or list_of(releases.get(version))
    if info.get("yanked") is not True:
        facts.add("version", version, ("$.info.version", info.get("version")))
        _add_date(facts, "released_at", _uploads("$.urls", current))
    every = (found for name, files in releases.items() for found in _uploads(f"$.releases.{name}", list_of(files)))
    _add_date(facts, "first_release", every)


def _uploads(path: str, files: list[Any]) -> Iterator[tuple[str, str]]:
    """(path, time) of each file that was not withdrawn; its time is UTC."""
    for number, file in enumerate(files):
        of = dict_of(file)
        key = "upload_time_iso_8601" if of.get("upload_time_iso_8601") else "upload_time"
        if of.get("yanked") is not True:
            yield f"{path}[{number}].{key}", text_of(of.get(key))


# ── npm ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _npm(data: dict[str, Any], url: str) -> Extraction:
    facts, name = AnswerFacts(url), text_of(data.get("name"))
    version = text_of(dict_of(data.get("dist-tags")).get("latest"))
    latest = _Latest(data, version)
    facts.add("name", name, ("$.name", data.get("name")))
    path, description = latest.at("description")
    facts.add("description", text_of(description), (path, text_of(description)))
    facts.add("tagline", text_of(description), (path, text_of(description)), confidence=0.9)
    _add_addresses(facts, list(_npm_urls(latest)))
    _add_licence(facts, _npm_licences(latest))
    path, words = latest.at("keywords")
    tags = _keywords(words)
    facts.add("tags", tags[:_MOST_TAGS], *[(path, tag) for tag in tags[:_MOST_TAGS]])
    facts.add_category([(path, tag) for tag in tags], (latest.at("description")[0], text_of(description)))
    _add_npm_makers(facts, latest)
    at = dict_of(data.get("time"))
    path = "$['dist-tags'].latest" if version else "$.version"
    facts.add("version", version or text_of(data.get("version")), (path, version or data.get("version")))
    _add_date(facts, "released_at", [(f"$.time['{version}']", text_of(at.get(version)))])
    _add_date(facts, "first_release", [("$.time.created", text_of(at.get("created")))])
    said = text_of(latest.at("deprecated")[1])
    why = f"look: its makers call it deprecated ({said[:200]})" if said else ""
    return _extraction(facts, _npm_identity(url, name), why)


class _Latest:
    """The values of a package document: its own, else those of its newest version, of which they are copies."""

    def __init__(self, data: dict[str, Any], version: str) -> None:
        self._own = data
        self._version, self._newest = version, dict_of(dict_of(data.get("versions")).get(version))

    def at(self, key: str) -> tuple[str, Any]:
        """The path of a value and the value."""
        if self._own.get(key) or key not in self._newest:
            return f"$.{key}", self._own.get(key)
        return f"$.versions['{self._version}'].{key}", self._newest[key]


def _npm_identity(url: str, name: str) -> str:
    """The identity that an address names, whose last part is the package (a scope's slash encoded or not) or "latest"."""
    parts = unquote(urlsplit(url).path).strip("/").split("/")
    whole = [parts[:-1], parts] if parts[-1] == "latest" else [parts]
    asked = ("/".join(part[-2:] if part[-2:][0].startswith("@") else part[-1:]) for part in whole if part)
    return f"package:npm/{name}".lower() if name and name in asked else ""


def _npm_urls(latest: _Latest) -> Iterator[tuple[str, str, str]]:
    """Label, path and address, as of `_project_urls`: homepage, repository, and where its bugs go."""
    for label, key in (("homepage", "homepage"), ("repository", "repository"), ("bugs", "bugs")):
        path, value = latest.at(key)
        inside = isinstance(value, dict)
        yield label, f"{path}.url" if inside else path, text_of(value.get("url") if inside else value)


def _npm_licences(latest: _Latest) -> Iterator[tuple[str, str]]:
    """(path, licence as given): a text today, an object or a list of objects in old packages."""
    for key in ("license", "licenses"):
        path, value = latest.at(key)
        given = [text_of(dict_of(one).get("type") or one) for one in (value if isinstance(value, list) else [value])]
        if len(given) == 1 and not given[0].lower().startswith("see licen"):
            yield path, given[0]


def _add_npm_makers(facts: AnswerFacts, latest: _Latest) -> None:
    """The author, else the accounts that publish it."""
    path, author = latest.at("author")
    name = _person(author)
    facts.add("makers", [name] if name else None, (path, name))
    if not name:
        path, value = latest.at("maintainers")
        names = [found for one in list_of(value) if (found := _person(one))]
        facts.add("makers", names, *[(path, found) for found in names])


def _person(value: Any) -> str:
    """The name of a person, given as an object or as "Name <mail> (site)"; never a mail address."""
    name = _PERSON.sub(" ", text_of(dict_of(value).get("name") or value)).strip()
    return "" if "@" in name else name


# ── what both have ───────────────────────────────────────────────────────────────────────────────────────────────────


def _add_addresses(facts: AnswerFacts, urls: list[tuple[str, str, str]], page: tuple[str, Any] = ("", None)) -> None:
    """Homepage and repository of (label, path, address); page: of the package itself, where no homepage is named."""
    homes = [
        (path, said, home) for label, path, said in urls if label in _HOME_LABELS and (home := _sound_address(said))
    ]
    for path, said, home in homes[:1]:
        facts.add("homepage", home, (path, said))
    if not homes:
        facts.add("homepage", _sound_address(text_of(page[1])), page, confidence=0.9)
    sources = [(path, said) for label, path, said in urls if label in _SOURCE_LABELS and repository_address(said)]
    for path, said in sources[:1]:
        facts.add("repository", repository_address(said), (path, said))
    if not sources:
        _add_implied_repository(facts, urls)


def _add_implied_repository(facts: AnswerFacts, urls: Iterable[tuple[str, str, str]]) -> None:
    """The repository that another of its addresses lies in: a homepage on a code host, an issue tracker."""
    for _, path, said in urls:
        if identity_of(said).startswith("repo:"):
            root = "/".join(_sound_address(said).split("/")[:5])
            facts.add("repository", repository_address(root), (path, said), confidence=0.9)
            return


def _sound_address(text: str) -> str:
    """An address of the web as a package gives it, with https where it gives no scheme; "" when it is none."""
    address = text if "://" in text or "." not in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    return address if sound and not re.search(r"\s", address) else ""


def repository_address(text: str) -> str:
    """Where a repository is seen on the web: of an address, a git remote, or npm's "owner/name" and "host:owner/name"."""
    place = text.strip().removeprefix("git+").partition("#")[0]
    if short := _SHORTHAND.fullmatch(place):
        place = f"https://{_SHORT_HOSTS[short[1] or 'github']}/{short[2]}"
    elif not place.startswith(("http://", "https://")) and (remote := _REMOTE.fullmatch(place)):
        place = f"https://{remote[1]}/{remote[2]}"
    return _sound_address(place).rstrip("/").removesuffix(".git")


def _add_licence(facts: AnswerFacts, given: Iterable[tuple[str, str]]) -> None:
    for path, text in given:
        if named := licences.named(text):
            facts.add("license", named, (path, text))
            return


def _add_date(facts: AnswerFacts, field: str, times: Iterable[tuple[str, str]]) -> None:
    """The earliest of (path, time as given), as the store writes times."""
    found = [(at, path, said) for path, said in times if (at := _moment(said))]
    for at, path, said in sorted(found)[:1]:
        facts.add(field, at, (path, said))


def _moment(said: str) -> str:
    try:
        return iso(moment(said))
    except (ValueError, OverflowError):
        return ""


def _keywords(given: Any) -> list[str]:
    """Words given as a list, or as one text with commas, or with spaces where it has none."""
    if isinstance(given, str):
        given = re.split(r"[,;]", given) if re.search(r"[,;]", given) else given.split()
    words = (word.strip() for word in list_of(given) if isinstance(word, str))
    return list(dict.fromkeys(word for word in words if word))
