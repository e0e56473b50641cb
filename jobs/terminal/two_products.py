"""Two products side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from jobs.terminal.product import finding
from jobs.terminal.screen import blank, console, hanging, heading, mark, plain, table

if TYPE_CHECKING:
    from tools.views.comparison import Card, Comparison
    from tools.views.documents import ProductDocument
    from tools.views.takes import Take


def comparison(result: Comparison, documents: Sequence[ProductDocument]) -> None:
    """Two products side by side: verdicts with what speaks for and against, for whom each is, critics, the table.

    documents: the two, in any order.
    """
    from tools.views.decision import alike, alike_words, tells

    out = console().print
    heading(result.title)
    out(Text(plain(result.headline), style="bold"))
    by_slug = {document.slug: document for document in documents}
    for letter, card in (("A", result.a), ("B", result.b)):
        _side(letter, card, by_slug[card.slug])
    blank()
    for label, picks in (
        (f"Pick A, {result.a.name}, if", result.pick_a),
        (f"Pick B, {result.b.name}, if", result.pick_b),
        ("Pick neither if", result.pick_neither),
    ):
        if picks:
            out(Text(plain(label), style="bold"))
            for pick in picks:
                hanging(Text("· "), Text(plain(pick)), 2)
    if not (result.pick_a or result.pick_b or result.pick_neither):
        out(Text(plain(result.differ)))
    blank()
    heading("Critics")
    for scorecard in result.scorecards:
        said = (f"A {_voted(scorecard.a)}", f"B {_voted(scorecard.b)}")
        hanging(Text(f"{scorecard.name:<9} ", style="bold"), Text(" · ".join(said)))
    blank()
    told = [row for row in result.rows if tells(row)]
    rows = [
        (row.question, Text(plain(row.a.text)), Text(plain(row.b.text)), f"{row.edge_words}: {row.why}")
        for row in told
        if not alike(row)
    ]
    table(("Question", f"A · {result.a.name}", f"B · {result.b.name}", "Edge"), rows)
    if same := alike_words(row for row in told if alike(row)):
        out(Text(f"{plain(same)}."))


def _side(letter: str, card: Card, document: ProductDocument) -> None:
    console().print(Text(f"\n{letter} · {plain(card.name)}: {mark(card.verdict)} {plain(card.line)}", style="bold"))
    if card.own_line:
        console().print(Text(plain(card.own_line)))
    for found in card.weighed:
        finding(found, document)


def _voted(take: Take) -> str:
    return f"no take ({plain(take.short)})" if take.score is None else f"{take.score} {take.vote}"
