"""The offers of structured data (JSON-LD, microdata) as plans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tools.models import Evidence, Plan
from tools.page.markup import text_of, types_of
from tools.page.pricing.currencies import is_code
from tools.page.pricing.money import ANY, Convention, read_amount
from tools.page.pricing.page import OPEN
from tools.page.pricing.patterns import FREE_NAME
from tools.page.pricing.terms import period_of

# ISO 8601 durations and the unit codes of UN/CEFACT that offers are given in.
_LASTS = {
    "P1M": "month", "P1Y": "year", "P12M": "year", "P3M": "quarter", "P6M": "half-year", "P1W": "week", "P1D": "day",
    "MON": "month", "ANN": "year", "QAN": "quarter", "SAN": "half-year", "WEE": "week", "DAY": "day", "HUR": "hour",
}  # fmt: skip

_NAME_END = re.compile(r",\s|[.;:]\s|\s[–—-]\s")  # where an offer's description goes on after its name


def plans_of_offers(items: Sequence[dict[str, Any]], url: str, page: Convention = ANY) -> list[Plan]:
    """The offers of JSON-LD or microdata as plans; weaker than prices that readers see."""
    found: list[Plan] = []
    offers = [item for item in items if {"Offer", "AggregateOffer"} & set(types_of(item))]
    for item in offers:
        kinds = types_of(item)
        spec = item.get("priceSpecification")
        spec = spec[0] if isinstance(spec, list) and spec else spec
        spec = spec if isinstance(spec, dict) else {}
        given = next(
            (v for v in (item.get("price"), item.get("lowPrice"), spec.get("price")) if v not in (None, "")), None
        )
        raw = str(given).strip() if given is not None else ""
        code = text_of(item.get("priceCurrency") or spec.get("priceCurrency")).upper()
        money = read_amount(raw, page, code if is_code(code) else "")
        if money is None:
            continue
        amount = money.amount
        said = text_of(item.get("name")) or text_of(item.get("description"))
        name = _NAME_END.split(said, maxsplit=1)[0][:60] if len(offers) > 1 else text_of(item.get("name"))[:60]
        lasts = text_of(spec.get("unitText") or spec.get("billingDuration") or spec.get("referenceQuantity") or "")
        period = (
            _LASTS.get(lasts.upper())
            or _LASTS.get(text_of(spec.get("unitCode")))
            or period_of("/" + lasts)
            or period_of(raw)
            or (period_of(said) if amount else None)
        )
        # Nothing asked beside other offers is a free plan; alone it is a field that somebody left at nought.
        sure_of_it = amount or FREE_NAME.match(name) or (name and len(offers) > 1)
        found.append(
            Plan(
                name=name,
                amount=amount,
                currency=money.currency or None,
                period=period,
                qualifier="from" if "AggregateOffer" in kinds else None,
                rung="jsonld",
                confidence=0.6 if sure_of_it and money.sure else OPEN,
                evidence=(Evidence(url, "markup", raw, f"JSON-LD {kinds[0]}.price"),),
            )
        )
    return found
