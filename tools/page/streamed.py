"""Where the parts of a page belong that came behind it: frameworks send them in a hidden element, and a script moves them.

React's way (and that of all built on it): a `<template id="B:0">` marks the place, what is shown meanwhile follows up to a
comment, `<div hidden id="S:0">` holds the part, and a call or an instruction names both: `$RC("B:0","S:0")`. No script is
run: a hidden element is taken for such a part where a script names it beside a template that is there. Source: react-dom,
ReactDOMFizzInstructionSetShared.js and ReactFizzConfigDOM.js, read 2026-11-30.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

_CALL = re.compile(r"""\(\s*["']([^"'\\]{1,80})["']\s*,\s*["']([^"'\\]{1,80})["']""")
_MOST_PARTS, _MOST_SHOWN = 200, 2_000  # parts of one page, nodes that one takes the place of


@dataclass(frozen=True, slots=True)
class Part:
    """The element that holds a part, and the last node that it takes the place of, its marker or what follows that."""

    node: LexborNode
    last: LexborNode


def parts_of(tree: LexborHTMLParser) -> dict[int, Part]:
    """What belongs where: by the `mem_id` of the template that marks the place. Empty for most pages."""
    if tree.css_first("template[id]") is None:
        return {}
    held = {node.attributes.get("id") or "": node for node in tree.css("[hidden][id],table[hidden] [id]")}
    if not held:
        return {}
    marks = {node.attributes.get("id") or "": node for node in tree.css("template[id]")}
    found: dict[int, Part] = {}
    for one, two in _named_together(tree):
        mark, name = (marks.get(one), two) if one in marks else (marks.get(two), one)
        if mark is None or mark.mem_id in found or len(found) >= _MOST_PARTS:
            continue
        if (part := held.pop(name, None)) is not None:  # a part is moved once
            found[mark.mem_id] = Part(part, _last_replaced(mark))
    return found


def _named_together(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    """The pairs of names that a script's calls begin with, or that an instruction in attributes gives."""
    for node in tree.css("template[data-sid]"):
        at = node.attributes
        yield at.get("data-bid") or at.get("data-pid") or "", at.get("data-sid") or ""
    for script in tree.css("script:not([src])"):
        for call in _CALL.finditer(script.text() or ""):
            yield call[1], call[2]


def _last_replaced(mark: LexborNode) -> LexborNode:
    """The comment that ends what is shown meanwhile, where one begins it before the marker; else the marker alone goes."""
    before = mark.prev
    if before is None or not (before.comment_content or "").startswith("$"):
        return mark
    depth, node = 1, mark.next
    for _ in range(_MOST_SHOWN):
        if node is None:
            break
        told = node.comment_content or ""
        depth += told.startswith("$") - (told == "/$")
        if not depth:
            return node
        node = node.next
    return mark
