"""Addresses, identities and slugs."""

import pytest

from tools.identity import (
    address_key,
    canonical_url,
    host_of,
    identity_of,
    registrable_domain,
    repository_of,
    same_site,
    slug_of,
)

CANONICAL = [
    ("http://Acme.example:80/a b?z=1&a=2#top", "http://acme.example/a%20b?a=2&z=1"),
    ("https://acme.example", "https://acme.example/"),
    ("https://acme.example/x?utm_source=mail&id=7&fbclid=abc", "https://acme.example/x?id=7"),
    ("https://acme.example/a/../b/./c", "https://acme.example/b/c"),
    ("https://acme.example/caf%c3%a9", "https://acme.example/caf%C3%A9"),
    ("https://acme.example/a%2fb", "https://acme.example/a%2Fb"),
    ("https://müller.example/?q=ü", "https://xn--mller-kva.example/?q=%C3%BC"),
    ("http://[::1]:8080/x", "http://[::1]:8080/x"),
    (" https://acme.example/pr\nice ", "https://acme.example/price"),
    ("a?b=1#frag", "a?b=1"),
    ("http://[broken", "http://[broken"),
]


@pytest.mark.parametrize(("url", "expected"), CANONICAL)
def test_one_spelling_for_one_address(url: str, expected: str) -> None:
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected


IDENTITIES = [
    ("https://github.com/Acme/Tool.git", "repo:github.com/acme/tool"),
    ("https://www.github.com/acme/tool/tree/main/docs", "repo:github.com/acme/tool"),
    ("https://api.github.com/repos/acme/tool", "repo:github.com/acme/tool"),
    ("https://github.com/features/search", "url:github.com/features/search"),
    ("https://gitlab.com/group/sub/tool/-/issues", "repo:gitlab.com/group/sub/tool"),
    ("https://huggingface.co/acme/Tiny-7B/tree/main", "hub:models/acme/tiny-7b"),
    ("https://hf.co/spaces/acme/demo", "hub:spaces/acme/demo"),
    ("https://huggingface.co/api/datasets/acme/words", "hub:datasets/acme/words"),
    ("https://huggingface.co/docs/hub", "url:huggingface.co/docs/hub"),
    ("https://huggingface.co/papers/2401.01234", "hub:papers/2401.01234"),
    ("https://arxiv.org/abs/2401.01234v2", "hub:papers/2401.01234"),
    ("https://pypi.Org/project/My_Tool/", "package:pypi/my-tool"),
    ("https://www.npmjs.com/package/@acme/tool", "package:npm/@acme/tool"),
    ("http://www.acme.example/index.html?ref=launchsite&utm_medium=x", "url:acme.example"),
    ("https://acme.example/store?id=com.acme.app", "url:acme.example/store?id=com.acme.app"),
    ("acme.example/", "url:acme.example"),
    ("http://[broken", "url:http://[broken"),
    ("http://acme.example:99999/", "url:http://acme.example:99999/"),
]


@pytest.mark.parametrize(("url", "expected"), IDENTITIES)
def test_launches_of_one_product_meet_under_one_key(url: str, expected: str) -> None:
    assert identity_of(url) == expected


def test_people_under_a_shared_suffix_stay_apart() -> None:
    assert not same_site("https://ann.github.io/x", "https://bob.github.io/x")
    assert same_site("https://docs.acme.co.uk", "http://acme.co.uk/pricing")
    assert not same_site("", "")
    assert registrable_domain("127.0.0.1") == "127.0.0.1"
    assert host_of("HTTPS://Docs.Acme.example:8443/x") == "docs.acme.example"


def test_slugs_are_short_plain_and_never_taken_by_our_own_pages() -> None:
    assert slug_of("Ünï Côde: the tool!", "url:a") == "uni-code-the-tool"
    assert slug_of("API", "url:a").startswith("api-")
    assert slug_of("道具", "url:a") == slug_of("道具", "url:a") != slug_of("道具", "url:b")
    assert len(slug_of("x" * 99, "url:a")) == 60
    assert slug_of("Tool", "url:a", taken=True) != slug_of("Tool", "url:b", taken=True) != "tool"


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("https://huggingface.co/api/resolve-cache/models/Ann/Tarn/0a1b/README.md?x=1", "hub:models/ann/tarn"),
        ("https://huggingface.co/api/resolve-cache/datasets/Ann/Tarn/0a1b/README.md", "hub:datasets/ann/tarn"),
        ("https://huggingface.co/api/whoami-v2/x", "url:huggingface.co/api/whoami-v2/x"),
    ],
)
def test_a_file_of_the_hub_belongs_to_its_entry_wherever_it_is_kept(url: str, identity: str) -> None:
    assert identity_of(url) == identity


@pytest.mark.parametrize(
    "url",
    [
        "http://tarn.example/App",
        "https://tarn.example/App/",
        "https://www.tarn.example/App?ref=producthunt",
        "https://tarn.example/App/index.html#top",
        "https://tarn.example:443/App?utm_source=x",
    ],
)
def test_an_address_has_one_key_whatever_led_there(url: str) -> None:
    assert address_key(url) == "tarn.example/App"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://github.com/Acme/Kit/issues?q=is%3Aopen", "https://github.com/Acme/Kit"),
        ("http://www.github.com/Acme/Kit.git", "https://github.com/Acme/Kit"),
        ("https://github.com/Acme/Kit/blob/main/LICENSE", "https://github.com/Acme/Kit"),
        ("https://gitlab.com/Group/sub/kit/-/issues/3", "https://gitlab.com/Group/sub/kit"),
        ("https://github.com/sponsors/acme", ""),
        ("https://acme.dev/kit", ""),
    ],
)
def test_a_page_of_a_repository_gives_the_address_of_the_repository(url: str, address: str) -> None:
    assert repository_of(url) == address


def test_pages_of_one_repository_have_keys_of_their_own() -> None:
    assert address_key("https://github.com/ann/tarn/releases") == "github.com/ann/tarn/releases"
    assert address_key("https://tarn.example/?page=2") == "tarn.example?page=2"
