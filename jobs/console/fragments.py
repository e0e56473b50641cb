"""The small pieces that a page prints by the dozen, as `d` in the templates: a form's beginning, a quote, a row of the log.

Each is one string: as macros of a template they were half of what a page costs. Whatever comes in goes through `plain`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache, wraps
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from tools.exporters import _words
from tools.exporters._views import mark as mark_of
from tools.exporters._words import clip, plural, visible
from tools.views import takes
from tools.views.change_words import side_words

INBOX = "/inbox"
_MARKED = 300  # characters of a quote that are looked for in a page
_LABELS = {"license": "Licence", "pricing_model": "Pricing model", "hub_id": "Hub id", "plans": "Prices"}


# Of moments, addresses and rows a page prints few different ones, or those that the page before printed.
_remembered = lru_cache(4_096)
address, minute, safe_url, day = map(_remembered, (_words.address_words, _words.minute, _words.safe_url, takes.day))


def plain(text: str) -> str:
    """Text as it may stand on a page."""
    if text.isascii() and text.isprintable():  # most of it, and much of that has nothing to escape
        found = "&" in text or "<" in text or ">" in text or "'" in text or '"' in text
        return escape(text) if found else text
    return escape(visible(text))


def _markup(make: Callable[..., str]) -> Callable[..., Markup]:
    """Have what a function gives count as markup."""

    @wraps(make)
    def made(*given: Any, **named: Any) -> Markup:
        return Markup(make(*given, **named))

    return made


@_markup
def form_start(visit: Any, to: str, swap: bool = False, label: str = "", class_: str = "", id: str = "") -> str:
    """A form that is sent to a path, up to its first field; with the token that it must carry."""
    named = (("id", id), ("aria-label", label), ("class", class_))
    more = "".join(f' {name}="{plain(value)}"' for name, value in named if value)
    token = f'<input type="hidden" name="csrf" value="{plain(visit.session.csrf)}">' if visit.session else ""
    return f'<form method="post" action="{plain(to)}"{" data-swap" if swap else ""}{more}>{token}'


@_markup
def seen(seq: object) -> str:
    """The field that says up to which change the page was made."""
    return f'<input type="hidden" name="seen" value="{plain(str(seq))}">'


@_markup
def out(url: str | None, words: str = "") -> str:
    """A link that leads out, where the address is one that may be followed; else its words alone."""
    safe, name = safe_url(url), plain(words or clip(address(url), 90))
    return f'<a href="{plain(safe)}" rel="noreferrer noopener">{name}</a>' if safe else name or "no address"


@_markup
def page_path(page: str, words: str = "") -> str:
    """The path to a page as read, with words of it marked."""
    asked = f"?quote={plain(quote(words[:_MARKED], safe='/'))}#quote" if words else ""
    return f"/pages/{plain(page)}{asked}"


@_markup
def cited(words: str, url: str, at: str, page: str, place: str = "visible", shot: bool = False) -> str:
    """A quote with where and when it was read, and the way to the page as read."""
    told = [str(out(url))] if url else []
    told += [f"read {plain(minute(at))}", *([plain(place)] if place != "visible" else [])]
    if page:
        told += [f'<a href="{page_path(page, words)}" data-page>page as read</a>']
        told += [f'<a href="/shots/{plain(page)}">screenshot</a>'] if shot else []
    return (
        f'<figure class="quote"><blockquote><p>{plain(clip(words, 600))}</p></blockquote>'
        f"<figcaption>{' · '.join(told)}</figcaption></figure>"
    )


@_markup
def figures(evidence: Sequence[Any], shots: Collection[str] = (), most: int = 2) -> str:
    """Quotes, the first ones open and the others behind one click."""
    made = [cited(one.quote, one.url, one.fetched_at, one.page, one.place, one.page in shots) for one in evidence]
    if len(made) <= most:
        return "".join(made)
    return (
        f'{"".join(made[:most])}<details class="ev"><summary><span class="val lk">'
        f"{plural(len(made) - most, 'more quote')}</span></summary>{''.join(made[most:])}</details>"
    )


def readers(counts: Any) -> str:
    """How readers voted; empty: nobody did."""
    ship, skip = (counts["ship"], counts["skip"]) if isinstance(counts, dict) else (counts.ship, counts.skip)
    return f"Readers: {ship} ship, {skip} skip" if ship + skip else ""


def label(field: str) -> str:
    """A field's name in print."""
    return _LABELS.get(field) or field.replace("_", " ").capitalize()


