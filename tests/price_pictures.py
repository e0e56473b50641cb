"""Made-up pictures of prices, in twelve styles, with what they say: for tests, and for how sure a reading of one may be.

Drawn with Pillow, which comes with the extra `ocr`, in the fonts of this machine, else in Pillow's own.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts", "C:/Windows/Fonts")
FAMILIES = (
    "DejaVuSans",
    "DejaVuSerif",
    "DejaVuSansCondensed",
    "LiberationSans",
    "LiberationSerif",
    "Lato",
    "OpenSans",
    "Arial",
    "Verdana",
)
NAMES = "Free Hobby Starter Basic Solo Personal Pro Plus Growth Team Studio Agency Business Scale Premium Max".split()
AMOUNTS = "3 4.99 5 7 8.50 9 9.99 12 14.90 15 19 19.99 24 29 29.50 35 39 49 59 79 89 99 120 149 199 249 299 499 1,299"
FEATURES = (
    "5 projects",
    "Unlimited boards",
    "Email support",
    "Priority support",
    "Single sign-on",
    "10 GB of storage",
    "Custom domain",
    "Daily backups",
    "Audit log",
    "3 team members",
    "API access",
    "No watermark",
)
BUTTONS = ("Get started", "Choose plan", "Buy now", "Start now", "Subscribe")
HEADS = ("Pricing", "Plans and pricing", "Choose your plan", "Simple prices for every team", "")
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
MONTHLY = ("/month", "/mo", " / month", " per month")
YEARLY = ("/year", "/yr", " per year")
# The styles that confidence is calibrated on, and those that only show how good it is.
CALIBRATED = ("light", "dark", "table", "after", "small", "noise")
KEPT = ("gradient", "columns", "both", "struck", "faint", "scaled")
STYLES = (*CALIBRATED, *KEPT)


@dataclass(frozen=True, slots=True)
class Shown:
    """One plan as the picture shows it. period: month, year or once."""

    name: str
    amount: str  # as a decimal number
    currency: str
    period: str | None


@dataclass
class Look:
    """How a picture looks: colours, the family of its letters, its sizes in pixels."""

    ground: Any
    card: Any
    ink: Any
    pale: Any
    accent: Any
    family: str
    name: int = 24
    price: int = 40
    text: int = 16


@cache
def font_files() -> dict[str, Path]:
    """The fonts that are on this machine, by the name of their file."""
    found = {}
    for folder in FOLDERS:
        for path in sorted(Path(folder).rglob("*.ttf")) if Path(folder).is_dir() else ():
            found.setdefault(path.stem.replace("-Regular", ""), path)
    return found


@cache
def font(family: str, size: int, bold: bool = False) -> Any:
    """A font of this machine, else Pillow's own."""
    from PIL import ImageFont

    path = font_files().get(f"{family}-Bold" if bold else family)
    return ImageFont.truetype(str(path), size) if path else ImageFont.load_default(size)


def families() -> list[str]:
    """The families that can be drawn with here; "" is Pillow's own, which has no sign of the euro."""
    return [name for name in FAMILIES if name in font_files()] or [""]


LIGHT = (
    ("#ffffff", "#ffffff", "#111827", "#6b7280", "#4f46e5"),
    ("#f3f4f6", "#ffffff", "#1f2937", "#4b5563", "#0f766e"),
)
DARK = (
    ("#0b1020", "#141b34", "#f8fafc", "#94a3b8", "#818cf8"),
    ("#111111", "#1c1c1c", "#fafafa", "#a3a3a3", "#22c55e"),
)
FAINT = (
    ("#ffffff", "#fafafa", "#8d949e", "#a9b0b9", "#b4b4d8"),
    ("#22262e", "#262b34", "#727985", "#5f6672", "#4a4f7a"),
)


def made(style: str, seed: int, *, worn: bool = False) -> tuple[bytes, list[Shown]]:
    """A picture of this style, PNG or JPEG, and the plans that it shows. worn: so small and rough that parts of it can
    hardly be read."""
    rng = random.Random(f"{style} {seed}")
    colours = rng.choice({"dark": DARK, "faint": FAINT, "gradient": DARK}.get(style, LIGHT))
    look = Look(*colours, family=rng.choice(families()))
    if style == "small":
        look.name, look.price, look.text = 15, 22, 11
    draw: Callable[..., tuple[Any, list[Shown]]] = {"table": _table, "columns": _columns}.get(style, _cards)
    image, plans = draw(rng, look, style)
    return _worn(image, rng) if worn else _finished(image, style, rng), plans


def _worn(image: Any, rng: random.Random) -> bytes:
    scale, out = rng.uniform(0.35, 0.75), io.BytesIO()
    image.resize((int(image.width * scale), int(image.height * scale))).save(
        out, "JPEG", quality=rng.choice((20, 35, 50))
    )
    return out.getvalue()


