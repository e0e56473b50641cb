"""What a post announces: the addresses of products in its text, and which of them it is about.

A post is on somebody's page; what it announces lies elsewhere: a site, a repository, a package or an entry of the Hub.
Pictures, videos, social profiles and works of reference are none of these, and a link in passing announces nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from tools.identity import host_of, identity_of, registrable_domain, same_site
from tools.models import Launch
from tools.sources._names import is_article, labels_of, name_of, named_in, squash
from tools.sources._rows import absolute_address, pointers, tame, tidy, without_tracking

# Sites whose pages are never the product a post announces, by what they are. The only such list; closed on purpose.
_NO_PRODUCTS = frozenset(
    # video and pictures
    """youtube.com youtu.be vimeo.com twitch.tv dailymotion.com streamable.com imgur.com giphy.com gyazo.com
    unsplash.com flickr.com githubusercontent.com
    """
    # people and talk
    """twitter.com x.com t.co linkedin.com facebook.com fb.com instagram.com threads.net threads.com bsky.app reddit.com
    redd.it tiktok.com pinterest.com t.me telegram.me discord.gg discord.com whatsapp.com wa.me mastodon.social
    hachyderm.io fosstodon.org gravatar.com linktr.ee about.me
    """
    # reference
    """wikipedia.org wikimedia.org wiktionary.org wikidata.org arxiv.org doi.org acm.org ieee.org nature.com w3.org
    ietf.org rfc-editor.org whatwg.org stackoverflow.com stackexchange.com superuser.com mozilla.org w3schools.com
    creativecommons.org opensource.org spdx.org semver.org britannica.com archive.org
    """
    # where posts and launches stand
    """ycombinator.com producthunt.com betalist.com lobste.rs dev.to forem.com medium.com substack.com hashnode.com
    hackernoon.com indiehackers.com slashdot.org techcrunch.com nytimes.com theverge.com
    """
    # money and appointments
    """patreon.com buymeacoffee.com ko-fi.com opencollective.com liberapay.com paypal.com paypal.me gofundme.com
    calendly.com forms.gle
    """.split()
)
_CODE_HOSTS = (
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "codeberg.org",
    "gitee.com",
    "sr.ht",
    "huggingface.co",
    "hf.co",
)
_FILE = re.compile(
    r"\.(?:png|jpe?g|gif|webp|svg|avif|ico|bmp|mp4|webm|mov|mp3|wav|pdf|csv|xml|rss|atom|css)$", re.IGNORECASE
)
_PROFILE = re.compile(r"^/(?:@[^/]+|(?:u|user|users|in|profile|profiles|author|authors)/[^/]+)/?$", re.IGNORECASE)
_BACKGROUND = re.compile(
    r"^(?:docs?|developers?|api|help|support|status|wiki|learn)\.|/(?:docs?|wiki|reference|manual|rfcs?)(?:/|$)",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"/(?:issues|pulls?|discussions|commits?|compare|merge_requests|wiki|actions|blob)(?:/|$)", re.IGNORECASE
)
_FILES = re.compile(r"/(?:tree|blob|src|wiki)/")  # of a repository
_RELEASE = re.compile(
    r"^(?P<root>https?://[^/]+(?:/[^/]+)*?)/(?:(?:-/)?(?:releases?|tags|changelog|change-log|release-notes|whats-?new)(?:/.*)?"
    r"|(?:(?:v|versions?)/)?v?\d+\.\d[\w.+-]*/?)$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?:https?://|\bwww\.)[^\s<>\"'`\ue000-\ue005]{3,2000}|\b(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,12}(?:/[\w./@~-]{0,300})?",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*•‣◦–▪]|\d{1,2}[.)])\s+")
_LINK = re.compile("\ue000(\\d+)\ue001([^\ue000-\ue002]*)\ue002")
_MARKS = re.compile("[\ue000-\ue005]")
_MARK_ALONE = re.compile("([\ue003-\ue005])\\s+")
_CALL = re.compile(
    r"\b(?:try|demo|live|repo(?:sitory)?|source|code|github|gitlab|website|site|homepage|download|install|sign ?up|check it out"
    r"|get it|play|available|app|link|npm|pypi|crates?|package)\b",
    re.IGNORECASE,
)
_CALL_LINE_CHARS = 80
# A title that presents something of the writer's own.
_PRESENTED = re.compile(
    r"\b(?:(?:i|we)(?:['’]ve| have)?(?: just| finally| recently| also)? (?:built|made|created|wrote|launched|shipped|released"
    r"|open[- ]sourced|developed|designed|coded)|show ?(?:hn|dev)|introducing|announcing|presenting|meet|launch(?:ing|ed)?"
    r"|releas(?:ing|ed)|is (?:out|here|live|now)|open[- ]sourcing|my (?:new|first|latest|own|side|weekend|open[- ]source))\b",
    re.IGNORECASE,
)
_ESSAY = re.compile(
    r"^(?:how|why|what|when|where|who|should|stop|don['’]t|is|are|do|does|can|lessons?|thoughts?|notes?|understanding|learn|a guide"
    r"|guide|tutorial|the (?:case|art|state|future|problem|best|ultimate)|\d+ )",
    re.IGNORECASE,
)
_PRESENTING_TAGS = frozenset(
    {"showdev", "show", "launch", "launches", "release", "releases", "announcement", "announcements"}
)
_GENERIC = re.compile(
    r"(?:the )?(?:live )?(?:demo|github|gitlab|repo(?:sitory)?|source(?: code)?|code|website|site|home ?page|docs?|documentation|here|link"
    r"|download|npm|pypi|package|video|blog(?: post)?|twitter|discord|read more|more|try it(?: out)?|app|playground|changelog|license|api)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Post:
    """A post: its title, its markup or text, the address it stands at, and the sites that are the post's own."""

    title: str
    html: str
    url: str
    own: tuple[str, ...] = ()
    author: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Announced:
    """One thing a post announces."""

    url: str
    name: str = ""
    tagline: str = ""
    repo_url: str = ""


