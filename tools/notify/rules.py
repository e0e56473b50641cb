"""Rules of scout.toml: [rules.NAME], what somebody wants to be notified of, where it goes and when."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tools.errors import UsageError
from tools.models import CATEGORIES, KINDS
from tools.notify.entries import Entry, sound
from tools.patterns import checked_pattern
from tools.settings import Settings

# What a rule can be about, and in a few words what that is.
ABOUT = {
    "new": "a product that was not known before",
    "verdict": "a panel's first verdict, or another than before",
    "price": "a price that moved",
    "over": "a product that says it is over, or whose homepage is gone",
    "source": "a source that stopped being read",
    "job": "a run or job that failed",
    "looks": "more products that need a look than a number",
    "watch": "what a saved search finds, see `scout watch`",
}
OF_PRODUCTS = ("new", "verdict", "price", "over")  # what category, kinds and words narrow
WHEN = ("now", "daily", "weekly")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
VERDICTS = {"ship": "Ship", "skip": "Skip", "split": "Split", "not-enough-evidence": "Not enough evidence"}
_KEYS = "about category kinds words verdicts up down above to when hour weekday".split()
_HOUR = 7  # UTC


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Empty category, kinds, words, verdicts: all. up, down: least share by which a price must have moved."""

    name: str
    about: tuple[str, ...]
    to: tuple[str, ...]
    category: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    words: tuple[re.Pattern[str], ...] = ()
    verdicts: tuple[str, ...] = ()
    up: float | None = None
    down: float | None = None
    above: int = 0
    when: str = "now"
    hour: int = _HOUR
    weekday: str = WEEKDAYS[0]

    def is_due(self, found_at: datetime, digested_at: datetime, now: datetime) -> bool:
        """Whether what was found may be sent: always, or where the hour of a digest has passed since, or since the last
        digest: who runs Scout once a day at eleven gets at eleven what was found at eleven."""
        return self.when == "now" or min(found_at, digested_at) < self.last_hour(now)

    def last_hour(self, now: datetime) -> datetime:
        """The newest hour at which this rule's digest was due, at or before now."""
        at = now.astimezone(UTC).replace(hour=self.hour, minute=0, second=0, microsecond=0)
        if self.when == "weekly":
            at -= timedelta(days=(at.weekday() - WEEKDAYS.index(self.weekday)) % 7)
        return at if at <= now else at - timedelta(days=7 if self.when == "weekly" else 1)

    def words_of_when(self) -> str:
        """“at once”, “daily at 7:00 UTC”, “weekly, on monday at 7:00 UTC”."""
        if self.when == "now":
            return "at once"
        day = f", on {self.weekday}" if self.when == "weekly" else ""
        return f"{self.when}{day} at {self.hour}:00 UTC"


def rules(settings: Settings) -> tuple[dict[str, Rule], dict[str, str]]:
    """The sound rules in their order, by name; and of each other one the sentence that says what is wrong with it."""
    targets = settings.table("targets")
    return sound(settings.table("rules"), lambda name, values: read_rule(name, values, targets))


def read_rule(name: str, values: Mapping[str, Any], targets: Collection[str]) -> Rule:
    """A rule from its entry. targets: the names there are. Errors: UsageError, in one sentence."""
    entry = Entry(f"[rules.{name}]", values, _KEYS)
    about, to = entry.words("about", ABOUT), entry.words("to", targets)
    for key, given in (("about", about), ("to", to)):
        if not given:
            raise UsageError(
                f"[rules.{name}] needs {key}: {', '.join(ABOUT if key == 'about' else targets) or 'add a [targets.NAME] first'}."
            )
    _check_fitting(entry, about)
    above = entry.whole("above", 0, 1_000_000)
    if "looks" in about and above is None:
        raise UsageError(f"[rules.{name}] is about looks and needs above, the number that is still fine.")
    return Rule(
        name,
        about,
        to,
        category=entry.words("category", CATEGORIES),
        kinds=entry.words("kinds", KINDS),
        words=tuple(_pattern(text, f"[rules.{name}]: words") for text in entry.texts("words")),
        verdicts=tuple(VERDICTS[word] for word in entry.words("verdicts", VERDICTS)),
        up=entry.share("up"),
        down=entry.share("down"),
        above=above or 0,
        when=entry.word("when", WHEN, "now"),
        hour=entry.whole("hour", 0, 23, _HOUR) or 0,
        weekday=entry.word("weekday", WEEKDAYS, WEEKDAYS[0]),
    )


def _check_fitting(entry: Entry, about: Collection[str]) -> None:
    """Refuse keys that would do nothing: whoever wrote them expects something of them. Errors: UsageError."""
    when = entry.word("when", WHEN, "now")
    needed = {
        **dict.fromkeys(
            ("category", "kinds", "words"), (set(OF_PRODUCTS) & set(about), f"about {', '.join(OF_PRODUCTS)}")
        ),
        **dict.fromkeys(("up", "down"), ("price" in about, "about price")),
        "verdicts": ("verdict" in about, "about verdict"),
        "above": ("looks" in about, "about looks"),
        "hour": (when != "now", "when daily or weekly"),
        "weekday": (when == "weekly", "when weekly"),
    }
    for key, (fits, where) in needed.items():
        if entry.has(key) and not fits:
            raise UsageError(f"{entry.where}: {key} counts for rules {where} only; take it out, or change the rule.")


def _pattern(text: str, where: str) -> re.Pattern[str]:
    """A word or safe pattern as it is looked for: whole words, upper and lower case alike."""
    return re.compile(rf"(?<!\w)(?:{checked_pattern(text, where).pattern})(?!\w)", re.IGNORECASE)