def _finished(image: Any, style: str, rng: random.Random) -> bytes:
    out = io.BytesIO()
    if style == "noise":
        from PIL import Image, ImageChops

        grain = Image.effect_noise(image.size, rng.choice((18, 28))).convert("RGB")
        image = Image.blend(image, ImageChops.add(image, grain, 2), 0.35)
        image.save(out, "JPEG", quality=rng.choice((28, 40, 55)))
        return out.getvalue()
    if style == "scaled":
        scale = rng.choice((0.55, 0.65, 0.8, 1.4, 1.9))
        image = image.resize((int(image.width * scale), int(image.height * scale)))
    image.save(out, "PNG")
    return out.getvalue()


def _plans(rng: random.Random, count: int, style: str) -> list[Shown]:
    """Plans of rising price, named apart, in one currency and period."""
    currency = rng.choice([code for code in SIGNS if families() != [""] or code == "USD"])
    period = rng.choice(("month", "month", "month", "year", "once")) if style not in ("both", "columns") else "month"
    names = sorted(rng.sample(range(1, len(NAMES)), count))
    amounts = AMOUNTS.split()
    picked = sorted(rng.sample(range(len(amounts)), count))
    return [Shown(NAMES[n], amounts[a].replace(",", ""), currency, period) for n, a in zip(names, picked, strict=True)]


def _written(plan: Shown, style: str) -> str:
    """The amount with its sign, before or after it."""
    amount = plan.amount if "." in plan.amount else f"{int(plan.amount):,}"
    if style == "after":
        return (
            f"{amount.replace(',', ' ').replace('.', ',')} {SIGNS[plan.currency] if plan.currency != 'USD' else 'USD'}"
        )
    return f"{SIGNS[plan.currency]}{amount}"


def _period(rng: random.Random, plan: Shown) -> str:
    return {"month": rng.choice(MONTHLY), "year": rng.choice(YEARLY), "once": " one-time"}[plan.period or "once"]


def _ground(size: tuple[int, int], look: Look, style: str) -> tuple[Any, Any]:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", size, look.ground)
    if style == "gradient":
        ends = [Image.new("RGB", size, colour) for colour in ("#4c1d95", "#0e7490")]
        image = Image.composite(*ends, Image.linear_gradient("L").resize(size))
    return image, ImageDraw.Draw(image)


def _cards(rng: random.Random, look: Look, style: str) -> tuple[Any, list[Shown]]:
    count = rng.randint(1, 4)
    plans = _plans(rng, count, style)
    unit = look.text / 16
    wide, tall, gap = int(290 * unit), int(430 * unit), int(rng.choice((16, 24, 36)) * unit)
    head = rng.choice(HEADS) if style != "both" else ""
    top = int(90 * unit) if head or style == "both" else int(30 * unit)
    image, draw = _ground((count * (wide + gap) + gap, tall + top + int(40 * unit)), look, style)
    if head:
        draw.text((gap, int(24 * unit)), head, font=font(look.family, int(32 * unit), True), fill=look.ink)
    if style == "both":
        draw.text(
            (image.width - int(190 * unit), int(24 * unit)), "Monthly", font=font(look.family, look.text), fill=look.ink
        )
        draw.text(
            (image.width - int(95 * unit), int(24 * unit)), "Yearly", font=font(look.family, look.text), fill=look.pale
        )
    centred, badge, period = rng.random() < 0.4, rng.randrange(count + 2), _period(rng, plans[0])
    below = rng.random() < 0.4
    for number, plan in enumerate(plans):
        left = gap + number * (wide + gap)
        if style != "gradient":
            draw.rounded_rectangle((left, top, left + wide, top + tall), 12, fill=look.card, outline=look.pale)
        else:
            draw.rounded_rectangle((left, top, left + wide, top + tall), 12, outline=look.pale)
        _card(draw, rng, look, style, plan, (left, top, wide), (centred, number == badge, period, below))
    return image, plans