@dataclass(frozen=True, slots=True)
class _Mention:
    """An address in a post, the words of its link, and the line it stands in."""

    url: str
    words: str
    line: str


@dataclass(frozen=True, slots=True)
class _Block:
    """A line of a post with the addresses in it. kind: text, item, heading or code."""

    kind: str
    text: str
    mentions: tuple[_Mention, ...]


def announced(post: Post, *, certain: bool) -> list[Announced]:
    """What a post announces, in its order: one thing, each tool of a list, or nothing.

    certain: whether it is known to announce something (a Show HN), so that its first address is that.
    """
    blocks = _blocks(post)
    mentions = [mention for block in blocks for mention in block.mentions]
    titled = next((one for one in mentions if named_in(one.url, _subject(post.title))), None)
    several = _several(blocks)
    if len(several) > 1 and (titled is None or sum(bool(named_in(one.url, post.title)) for one in several) > 1):
        return several
    if not certain and _is_essay(post.title):
        return []
    chosen = titled or next((one for one in mentions if _is_offered(one, post, certain=certain)), None)
    if chosen is None:
        return _of_own_site(post)
    return [_single(post, chosen, mentions)]


def each_of(launch: Launch, found: Sequence[Announced]) -> Iterator[Launch]:
    """A post's launch as one of each thing that the post announces; of several, under ids that hang on the two alone."""
    for one in found:
        kind, repo_url, hub_id = pointers(one.url)
        about: dict[str, Any] = {"url": one.url, "kind": kind, "repo_url": repo_url or one.repo_url, "hub_id": hub_id}
        if len(found) > 1:
            about |= {"source_id": f"{launch.source_id}#{identity_of(one.url)}", "description": one.tagline}
        yield replace(launch, name=one.name, tagline=one.tagline, **about)


def _of_own_site(post: Post) -> list[Announced]:
    """The site a post stands on, where it presents what that site is called by: a product's own blog."""
    domain = registrable_domain(host_of(post.url))
    root = f"https://{domain}/"
    if not _PRESENTED.search(post.title) or not may_be_product(root) or not named_in(root, _subject(post.title)):
        return []
    return [Announced(root, *name_of(post.title, root, ""))]


def released(url: str) -> str | None:
    """The address of what a release's own page belongs to: a repository, a package, a site with a changelog; else None."""
    url = urlsplit(url)._replace(query="", fragment="").geturl()
    root = root_of(url)
    if root is not None:
        return root if url.rstrip("/").removesuffix(".git") != root and not _FILES.search(url) else None
    found = _RELEASE.match(url)
    if not found or is_article(found["root"]):
        return None
    return found["root"] if found["root"].count("/") > 2 else f"{found['root']}/"


