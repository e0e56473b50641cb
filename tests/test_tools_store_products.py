"""Products: what a proposal may do, what is shown of what is known."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stored import LATER, NOON, Clock, fact, launch, page, panel_of, plan, propose, rows_in, scalar

from tools import knowledge
from tools.errors import ProposalRefused, UnknownName
from tools.models import FACT_FIELDS, RUNG_ORDER, Evidence, Fact, Plan, Proposal
from tools.store import Store

# ── products ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_proposal_twice_changes_nothing(store: Store, clock: Clock) -> None:
    store.put_launches("show_hn", [launch()], NOON)
    of = page()
    made = propose(store, of, fact(of), fact(of, "tags", ["a", "b"]), plans=(plan(of),), launches=("show_hn:1",))
    assert store.put_product(made).new
    before, digest, changes = rows_in(store), store.digest(), store.last_seq()
    clock.at = LATER
    again = store.put_product(made)
    assert (again.new, again.changed) == (False, ())
    assert (rows_in(store), store.digest(), store.last_seq()) == (before, digest, changes)


def test_a_proposal_stands_until_another_one_is_made(store: Store, clock: Clock) -> None:
    first, second = page(body="Acme"), page(body="Acme, MIT", at=LATER)
    one = propose(store, first, fact(first), fact(first, "tagline", "Fast"), plans=(plan(first),))
    other = propose(store, second, fact(second), fact(second, "license", "MIT"), plans=(plan(second, "25"),))
    slug = store.put_product(one).slug
    known = store.digest()
    clock.at = LATER
    assert store.put_product(other).changed == ("tagline", "license", "plans")
    assert store.put_product(other).changed == ()
    assert store.put_product(one).changed == ("tagline", "license", "plans")
    assert (store.digest(), store.document(slug).license) == (known, None)
    assert rows_in(store)["standing"] == 1


def test_a_proposal_of_a_merged_product_does_not_stand_once_the_others_retired_its_facts(store: Store) -> None:
    of = page()
    one = propose(store, of, fact(of), fact(of, "license", "MIT"))
    store.put_product(one)
    other = page("https://acme.example/")
    beside = replace(propose(store, other, fact(other, value="Acme Beside"), identity="url:acme.example"))
    store.put_product(beside)
    store.merge("acme", "acme-beside", "one", "ed")
    newer = page(body="other words", at=LATER)
    store.put_product(propose(store, newer, fact(newer), identity="url:acme.example"))
    assert store.document("acme-beside").license is None
    assert store.put_product(one).slug == "acme-beside"
    assert store.document("acme-beside").license == "MIT"


def test_a_new_product_shows_what_its_rows_say(store: Store) -> None:
    of, pricing = page(), page("https://acme.dev/pricing", "prices")
    store.put_page(pricing)
    facts = (fact(of), fact(of, "tagline", "Fast"), fact(pricing, "tagline", "Slow"), fact(of, "tags", ["b", "a"]))
    plans = (plan(of, "20.00"), plan(pricing, "25"), plan(pricing, "25", confidence=0.9), plan(pricing, None, "Team"))
    made = propose(store, of, *facts, facts[1], plans=(*plans, plans[0]))
    slug = store.put_product(replace(made, pages=(of.id, pricing.id))).slug
    before, seq = store.document(slug), store.last_seq()
    store.edit_product(slug, "license", "", "taken back before it was given", "ed")  # computes everything anew
    assert (store.document(slug), store.last_seq()) == (before, seq)


def test_an_extraction_is_kept_once_a_page_and_only_for_who_made_it(store: Store) -> None:
    store.put_page(page())
    store.put_extraction(page().id, "one", b"said", b"lines")
    assert (store.extraction(page().id, "one"), store.extraction(page().id, "two")) == (b"said", None)
    store.put_extraction(page().id, "two", b"more", b"")
    assert (store.extraction(page().id, "one"), store.extraction(page().id, "two")) == (None, b"more")


def test_a_price_change_is_logged_with_before_and_after_and_enters_the_history(store: Store, clock: Clock) -> None:
    old, new = page(body="Pro 20"), page(body="Pro 25", at=LATER)
    slug = store.put_product(propose(store, old, fact(old), plans=(plan(old, "20"),))).slug
    clock.at = LATER
    saved = store.put_product(propose(store, new, fact(new), plans=(plan(new, "25"),)))
    assert saved.changed == ("plans",)
    change = store.history(slug)[-1]
    assert (change.op, change.field, change.before, change.after) == ("plan", "Pro", "20 USD / month", "25 USD / month")
    document = store.document(slug)
    assert [item.amount for item in document.plans] == ["25"]
    assert [(point.amount, point.at) for point in document.price_history] == [
        ("20", knowledge.iso(NOON)),
        ("25", knowledge.iso(LATER)),
    ]


def test_a_plan_that_is_gone_is_null_from_then_on_and_unknown_is_not_free(store: Store, clock: Clock) -> None:
    old, new = page(body="old"), page(body="new", at=LATER)
    plans = (plan(old, "0", "Free"), plan(old, None, "Enterprise"))
    slug = store.put_product(propose(store, old, fact(old), plans=plans)).slug
    assert [(item.name, item.amount) for item in store.document(slug).plans] == [("Free", "0"), ("Enterprise", None)]
    clock.at = LATER
    store.put_product(propose(store, new, fact(new), plans=(plan(new, None, "Enterprise"),)))
    gone = store.document(slug).price_history[-1]
    assert (gone.plan, gone.amount, gone.at) == ("Free", None, knowledge.iso(LATER))


def test_a_new_reading_of_an_address_replaces_what_it_said_and_keeps_it_on_record(store: Store) -> None:
    old, new = page(body="old"), page(body="new", at=LATER)
    store.put_product(propose(store, old, fact(old), fact(old, "license", "MIT")))
    saved = store.put_product(propose(store, new, fact(new), fact(new, "tagline", "Fast")))
    document = store.document("acme")
    assert (document.license, document.tagline) == (None, "Fast")
    assert set(saved.changed) == {"license", "tagline"}
    assert scalar(store, "SELECT count(*) FROM facts WHERE NOT live AND superseded_at IS NOT NULL") == 1


def test_conflicting_values_of_two_addresses_stay_side_by_side(store: Store) -> None:
    home, docs = page(), page("https://acme.dev/docs", "docs")
    store.put_product(propose(store, home, fact(home), fact(home, "license", "MIT", confidence=0.9)))
    store.put_product(propose(store, docs, fact(docs, "license", "GPL-3.0", confidence=0.5)))
    shown = store.document("acme").facts["license"]
    assert shown.value == "MIT"
    assert [other.value for other in shown.others] == ["GPL-3.0"]


def test_every_fact_can_be_traced_to_bytes(store: Store) -> None:
    of = page()
    store.put_product(propose(store, of, fact(of), plans=(plan(of),)))
    document = store.document("acme")
    quoted = [item for found in document.facts.values() for item in found.evidence] + list(document.plans[0].evidence)
    assert quoted
    for item in quoted:
        kept = store.page(item.page)
        assert kept is not None
        assert (kept.final_url, knowledge.iso(kept.fetched_at)) == (item.url, item.fetched_at)
        assert item.page in {listed.id for listed in document.pages}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda p: replace(p, facts=(replace(p.facts[0], evidence=()),)), "no quote of a stored page"),
        (lambda p: replace(p, facts=(replace(p.facts[0], field="colour"),)), "no fact we keep"),
        (lambda p: replace(p, facts=(replace(p.facts[0], rung="editor"),)), "Only `scout edit` writes those"),
        (lambda p: replace(p, facts=(replace(p.facts[0], field="tagline"),)), "has no name"),
        (lambda p: replace(p, pages=("0" * 32,)), "not in the store. Read the page first"),
        (lambda p: replace(p, launches=("show_hn:77",)), "Launch show_hn:77 is not in the store"),
    ],
)
def test_a_proposal_without_ground_is_refused_whole(
    store: Store, change: Callable[[Proposal], Proposal], says: str
) -> None:
    made = change(propose(store, page()))
    with pytest.raises(ProposalRefused, match=says):
        store.put_product(made)
    assert (rows_in(store)["products"], rows_in(store)["facts"], store.last_seq()) == (0, 0, 0)


def test_two_products_of_one_name_get_slugs_that_tell_them_apart(store: Store) -> None:
    other = page("https://acme.io/")
    first = store.put_product(propose(store, page()))
    second = store.put_product(propose(store, other, fact(other), identity="url:acme.io"))
    assert first.slug == "acme"
    assert second.slug.startswith("acme-")
    assert store.find("url:acme.io") == second.slug


@pytest.mark.parametrize("name", ["日本語", "..", "index", "<script>", "a" * 300])
def test_a_slug_is_plain_whatever_the_name(store: Store, name: str) -> None:
    of = page()
    slug = store.put_product(propose(store, of, fact(of, value=name))).slug
    assert slug
    assert len(slug) <= 60
    assert slug.replace("-", "").isalnum()
    assert slug.isascii()
    assert slug not in ("index", "")


def test_an_unknown_slug_names_the_nearest(store: Store) -> None:
    store.put_product(propose(store, page()))
    with pytest.raises(UnknownName, match="Did you mean acme"):
        store.document("acmee")


# ── impostors ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_impostor_that_claims_a_rivals_identity_changes_nothing_of_the_rival(store: Store) -> None:
    store.put_product(propose(store, page(), aliases=("repo:github.com/acme/acme",)))
    rival = store.document("acme")
    evil = page("https://evil.example/", "I am Acme")
    claims = ("url:acme.dev", "repo:github.com/acme/acme")
    saved = store.put_product(
        propose(
            store,
            evil,
            fact(evil, confidence=1.0),
            plans=(plan(evil, "999"),),
            identity="url:evil.example",
            aliases=claims,
        )
    )
    newcomer = store.document(saved.slug)
    assert saved.slug != "acme"
    assert store.document("acme") == rival
    assert (newcomer.status, len(newcomer.needs_look)) == ("needs_look", 2)
    assert newcomer.aliases == []
    assert store.find("repo:github.com/acme/acme") == "acme"


def test_a_repository_of_another_owner_on_the_same_host_is_another_site(store: Store) -> None:
    one, two = page("https://github.com/acme/a"), page("https://github.com/evil/b")
    store.put_product(propose(store, one, fact(one), identity="repo:github.com/acme/a"))
    saved = store.put_product(
        propose(store, two, fact(two), identity="repo:github.com/evil/b", aliases=("repo:github.com/acme/a",))
    )
    assert saved.new
    assert store.document(saved.slug).needs_look


def test_an_alias_of_its_own_site_leads_to_the_product(store: Store) -> None:
    home, docs = page(), page("https://docs.acme.dev/", "docs")
    store.put_product(propose(store, home))
    saved = store.put_product(
        propose(store, docs, fact(docs, "license", "MIT"), identity="url:docs.acme.dev", aliases=("url:acme.dev",))
    )
    assert (saved.slug, saved.new) == ("acme", False)
    assert store.find("url:docs.acme.dev") == "acme"


@pytest.mark.parametrize("newer", ["https://www.acme.dev/", "http://acme.dev/?ref=news", "https://acme.dev/index.html"])
def test_a_newer_reading_of_an_address_in_another_spelling_replaces_the_older(newer: str, store: Store) -> None:
    old, new = page(), page(newer, "new", at=LATER)
    store.put_product(propose(store, old, fact(old), fact(old, "license", "MIT"), plans=(plan(old, "20"),)))
    saved = store.put_product(propose(store, new, fact(new), plans=(plan(new, "25"), plan(new, "5", "Solo"))))
    document = store.document("acme")
    assert [(found.name, found.amount) for found in document.plans] == [("Solo", "5"), ("Pro", "25")]
    assert document.license is None
    assert saved.changed == ("license", "plans")
    assert len(store.tracked_pages("acme")) == 1


SITE, REPO = "url:acme.dev", "repo:github.com/acme/acme"


def both_entered(store: Store) -> None:
    home, api = page(), page("https://api.github.com/repos/acme/acme")
    store.put_product(propose(store, home))
    store.put_product(propose(store, api, fact(api, value="acme-repo"), identity=REPO))


def test_a_repository_shown_to_be_a_sites_own_becomes_part_of_it_and_can_be_taken_out(store: Store) -> None:
    both_entered(store)
    saved = store.put_product(propose(store, page(body="both"), aliases=(REPO,)))
    assert (saved.slug, saved.new, store.find(REPO)) == ("acme", False, "acme")
    assert store.document("acme").needs_look == []
    assert [(row["op"], row["who"]) for row in store.changes_after(0) if row["op"] == "merge"] == [("merge", "scout")]
    store.unmerge("acme-repo", "they are two", "kim")
    store.put_product(propose(store, page(body="both again"), aliases=(REPO,)))
    assert store.find(REPO) == "acme-repo"
    assert f"Claims {REPO}" in store.document("acme").needs_look[0]


@pytest.mark.parametrize("status", ["deleted", "rejected"])
def test_what_an_editor_took_out_is_not_joined_to_anything(status: str, store: Store) -> None:
    both_entered(store)
    if status == "deleted":
        store.delete_product("acme-repo", "spam", "kim")
    else:
        store.set_status("acme-repo", "rejected", "no", "kim")
    store.put_product(propose(store, page(body="both"), aliases=(REPO,)))
    assert store.find(REPO) == "acme-repo"


def test_a_product_known_under_its_repository_gets_the_site_that_is_its_own(store: Store) -> None:
    api = page("https://api.github.com/repos/acme/acme")
    slug = store.put_product(propose(store, api, fact(api, value="acme-repo"), identity=REPO, kind="repo")).slug
    saved = store.put_product(propose(store, page(), aliases=(REPO,)))
    document = store.document(slug)
    assert (saved.slug, saved.new) == (slug, False)
    assert (document.identity, document.kind, document.aliases) == (SITE, "product", [REPO])


def test_a_repository_read_alone_does_not_say_what_its_sites_product_is_called(store: Store) -> None:
    store.put_product(propose(store, page(), aliases=(REPO,)))
    api = page("https://api.github.com/repos/acme/acme")
    told = (fact(api, value="acme-repo", confidence=0.99), fact(api, "license", "MIT"))
    assert store.put_product(propose(store, api, *told, identity=REPO)).changed == ("license",)
    assert store.document("acme").name == "Acme"


POST, ONLY = "url:news.example/1", "Known from its launch only: "


def only_announced(store: Store, why: str = "no answer") -> str:
    store.put_launches("show_hn", [launch()], NOON)
    listing = page("https://news.example/", "Acme")
    reason = (f"{ONLY}{why}",)
    made = propose(store, listing, identity=POST, pages=(), launches=("show_hn:1",), needs_look=reason)
    return store.put_product(made).slug


def test_what_was_only_announced_says_so_with_the_newest_cause_until_a_page_of_it_is_read(store: Store) -> None:
    slug = only_announced(store)
    assert only_announced(store, "robots.txt does not allow this page") == slug
    document = store.document(slug)
    assert (document.status, document.needs_look) == ("needs_look", [f"{ONLY}robots.txt does not allow this page"])
    store.put_product(propose(store, page(), launches=("show_hn:1",), led=("show_hn:1",)))
    document = store.document(slug)
    assert (document.identity, document.status, document.needs_look) == (SITE, "new", [])
    assert only_announced(store) == slug  # its page fails another day
    assert store.document(slug).needs_look == []


def test_what_was_only_announced_is_not_doubled_by_the_product_it_led_to(store: Store) -> None:
    slug = only_announced(store)
    elsewhere = store.put_product(propose(store, page("https://acme.dev/", "Acme"))).slug
    assert elsewhere != slug
    store.put_product(propose(store, page(body="more"), launches=("show_hn:1",), led=("show_hn:1",)))
    assert (store.resolve(slug), store.find(POST)) == (elsewhere, elsewhere)
    assert store.document(elsewhere).needs_look == []


def test_a_launch_that_did_not_lead_here_gives_nobody_what_was_announced(store: Store) -> None:
    slug = only_announced(store)
    evil = page("https://evil.example/", "evil")
    saved = store.put_product(propose(store, evil, fact(evil), identity="url:evil.example", launches=("show_hn:1",)))
    assert saved.slug != slug
    assert store.document(slug).identity == POST


def test_a_launch_that_leads_elsewhere_on_another_day_takes_no_rivals_address_along(store: Store) -> None:
    slug = only_announced(store)
    rival = propose(store, page("https://news.example/", "Acme"), identity=SITE, pages=(), launches=("show_hn:2",))
    store.put_launches("show_hn", [launch(2)], NOON)
    reached = store.put_product(rival).slug
    evil = page("https://evil.example/", "evil")
    made = propose(store, evil, fact(evil), identity="url:evil.example", launches=("show_hn:2",), led=("show_hn:2",))
    assert store.put_product(made).new
    assert (store.find(SITE), store.find(POST)) == (reached, slug)


def test_a_launch_of_another_product_is_not_taken_over(store: Store) -> None:
    store.put_launches("show_hn", [launch()], NOON)
    store.put_product(propose(store, page(), launches=("show_hn:1",)))
    evil = page("https://evil.example/", "evil")
    saved = store.put_product(propose(store, evil, fact(evil), identity="url:evil.example", launches=("show_hn:1",)))
    assert store.product_of_launch("show_hn:1") == "acme"
    assert "Claims launch show_hn:1" in store.document(saved.slug).needs_look[0]


def test_a_reason_an_editor_has_settled_does_not_come_back(store: Store) -> None:
    made = propose(store, page(), needs_look=("Its page names another address.",))
    store.put_product(made)
    store.set_status("acme", "approved", "looked", "ed")
    store.put_product(made)
    document = store.document("acme")
    assert (document.status, document.needs_look) == ("approved", [])


# ── what is shown ───────────────────────────────────────────────────────────────────────────────────────────────────────


FACTS = st.lists(
    st.builds(
        lambda field, value, rung, confidence, url: Fact(
            field, value, rung, confidence, (Evidence(url, "visible", value),)
        ),
        st.sampled_from(FACT_FIELDS[:3]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(RUNG_ORDER),
        st.sampled_from([0.3, 0.5, 0.9]),
        st.sampled_from(["https://a.example/", "https://b.example/"]),
    ),
    max_size=8,
)


@given(FACTS, st.randoms(use_true_random=False))
def test_what_is_shown_never_depends_on_the_order_of_the_facts(facts: list[Fact], shuffle: random.Random) -> None:
    shuffled = list(facts)
    shuffle.shuffle(shuffled)
    assert knowledge.choose(shuffled) == knowledge.choose(facts)


PLANS = st.lists(
    st.builds(
        lambda name, amount, address, confidence: (
            address,
            Plan(name, amount, "USD", "month", confidence=confidence, evidence=(Evidence(address, "visible", name),)),
        ),
        st.sampled_from(["Pro", "pro", "Team"]),
        st.sampled_from([None, Decimal(0), Decimal(9), Decimal("9.50")]),
        st.sampled_from(["https://a.example/", "https://a.example/pricing"]),
        st.sampled_from([0.3, 0.9]),
    ),
    max_size=8,
)


@given(PLANS, st.randoms(use_true_random=False))
def test_plans_shown_never_depend_on_their_order(plans: list[tuple[str, Plan]], shuffle: random.Random) -> None:
    shuffled = list(plans)
    shuffle.shuffle(shuffled)
    assert knowledge.choose_plans(shuffled) == knowledge.choose_plans(plans)


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ([("meta", 0.5, "weak"), ("meta", 0.9, "sure")], "sure"),
        ([("text", 0.8, "text"), ("jsonld", 0.8, "jsonld")], "jsonld"),
        ([("meta", 0.8, "b"), ("meta", 0.8, "a")], "a"),
        ([("api", 1.0, "api"), ("editor", 0.1, "editor")], "editor"),
    ],
)
def test_the_shown_value_is_the_editors_then_the_surest_then_by_rung_then_by_value(
    facts: list[tuple[str, float, str]], shown: str
) -> None:
    made = [fact(page(), "tagline", value, rung, confidence) for rung, confidence, value in facts]
    assert knowledge.choose(made)["tagline"][0].value == shown


def test_a_teaser_and_the_line_of_the_pricing_page_are_one_plan() -> None:
    home, pricing = "https://acme.dev/", "https://acme.dev/pricing"
    teaser = plan(page(home), "20", confidence=0.5)
    lines = [(pricing, plan(page(pricing), "20")), (pricing, plan(page(pricing), "16", billed="year"))]
    assert [(p.amount, p.billed) for p in knowledge.choose_plans([(home, teaser), *lines])] == [
        (Decimal(16), "year"),
        (Decimal(20), None),
    ]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(4)))
def test_the_digest_does_not_depend_on_the_order_of_arrival(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    def proposals(store: Store) -> list[Proposal]:
        home, docs, other, third = (
            page(),
            page("https://acme.dev/docs", "docs"),
            page("https://acme.io/", "io"),
            page("https://zed.example/", "zed"),
        )
        return [
            propose(store, home, fact(home), plans=(plan(home),)),
            propose(store, docs, fact(docs, value="Acme", confidence=0.3), fact(docs, "license", "MIT")),
            propose(store, other, fact(other), identity="url:acme.io"),
            propose(store, third, fact(third, value="Zed"), identity="url:zed.example"),
        ]

    def digest(arrival: list[int]) -> dict[str, str]:
        clock = Clock()
        with Store.open(tmp_path_factory.mktemp("order") / "s.db", now=clock) as store:
            made = proposals(store)
            for number in arrival:
                clock.at += timedelta(minutes=1)
                store.start_run("crawl", "x", {})
                store.put_product(made[number])
            return store.digest()

    assert digest(order) == digest([0, 1, 2, 3])


def test_the_digest_tells_two_stores_apart_that_know_different_things(store: Store) -> None:
    of = page()
    store.put_product(propose(store, of, fact(of), plans=(plan(of),)))
    seen = {store.digest()["knowledge"]}
    store.edit_product("acme", "license", "MIT", "read it", "ed")
    seen.add(store.digest()["knowledge"])
    store.set_status("acme", "approved", "fine", "ed")
    seen.add(store.digest()["knowledge"])
    before = store.digest()["reviews"]
    store.put_panel(panel_of(store, "acme"), reviewer="rules")
    assert len(seen) == 3
    assert store.digest()["reviews"] != before


def test_reviews_of_a_model_count_for_the_digest_only_when_its_answers_were_replayed(store: Store) -> None:
    store.put_product(propose(store, page()))
    empty = store.digest()["reviews"]
    made = panel_of(store, "acme")
    by_model = tuple(replace(review, reviewer="some-model", prompt_hash="p1") for review in made.reviews)
    store.put_panel(replace(made, reviews=by_model), reviewer="some-model")
    assert store.digest()["reviews"] == empty
    store.start_attempt(prompt_hash="p1", status="replayed")
    assert store.digest()["reviews"] != empty


def test_what_is_too_unsure_is_not_shown_but_kept_for_an_editor_and_said(store: Store) -> None:
    of = page()
    weak = plan(of, "7", confidence=0.3)
    store.put_product(propose(store, of, fact(of), fact(of, "tagline", "Maybe", confidence=0.4), plans=(weak,)))
    document = store.document("acme")
    assert (document.status, document.tagline, document.plans, document.price_history) == ("needs_look", None, [], [])
    assert "tagline" not in document.facts
    assert [(c.value, c.confidence, c.evidence[0].quote) for c in document.candidates["tagline"]] == [
        ("Maybe", 0.4, "Maybe")
    ]
    assert [(p.name, p.amount, p.confidence) for p in document.plan_candidates] == [("Pro", "7", 0.3)]
    assert document.needs_look == [
        "plan Pro may be '7 USD / month': read with confidence 0.30, under 0.50; not shown.",
        "tagline may be 'Maybe': read with confidence 0.40, under 0.50; not shown.",
    ]


def test_a_doubt_ends_when_a_sure_value_is_read_and_with_it_the_look(store: Store) -> None:
    of, docs = page(), page("https://acme.dev/docs", "docs")
    store.put_product(propose(store, of, fact(of), fact(of, "tagline", "Maybe", confidence=0.4)))
    store.put_product(propose(store, docs, fact(docs, "tagline", "Surely", confidence=0.9)))
    document = store.document("acme")
    assert (document.status, document.needs_look, document.candidates) == ("new", [], {})
    assert (document.tagline, [other.value for other in document.facts["tagline"].others]) == ("Surely", ["Maybe"])


def test_a_product_is_called_something_even_where_its_name_is_unsure(store: Store) -> None:
    of = page()
    store.put_product(propose(store, of, fact(of, confidence=0.3)))
    document = store.document("acme")
    assert (document.name, document.status) == ("Acme", "needs_look")
    assert "shown for want of a better one" in document.needs_look[0]


def test_an_editors_word_and_a_settled_doubt_are_not_asked_again(store: Store) -> None:
    made = propose(store, page(), fact(page()), fact(page(), "tagline", "Maybe", confidence=0.4))
    store.put_product(made)
    store.set_status("acme", "approved", "no tagline", "ed")
    store.put_product(replace(made, kind="repo"))
    assert (store.document("acme").status, store.document("acme").tagline) == ("approved", None)
    store.edit_product("acme", "tagline", "Builds things", "asked", "ed")
    assert store.document("acme").candidates == {}


# ── prices that vanish all at once ──────────────────────────────────────────────────────────────────────────────────────


def unpriced_reading(store: Store, *more: Fact) -> Proposal:
    of = page(body="no price any more", at=LATER)
    return propose(store, of, fact(of), *more)


@pytest.fixture
def priced(store: Store, clock: Clock) -> str:
    of = page()
    model = fact(of, "pricing_model", "paid", rung="derived")
    slug = store.put_product(propose(store, of, fact(of), model, plans=(plan(of), plan(of, "50", "Team")))).slug
    clock.at = LATER
    return slug


def amounts(store: Store, slug: str) -> list[str | None]:
    return [shown.amount for shown in store.document(slug).plans]


def test_plans_that_vanish_all_at_once_stay_and_are_a_look(store: Store, priced: str) -> None:
    assert store.put_product(unpriced_reading(store)).changed == ()
    document = store.document(priced)
    assert (amounts(store, priced), document.pricing_model) == (["20", "50"], "paid")
    assert document.needs_look == [knowledge.unpriced(["Pro", "Team"])]


def test_a_page_without_prices_does_not_say_either_how_the_product_is_sold(store: Store, priced: str) -> None:
    of = page()
    store.put_product(unpriced_reading(store, fact(of, "pricing_model", "free", rung="derived")))
    assert store.document(priced).pricing_model == "paid"


def test_one_plan_that_goes_while_another_stays_is_an_ordinary_change(store: Store, priced: str) -> None:
    of = page(body="Pro only", at=LATER)
    model = fact(of, "pricing_model", "paid", rung="derived")
    assert store.put_product(propose(store, of, fact(of), model, plans=(plan(of),))).changed == ("plans",)
    assert amounts(store, priced) == ["20"]
    assert store.document(priced).needs_look == []


def test_vanished_plans_that_are_stated_again_end_the_look(store: Store, priced: str) -> None:
    store.put_product(unpriced_reading(store))
    of = page(body="prices again", at=LATER)
    store.put_product(propose(store, of, fact(of), plans=(plan(of, "25"),)))
    assert amounts(store, priced) == ["25"]
    assert (store.document(priced).needs_look, store.document(priced).status) == ([], "new")


def test_an_editor_who_approves_lets_vanished_plans_go(store: Store, priced: str) -> None:
    store.put_product(unpriced_reading(store))
    store.set_status(priced, "approved", "it is free now", "ed")
    document = store.document(priced)
    assert (amounts(store, priced), document.status, document.needs_look) == ([], "approved", [])


def test_prices_that_vanish_a_second_time_are_a_look_again(store: Store, priced: str) -> None:
    store.put_product(unpriced_reading(store))
    store.set_status(priced, "approved", "it is free now", "ed")
    of = page()
    store.put_product(propose(store, of, fact(of), plans=(plan(of), plan(of, "50", "Team"))))
    store.put_product(unpriced_reading(store))
    assert amounts(store, priced) == ["20", "50"]
    assert store.document(priced).needs_look == [knowledge.unpriced(["Pro", "Team"])]
