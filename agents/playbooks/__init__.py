"""Playbooks: the first move of each kind of task, a program over the MCP tools that runs in the agent's sandbox.

Every playbook begins with pages.py. A playbook ends with `final_answer(report)`, or, where it met trouble, with the
report as its last value: then a configured model goes on from there, or the run ends as `trouble`.
"""

from __future__ import annotations

from importlib.resources import files

from tools.errors import UnknownName

KINDS = ("crawl", "add", "research")


def playbook(kind: str) -> str:
    """The program of a kind of task, ready to run. Errors: UnknownName."""
    if kind not in KINDS:
        raise UnknownName("kind of task", kind, KINDS)
    folder = files(__name__)
    return "\n".join((folder / f"{name}.py").read_text(encoding="utf-8") for name in ("pages", kind))