def _card(
    draw: Any,
    rng: random.Random,
    look: Look,
    style: str,
    plan: Shown,
    place: tuple[int, int, int],
    habits: tuple[bool, bool, str, bool],
) -> None:
    left, top, wide = place
    centred, badge, period, below = habits
    unit, inset, y = look.text / 16, int(22 * look.text / 16), top + int(16 * look.text / 16)

    def put(text: str, size: int, colour: Any, bold: bool = False, after: float = 1.5) -> None:
        nonlocal y
        letters = font(look.family, size, bold)
        x = left + (wide - draw.textlength(text, font=letters)) / 2 if centred else left + inset
        draw.text((x, y), text, font=letters, fill=colour)
        y += int(size * after)

    if badge:
        put("MOST POPULAR", int(12 * unit), look.accent, True)
    put(plan.name, look.name, look.ink, True)
    if rng.random() < 0.4:
        put(rng.choice(("For one person", "For small teams", "For growing companies")), look.text, look.pale)
    y += int(10 * unit)
    _price(draw, rng, look, style, plan, (left + inset, y, wide, centred), (period, below))
    y += int(look.price * 1.4) + (int(look.text * 1.6) if below else 0)
    if style == "both" and plan.period == "month":
        cents = round(float(plan.amount) * 10)
        put(f"or {SIGNS[plan.currency]}{cents:,} billed yearly", look.text - 2, look.pale)
    y += int(16 * unit)
    button = (left + inset, y, left + wide - inset, y + int(40 * unit))
    draw.rounded_rectangle(button, 8, fill=look.accent)
    label, letters = rng.choice(BUTTONS), font(look.family, look.text, True)
    draw.text(
        (left + (wide - draw.textlength(label, font=letters)) / 2, y + int(10 * unit)),
        label,
        font=letters,
        fill="#ffffff",
    )
    y += int(60 * unit)
    for feature in rng.sample(FEATURES, rng.randint(2, 4)):
        put(rng.choice(("• ", "")) + feature, look.text, look.pale)


def _price(
    draw: Any,
    rng: random.Random,
    look: Look,
    style: str,
    plan: Shown,
    place: tuple[float, int, int, bool],
    habits: tuple[str, bool],
) -> None:
    x, y, wide, centred = place
    period, below = habits
    said = _written(plan, style)
    large, small = font(look.family, look.price, True), font(look.family, look.text)
    was = ""
    if style == "struck":
        dear = float(plan.amount) * rng.choice((1.25, 1.5, 2))
        was = f"{SIGNS[plan.currency]}{dear:,.0f}"
    width = draw.textlength(said, font=large) + (0 if below else 4 + draw.textlength(period.strip(), font=small))
    if was:
        size = int(look.price * 0.6)
        older = font(look.family, size)
        width += draw.textlength(was, font=older) + 12
    if centred:
        x += (wide - 44 - width) / 2
    if was:
        long = draw.textlength(was, font=older)
        draw.text((x, y + look.price * 0.35), was, font=older, fill=look.pale)
        middle = y + look.price * 0.35 + size * 0.62
        draw.line((x - 2, middle, x + long + 2, middle), fill=look.pale, width=2)
        x += long + 12
    draw.text((x, y), said, font=large, fill=look.ink)
    if below:
        draw.text((place[0] if not centred else x, y + look.price * 1.25), period.strip(), font=small, fill=look.pale)
    else:
        x += draw.textlength(said, font=large) + 4
        draw.text((x, y + look.price - look.text), period.strip(), font=small, fill=look.pale)


def _table(rng: random.Random, look: Look, style: str) -> tuple[Any, list[Shown]]:
    """A row a plan: name, what it holds, price."""
    count = rng.randint(2, 4)
    plans = _plans(rng, count, style)
    image, draw = _ground((rng.choice((720, 860)), 110 + 60 * count), look, style)
    lines = ["Plan", rng.choice(("Includes", "Best for")), "Price"]
    lefts = (30, 230, image.width - 230)
    period = _period(rng, plans[0])
    for x, text in zip(lefts, lines, strict=True):
        draw.text((x, 30), text, font=font(look.family, look.text, True), fill=look.pale)
    for number, plan in enumerate(plans):
        y = 80 + 60 * number
        draw.line((30, y - 14, image.width - 30, y - 14), fill=look.pale)
        cells = (plan.name, rng.choice(FEATURES), f"{_written(plan, style)}{period}")
        for x, text in zip(lefts, cells, strict=True):
            draw.text((x, y), text, font=font(look.family, look.text + 2), fill=look.ink)
    return image, plans


def _columns(rng: random.Random, look: Look, style: str) -> tuple[Any, list[Shown]]:
    """A column a plan, a row a feature."""
    count = rng.randint(2, 4)
    plans = _plans(rng, count, style)
    features = rng.sample(FEATURES, rng.randint(3, 5))
    image, draw = _ground((240 + 200 * count, 140 + 48 * len(features)), look, style)
    period = _period(rng, plans[0])
    for number, plan in enumerate(plans):
        x = 240 + 200 * number
        draw.text((x, 24), plan.name, font=font(look.family, look.name, True), fill=look.ink)
        draw.text((x, 66), f"{_written(plan, style)}{period}", font=font(look.family, look.text + 3), fill=look.ink)
    for row, feature in enumerate(features):
        y = 120 + 48 * row
        draw.line((20, y - 12, image.width - 20, y - 12), fill=look.pale)
        draw.text((20, y), feature, font=font(look.family, look.text), fill=look.ink)
        for number in range(count):
            draw.text(
                (240 + 200 * number, y),
                rng.choice(("Yes", "–", "Yes")),
                font=font(look.family, look.text),
                fill=look.pale,
            )
    return image, plans
