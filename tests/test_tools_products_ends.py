"""Two ends of one product: both name each other, or they stay apart. And what is read beside a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tools.models import Evidence, Extraction, Fact, Link, Page, Place, Plan
from tools.products.ends import Known, one_product, other_end, own_entries
from tools.products.further import further_pages, pricing_page, settles

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
GITHUB = "https://github.com"
ACME, REPO = "url:acme.dev", "repo:github.com/acme/acme"


def known(
    url: str, links: Sequence[str | tuple[str, str]] = (), *, asked: str = "", owner: str = "", **facts: str
) -> Known:
    """A page that links these addresses (with these words) and says these facts; an API's where its address is one."""
    access = "api" if "//api." in url or "/api/" in url or owner else "html"
    page = Page(f"{url}|{links}|{facts}", asked or url, url, 200, "text/html", "utf-8", b"", "", NOON, access=access)  # type: ignore[arg-type]
    quote = (Evidence(url, "visible", "quote"),)
    told = tuple(Fact(field, value, "api", 0.9, quote) for field, value in facts.items())
    pairs = [(one, "") if isinstance(one, str) else one for one in links]
    return Known(page, Extraction(url, told, links=tuple(Link(*pair) for pair in pairs)), owner)


def site(*links: str | tuple[str, str], url: str = "https://acme.dev/", name: str = "Acme", **more: str) -> Known:
    return known(url, links, name=name, **more)


def repo(name: str = "acme/acme", homepage: str = "", *links: str) -> Known:
    facts = {"homepage": homepage} if homepage else {}
    return known(f"https://api.github.com/repos/{name}", links, name=name, **facts)


def readme(*links: str, name: str = "acme/acme") -> Known:
    return known(f"https://api.github.com/repos/{name}/readme", links, owner=f"repo:github.com/{name}")


HOME = "https://acme.dev"
OWN = f"{GITHUB}/acme/acme"


@pytest.mark.parametrize(
    "ends",
    [
        [site(OWN), repo(homepage=HOME)],
        [site(f"{OWN}/blob/main/LICENSE"), repo(homepage="https://www.acme.dev/?utm_source=github")],
        # another name than the product's: the only repository, or the only one linked as one's own source
        [site(f"{GITHUB}/tarnlabs/core"), repo("tarnlabs/core", HOME)],
        [
            site((f"{GITHUB}/tarnlabs/core", "Star us on GitHub"), (f"{GITHUB}/vite/vite", "Vite")),
            repo("tarnlabs/core", HOME),
        ],
        # among many others, the one that bears the name
        [site(f"{GITHUB}/a/b", OWN, f"{GITHUB}/c/d"), repo(homepage=HOME)],
        # the homepage it names is the same place in another form, or led there
        [site(OWN), repo(homepage="https://acme.dev/en/")],
        [site(OWN), repo(homepage="https://docs.acme.dev")],
        [
            known("https://acme.dev/", [OWN], asked="https://acme.example/", name="Acme"),
            repo(homepage="https://acme.example"),
        ],
        # no homepage declared: its README links the site, and the site names it by its name
        [site(OWN), repo(), readme("https://acme.dev/", "https://other.example/")],
        # on a shared host the whole name is one's own
        [site(OWN, url="https://acme.github.io/acme/"), repo(homepage="https://acme.github.io/acme")],
    ],
    ids=str,
)
def test_a_site_and_a_repository_that_name_each_other_are_one(ends: list[Known]) -> None:
    assert one_product(ends[0].identity, ends[1].identity, ends)
    assert one_product(ends[1].identity, ends[0].identity, ends[::-1])


@pytest.mark.parametrize(
    "ends",
    [
        # an impostor links somebody's repository under its name
        [site(OWN, url="https://acme-app.example/"), repo(homepage=HOME)],
        [site(OWN, url="https://acme-app.example/"), repo()],
        [site(OWN, url="https://acme-app.example/"), repo(), readme("https://acme.dev/")],
        # a repository names somebody's site
        [site(OWN), repo("evil/acme", HOME)],
        [site(), repo("evil/acme", HOME)],
        # a fork keeps the homepage of what it was forked from, and the site links it among others
        [site(OWN, f"{GITHUB}/fan/acme"), repo("fan/acme", HOME)],
        # a plugin of somebody else that names the product's site, and is on its list
        [site(OWN, f"{GITHUB}/fan/acme-vim"), repo("fan/acme-vim", HOME)],
        # ten repositories of a house name its site, which links them all
        [site(*(f"{GITHUB}/acme/part{n}" for n in range(10))), repo("acme/part3", HOME)],
        # the house's site, and one product of it below
        [site(OWN, url="https://acme.dev/products/a", name="A"), repo(homepage=HOME)],
        [site(OWN, url="https://acme.dev/products/a", name="A"), repo(homepage="https://acme.dev/products/b")],
        # somebody else's page of a shared host
        [site(OWN, url="https://evil.github.io/"), repo(homepage="https://acme.github.io")],
        # a list links hundreds of sites, and one of them links the list
        [
            site(f"{GITHUB}/fan/awesome-builds"),
            repo("fan/awesome-builds"),
            readme("https://acme.dev/", "https://b.example/", name="fan/awesome-builds"),
        ],
        # an article about a repository, which its README links
        [site(OWN, url="https://blog.example/acme"), repo(), readme("https://blog.example/acme")],
        # an issue that anybody may write links the site that links it
        [site("https://gitlab.com/acme/acme/-/issues/1"), known("https://gitlab.com/acme/acme/-/issues/1", [HOME])],
    ],
    ids=str,
)
def test_one_direction_alone_joins_nothing(ends: list[Known]) -> None:
    assert not one_product(ends[0].identity, ends[1].identity, ends)


