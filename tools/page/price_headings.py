"""Headings and addresses that say that a page is about prices: such a heading names nothing and promises nothing."""

from __future__ import annotations

from tools.page.words import Phrase, made_of

_MOST_CHARS = 120  # of a heading that may say nothing else


def only_of_prices(text: str, *, promises: bool = True, terms: bool = False) -> bool:
    """Whether a heading holds nothing but words about prices: "Choose your plan", "Licence", "Preise", "料金プラン".

    promises: "Simple pricing" counts too, though it promises something. terms: so does "Start free, upgrade later".
    """
    beside = ("around_prices", "price_promise") if promises else ("around_prices",)
    if len(text) > _MOST_CHARS:
        return False
    return made_of(text, "price_word", *beside) or (
        terms and made_of(text, "free", "around_free", "price_word", *beside)
    )


def is_of_prices(path: str, *, buying: bool = False) -> bool:
    """Whether a step of an address's path, or of a file's name, says "prices"; buying: or "buy", "upgrade", "checkout"."""
    return bool((_BUYING_STEP if buying else _STEP).search(path))


_STEP = Phrase(r"(?:^|[/_.-])<pricing_path>(?:[/_.?#@\d-]|$)", "pricing_path")
_BUYING_STEP = Phrase(r"(?:^|[/_.-])(?:<pricing_path>|<buying_path>)(?:[/_.?#@\d-]|$)", "pricing_path", "buying_path")
