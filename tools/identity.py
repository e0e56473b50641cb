"""Which addresses are the same thing: canonical addresses, registrable domains, a product's identity and its slug."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, unquote_to_bytes, urlencode, urlsplit, urlunsplit

from tools.errors import UsageError
from tools.kept import kept

# Parameters that say where a visitor came from and never what the page is.
_TRACKERS = re.compile(
    r"(?:utm_\w+|fbclid|gclid|gclsrc|dclid|msclkid|yclid|twclid|ttclid|igshid|srsltid|mc_[ce]id|_hs(?:enc|mi)|mkt_tok)",
    re.IGNORECASE,
)
# On a launch site's outward links these say who referred; elsewhere they may mean something, so only identity drops them.
_REFERRERS = frozenset({"ref", "ref_src", "ref_url", "referrer", "source", "src", "via", "aff", "affiliate"})
_DEFAULT_PORTS = {"http": "80", "https": "443", "ftp": "21"}
_SAFE = ":/?#[]@!$&'()*+,;=-._~"
_PATH_SAFE = _SAFE.replace("?", "").replace("#", "") + "%"
_CODE_HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com", "sr.ht"})
# First path segments of code hosts that are pages of the host and no account. GitHub's own list of reserved names, read 2025.
_NOT_ACCOUNTS = frozenset(
    """about account apps blog codespaces collections contact copilot customer-stories dashboard enterprise events explore
    features gist groups help home issues join login logout marketplace mcp mobile models new notifications open-source
    organizations orgs partners premium-support pricing pulls readme resources search security sessions settings site
    solutions sponsors stars team topics trending users -""".split()
)
_HUB_HOSTS = frozenset({"huggingface.co", "hf.co"})
_NOT_HUB_OWNERS = frozenset(
    """api blog chat collections docs enterprise inference join jobs learn login models new organizations papers posts
    pricing privacy search settings storage support tasks terms-of-service welcome brand changelog playground
    datasets spaces""".split()
)
_PACKAGES = (
    ("pypi", re.compile(r"pypi\.org/project/([^/]+)")),
    ("npm", re.compile(r"npmjs\.com/package/((?:@[^/]+/)?[^/]+)")),
    ("crates", re.compile(r"crates\.io/crates/([^/]+)")),
    ("rubygems", re.compile(r"rubygems\.org/gems/([^/]+)")),
    ("go", re.compile(r"pkg\.go\.dev/(.+)")),
)
_INDEX = re.compile(r"/(?:index\.(?:html?|php))?$")
# An ordinary page of an ordinary site, whose identity is host and path. The general way takes ten times as long.
_COMMON = re.compile(
    r"https?://(?P<host>[a-z0-9.-]+)(?P<port>(?::(?!80/|443/)[1-9]\d{1,3})?)(?P<path>/[A-Za-z0-9_/~.-]*)(?:#.*)?",
    re.DOTALL,
)
_SPECIAL = re.compile(
    r"github|gitlab|bitbucket|codeberg|gitee|sr\.ht|huggingface|hf\.co|pypi|npmjs|crates\.io|rubygems|pkg\.go\.dev|arxiv"
)
_PAPER = re.compile(r"(?:arxiv\.org/(?:abs|pdf|html)|huggingface\.co/papers|hf\.co/papers)/(\d{4}\.\d{4,5})")
_RESERVED_SLUGS = frozenset(
    """about account admin api approved archive assets category categories changes compare console data export exports
    favicon feed feeds health help home index jobs login logout new news newsletter page pages panel product products
    review reviews robots rss runs search settings site sitemap source sources static stats tag tags topic topics
    con prn aux nul com1 lpt1""".split()
)


# Canonical already, but for the fragment: most links of most pages. The general way takes twenty times as long.
_PLAIN = re.compile(r"(https?://[a-z0-9.-]+(?::(?!80/|443/)\d+)?/[A-Za-z0-9_/~.-]*)(?:#.*)?", re.DOTALL)


def web_address(text: str) -> str:
    """An address that people typed, checked: http or https with a host. Errors: UsageError."""
    try:
        parts = urlsplit(text.strip())
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        sound = False
    if not sound or any(character.isspace() for character in text.strip()):
        raise UsageError(f"An address starts with http:// or https:// and names a host; got {text[:200]!r}.")
    return text.strip()


@lru_cache(maxsize=4096)
def canonical_url(url: str) -> str:
    """One spelling for one address: host in lower-case ASCII, sorted query, percent-encoding evened out, no fragment.

    Trackers (utm_…) and default ports go; a relative or odd address comes back tidied and never raises.
    Source: w3lib's canonicalize_url, whose table of cases it reproduces (read 2026).
    """
    if (plain := _PLAIN.fullmatch(url)) and "/." not in plain[1]:
        return plain[1]
    url = "".join(c for c in url.strip() if c not in "\t\r\n")
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://[not-an-address"
        return url
    netloc = _netloc(parts.netloc, parts.scheme.lower())
    path = quote(_unquote_path(parts.path), _PATH_SAFE)
    if netloc and not path:
        path = "/"
    if "/./" in path or "/../" in path or path.endswith(("/.", "/..")):
        path = _without_dots(path)
    pairs = [p for p in _query(parts.query) if not _TRACKERS.fullmatch(p[0].decode("utf-8", "replace"))]
    return urlunsplit((parts.scheme.lower(), netloc, path, urlencode(sorted(pairs)), ""))


def registrable_domain(host: str) -> str:
    """The name somebody registered: "example.co.uk" of "www.example.co.uk". An IP address or bare name is itself.

    Names under a private suffix (github.io, pages.dev) belong to different people and stay apart.
    """
    host = host.strip().rstrip(".").lower()
    if not host or ":" in host or host.replace(".", "").isdigit():
        return host
    return _suffixes().privatesuffix(_ascii_host(host)) or host


def same_site(a: str, b: str) -> bool:
    """Whether two addresses lie under one registrable domain."""
    first, second = host_of(a), host_of(b)
    return bool(first) and (first == second or registrable_domain(first) == registrable_domain(second))


def host_of(url: str) -> str:
    """The host of an address in lower case, "" when it has none."""
    try:
        return (urlsplit(url.strip()).hostname or "").lower()
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def identity_of(url: str) -> str:
    """The key under which all launches of one product meet.

    "repo:github.com/o/r", "hub:models/o/n" (datasets, spaces, papers alike), "package:pypi/x", else "url:host/path".
    Keys are for comparing: lower case, without "www.", referrers, index pages and trailing slashes.
    """
    if (common := _COMMON.fullmatch(url)) and "/." not in common["path"] and not _SPECIAL.search(url):
        return f"url:{_common_key(common)}"
    host, path, _ = parts = _key_parts(url if "//" in url else f"https://{url}")
    if paper := _PAPER.search(host + path):
        return f"hub:papers/{paper[1]}"
    segments = [s for s in path.split("/") if s]
    known = _repository(host, segments) or _hub(host, segments) or _package(host + path)
    return known.lower() if known else f"url:{''.join(parts)}"


@lru_cache(maxsize=4096)  # the plans of a product are on one page, and are asked for it each
def address_key(url: str) -> str:
    """The key under which all readings of one address meet, whatever led there: "host/path?query".

    Scheme, "www.", referrers, index pages and trailing slashes are folded as `identity_of` folds them; the case of the
    path is kept. Pages, validators, browser memory and what a page said go by the key of the address reached.
    """
    if (common := _COMMON.fullmatch(url)) and "/." not in common["path"]:
        return _common_key(common)
    return "".join(_key_parts(url))


def _common_key(common: re.Match[str]) -> str:
    host = common["host"].removeprefix("www.").removeprefix("m.")
    return f"{host}{common['port']}{_INDEX.sub('', common['path'])}"


def _key_parts(url: str) -> tuple[str, str, str]:
    """Host with port, path and query of an address, folded; ("", the text itself, "") for what is none."""
    try:
        parts = urlsplit(canonical_url(url))
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # a broken IPv6 literal or port: the text itself is all there is to compare
        return "", url.strip().lower(), ""
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k.lower() not in _REFERRERS]
    return host + port, _INDEX.sub("", parts.path), f"?{urlencode(kept)}" if kept else ""


def plain_address(url: str) -> str:
    """An address without the parameters that only tell where a visitor came from, all else to the byte."""
    before, mark, query = url.partition("?")
    if not mark:
        return url
    query, hash_, fragment = query.partition("#")
    pieces = query.split("&")
    kept = [piece for piece in pieces if not _is_referrer(unquote(piece.partition("=")[0]))]
    if len(kept) == len(pieces):
        return url
    return before + ("?" + "&".join(kept) if any(kept) else "") + hash_ + fragment


def _is_referrer(name: str) -> bool:
    """Whether a query parameter of this name tells where a visitor came from: utm_… and the like, ref, via."""
    return bool(_TRACKERS.fullmatch(name)) or name.lower() in _REFERRERS


def may_name_an_entry(url: str) -> bool:
    """False only when `identity_of` is surely no repository and no Hub entry; a hundred times as fast."""
    low = url.lower()  # "git" stands for github, githubusercontent, gitlab and gitee; asked of every link of every page
    named = "git" in low or "huggingface" in low or "hf.co" in low or "bitbucket" in low or "codeberg" in low
    return named or "sr.ht" in low or not url.isascii()


def repository_of(url: str) -> str:
    """The address of the repository that an address on a code host lies in, as written there; "" where it lies in none."""
    host, path, _ = _key_parts(url if "//" in url else f"https://{url}")
    known = _repository(host, [step for step in path.split("/") if step])
    return f"https://{known.removeprefix('repo:')}" if known else ""


def slug_of(name: str, identity: str, *, taken: bool = False) -> str:
    """The product's handle: a-z, 0-9 and hyphens, at most 60.

    Empty and reserved ones, and with `taken` any, get a suffix from the hash of the identity: always the same one.
    """
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("'", "")
    slug = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    digest = hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:8]
    if not slug:
        return f"product-{digest}"
    if taken or slug in _RESERVED_SLUGS:
        return f"{slug[:51].rstrip('-')}-{digest}"
    return slug[:60].rstrip("-")


@lru_cache(maxsize=1)
def _suffixes() -> Any:
    import publicsuffixlist

    # Its list of 10,000 names takes 0.1 s to read.
    made = publicsuffixlist.PublicSuffixList(source=())
    vars(made).update(
        kept("suffixes", [publicsuffixlist.__version__], lambda: vars(publicsuffixlist.PublicSuffixList()))
    )
    return made


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return host


def _netloc(netloc: str, scheme: str) -> str:
    user, at, host = netloc.rpartition("@")
    if not host.startswith("["):
        name, _, port = host.partition(":")
        host = _ascii_host(name.lower()) + (f":{port}" if port and port != _DEFAULT_PORTS.get(scheme) else "")
    else:
        host = host.lower().rstrip(":")
    return f"{user}{at}{host}"


def _unquote_path(path: str) -> bytes:
    # An encoded slash or question mark is data of a segment; decoding it would change what the path means.
    kept = re.sub(r"%(2f|3f)", lambda m: f"%25{m[1].upper()}", path, flags=re.IGNORECASE)
    return unquote_to_bytes(kept.encode("utf-8", "surrogatepass"))


def _query(query: str) -> list[tuple[bytes, bytes]]:
    pairs = []
    for piece in query.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            pairs.append((unquote_to_bytes(name.replace("+", " ")), unquote_to_bytes(value.replace("+", " "))))
    return pairs


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    return "/".join(kept) + ("/" if segments[-1] in (".", "..") else "")


def _repository(host: str, segments: list[str]) -> str | None:
    if host == "api.github.com" and len(segments) >= 3 and segments[0] == "repos":
        host, segments = "github.com", segments[1:]
    if host in ("raw.githubusercontent.com", "codeload.github.com"):
        host = "github.com"
    if host not in _CODE_HOSTS or len(segments) < 2 or segments[0].lower() in _NOT_ACCOUNTS:
        return None
    if host == "gitlab.com":  # groups nest; "/-/" starts the pages of a project
        segments = segments[: segments.index("-")] if "-" in segments else segments
        return f"repo:{host}/{'/'.join(segments)}".removesuffix(".git")
    return f"repo:{host}/{segments[0]}/{segments[1]}".removesuffix(".git")


def _hub(host: str, segments: list[str]) -> str | None:
    if host not in _HUB_HOSTS or not segments:
        return None
    if segments[0] == "api":  # api/models/O/N, and where files are redirected to: api/resolve-cache/models/O/N/SHA/FILE
        segments = segments[2:] if segments[1:2] == ["resolve-cache"] else segments[1:]
        if segments[:1] not in (["models"], ["datasets"], ["spaces"]):
            return None
    kind = "models"
    if segments and segments[0] in ("datasets", "spaces", "models"):
        kind, segments = segments[0], segments[1:]
    if len(segments) < 2 or (kind == "models" and segments[0].lower() in _NOT_HUB_OWNERS):
        return None
    return f"hub:{kind}/{segments[0]}/{segments[1]}"


def _package(where: str) -> str | None:
    for registry, pattern in _PACKAGES:
        if match := pattern.match(where):
            name = match[1].replace("%2F", "/")  # of a scoped one, @a%2Fb
            return f"package:{registry}/{re.sub(r'[-_.]+', '-', name) if registry == 'pypi' else name}"
    return None
