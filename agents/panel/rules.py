"""The free reviewer: no model, no key, no chance. It tells the findings that a persona picks, and weighs them.

What a score is. Kinds, weights and caps were fixed by reasoning before any store or made-up world was scored (30 November
2026). They moved twice since, each time because readers found sentences beside a critic's question or not worth print: kinds
were taken from critics whose question they do not answer, and kinds that said over again what another one says, or what a
page says at a glance, were deleted. The scores of merit seeds 1 to 3 (the first time also 11 and 12) were in sight.

    score = 50 + 50 · tanh(sum / SPREAD)      50: nothing either way; the sum is over kinds of weight · direction · strength

A kind counts once, by the strongest finding for and the strongest against: the tenth fact of one kind says nothing new.
What a product says of itself, or leaves out, moves the sum by OWN_MOST at most, however many topics its pages touch: a
talkative page has more of it, a terse one less, and neither is merit. What its pages deny speaks against its maker's own
interest and is weighed like a measured thing. Strengths come from the place among comparable products, drawn towards
nothing where these are few, and never from a text's length.

LEAST_EVIDENCE: the weight of kinds on which something was found, also something that is neither for nor against, with
own words for half. Three is a kind on which the persona's question turns, or two that bear on it (five, while one price made
two kinds and every critic picked more of them). One count alone is no review, for it is no two fields. Nor is what bears on one of a persona's fields alone, however much of it: LEAST_FIELDS. (Of all that
stands here this was added after panels had been read, those of the demo's repositories: four signs of life and nothing else
were a Skip at 68.) Nor is a score with nothing to tell: what is neither for nor against is no sentence of a review, nor is what lies
near the others (Finding.silent), though it counts. A plain fact (Finding.is_plain) is a sentence and counts for nothing, neither
as evidence nor for a level. What a persona file lists under [counted] moves the score and is no sentence of that critic: readers
had found it beside the critic's questions, and without it the order by merit was worse (.84 for .87 on seeds 4 to 6).
LEAST_FINDINGS: different findings for or against that the critics with a score tell together, for a verdict: one fact in the
mouths of three critics is one fact. It leaves 163 of 181 products of seeds 4 to 6 their verdict (AUC .907 for .899); three
would leave 153 (.902), and half of the demo's products none, for most pages bear out two facts.
SPREAD: makes a score the share of good products, in a hundred, among those with so large a sum where half of all are good;
a review ships from 70. It was 6 by reasoning, and a score of 64 then stood for 7 good ones in 10. It is read off seeds 1 to 3
of the world of planted merit (logistic regression of merit on the sum: no offset, slope 0.7, which is a SPREAD of 2.9);
`python bench/merit.py` prints for any other seed what scores were worth. It moves no order and so no AUC.
OWN_MOST: a half, far less than what a ship takes (1.3), so that words alone never make one. (It was one while more measured
things stood beside the words.)

The weights of kinds stand in the persona files: 3 for what the persona's question turns on, 2 for what bears on it, 1 for
a hint. What kills a product (archived, over) weighs 3 with everybody who would have to live with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, tanh

from agents.panel.evidence_pack import Pack
from agents.panel.findings import kinds
from agents.panel.told import told
from tools.dossier import ROLES, Role
from tools.errors import UnknownName
from tools.knowledge import LEAST_SCORED
from tools.models import Claim, Finding, Rating, Review
from tools.personas import Persona, PersonaField, personas
from tools.views.findings import ROLE_WORDS

SPREAD = 3.0
LEAST_EVIDENCE = 3.0
LEAST_FIELDS = 2
LEAST_FINDINGS = 2
OWN_MOST = 0.5
MOST_TOLD = 6  # findings of a review's text; the others stand in its ratings
_FEW_PEERS = 4  # too few products to compare with
OVER_MOST = 25  # the score of a product that is over at most, and the level of its fields: 1
_LEVELS = ((0.5, 4), (0.2, 3), (-0.2, 2), (-0.5, 1))  # from what mean of its findings a field has which level
_OF_CODE: tuple[Role, ...] = (
    "readme",
    "card",
    "repository",
    "releases",
    "registry",
    "hub",
)  # not had by a closed product


class RulesReviewer:
    """Reviews by findings. Same pack, same bytes.

    Errors: UnknownName when a persona picks a kind of finding that does not exist.
    """

    name = "rules"
    halt = None

    def __init__(self, critics: Sequence[Persona] | None = None) -> None:
        for critic in personas().values() if critics is None else critics:
            check_kinds(critic)

    def review(self, persona: Persona, pack: Pack) -> Review:
        """One persona's review, scored and without a vote; without a score, and why, where too little was found."""
        picked = persona.findings
        found = [finding for finding in pack.findings if finding.kind in persona.weights and not finding.is_plain]
        plain = [finding for finding in pack.findings if finding.kind in picked and finding.is_plain]
        ratings = tuple(_rating(field, found, plain, 1 if pack.ended else 4) for field in persona.fields)
        # what counts and answers no question of its own is one more matter
        fields = sum(rating.level is not None for rating in ratings) + len(
            {one.kind for one in found} & set(persona.counted)
        )
        telling = [finding for finding in found if finding.is_worth_telling and finding.kind in picked]
        enough = telling and evidence(persona, found) >= LEAST_EVIDENCE and fields >= LEAST_FIELDS
        if not enough and not pack.ended:
            why = _why_silent(persona, pack, sum(one.is_worth_telling for one in found))
            return Review(persona.name, self.name, None, None, "", ratings, abstain_reason=why)
        score = score_of(persona, found)
        in_order = sorted(telling, key=lambda one: (-picked[one.kind] * one.strength, one.kind, one.text))
        text = told(claim_of(finding) for finding in [*in_order, *plain][:MOST_TOLD])
        return Review(persona.name, self.name, min(score, OVER_MOST) if pack.ended else score, None, text, ratings)