@_remembered
@_markup
def options(values: Sequence[str], chosen: str) -> str:
    """What a select offers. values: a tuple."""
    return "".join(f"<option{' selected' if one == chosen else ''}>{plain(one)}</option>" for one in values)


@_remembered
@_markup
def fields(names: Sequence[str], chosen: str) -> str:
    """The fields that a select offers, by their names in print. names: a tuple."""
    return "".join(
        f'<option value="{plain(name)}"{" selected" if name == chosen else ""}>{plain(label(name))}</option>'
        for name in names
    )


def _cut(text: str | None, most: int) -> str:
    """Text as it may stand on a page, of so many bytes at most, with a sign where it was cut."""
    words = clip(text, most)
    return plain(words if len(words) == len(visible(text or "").strip()) else f"{words.rstrip(' ,;:')} …")


def value(one: str | Sequence[str], most: int) -> str:
    """A value as text of so many bytes at most."""
    return clip(one if isinstance(one, str) else ", ".join(one), most)


def change(row: Any, slug: str = "") -> Markup:
    """A row of the change log; slug: its product, where rows of several stand together."""
    names = ("at", "who", "op", "field", "before", "after", "why")
    if isinstance(row, dict):
        return _change(slug, *[row[name] for name in names])
    return _change(slug, *[getattr(row, name) for name in names])


@_remembered
@_markup
def _change(slug: str, at: str, who: str, op: str, field: str, before: str | None, after: str | None, why: str) -> str:
    named = f' <a class="lk" href="/products/{plain(slug)}" data-open>{plain(clip(slug, 60))}</a>' if slug else ""
    told = f'<span class="meta">{plain(minute(at))}</span>{named} <b>{plain(clip(who or "Scout", 80))}</b> {plain(op)}'
    told += f" {_cut(field, 60)}" if field else ""
    told += ":" if before or after else ""
    told += f" <del>{_cut(side_words(op, before), 120)}</del>" if before else ""
    told += f" <ins>{_cut(side_words(op, after), 120)}</ins>" if after else ""
    return told + (f' <span class="note">{_cut(why, 200)}</span>' if why else "")


def product_row(card: Mapping[str, Any]) -> Markup:
    """What a list shows of a product, by its card."""
    names = ("slug", "name", "kind", "status", "first_seen", "verdict", "panel_stale", "tagline", "logo")
    return _product_row(*[card[name] for name in names])


@_remembered
@_markup
def _product_row(
    slug: str,
    name: str,
    kind: str,
    status: str,
    first_seen: str,
    verdict: str | None,
    stale: bool,
    tagline: str,
    seal: str,
) -> str:
    told = f"{plain(kind)} · {plain(status.replace('_', ' '))} · {plain(day(first_seen))}"
    late = ' <span class="tag">stale</span>' if stale else ""
    words = f'<p class="note">{plain(clip(tagline, 200))}</p>' if tagline else ""
    return (
        f'<div class="nd"><span class="nb">{mark(verdict)}</span><h2>{logo(seal, name, 28)}<a class="tap" href="/products/{plain(slug)}" data-open>'
        f'<bdi>{plain(clip(name, 120))}</bdi></a></h2><span class="meta">{told}</span>'
        f'<span class="vd">{plain(verdict or "Awaiting review")}{late}</span></div>{words}'
    )


@_remembered
@_markup
def menu(pages: Sequence[tuple[str, str]], path: str, waiting: int) -> str:
    """The items of the navigation; path: the page shown; waiting: the number beside the inbox. pages: title and path."""
    items = []
    for title, to in pages:
        here = "page" if path == to else "true" if path.startswith(f"{to}/") else ""
        current = f' aria-current="{here}"' if here else ""
        beside = (
            f' <span class="count">{waiting}</span><span class="vh"> waiting</span>' if to == INBOX and waiting else ""
        )
        items.append(f'<li><a href="{plain(to)}"{current}>{plain(title)}{beside}</a></li>')
    return "".join(items)


@_markup
def logo(seal: str, name: str, side: int) -> str:
    """A product's mark by its hash, or the letter that stands in its place; beside the name, so that it says nothing."""
    if not seal:
        return f'<span class="lg" aria-hidden="true">{plain(_words.letter(name))}</span>'
    return f'<img class="lg" src="/logos/{plain(seal)}" width="{side}" height="{side}" loading="lazy" alt="">'


def mark(verdict: str | None) -> Markup:
    """The mark of a verdict; beside its words, so that it is hidden from who listens."""
    return Markup(f'<svg class="m" aria-hidden="true"><use href="#m-{plain(mark_of(verdict))}"/></svg>')
