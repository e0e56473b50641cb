"""Which further pages of a product are worth one read each: its site's pricing page, its other end. Pure."""

from __future__ import annotations

from tools.models import Extraction, Page, Plan
from tools.products.ends import Known, other_end, scheme_of

_LIST = 2  # plans
_PASSING = (
    0.75  # most confidence that a price in a sentence, or a sum somewhere on the page, is read with (tools/pricing)
)


def further_pages(page: Page, said: Extraction) -> list[str]:
    """Addresses to read beside a page: its pricing page where it does not settle the price, its product's other end."""
    return [address for address in (pricing_page(page, said), other_end(Known(page, said))) if address]


def pricing_page(page: Page, said: Extraction) -> str:
    """The pricing page a page links; "" where it links none, shows a price list itself, or links its host's prices, as a
    repository, Hub entry or package does."""
    own = scheme_of(Known(page, said).identity) == "url"
    return said.pricing_url or "" if own and not settles(said) else ""


def settles(said: Extraction) -> bool:
    """Whether a page shows what its product costs, so that no other page need be asked.

    Markup alone is what a site's template says, an amount without a period or unit may be anything (a consent dialog's,
    a footer's), a sentence names one price of several.
    """
    return any(_is_listed(plan) for plan in said.plans)


def lists(said: Extraction) -> bool:
    """Whether a page gives a list of prices, be it in its markup alone: where a site has no page of prices, that is one."""
    sure = [plan for plan in said.plans if plan.confidence > _PASSING]
    return len(sure) >= _LIST and any(plan.amount and plan.period for plan in sure)


def _is_listed(plan: Plan) -> bool:
    seen = any(item.place == "visible" for item in plan.evidence)
    return bool(plan.amount and (plan.period or plan.unit) and seen) and plan.confidence > _PASSING
