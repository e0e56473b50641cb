"""Proposals: who a product is, and that nothing enters which its own pages do not say."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from tools import knowledge
from tools.errors import ProposalRefused
from tools.models import Access, Extraction, Fact, Launch, Link, Page, Plan, Proposal
from tools.page.extract import extract
from tools.page.quotes import find_quote, visible_text
from tools.products.propose import Unread, assemble
from tools.store import Store

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOME = """<html><head><title>Acme: builds in seconds</title>{head}</head><body><h1>Acme</h1>
<p>Acme builds your project in seconds, with a cache that the whole team shares.</p>{body}</body></html>"""


def read(
    url: str, body: str = "", *, head: str = "", asked: str = "", access: Access = "html", content: str = "text/html"
) -> tuple[Page, Extraction]:
    """A page as the reader hands it over, read by the real extractor."""
    text = body if access == "api" else HOME.format(head=head, body=body)
    raw = text.encode()
    digest = sha256(raw).hexdigest()
    key = sha256(f"{url}\n{digest}".encode()).hexdigest()[:32]
    page = Page(key, asked or url, url, 200, content, "utf-8", raw, digest, NOON, access=access)
    return page, extract(text, url, content_type=content)


def repo(name: str = "acme/acme", homepage: str = "") -> tuple[Page, Extraction]:
    answer = {
        "name": name.split("/")[1],
        "full_name": name,
        "html_url": f"https://github.com/{name}",
        "homepage": homepage,
        "description": "Build things fast",
        "license": {"spdx_id": "MIT"},
        "owner": {"login": name.split("/")[0]},
        "topics": ["build"],
    }
    return read(f"https://api.github.com/repos/{name}", json.dumps(answer), access="api", content="application/json")


def launch(url: str | None = "https://acme.dev/", **more: object) -> Launch:
    row = {"id": 1, "title": "Show HN: Acme – builds in seconds", "url": url}
    made = Launch(
        "show_hn",
        "1",
        "Show HN: Acme – builds in seconds",
        "https://news.ycombinator.com/item?id=1",
        url=url,
        name="Acme",
        tagline="builds in seconds",
        page="f" * 32,
        raw=json.dumps(row),
    )
    return replace(made, **more)


LINKS_REPO = '<a href="https://github.com/acme/acme">Source on GitHub</a>'


def values(proposal: Proposal, field: str) -> set[str]:
    return {str(fact.value) for fact in proposal.facts if fact.field == field}


# ── identity ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("launched", "pages", "identity"),
    [
        # the address reached, not the one asked for
        ("https://short.example/x", [read("https://acme.dev/", asked="https://short.example/x")], "url:acme.dev"),
        (
            "https://www.acme.dev/?ref=hn",
            [read("https://www.acme.dev/", asked="https://www.acme.dev/?ref=hn")],
            "url:acme.dev",
        ),
        # not read: as the source names it
        ("https://acme.dev/", [], "url:acme.dev"),
        ("https://github.com/Acme/acme", [], "repo:github.com/acme/acme"),
        ("https://huggingface.co/acme/tiny", [], "hub:models/acme/tiny"),
        ("https://pypi.Org/project/acme/", [], "package:pypi/acme"),
        # nothing but the announcement
        (None, [], "url:news.ycombinator.com/item?id=1"),
        # an API answers for its entry
        ("https://github.com/acme/acme", [repo()], "repo:github.com/acme/acme"),
        # two products of one house
        (
            "https://house.example/products/a",
            [read("https://house.example/products/a")],
            "url:house.example/products/a",
        ),
        (
            "https://house.example/products/b",
            [read("https://house.example/products/b")],
            "url:house.example/products/b",
        ),
    ],
)
def test_the_identity_is_homepage_then_repository_then_hub_then_package(
    launched: str | None, pages: list[tuple[Page, Extraction]], identity: str
) -> None:
    assert assemble(launches=[launch(launched)], pages=pages).identity == identity


@pytest.mark.parametrize(
    ("address", "canonical", "identity"),
    [
        ("https://acme.dev/en/", "https://acme.dev/", "url:acme.dev"),
        ("https://acme.dev/", "https://acme.dev/en/", "url:acme.dev/en"),
        ("https://www.acme.dev/?ref=x", "https://acme.dev/", "url:acme.dev"),
        ("https://acme.dev/?v=2", "https://acme.dev/", "url:acme.dev"),
        ("https://docs.acme.dev/", "https://acme.dev/", "url:acme.dev"),
        # of another site
        ("https://evil.dev/", "https://acme.dev/", "url:evil.dev"),
        ("https://evil.github.io/", "https://acme.github.io/", "url:evil.github.io"),
        # of somebody else on a shared host
        ("https://host.example/u/evil", "https://host.example/u/acme", "url:host.example/u/evil"),
        ("https://host.example/u/evil", "https://host.example/", "url:host.example/u/evil"),
        ("https://evil.host.example/", "https://host.example/", "url:evil.host.example"),
        ("https://host.example/item?id=6", "https://host.example/item?id=1", "url:host.example/item?id=6"),
    ],
)
def test_a_canonical_link_counts_only_where_it_cannot_be_somebody_elses(
    address: str, canonical: str, identity: str
) -> None:
    own = read(address, head=f'<link rel="canonical" href="{canonical}">')
    claimed = Fact("homepage", canonical, "meta", 0.9, own[1].facts[0].evidence)
    asked = replace(own[1], facts=(*(fact for fact in own[1].facts if fact.field != "homepage"), claimed))
    assert assemble(launches=[], pages=[(own[0], asked)]).identity == identity
    assert assemble(launches=[], pages=[own]).identity in (identity, "url:" + address.split("//")[1].strip("/"))


def test_a_page_that_names_another_sites_address_keeps_its_own_and_is_looked_at() -> None:
    page, found = read("https://evil.example/", head='<link rel="canonical" href="https://rival.dev/">')
    claimed = Fact("homepage", "https://rival.dev/", "meta", 0.9, found.facts[0].evidence)
    made = assemble(launches=[], pages=[(page, replace(found, facts=(*found.facts, claimed)))])
    assert made.identity == "url:evil.example"
    assert "https://rival.dev/" not in values(made, "homepage")
    assert "names https://rival.dev/ as its own address" in made.needs_look[0]


@pytest.mark.parametrize(
    ("reached", "identity"),
    [
        ("https://www.acme.dev/?ref=hn", "url:acme.dev"),  # the redirect is known, the page behind it is closed
        ("", "url:news.ycombinator.com/item?id=1"),  # nothing is known but the announcement
        ("https://news.ycombinator.com/r/1", "url:news.ycombinator.com/item?id=1"),
    ],
)
def test_a_launch_whose_address_leads_to_a_closed_page_is_a_product_known_from_its_launch_only(
    reached: str, identity: str
) -> None:
    leads_on = launch("https://news.ycombinator.com/r/1")
    made = assemble(launches=[leads_on], pages=[], unread=Unread("robots.txt does not allow this page", reached))
    assert made.identity == identity
    assert values(made, "name") == {"Acme"}
    assert values(made, "homepage") == set()
    assert made.needs_look == ("Known from its launch only: robots.txt does not allow this page",)


def test_what_was_read_is_not_known_from_its_launch_only() -> None:
    made = assemble(launches=[launch()], pages=[read("https://acme.dev/")])
    assert made.needs_look == ()


# ── repositories ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_repository_that_names_the_site_and_is_linked_by_it_is_part_of_the_product() -> None:
    home = read("https://acme.dev/", LINKS_REPO)
    for pages in ([home, repo(homepage="https://acme.dev")], [repo(homepage="https://acme.dev"), home]):
        made = assemble(launches=[launch(pages[0][0].final_url)], pages=pages)
        assert (made.identity, made.kind) == ("url:acme.dev", "product")
        assert "repo:github.com/acme/acme" in made.aliases
        assert made.pages == (home[0].id, repo(homepage="https://acme.dev")[0].id)
        assert (values(made, "name"), values(made, "license")) == ({"Acme"}, {"MIT"})


@pytest.mark.parametrize(
    ("body", "homepage"),
    [
        (LINKS_REPO, ""),  # only the page says so
        (LINKS_REPO, "https://other.example"),  # the repository names another
        ("", "https://acme.dev"),  # only the repository says so
    ],
)
def test_a_repository_that_one_side_alone_names_is_left_out_and_said(body: str, homepage: str) -> None:
    announced = launch(repo_url="https://github.com/acme/acme")  # which proves nothing: anybody may announce
    made = assemble(launches=[announced], pages=[read("https://acme.dev/", body), repo(homepage=homepage)])
    assert made.identity == "url:acme.dev"
    assert made.aliases == ()
    assert "MIT" not in values(made, "license")
    assert "repos/acme/acme) is not of url:acme.dev" in made.left_out[0]


def test_a_repository_that_names_a_rivals_homepage_stays_a_repository() -> None:
    pages = [repo("evil/x", homepage="https://acme.dev"), read("https://acme.dev/", LINKS_REPO)]
    made = assemble(launches=[], pages=pages)
    assert (made.identity, made.aliases, made.kind) == ("repo:github.com/evil/x", (), "repo")
    assert made.pages == (pages[0][0].id,)
    assert "(https://acme.dev/) is not of repo:github.com/evil/x" in made.left_out[0]


def test_a_readme_belongs_to_who_asked_for_it_wherever_its_address_ended() -> None:
    entry = read(
        "https://huggingface.co/api/models/acme/tiny",
        json.dumps({"id": "acme/tiny", "tags": ["license:mit"]}),
        access="api",
        content="application/json",
    )
    ended = "https://huggingface.co/api/resolve-cache/models/acme/tiny/5f0c/README.md?download=1"
    card = read(ended, "# Tiny\n\nA small model that answers questions about builds in one short sentence.", access="api",
                content="text/markdown", asked="https://hub.example/acme/tiny/resolve/main/README.md")  # fmt: skip
    made = assemble(launches=[], pages=[entry, card], owners={card[0].id: "hub:models/acme/tiny"})
    assert (made.identity, made.left_out) == ("hub:models/acme/tiny", ())
    assert made.pages == (entry[0].id, card[0].id)
    strange = assemble(launches=[], pages=[entry, card])
    assert (strange.identity, strange.pages, len(strange.left_out)) == ("hub:models/acme/tiny", (entry[0].id,), 1)


def test_a_renamed_repository_is_the_one_its_host_says_it_is() -> None:
    page, found = repo("acme/renamed")
    moved = replace(
        page, url="https://api.github.com/repos/acme/old", final_url="https://api.github.com/repositories/7"
    )
    made = assemble(launches=[launch("https://github.com/acme/old")], pages=[(moved, found)])
    assert made.identity == "repo:github.com/acme/renamed"
    assert made.aliases == ()  # the old name is free again: whoever takes it is somebody else


# ── whose pages ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("main", "further", "own"),
    [
        ("https://acme.dev/", "https://acme.dev/pricing", True),
        ("https://acme.dev/", "https://docs.acme.dev/", True),
        ("https://acme.dev/", "https://rival.dev/pricing", False),
        ("https://acme.github.io/", "https://rival.github.io/", False),
        ("https://house.example/products/a", "https://house.example/products/a/pricing", True),
        ("https://house.example/products/a", "https://house.example/products/b", False),
        ("https://house.example/products/a", "https://house.example/products/b/pricing", False),
        ("https://house.example/products/a", "https://house.example/pricing", True),
        ("https://acme.dev/", "https://github.com/rival/rival", False),
    ],
)
def test_a_page_of_somebody_else_is_left_out_and_said(main: str, further: str, own: bool) -> None:
    pages = [read(main), read(further)]
    made = assemble(launches=[], pages=pages)
    assert len(made.pages) == 1 + own
    assert [further in why for why in made.left_out] == [True] * (not own)


def test_a_launch_of_something_else_is_refused() -> None:
    with pytest.raises(ProposalRefused, match=r"announces https://other\.example/, not url:acme\.dev"):
        assemble(launches=[launch("https://other.example/")], pages=[read("https://acme.dev/")])


def test_a_text_post_goes_with_a_page_it_names_and_with_no_other() -> None:
    post = launch(None, description="We made https://acme.dev for you")
    assert assemble(launches=[post], pages=[read("https://acme.dev/")]).identity == "url:acme.dev"
    with pytest.raises(ProposalRefused):
        assemble(launches=[post], pages=[read("https://rival.dev/")])


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(ProposalRefused, match="Name at least one launch"):
        assemble(launches=[], pages=[])


# ── facts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_facts_of_a_page_carry_its_id_and_its_quotes_stand_in_it() -> None:
    page, extraction = read("https://acme.dev/")
    made = assemble(launches=[], pages=[(page, extraction)])
    assert made.facts
    for fact in made.facts:
        for item in fact.evidence:
            assert item.page == page.id
            text = page.body.decode()
            assert item.quote in text or find_quote(item.quote, visible_text(text)), fact


def test_what_a_launch_says_is_weaker_than_what_the_page_says_and_quotes_its_row() -> None:
    announced = launch(tagline="the best build tool")
    made = assemble(launches=[announced], pages=[read("https://acme.dev/")])
    said = [fact for fact in made.facts if fact.rung == "source"]
    assert {fact.field for fact in said} >= {"name", "tagline"}
    for fact in said:
        assert fact.evidence[0].page == announced.page
        assert fact.evidence[0].quote in announced.raw
        assert fact.confidence == knowledge.THRESHOLD  # the least that is shown


def test_a_launch_without_a_kept_listing_gives_no_facts() -> None:
    assert assemble(launches=[launch(page="")], pages=[]).facts == ()


def test_a_hosts_own_listing_of_its_entry_is_an_api_fact() -> None:
    address = "https://github.com/acme/acme"
    trending = launch(address, source_url=address, repo_url=address, license="MIT", raw='{"license": "MIT"}')
    made = assemble(launches=[trending], pages=[])
    assert {fact.rung for fact in made.facts if fact.field != "pricing_model"} == {"api"}
    assert made.kind == "repo"


def test_each_item_of_a_list_is_quoted_and_escapes_are_kept() -> None:
    row = json.dumps({"tags": ["caché", "ci"], "url": "https://acme.dev/?ref=hn"})
    made = assemble(launches=[launch("https://acme.dev/?ref=hn", tags=("caché", "ci"), raw=row)], pages=[])
    tags = next(fact for fact in made.facts if fact.field == "tags")
    assert [item.quote for item in tags.evidence] == ["cach\\u00e9", "ci"]
    assert values(made, "homepage") == {"https://acme.dev/"}
    assert all(item.quote in row for fact in made.facts if fact.field != "name" for item in fact.evidence)


def test_a_repository_under_an_open_licence_is_open_source() -> None:
    made = assemble(launches=[], pages=[repo()])
    derived = next(fact for fact in made.facts if fact.field == "pricing_model")
    assert (derived.value, derived.rung, derived.evidence[0].quote) == ("open-source", "derived", "MIT")


def test_only_the_products_own_page_tells_its_name() -> None:
    page, found = read("https://acme.dev/pricing")
    pricing = replace(found, facts=(Fact("name", "Pricing", "meta", 0.99, found.facts[0].evidence),))
    made = assemble(launches=[], pages=[read("https://acme.dev/"), (page, pricing)])
    assert "Pricing" not in values(made, "name")


def test_the_pricing_model_follows_from_plans_and_cites_them() -> None:
    page, found = read("https://acme.dev/")
    quote = found.facts[0].evidence
    plans = (Plan("Free", Decimal(0), "USD", evidence=quote), Plan("Pro", Decimal(9), "USD", "month", evidence=quote))
    bare = replace(found, plans=plans, facts=tuple(f for f in found.facts if f.field != "pricing_model"))
    made = assemble(launches=[], pages=[(page, bare)])
    derived = next(fact for fact in made.facts if fact.field == "pricing_model")
    assert (derived.value, derived.rung, derived.evidence[0].page) == ("freemium", "derived", page.id)


def test_where_a_page_shows_a_price_list_amounts_elsewhere_are_no_plans_beside_it() -> None:
    home, pricing = read("https://acme.dev/"), read("https://acme.dev/pricing", "prices")
    quote = home[1].facts[0].evidence
    consent = Plan("", Decimal(3), "EUR", confidence=0.9, evidence=quote)
    listed = Plan("Pro", Decimal(9), "USD", "month", confidence=0.9, evidence=(replace(quote[0], place="visible"),))
    pages = [(home[0], replace(home[1], plans=(consent,))), (pricing[0], replace(pricing[1], plans=(listed,)))]
    assert [plan.amount for plan in assemble(launches=[], pages=pages).plans] == [Decimal(9)]
    assert [plan.amount for plan in assemble(launches=[], pages=pages[:1]).plans] == [Decimal(3)]


def test_that_a_repository_is_open_says_nothing_of_what_its_site_asks_for() -> None:
    free = replace(repo(homepage="https://acme.dev")[1])
    quote = free.facts[0].evidence
    entry = (repo(homepage="https://acme.dev")[0], replace(free, facts=(*free.facts, Fact("pricing_model", "open-source", "derived", 0.99, quote))))  # fmt: skip
    page, found = read("https://acme.dev/", LINKS_REPO)
    paid = replace(found, facts=(*found.facts, Fact("pricing_model", "paid", "text", 0.7, found.facts[0].evidence)))
    assert values(assemble(launches=[], pages=[(page, paid), entry]), "pricing_model") == {"paid"}
    assert values(assemble(launches=[], pages=[(page, found), entry]), "pricing_model") == {"open-source"}


# ── an agent's claims ────────────────────────────────────────────────────────────────────────────────────────────────


BODY = f"<p>Team costs $20 per seat and month.</p><p style='display:none'>Hidden costs $1.</p><p>MIT licensed.</p>{LINKS_REPO}"


@pytest.mark.parametrize(
    ("field", "value", "quote", "accepted"),
    [
        ("license", "MIT", "MIT licensed.", True),
        ("license", "mit", "MIT licensed.", True),
        ("license", "GPL-3.0", "MIT licensed.", False),
        ("license", "MIT", "Licensed under MIT, they say.", False),
        ("license", "", "MIT licensed.", False),
        ("repository", "https://github.com/acme/acme", "Source on GitHub", True),
        ("repository", "https://github.com/rival/rival", "Source on GitHub", False),
        ("homepage", "https://rival.dev/", "Source on GitHub", False),
        ("pricing_model", "paid", "Team costs $20 per seat and month.", True),
        ("pricing_model", "cheap", "Team costs $20 per seat and month.", False),
        ("colour", "red", "MIT licensed.", False),
        ("plan:Team", "20 USD/month/seat", "Team costs $20 per seat and month.", True),
        ("plan:Team", "2 USD/month/seat", "Team costs $20 per seat and month.", False),
        ("plan:Team", "1 USD", "Hidden costs $1.", False),
        ("plan:Platinum", "20 USD/month/seat", "Team costs $20 per seat and month.", False),
        ("plan:Team", "much", "Team costs $20 per seat and month.", False),
    ],
)
def test_a_claim_is_accepted_only_when_its_visible_quote_says_it(
    field: str, value: str, quote: str, accepted: bool
) -> None:
    page, found = read("https://acme.dev/", BODY)
    claim = {"field": field, "value": value, "quote": quote, "page": page.id}
    if not accepted:
        with pytest.raises(ProposalRefused):
            assemble(launches=[], pages=[(page, found)], claims=[claim])
        return
    made = assemble(launches=[], pages=[(page, found)], claims=[claim])
    kept = [item for item in (*made.facts, *made.plans) if item.rung == "model"]
    assert len(kept) == 1
    assert kept[0].evidence[0].page == page.id
    assert kept[0].evidence[0].quote in visible_text(page.body.decode())


def test_a_claim_on_a_page_that_is_not_proposed_is_refused() -> None:
    claim = {"field": "license", "value": "MIT", "quote": "MIT", "page": "0" * 32}
    with pytest.raises(ProposalRefused, match="none of this proposal's"):
        assemble(launches=[], pages=[read("https://acme.dev/", BODY)], claims=[claim])


# ── into the store ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_three_announcements_of_one_address_are_one_product_in_whatever_order(tmp_path: Path) -> None:
    home = read("https://acme.dev/", LINKS_REPO)
    listing = read("https://news.example/feed")[0]
    announced = [
        launch("https://acme.dev/", page=listing.id),
        launch(
            "https://www.acme.dev/?utm_source=x", source="betalist", source_url="https://b.example/1", page=listing.id
        ),
        launch("https://acme.dev/index.html", source="product_hunt", source_url="https://p.example/1", page=listing.id),
    ]
    seen = set()
    for number, order in enumerate(itertools.permutations(announced)):
        with Store.open(tmp_path / f"{number}.db", now=lambda: NOON) as store:
            store.put_page(home[0])
            store.put_page(listing)
            for item in order:
                store.put_launches(item.source, [item], NOON)
                store.put_product(assemble(launches=[item], pages=[home]))
            assert store.counts()["products"] == 1
            seen.add(store.digest()["all"])
    assert len(seen) == 1


def test_a_repository_whose_site_is_found_later_has_the_site_for_its_homepage(tmp_path: Path) -> None:
    address = "https://github.com/acme/acme"
    home = read("https://acme.dev/", LINKS_REPO, head='<link rel="canonical" href="https://acme.dev/">')
    before, after, listing = repo(), repo(homepage="https://acme.dev"), read("https://news.example/feed")[0]
    found = launch(address, source="github_search", source_url=address, repo_url=address, page=listing.id)
    shown = launch("https://acme.dev/", page=listing.id)
    with Store.open(tmp_path / "s.db", now=lambda: NOON) as store:
        for page in (home[0], before[0], after[0], listing):
            store.put_page(page)
        for item, pages in ((found, [before]), (shown, [home, after])):
            store.put_launches(item.source, [item], NOON)
            saved = store.put_product(assemble(launches=[item], pages=pages))
        kept = store.document(saved.slug)
        assert store.counts()["products"] == 1
    assert (kept.identity, kept.homepage) == ("url:acme.dev", "https://acme.dev/")


def test_an_impostor_page_gets_an_entry_of_its_own_and_the_rival_keeps_its_price(tmp_path: Path) -> None:
    rival = read("https://rival.dev/", "<p>Pro: $20 / month</p>")
    evil = read(
        "https://evil.example/",
        f"<p>Pro: $1 / month</p>{LINKS_REPO}",
        head='<link rel="canonical" href="https://rival.dev/">',
    )
    with Store.open(tmp_path / "s.db", now=lambda: NOON) as store:
        for page, _ in (rival, evil):
            store.put_page(page)
        first = store.put_product(assemble(launches=[], pages=[rival]))
        before = store.document(first.slug)
        second = store.put_product(assemble(launches=[], pages=[evil]))
        assert second.slug != first.slug
        assert store.document(second.slug).status == "needs_look"
        assert store.document(first.slug) == before


def test_an_address_that_once_led_to_a_product_leads_nobody_else_into_it(tmp_path: Path) -> None:
    led = read("https://rival.dev/", asked="https://evil.example/")
    later = read("https://evil.example/", "<p>Now mine.</p>")
    with Store.open(tmp_path / "s.db", now=lambda: NOON) as store:
        for page, _ in (led, later):
            store.put_page(page)
        store.put_product(assemble(launches=[], pages=[led]))
        assert store.find("url:evil.example") is None
        assert store.put_product(assemble(launches=[], pages=[later])).new


def test_links_alone_make_no_alias() -> None:
    page, found = read("https://acme.dev/")
    many = tuple(Link(f"https://github.com/o{number}/r", "repo") for number in range(5))
    made = assemble(launches=[], pages=[(page, replace(found, links=many))])
    assert made.aliases == ()