def root_of(url: str) -> str | None:
    """The shortest address of the same repository, Hub entry or package; None for what is none of these."""
    wanted = identity_of(url)
    if wanted.startswith(("url:", "hub:papers")):
        return None
    parts = urlsplit(without_tracking(url))
    steps = [step for step in parts.path.split("/") if step]
    for count in range(1, len(steps) + 1):
        shorter = parts._replace(path="/" + "/".join(steps[:count]), query="").geturl()
        if identity_of(shorter) == wanted:
            return shorter.removesuffix(".git")
    return None


def may_be_product(url: str, own: Sequence[str] = ()) -> bool:
    """Whether an address may be a product's: no picture, video, profile or work of reference, and none of the post's site."""
    scheme, parts = identity_of(url).partition(":")[0], urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    if scheme in ("repo", "package", "hub"):
        return not _TALK.search(parts.path) and not identity_of(url).startswith("hub:papers")
    if host.replace(".", "").isdigit() and not any(host_of(other).replace(".", "").isdigit() for other in own):
        return False  # a machine of somebody's own
    if "." not in host or host in _CODE_HOSTS or registrable_domain(host) in _NO_PRODUCTS or host.endswith(".local"):
        return False
    if _FILE.search(parts.path) or _PROFILE.match(parts.path):
        return False
    return not any(_same_place(url, other) for other in own if other)


def _same_place(url: str, other: str) -> bool:
    """Whether two addresses are of one site; by number, hosts on other ports are other sites."""
    if host_of(url).replace(".", "").isdigit():
        return urlsplit(url).netloc == urlsplit(other).netloc
    return same_site(url, other)


def product_address(url: str, title: str) -> str:
    """The address of the product itself: of a repository's page the repository, of an article on the product's own site
    the site."""
    root = root_of(url)
    if root is not None:
        return root
    parts = urlsplit(url)
    domain = registrable_domain(host_of(url)).partition(".")[0]
    if is_article(url) and squash(named_in(f"{parts.scheme}://{parts.netloc}/", title)) and domain in labels_of(url):
        return f"{parts.scheme}://{parts.netloc}/"
    return without_tracking(url)


# ── which of its addresses ───────────────────────────────────────────────────────────────────────────────────────────


def _subject(title: str) -> str:
    """A title without what the thing was made with or for."""
    return re.split(r"\s(?:with|using|in|for|on|at|vs\.?|versus|instead of|like|from)\s", title, maxsplit=1)[0]


def _is_essay(title: str) -> bool:
    return _ESSAY.match(title.strip()) is not None and not _PRESENTED.search(title)


def _is_offered(mention: _Mention, post: Post, *, certain: bool) -> bool:
    """Whether an address that the title does not name is what the post offers."""
    if is_article(mention.url) or _is_background(mention.url):
        return False
    if squash(post.author) in labels_of(mention.url) and urlsplit(mention.url).path in ("", "/"):
        return False  # the author's own page
    if certain or _PRESENTED.search(post.title) or _PRESENTING_TAGS & {tag.lower() for tag in post.tags}:
        return True
    return len(mention.line) <= _CALL_LINE_CHARS and _CALL.search(mention.line) is not None


def _is_background(url: str) -> bool:
    return _BACKGROUND.search(f"{host_of(url)}{urlsplit(url).path}") is not None


def _single(post: Post, chosen: _Mention, mentions: Sequence[_Mention]) -> Announced:
    url = product_address(chosen.url, post.title)
    name, tagline = name_of(post.title, url, "" if _is_essay(post.title) else post.html)
    labels = {squash(name), *labels_of(url)} - {""}
    repos = (one.url for one in mentions if identity_of(one.url).startswith("repo:"))
    own = next((root_of(one) for one in repos if labels & set(labels_of(one))), None)
    return Announced(url, name, tagline, own or "")


# ── a list of several ────────────────────────────────────────────────────────────────────────────────────────────────


def _several(blocks: Sequence[_Block]) -> list[Announced]:
    """The tools of a list: items, or headings with what stands below them, each with a name and an address."""
    return max((_listed(_items(blocks)), _listed(_sections(blocks))), key=len)


def _items(blocks: Sequence[_Block]) -> list[_Block]:
    return [block for block in blocks if block.kind == "item" and block.mentions]