def test_a_site_that_links_a_repository_by_its_old_name_has_not_lost_it() -> None:
    moved = known(
        "https://api.github.com/repositories/7",
        asked="https://api.github.com/repos/acme/acme",
        repository=f"{GITHUB}/acme/acme-next",
        homepage=HOME,
    )
    assert one_product(ACME, "repo:github.com/acme/acme-next", [site(OWN), moved])


PYPI = "https://pypi.Org/project"


def package(name: str = "acme", **facts: str) -> Known:
    return known(f"https://index.example/pypi/{name}/json", owner=f"package:pypi/{name}", name=name, **facts)


@pytest.mark.parametrize(
    ("ends", "joined"),
    [
        ([package(repository=OWN), repo(), readme(f"{PYPI}/acme/")], True),
        ([package(repository=OWN), repo(homepage=f"{PYPI}/acme")], True),
        ([package(homepage=HOME), site(f"{PYPI}/acme/")], True),
        ([package(repository=OWN), repo(), readme()], False),  # anybody may publish a package that names a repository
        ([package("acme-x", repository=OWN), repo(), readme(f"{PYPI}/acme/")], False),
        # several packages out of one repository are several products
        ([package("acme-x", repository=OWN), repo(), readme(f"{PYPI}/acme-x/", f"{PYPI}/acme-y/")], False),
        ([package(repository=f"{GITHUB}/other/x"), repo(), readme(f"{PYPI}/acme/")], False),
    ],
)
def test_a_package_and_where_it_comes_from_are_one_when_each_names_the_other(ends: list[Known], joined: bool) -> None:
    assert one_product(ends[0].identity, ends[1].identity, ends) is joined


def test_a_model_and_the_site_its_card_links_are_one_when_the_site_links_it_by_name() -> None:
    model = "hub:models/acme/acme"
    card = known("https://huggingface.co/api/models/acme/acme", [HOME], owner=model)
    assert one_product(model, ACME, [card, site("https://huggingface.co/acme/acme")])
    assert not one_product(model, ACME, [card, site()])
    assert not one_product(model, ACME, [card, site(*(f"https://huggingface.co/acme/m{n}" for n in range(3)))])


def test_of_repositories_with_the_products_name_the_one_of_its_owner_is_its_own() -> None:
    assert own_entries([site(f"{GITHUB}/fan/acme", OWN)], "repo") == [REPO]
    assert own_entries([site(f"{GITHUB}/a/b", f"{GITHUB}/c/d")], "repo") == []


# ── what is read beside a page ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("item", "address"),
    [
        (site(f"{OWN}/stargazers"), OWN),
        (site("https://huggingface.co/Acme/acme"), "https://huggingface.co/Acme/acme"),
        (site(f"{GITHUB}/a/b", f"{GITHUB}/c/d"), ""),
        (repo(homepage=HOME), HOME),
        (repo(homepage=OWN), ""),  # it names itself
        (package(homepage=HOME, repository=OWN), OWN),
        (package(homepage=HOME), HOME),
    ],
)
def test_the_other_end_of_a_page_is_what_it_names_as_its_own(item: Known, address: str) -> None:
    assert other_end(item) == address


def priced(amount: str | None = "9", period: str | None = "month", place: Place = "visible", confidence: float = 0.9,
           unit: str | None = None) -> Extraction:  # fmt: skip
    money = None if amount is None else Decimal(amount)
    quote = (Evidence("https://acme.dev/", place, "$9"),)
    plan = Plan("Pro", money, "USD", period, unit, confidence=confidence, evidence=quote)
    return Extraction("https://acme.dev/", plans=(plan,), pricing_url="https://acme.dev/pricing")


@pytest.mark.parametrize(
    ("said", "settled"),
    [
        (priced(), True),
        (priced(period=None, unit="request"), True),
        (priced(place="markup"), False),
        (priced(period=None), False),  # a consent dialog's or a footer's amount
        (priced(confidence=0.65), False),  # a sentence
        (priced(confidence=0.75), False),  # a sentence: "from $9 a month"
        (priced("0"), False),
        (priced(None), False),
        (Extraction("https://acme.dev/", pricing_url="https://acme.dev/pricing"), False),
    ],
)
def test_the_pricing_page_is_read_unless_a_price_list_is_seen(said: Extraction, settled: bool) -> None:
    assert settles(said) is settled
    assert pricing_page(site().page, said) == ("" if settled else "https://acme.dev/pricing")


def test_the_prices_of_a_host_are_not_those_of_what_it_hosts() -> None:
    at = "https://huggingface.co/papers/2411.00001"
    said = Extraction(at, pricing_url="https://huggingface.co/pricing")
    assert pricing_page(replace(site().page, url=at, final_url=at), said) == ""


def test_a_page_without_anything_beside_it_costs_no_further_read() -> None:
    item = site()
    assert further_pages(item.page, item.extraction) == []
