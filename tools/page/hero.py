"""The top of a page, and what is prose there."""

from __future__ import annotations

import re

from tools.page.visible import Line, View

_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class Hero:
    """The top of a page: its main heading and the paragraph under it."""

    def __init__(self, view: View) -> None:
        self.heading: Line | None = None
        self.paragraph: Line | None = None
        lines = view.lines
        at = next((i for i, line in enumerate(lines) if line.tag == "h1" and len(line.text) > 1), None)
        if at is None:
            at = next((i for i, line in enumerate(lines[:120]) if line.tag == "h2" and len(line.text) > 8), None)
        if at is None:
            return
        block = lines[at].block
        spoken = [lines[at].text]
        end = at + 1
        while (
            end < len(lines)
            and lines[end].block == block
            and lines[end].tag == lines[at].tag
            and lines[end].shade == lines[at].shade
        ):
            spoken.append(lines[end].text)
            end += 1
        self.heading = Line(" ".join(spoken), lines[at].tag, block, lines[at].shade)
        for line in lines[end : end + 14]:
            if line.tag in ("h2", "h3") and self.paragraph is None and is_prose(line) and len(line.text) > 60:
                self.paragraph = line
                break
            if is_prose(line):
                self.paragraph = line
                break

    @property
    def seen(self) -> bool:
        """Whether every reader sees both."""
        return not any(line.shade for line in (self.heading, self.paragraph) if line)

    def text(self) -> str:
        """Both in one line."""
        return " ".join(line.text for line in (self.heading, self.paragraph) if line)


def is_prose(line: Line) -> bool:
    """Whether a line is running text: long enough, and no link, button or label."""
    text = line.text
    # Chinese and Japanese set no spaces, and say in twenty signs what takes forty letters.
    dense = 0 if text.isascii() else len(_DENSE.findall(text))
    return (
        len(text) + dense >= 35
        and len(text.split()) + dense // 3 >= 6
        and line.tag not in ("a", "button", "li", "label", "form")
        and line.links < 0.5 * len(text)
        and not re.search(r"\bcookies?\b|javascript|your browser", text, re.IGNORECASE)
    )
