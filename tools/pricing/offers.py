"""The offers of structured data (JSON-LD, microdata) as plans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tools.markup import text_of, types_of
from tools.models import Evidence, Plan
from tools.money import number
from tools.pricing.page import period_in_name
from tools.pricing.terms import period_of
from tools.pricing.words import FREE_NAME

# ISO 8601 durations and the unit codes of UN/CEFACT that offers are given in.
_LASTS = {"P1M": "month", "P1Y": "year", "P12M": "year", "P1W": "week", "MON": "month", "ANN": "year", "HUR": "hour"}


def plans_of_offers(items: Sequence[dict[str, Any]], url: str) -> list[Plan]:
    """The offers of JSON-LD or microdata as plans; weaker than prices that readers see."""
    found: list[Plan] = []
    for item in items:
        kinds = types_of(item)
        if "Offer" not in kinds and "AggregateOffer" not in kinds:
            continue
        spec = item.get("priceSpecification")
        spec = spec[0] if isinstance(spec, list) and spec else spec
        spec = spec if isinstance(spec, dict) else {}
        given = next(
            (v for v in (item.get("price"), item.get("lowPrice"), spec.get("price")) if v not in (None, "")), None
        )
        raw = str(given).strip() if given is not None else ""
        amount = number(re.sub(r"[^\d.,]", "", raw)) if raw else None
        if amount is None:
            continue
        currency = text_of(item.get("priceCurrency") or spec.get("priceCurrency")).upper()
        name = text_of(item.get("name"))[:60]
        lasts = text_of(spec.get("unitText") or spec.get("billingDuration") or spec.get("referenceQuantity") or "")
        period = (_LASTS.get(lasts.upper()) or _LASTS.get(text_of(spec.get("unitCode"))) or period_of("/" + lasts)) or (
            period_in_name(name) if amount else None
        )
        found.append(
            Plan(
                name=name,
                amount=amount,
                currency=currency if re.fullmatch("[A-Z]{3}", currency) else None,
                period=period,
                qualifier="from" if "AggregateOffer" in kinds else None,
                rung="jsonld",
                confidence=0.6 if amount or FREE_NAME.match(name) else 0.4,
                evidence=(Evidence(url, "markup", raw, f"JSON-LD {kinds[0]}.price"),),
            )
        )
    return found
