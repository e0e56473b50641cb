"""Categories: a closed list, taken from a launch place's terms, else from a page's words, else none. And tags."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from stored import fact, launch, page, propose

from jobs.cli import cli
from jobs.edit import edit
from tools.errors import ProposalRefused, UnknownName
from tools.models import CATEGORIES, Launch
from tools.page.categories import categories, name_of, of_terms
from tools.page.extract import extract
from tools.page.record import record
from tools.products.propose import assemble
from tools.sources import product_hunt
from tools.store import Store
from tools.store.lists import Asked

HOME = "https://quillon.example/"


def category_of(html: str) -> object:
    return record(extract(html, HOME))["category"]


def home(title: str, heading: str = "", text: str = "", head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body><h1>{heading}</h1><p>{text}</p></body></html>"


def test_the_list_and_its_table_agree_and_every_entry_is_whole() -> None:
    assert list(categories()) == CATEGORIES
    for key, category in categories().items():
        assert all((category.name, category.what.endswith("."))), key
        assert all((category.defines, category.about, category.terms)), key
    terms = [term for category in categories().values() for term in category.terms]
    assert len(terms) == len(set(terms))
    assert all(term == term.lower() and " " not in term for term in terms)
    assert {"python", "go", "rust", "typescript"}.isdisjoint(terms)


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        (["Email Marketing", "Startups"], "marketing"),
        (["postgres-tools", "vector_database", "rust"], "database"),
        (["Topic :: Security :: Cryptography", "Programming Language :: Python"], "security"),
        (["seo", "password-managers"], None),  # two kinds alike
        (["seo", "email-marketing", "password-managers"], "marketing"),
        (["Go", "Developer Tools", "awesome"], None),
        (["BusinessApplication"], None),
        ([], None),
    ],
)
def test_terms_of_launch_places(terms: list[str], found: str | None) -> None:
    said = of_terms(terms)
    assert (said[0] if said else None) == found


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (home("Quillon – Email marketing platform", "Email marketing that lands"), "marketing"),
        (home("Quillon | Uptime monitoring", "Website monitoring", "Alerts when your site is down."), "observability"),
        (home("Quillon", "Build faster", "A thing for everyone who builds."), None),
        # for whom it is does not say what it is
        (home("Quillon – made for payments and email marketing", "Ready in an hour"), None),
        # two kinds about as likely
        (home("Quillon – Website builder and help desk", "Website builder, help desk"), None),
        (home("Quillon – Datenbank für Teams", "Eine verteilte Datenbank"), "database"),
        (home("Quillon — 数据库", "分布式数据库"), "database"),
    ],
)
def test_words_of_a_page(html: str, found: str | None) -> None:
    assert category_of(html) == found


def test_a_class_of_schema_org_counts_where_it_says_a_kind_and_is_never_shown() -> None:
    def stated(given: str) -> str:
        item = {"@type": "SoftwareApplication", "name": "Quillon", "applicationCategory": given}
        return home("Quillon", head=f'<script type="application/ld+json">{json.dumps(item)}</script>')

    assert category_of(stated("https://schema.org/FinanceApplication")) == "finance"
    assert category_of(stated("DeveloperApplication")) is None
    assert category_of(stated("Pricing")) is None


def test_a_words_category_quotes_the_page() -> None:
    html = home("Quillon – Email Marketing Platform", "Email marketing that lands")
    (said,) = (one for one in extract(html, HOME).facts if one.field == "category")
    assert said.evidence[0].quote == "Email Marketing"
    assert said.evidence[0].place == "markup"


def test_menu_words_and_class_names_are_no_tags() -> None:
    words = '<meta name="keywords" content="Pricing, quill pens, WebApplication, Login, docs, ink">'
    tags = record(extract(home("Quillon", head=words), HOME))["tags"]
    assert tags == ["quill pens", "ink"]


def test_of_a_pile_of_keywords_only_what_the_page_shows_is_a_tag() -> None:
    pile = ", ".join(["quill pens", *(f"best pens city {number}" for number in range(20)), "ink"])
    head = f'<meta name="keywords" content="{pile}">'
    tags = record(extract(home("Quillon", "Ink and quill pens by post", head=head), HOME))["tags"]
    assert tags == ["quill pens", "ink"]


def test_a_topic_is_a_tag_where_the_title_names_it_or_where_it_defines_a_kind() -> None:
    said = extract(home("Quillon – for macOS", "A vector database that saves your team time"), HOME)
    assert record(said)["tags"] == ["macos", "vector database"]


# ── APIs and launches ────────────────────────────────────────────────────────────────────────────────────────────────


def github(**more: object) -> str:
    said = {"name": "quillon", "full_name": "q/quillon", "html_url": "https://github.com/q/quillon"}
    return json.dumps({**said, "language": "Go", "owner": {"login": "q"}, **more})


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (github(topics=["observability", "monitoring", "go"]), "observability"),
        (github(description="A vector database", topics=["go"]), "database"),
        (github(description="Fast and small", topics=["hacktoberfest"]), None),  # a language is no category
        (json.dumps({"id": "q/quillon-7b", "pipeline_tag": "text-to-speech", "tags": []}), "ai-model"),
        (json.dumps({"info": {"name": "q", "summary": "Quick", "classifiers": ["Topic :: System :: Logging"]}}), "observability"),
        (json.dumps({"name": "q", "dist-tags": {}, "keywords": ["headless-cms", "tiny"]}), "site-builder"),
    ],
)  # fmt: skip
def test_answers_of_apis(answer: str, found: str | None) -> None:
    assert record(extract(answer, "https://api.example/q", content_type="application/json"))["category"] == found


def test_the_card_of_a_model_and_the_readme_of_a_tool() -> None:
    card = extract("---\npipeline_tag: text-generation\n---\n# Quillon\n", HOME, content_type="text/markdown")
    readme = extract("# Quillon: a static site generator\n\nText.", HOME, content_type="text/markdown")
    assert [record(found)["category"] for found in (card, readme)] == ["ai-model", "site-builder"]


def test_a_row_of_product_hunt_brings_its_topics() -> None:
    row = (
        '<div><span data-test="post-name-7"><a href="/products/quillon">Quillon</a></span><span>Letters, sent</span>'
        '<div><a href="/topics/email-marketing">Email Marketing</a>•<a href="/topics/seo">SEO</a></div></div>'
    )
    (found,) = product_hunt.launches(f"<!doctype html><html><body>{row}</body></html>", "https://www.producthunt.com/")
    assert found.tags == ("Email Marketing", "SEO")
    assert all(tag in found.raw for tag in found.tags)


def announced(**more: object) -> dict[str, object]:
    said: Launch = launch(page="p", raw='["Quillon", "seo", "payments"]', **more)
    facts = assemble(launches=[said], pages=[]).facts
    return {one.evidence[0].quote: one.value for one in facts if one.field == "category"}


def test_what_the_launch_place_says_reaches_the_product_with_its_quote() -> None:
    assert announced(tags=("seo", "indie")) == {"seo": "marketing"}
    assert announced(tags=("indie",)) == {}
    assert announced(tags=("seo",), kind="paper") == {}
    assert announced(kind="model") == {'["Quillon", "seo", "payments"]': "ai-model"}


def test_an_agent_may_only_claim_a_category_of_the_list_that_its_quote_defines() -> None:
    from test_tools_products_propose import read

    own = read("https://quillon.example/", "<p>Quillon is a payment gateway.</p>")

    def claimed(value: str) -> object:
        claim = {"field": "category", "value": value, "quote": "Quillon is a payment gateway.", "page": own[0].id}
        facts = assemble(launches=[], pages=[own], claims=[claim]).facts
        return next(one.value for one in facts if one.field == "category" and one.rung == "model")

    assert claimed("payments") == "payments"
    for wrong in ("Fintech", "security"):
        with pytest.raises(ProposalRefused):
            claimed(wrong)


# ── the store ────────────────────────────────────────────────────────────────────────────────────────────────────────


def put(store: Store, number: int, category: str) -> str:
    of = page(f"https://q{number}.example/")
    named = fact(of, value=f"Quillon {number}")
    proposal = propose(store, of, named, fact(of, "category", category), identity=f"url:q{number}.example")
    return store.put_product(proposal).slug


def test_a_category_of_before_the_list_is_not_shown(store: Store) -> None:
    assert store.document(put(store, 1, "Python")).category is None
    assert "category" not in store.document("quillon-1").facts
    assert store.document(put(store, 2, "security")).category == "security"


def test_an_old_store_shows_no_category_outside_the_list_before_it_is_read_again(store: Store) -> None:
    slug = put(store, 1, "security")
    store._update("products", store._product(slug)["id"], category="BusinessApplication")
    assert store.document(slug).category is None
    assert [card["category"] for card in store.list_products()] == [None]


def test_products_are_listed_by_category_and_counted(store: Store) -> None:
    for number, category in enumerate(("security", "media", "security")):
        put(store, number, category)
    asked = Asked(category="security")
    assert [card["slug"] for card in store.list_products(asked, limit=1)] == ["quillon-2"]
    assert (store.count_products(asked), store.count_products()) == (2, 3)


def test_an_editor_may_only_say_a_category_of_the_list(store: Store, tmp_path: Path) -> None:
    slug = put(store, 1, "media")
    edit(store, slug, ("category=security",), "read it", "ed")
    assert store.document(slug).category == "security"
    with pytest.raises(UnknownName, match="security"):
        edit(store, slug, ("category=securty",), "typo", "ed")


def test_a_category_is_shown_by_its_name() -> None:
    assert (name_of("llm-gateway"), name_of(None), name_of("Python")) == ("LLM gateway", "", "")


def test_a_list_says_of_how_many_it_shows_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with Store.open(path) as opened:
        for number, category in enumerate(("security", "media", "security", "security")):
            put(opened, number, category)

    def listed(*words: str) -> str:
        done = CliRunner().invoke(cli, ["list", *words, "--store", str(path)])
        assert done.exit_code == 0
        return done.output

    assert "The newest 3 of 4; --limit 4 shows all." in listed("--limit", "3")
    assert "The newest 2 of 3;" in listed("--limit", "2", "--category", "security")
    assert "The newest" not in listed("--category", "security") + listed()
    assert "Nothing matches --category game." in listed("--category", "game")
    assert len(json.loads(listed("--limit", "3", "--json"))) == 3
