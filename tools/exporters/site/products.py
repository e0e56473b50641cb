"""One page a product, with its JSON beside it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from tools.exporters import _critiques, _findings, _pairs, _prices, _record, _views
from tools.exporters._views import Caps, Refs
from tools.exporters._words import clip, file_slug
from tools.exporters.site._out import fitted, page_of
from tools.exporters.site._state import Site
from tools.exporters.site.comparisons import pair_words
from tools.exporters.site.machine import changes_feed, facts, linked_data
from tools.exporters.site.pictures import CARD, SHARED, Seen, card_picture, seen, share_file
from tools.knowledge import is_doubt
from tools.views.documents import ProductDocument
from tools.views.price_words import price_to_start
from tools.views.room import free_room
from tools.views.takes import day, own_line, pages_read, verdict_line


def product(site: Site, document: ProductDocument) -> Iterator[tuple[str, bytes]]:
    """The product’s page, and beside it its record, its facts in brief, its linked data, its feed and its picture."""
    name = f"products/{file_slug(document.slug)}"
    picture, (linked, whole) = seen(site, document), linked_data(site, document)
    card = card_picture(site, document)
    if card:
        yield card
    share = (card[0], *CARD) if card else ()
    yield fitted(
        lambda caps: _product_page(site, document, f"{name}.html", linked, picture, share, caps), bool(site.cuttings)
    )
    yield f"{name}.json", document.model_dump_json(indent=1).encode("utf-8", "replace") + b"\n"
    yield f"{name}.jsonld", whole
    yield facts(site, document)
    yield from changes_feed(site, document)
    if picture:
        yield picture[0], picture[1]


def _product_page(
    site: Site,
    document: ProductDocument,
    name: str,
    linked: Markup,
    picture: Seen | None,
    share: tuple[Any, ...],
    caps: Caps,
) -> tuple[str, bytes]:
    refs = Refs(caps)
    panel, silence = document.panel, _critiques.silence(document)
    return page_of(
        site,
        name,
        "product",
        "product",
        "Verdicts",
        limited=True,
        d=document,
        linked=linked if caps.linked else "",
        share=share or (share_file(panel.verdict if panel else ""), *SHARED),
        picture=picture,
        checked=max((e.fetched_at for plan in document.plans for e in plan.evidence), default=""),
        slug=file_slug(document.slug),
        logo=_views.logo_file(document),
        line=verdict_line(document),
        own_line=own_line(panel),
        mark=_views.mark(panel.verdict if panel else None),
        verdict=panel.verdict if panel else "Not reviewed yet",
        tally=_views.tally(document),
        votes=_views.votes(document),
        labels=_views.labels(document),
        weighed=_findings.weighed(document, caps),
        found=_findings.listed(document, caps),
        read=_findings.dossier(document, caps),
        looks=_looks(document),
        price=price_to_start(document),
        free_room=free_room(document),
        stale=_record.stale_notice(document) if panel and panel.stale else None,
        met=day(panel.created_at) if panel else "",
        facts=_record.facts(document, caps),
        known=len(document.facts),
        cited=sum(bool(fact.evidence) for fact in document.facts.values()),
        plans=_with_cuttings(site, _record.plans(document, caps), caps),
        not_stated=pages_read(document),
        chart=_prices.chart(document, site.at),
        launches=_record.launches(document, caps),
        panel=[row for row in _critiques.panel(document, caps, refs) if not silence or row["score"] is not None],
        why=_critiques.sentence(panel.reason) if panel else "",
        silence=silence,
        plain=panel is None or bool(silence),
        brief=_findings.brief(document, caps),
        refs=refs,
        claims=_critiques.claim_count([document]),
        history=_record.history(document, caps),
        last_read=max((page.fetched_at for page in document.pages), default=""),
        reviewers=_critiques.reviewers([document]),
        rivals=_rivals_of(site, document, caps),
    )


def _looks(document: ProductDocument) -> list[str]:
    """Why an editor has to look at it, in words for readers: what was read too unsurely to be shown is only named as such."""
    reasons = [
        "Something read of it was not sure enough to show." if is_doubt(why) else why for why in document.needs_look
    ]
    return [clip(why, 200) for why in dict.fromkeys(reasons)][:5]


def _with_cuttings(site: Site, plans: list[dict[str, Any]], caps: Caps) -> list[dict[str, Any]]:
    """The rows of plans, each with the piece of the picture that its price was read in, as a data address."""
    for row in plans:
        for said in row["quotes"][:1] if caps.cuttings else ():
            png = site.cuttings.get(said["cutting"])
            said["piece"] = f"data:image/png;base64,{base64.b64encode(png).decode()}" if png else ""
    return plans


def _rivals_of(site: Site, document: ProductDocument, caps: Caps) -> list[dict[str, Any]]:
    """Its rivals that are on the site: those it is compared with first, each with why and the words that name it."""
    why = {rival.slug: rival for rival in document.rivals or ()}
    paired = {
        next(slug for slug in pair if slug != document.slug): pair for pair in site.pairs_of.get(document.slug, ())
    }
    rows = []
    for slug in list(dict.fromkeys((*list(paired)[:12], *(one for one in why if one in site.by_slug)))):
        card, reason = site.by_slug[slug], why.get(slug)
        row = {
            "slug": file_slug(slug),
            "name": card.name,
            "file": "",
            "reason": clip(reason.reason, 240) if reason else "",
            "quotes": _views.quotes(reason.evidence, caps) if reason else [],
        }
        if slug in paired:
            sides = [site.by_slug[one] for one in paired[slug]]
            row |= {
                "file": _pairs.pair_file(paired[slug]),
                "mark": _views.mark(card.verdict),
                "words": pair_words(*sides),
            }
        rows.append(row)
    return rows
