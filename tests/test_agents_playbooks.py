"""Playbooks: each is a program that the sandbox can run and that calls only what its task has."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from agents.playbooks import KINDS, playbook
from agents.run.executor import MontyExecutor
from agents.run.task import TASKS, open_toolbox, system_prompt
from tools.errors import UnknownName
from tools.settings import Settings
from tools.workbench import Workbench

GIVEN = {"crawl": {"source", "since", "limit"}, "add": {"urls"}, "research": {"query"}}
PROMPT_CHARS = 12_000
WRITES = {"propose_products", "propose_recipe"}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with Workbench(Settings({"contact": "tests@example.org"}), tmp_path / "store.db") as bench:
        yield bench


def free_names(code: str) -> set[str]:
    """Names a program uses but nowhere binds."""
    tree = ast.parse(code)
    bound: set[str] = set()
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.FunctionDef):
            bound |= {node.name, *inspect_arguments(node)}
        elif isinstance(node, ast.Lambda):
            bound |= set(inspect_arguments(node))
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    return used - bound - set(dir(builtins))


def inspect_arguments(node: ast.FunctionDef | ast.Lambda) -> list[str]:
    return [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_playbook_uses_only_its_tools_and_what_it_is_given(kind: str, bench: Workbench) -> None:
    with open_toolbox(kind, bench) as box:
        known = {*box.tools, "final_answer", *GIVEN[kind]}
    assert free_names(playbook(kind)) <= known


@pytest.mark.parametrize("kind", KINDS)
def test_the_sandbox_understands_the_playbook(kind: str) -> None:
    executor = MontyExecutor(Settings())
    executor.send_tools({})
    executor("if False:\n" + "".join(f"    {line}\n" for line in playbook(kind).splitlines()))
    executor.cleanup()


def test_no_playbook_is_without_its_task() -> None:
    found = {path.name.removesuffix(".py") for path in files("agents.playbooks").iterdir() if path.name[0].islower()}
    assert found - {"pages"} == set(KINDS) == set(TASKS)
    with pytest.raises(UnknownName, match="crawl"):
        playbook("craw")


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_prompt_is_short_and_names_every_tool(kind: str, bench: Workbench) -> None:
    executor = MontyExecutor(bench.settings)
    with open_toolbox(kind, bench) as box:
        text = system_prompt(kind, box, executor)
        tools = set(box.tools)
    executor.cleanup()
    assert len(text) <= PROMPT_CHARS
    assert set(re.findall(r"^def (\w+)\(", text, re.MULTILINE)) == {*tools, "final_answer"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_reads_pages_can_write_only_proposals(kind: str, bench: Workbench) -> None:
    with open_toolbox(kind, bench) as box:
        for name, tool in box.tools.items():
            assert tool._listed.annotations.read_only_hint or name in WRITES


def test_a_playbook_fits_on_a_page() -> None:
    for path in (files("agents.playbooks") / f"{name}.py" for name in ("pages", *KINDS)):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 75, path
    assert inspect.getdoc(playbook)