def too_little(reviews: Sequence[Review], pack: Pack) -> str:
    """Why what the rules found makes no verdict, in one sentence; "" where it makes one."""
    scored = [review for review in reviews if review.score is not None]
    told = {claim.text for review in scored for rating in review.ratings for claim in rating.claims}
    counted = sum(one.direction != 0 and one.text in told for one in pack.findings)
    if pack.ended or (len(scored) >= LEAST_SCORED and counted >= LEAST_FINDINGS):
        return ""
    found = sum(one.is_worth_telling for one in pack.findings)
    many = {0: "nothing found counts", 1: "1 finding is not enough"}.get(found, f"{found} findings are not enough")
    return (
        f"{many}: a critic needs two kinds that bear on its questions, "
        f"a verdict {LEAST_SCORED} critics and {LEAST_FINDINGS} findings for or against"
    )


def check_kinds(persona: Persona) -> None:
    """Errors: UnknownName when a field picks a kind of finding that does not exist."""
    picked = [(kind, field.name) for field in persona.fields for kind in field.findings]
    for kind, where in (*picked, *((kind, "counted") for kind in persona.counted)):
        if kind not in kinds():
            raise UnknownName(f"kind of finding ({persona.name}, {where})", kind, kinds())


def claim_of(finding: Finding) -> Claim:
    """A finding as a claim: a fact that code has made, and that stands."""
    return Claim(finding.text, "fact", finding.citations, supported=True)


def score_of(persona: Persona, found: Sequence[Finding]) -> int:
    """1 to 99, for nothing is certain: see above."""
    counted = own = 0.0
    for kind, weight in persona.weights.items():
        counted += weight * _net([one for one in found if one.kind == kind and not _is_own_word(one)])
        own += weight * _net([one for one in found if one.kind == kind and _is_own_word(one)])
    score = floor(50 + 50 * tanh((counted + OWN_MOST * tanh(own / OWN_MOST)) / SPREAD) + 0.5)
    return min(99, max(1, score))


def evidence(persona: Persona, found: Sequence[Finding]) -> float:
    """The weight of the kinds on which something was found; of own words alone half."""
    total = 0.0
    for kind, weight in persona.weights.items():
        of_kind = [_is_own_word(one) for one in found if one.kind == kind]
        total += 0 if not of_kind else weight / 2 if all(of_kind) else weight
    return total


def _net(found: Sequence[Finding]) -> float:
    """The strongest finding for, less the strongest against."""
    best = max((one.strength for one in found if one.direction > 0), default=0.0)
    worst = max((one.strength for one in found if one.direction < 0), default=0.0)
    return best - worst


def _is_own_word(finding: Finding) -> bool:
    return kinds()[finding.kind].own_words and finding.values.get("stated") != "denied"


def _rating(field: PersonaField, found: Sequence[Finding], plain: Sequence[Finding], most: int) -> Rating:
    """A field's level by the findings that it picks; what is plain is told with it and moves no level."""
    own = [finding for finding in found if finding.kind in field.findings]
    beside = tuple(claim_of(finding) for finding in plain if finding.kind in field.findings)
    if not own:
        return Rating(field.name, None, "nothing to compare with" if beside else "nothing found", beside)
    weighed = {kind: _net([one for one in own if one.kind == kind]) for kind in field.findings}
    present = {one.kind for one in own}
    mean = sum(field.findings[kind] * weighed[kind] for kind in present) / sum(field.findings[kind] for kind in present)
    level = next((level for least, level in _LEVELS if mean >= least), 0)
    sides = [sum(one.direction == side for one in own) for side in (1, -1)]
    telling = [one for one in own if one.is_worth_telling]
    in_order = sorted(telling, key=lambda one: (-field.findings[one.kind] * one.strength, one.kind, one.text))
    claims = tuple(claim_of(finding) for finding in in_order)
    why = f"{sides[0]} for, {sides[1]} against" if telling else "what was found speaks neither way"
    return Rating(field.name, min(level, most), why, claims + beside)


def _why_silent(persona: Persona, pack: Pack, found: int) -> str:
    """How much was found on its questions, and what of such a product would tell most, in a few words: pages that were not
    read, else products to compare with. found: how many findings."""
    known = [page.role for page in pack.dossier.pages if page.state != "none"]
    missing: dict[Role, int] = {}
    for kind, weight in persona.weights.items():
        needs = kinds()[kind].needs
        asked = [role for role in needs if role not in _OF_CODE or not set(known).isdisjoint(_OF_CODE)]
        if asked and not any(pack.dossier.was_read(role) for role in needs):
            missing[asked[0]] = missing.get(asked[0], 0) + weight
    roles = sorted(missing, key=lambda role: (-missing[role], ROLES.index(role)))[:2]
    needed = ", ".join(_page(role, pack, role in known) for role in roles)
    many = {0: "nothing found", 1: "1 finding is too little"}.get(found, f"{found} findings are too little")
    if not needed:
        needed = (
            "more products to compare with" if len(pack.standing.peers) < _FEW_PEERS else "findings that weigh more"
        )
    return f"{many}; needed: {needed}"  # readers may see the first part alone


def _page(role: Role, pack: Pack, is_known: bool) -> str:
    """“pricing page”, “pricing page (not read)” of one that is there, “all of its prices” where some were read."""
    if role == "pricing" and pack.document.plans:
        return "all of its prices"
    return ROLE_WORDS[role] + (" (not read)" if is_known else "")
