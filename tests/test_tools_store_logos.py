"""Marks in the store: one picture whoever shows it, gone with the last who does, and told of where another one is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from stored import NOON, fact, page, propose

from tools.dossier import Dossier
from tools.models import Logo
from tools.store import Store

RED, BLUE = b"\x89PNG red", b"\x89PNG blue"


def product(store: Store, name: str) -> str:
    of = page(f"https://{name}.example/", f"<h1>{name}</h1>")
    return store.put_product(propose(store, of, fact(of, value=name.title()), identity=f"url:{name}.example")).slug


def mark(png: bytes = RED, url: str = "https://one.example/touch.png", **more: Any) -> Logo:
    return replace(Logo(url, "https://one.example/", NOON, png), **more)


def kept_of(store: Store, slug: str) -> Logo:
    found = store.logo_of(slug)
    assert found
    return found


def seal_of(store: Store, slug: str) -> str:
    shown = store.document(slug).logo
    assert shown
    return shown.sha256


def files(store: Store) -> set[bytes]:
    return store._column("SELECT png FROM logo_files")


def told(store: Store) -> list[str]:
    return [row["slug"] for row in store.changes_after(0) if row["field"] == "logo"]


def test_a_mark_comes_back_as_it_was_kept(store: Store) -> None:
    slug = product(store, "one")
    assert store.logo_of(slug) is None
    kept = mark(etag='"a"', last_modified="Wed, 04 Mar 2026 12:00:00 GMT")
    assert store.put_dossier(Dossier(slug), kept)
    assert store.logo_of(slug) == kept
    shown = store.document(slug).logo
    assert shown is not None
    assert store.logo(shown.sha256) == RED
    assert (shown.url, shown.page) == (kept.url, kept.page)
    assert store.logo("0" * 64) is None


def test_two_products_share_one_picture_until_neither_shows_it(store: Store) -> None:
    one, two = product(store, "one"), product(store, "two")
    store.put_dossier(Dossier(one), mark())
    store.put_dossier(Dossier(two), mark())
    assert files(store) == {RED}
    store.put_dossier(Dossier(one), mark(BLUE))
    assert files(store) == {RED, BLUE}
    store.put_dossier(Dossier(two), mark(b"", why="the server answered 404"))
    assert files(store) == {BLUE}
    assert store.document(two).logo is None
    assert store.verify() == []


def test_a_mark_that_three_sites_show_is_nobodys_own(store: Store) -> None:
    slugs = [product(store, name) for name in ("one", "two", "three", "four")]
    for slug in slugs:
        store.put_dossier(Dossier(slug), mark(page=f"https://{slug}.example/"))
    assert [store.document(slug).logo is None for slug in slugs] == [False, False, True, True]
    for slug in slugs:  # as each is asked for again
        store.put_dossier(Dossier(slug), mark(page=f"https://{slug}.example/"))
    assert [kept_of(store, slug).png for slug in slugs] == [b""] * 4
    assert (files(store), kept_of(store, "one").why) == (set(), "3 other sites show the same")
    for path in ("a", "b", "c"):  # of one house they may all show its mark
        store.put_dossier(Dossier(product(store, f"{path}s")), mark(BLUE, page=f"https://{path}.house.example/"))
    assert files(store) == {BLUE}
    assert store.verify() == []


def test_only_another_mark_is_told_of_and_makes_the_line_anew(store: Store) -> None:
    slug = product(store, "one")
    assert not store.put_dossier(Dossier(slug), mark(b"", why="it shows nothing but one colour"))
    assert store.put_dossier(Dossier(slug), mark())
    store.keep_documents()
    assert not store.put_dossier(Dossier(slug), Logo(**{**_values(mark()), "checked_at": NOON + timedelta(days=8)}))
    assert store.keep_documents() == 0
    assert store.put_dossier(Dossier(slug), mark(url="https://one.example/new.png"))
    assert store.keep_documents() == 1
    assert told(store) == [slug, slug]


def _values(logo: Logo) -> dict[str, object]:
    return {name: getattr(logo, name) for name in logo.__slots__}


def test_a_merged_product_shows_its_own_mark_first_and_else_that_of_its_part(store: Store) -> None:
    one, two = product(store, "one"), product(store, "two")
    store.put_dossier(Dossier(two), mark(BLUE))
    store.keep_documents()
    store.merge(two, one, "", "ed")
    assert store.logo_seals([one, two, "none"]) == {one: seal_of(store, one)}
    assert store.logo(seal_of(store, one)) == BLUE
    store.put_dossier(Dossier(one), mark(RED))
    assert store.logo(seal_of(store, one)) == RED
    assert list(store.strayed()) == []


def test_a_deleted_product_keeps_none_and_forgetting_takes_all(store: Store) -> None:
    one, two = product(store, "one"), product(store, "two")
    store.delete_product(one, "", "ed")
    assert not store.put_dossier(Dossier(one), mark())
    store.put_dossier(Dossier(two), mark())
    assert store.forget_logos() == 1
    assert (files(store), store.document(two).logo, store.forget_logos()) == (set(), None, 0)
    assert list(store.strayed()) == []
