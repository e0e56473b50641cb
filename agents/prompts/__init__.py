"""Texts for the agent: agent.md is the system prompt, the others one kind of task each."""

from __future__ import annotations

from importlib.resources import files


def prompt(name: str) -> str:
    """One text by its name, without the file's suffix."""
    return (files(__name__) / f"{name}.md").read_text(encoding="utf-8").strip()