def _sections(blocks: Sequence[_Block]) -> list[_Block]:
    """Each heading with the addresses up to the next one."""
    found: list[_Block] = []
    for block in blocks:
        if block.kind == "heading":
            found.append(block)
        elif found:
            found[-1] = _Block("heading", found[-1].text, found[-1].mentions + block.mentions)
    return [block for block in found if block.mentions]


def _listed(blocks: Sequence[_Block]) -> list[Announced]:
    """What a list names; nothing unless most of it are names that their addresses bear."""
    found: dict[str, Announced] = {}
    for block in blocks:
        if one := _one_of(block):
            found.setdefault(squash(one.name), one)  # a tool's site and its repository are one tool
    return list(found.values()) if len(found) > 1 and 2 * len(found) >= len(blocks) else []


def _one_of(block: _Block) -> Announced | None:
    text = _BULLET.sub("", block.text)
    for mention in block.mentions:
        title = text if text != mention.url else mention.words
        own = "" if "/" in mention.words or _GENERIC.fullmatch(mention.words) else mention.words
        named = named_in(mention.url, own) or named_in(mention.url, title.split(mention.url)[0])
        name = own if named and named in own and len(own.split()) <= 2 else named
        if name and not is_article(mention.url) and not _is_background(mention.url):
            tagline = text.partition(name)[2].replace(mention.url, "").strip(" –—:-|,.()")
            return Announced(product_address(mention.url, name), name, tagline)
    return None


# ── the text ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _blocks(post: Post) -> list[_Block]:
    """The lines of a post, each with the product addresses in it, in their order."""
    html = tame(_MARKS.sub("", post.html))
    html = " ".join(html.split()) if "</" in html or "<p>" in html else html  # else its line breaks are all it has
    tree = LexborHTMLParser(f"<body>{html}</body>")
    tree.strip_tags(["script", "style", "template", "noscript", "img"], recursive=True)
    links = tree.css("a[href]")
    for number, link in enumerate(links):
        link.insert_before(f"\ue000{number}\ue001")
        link.insert_after("\ue002")
    for selector, mark in (
        ("li", "\ue003"),
        ("h1, h2, h3, h4, h5", "\ue004"),
        ("pre", "\ue005"),
        ("p, br, div, tr, blockquote, ul, ol", ""),
    ):
        for node in tree.css(selector):
            node.insert_before(f"\n{mark}")
            node.insert_after("\n")
    targets = [absolute_address(link.attributes.get("href"), post.url) or "" for link in links]
    text = _MARK_ALONE.sub(r"\1", tree.body.text() if tree.body else "")
    return [_block(line, targets, post) for line in tidy(text).splitlines()]


def _block(line: str, targets: Sequence[str], post: Post) -> _Block:
    kind = {"\ue003": "item", "\ue004": "heading", "\ue005": "code"}.get(line[:1], "text")
    text = " ".join(_MARKS.sub("", _LINK.sub(lambda link: link[2], line)).split())
    if kind == "text" and _BULLET.match(text):
        kind = "item"
    found: list[tuple[int, str, str]] = [
        (link.start(), targets[int(link[1])], link[2].strip()) for link in _LINK.finditer(line)
    ]
    rest = _LINK.sub(lambda link: " " * len(link[0]), line)
    found += [
        (bare.start(), address, "") for bare in _BARE.finditer(rest) if (address := _written_out(bare[0], post.title))
    ]
    kept = [
        _Mention(url, words, text)
        for _, url, words in sorted(found)
        if url and may_be_product(url, (post.url, *post.own))
    ]
    if kind == "code":
        kept = [one for one in kept if identity_of(one.url).startswith("repo:")]
    return _Block(kind, text, tuple(kept))


def _written_out(text: str, title: str) -> str:
    """An address that stands in a text as words; without its scheme only one that can be nothing else."""
    text = text.rstrip(".,;:!?'*_")
    text = text if text.count("(") == text.count(")") else text.rstrip(")")
    if text.lower().startswith(("http://", "https://")):
        return absolute_address(text) or ""
    address = absolute_address(f"https://{text}") or ""
    if not address:
        return ""
    entry = not identity_of(address).startswith("url:")
    return address if entry or text.lower().startswith("www.") or named_in(address, title) else ""
