"""Which products of a store are rivals, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from stored import fact, page

from tools.models import Proposal
from tools.rivals import Side, are_kin, floor
from tools.store import Store
from tools.views.documents import RivalDoc

MILLS = "stone mills that grind telemetry into rollups"


def put(
    store: Store,
    name: str,
    tagline: str,
    *,
    category: str = "",
    kind: str = "product",
    tags: Sequence[str] = (),
    named: Sequence[str] = (),
    site: str = "",
) -> str:
    """A product of its own site that says this of itself; its slug."""
    url = f"https://{site or name.lower().replace(' ', '') + '.example'}/"
    said = [name, tagline, *tags, *(f"vs {rival}" for rival in named), category]
    own = page(url, "".join(f"<p>{text}</p>" for text in said))
    store.put_page(own)
    facts = [fact(own, value=name), fact(own, "tagline", tagline)]
    facts += [fact(own, "category", category)] if category else []
    facts += [fact(own, "tags", list(tags))] if tags else []
    facts += [fact(own, "rivals", [rival]) for rival in named]
    return store.put_product(
        Proposal(f"url:{url.removeprefix('https://').rstrip('/')}", kind, tuple(facts), pages=(own.id,))
    ).slug


def crowd(store: Store) -> None:
    """Products that have nothing in common, so that common words are common."""
    for number in range(20):
        put(store, f"Filler{number}", f"alpha{number} beta{number} gamma{number} for teams")


def rivals(store: Store, slug: str) -> list[RivalDoc]:
    found = store.document(slug, rivals=True).rivals
    assert found is not None
    return found


def test_a_document_without_rivals_says_that_nobody_asked(store: Store) -> None:
    assert store.document(put(store, "Quern", MILLS)).rivals is None


def test_the_nearest_of_one_category_is_a_rival_and_says_why(store: Store) -> None:
    crowd(store)
    one = put(store, "Quern", MILLS, category="analytics")
    other = put(store, "Gristwheel", "grind telemetry on your own stone", category="analytics")
    [found] = rivals(store, one)
    assert (found.slug, found.evidence) == (other, [])
    assert found.reason == "Both are of one category and use the same words for themselves: grind, stone, telemetry."
    assert found.closeness is not None
    assert 0.1 <= found.closeness <= 1
    assert [back.closeness for back in rivals(store, other)] == [found.closeness]


@pytest.mark.parametrize(
    ("tagline", "more"),
    [
        (MILLS, {"category": "game"}),  # another category
        (MILLS, {"category": "analytics", "kind": "model"}),  # another kind of thing
        ("a heron for teams", {"category": "analytics"}),  # only its category in common
        ("telemetry of herons and owls in the marshes at night, by ear", {}),  # one word, and no category
        (MILLS, {"category": "analytics", "site": "quern.example/lite"}),  # of the same house
    ],
)
def test_what_is_no_alternative_is_no_rival(store: Store, tagline: str, more: dict[str, str]) -> None:
    crowd(store)
    one = put(store, "Quern", MILLS, category="analytics")
    put(store, "Gristwheel", tagline, **more)
    assert rivals(store, one) == []


def test_without_a_category_the_words_must_tell_it_alone(store: Store) -> None:
    crowd(store)
    one = put(store, "Quern", MILLS)
    other = put(store, "Gristwheel", f"{MILLS} on your desk", category="analytics")
    assert [found.slug for found in rivals(store, one)] == [other]


@pytest.mark.parametrize(
    ("taglines", "tags", "found"),
    [
        (("One hopper", "Grinds by night"), ("stoneware", "gristing"), True),  # two words of their tags
        (("One hopper", "Grinds by night"), ("stoneware",), False),  # one word that stands in tags alone
        (("Stoneware", "Our stoneware"), (), True),  # one, and both have it in their headline
        (("One hopper", "Grinds by night"), ("stoneware", "vs"), False),  # any page compares
        (("One hopper", "Grinds by night"), ("stoneware", "analytics"), False),  # a word of their category
    ],
)
def test_of_one_category_two_words_or_one_of_both_headlines_tell_a_rival(
    store: Store, taglines: tuple[str, str], tags: tuple[str, ...], found: bool
) -> None:
    crowd(store)
    one = put(store, "Quern", taglines[0], category="analytics", tags=tags)
    put(store, "Gristwheel", taglines[1], category="analytics", tags=tags)
    assert bool(rivals(store, one)) is found


def test_function_words_and_words_for_anything_are_nothing_in_common(store: Store) -> None:
    put(
        store,
        "Quern",
        "for grain that must not stop and does what you have to, an app of its own",
        category="analytics",
    )
    other = put(store, "Tun", "what you have must not stop: an app for herons", category="analytics")
    assert rivals(store, other) == []


def test_models_for_two_tasks_are_no_rivals() -> None:
    one, other = (Side(name, name, "model", "ai-model", f"hub:{name}/x", frozenset({name})) for name in ("a-b", "c-d"))
    assert floor(one, other) is None
    assert floor(one, replace(other, tasks=one.tasks)) is not None


def test_a_named_rival_comes_first_with_the_words_that_name_it(store: Store) -> None:
    crowd(store)
    far = put(store, "Old Tun", "an unlike thing altogether")
    near = put(store, "Gristwheel", MILLS)
    first, second = rivals(store, put(store, "Quern", MILLS, named=["old-tun"]))
    assert (first.slug, second.slug) == (far, near)
    assert first.closeness is None
    assert [item.quote for item in first.evidence] == ["['old-tun']"]
    assert first.reason == "The pages of Quern set it against Old Tun."


def test_of_two_products_of_the_named_name_neither_is_meant(store: Store) -> None:
    put(store, "Old Tun", "one thing", site="tun.example")
    put(store, "Old Tun", "a second, quite apart", site="oldtun.example")
    assert rivals(store, put(store, "Quern", MILLS, named=["Old Tun"])) == []


def test_a_rejected_product_is_nobodys_rival(store: Store) -> None:
    crowd(store)
    other = put(store, "Gristwheel", MILLS, category="analytics")
    one = put(store, "Quern", MILLS, category="analytics", named=["Gristwheel"])
    assert [found.slug for found in rivals(store, one)] == [other]
    store.set_status(other, "rejected", "spam", "ed")
    assert rivals(store, one) == []


def test_a_store_that_may_only_be_read_tells_rivals_too(store: Store, tmp_path: Path) -> None:
    crowd(store)
    one = put(store, "Quern", MILLS)
    other = put(store, "Gristwheel", MILLS)
    with Store.open(store.path, readonly=True) as reading:
        assert [found.slug for found in rivals(reading, one)] == [other]


def side(name: str, identity: str, kind: str = "product", category: str | None = None) -> Side:
    return Side(name.lower(), name, kind, category, identity)


@pytest.mark.parametrize(
    ("one", "other", "kin"),
    [
        (("Quern", "url:quern.example"), ("Quern Pro", "url:elsewhere.example"), True),  # an edition, or an impostor
        (("Quern", "url:quern.example"), ("Quernstone", "url:quernstone.example"), False),
        (("Quern", "url:docs.mill.example"), ("Tun", "url:mill.example"), True),
        (("Quern", "repo:github.com/mill/quern"), ("Tun", "repo:github.com/mill/tun"), True),
        (("Quern", "repo:github.com/mill/quern"), ("Tun", "repo:github.com/cooper/tun"), False),
        (("Quern", "hub:mill/quern"), ("Tun", "hub:cooper/tun"), False),
    ],
)
def test_two_of_one_house_or_one_name_are_kin(one: tuple[str, str], other: tuple[str, str], kin: bool) -> None:
    assert are_kin(side(*one), side(*other)) is kin
    assert are_kin(side(*other), side(*one)) is kin


def test_a_repository_stands_beside_a_product_and_a_paper_beside_nothing() -> None:
    assert floor(side("A", "url:a.example"), side("B", "repo:github.com/x/b", "repo")) is not None
    assert floor(side("A", "hub:a/a", "paper"), side("B", "hub:b/b", "paper")) is None
    assert floor(side("A", "hub:a/a", "model"), side("B", "hub:b/b", "dataset")) is None
