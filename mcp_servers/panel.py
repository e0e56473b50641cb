"""The `panel` server: the six critics, what they said, and how an editor asks for a review."""

from __future__ import annotations

from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from pydantic import Field

from mcp_servers.server import READS_STORE, WRITES, Answer, add_tool, make_server
from tools import personas
from tools.views.documents import PanelDoc
from tools.workbench import Workbench

INSTRUCTIONS = """
Six critics weigh a product, every reason cited; code computes scores and the verdict. A panel's findings are what code
can prove of the product, strongest first, for it (direction 1) or against it (-1), each with quotes and their trust.
get_panel gives the newest panel of a product, request_review asks for another: it notes the request, the next review
sweep answers it. For editors and outside clients; an agent that reads crawled text does not have this server.
"""


class PersonaField(Answer):
    """One thing a critic rates from 0 to 4."""

    name: str
    asks: str


class Persona(Answer):
    """One critic."""

    name: str
    title: str
    question: str
    looks_for: list[str]
    fields: list[PersonaField]


class Personas(Answer):
    """The six critics, in the order of the panel."""

    items: list[Persona]


class PanelAnswer(Answer):
    """The newest panel; null: not reviewed yet."""

    slug: str
    panel: PanelDoc | None


class Requested(Answer):
    """What became of the request."""

    slug: str
    note: str


Slug = Annotated[str, Field(description="a product's slug", min_length=1, max_length=80)]


def build_panel(bench: Workbench) -> MCPServer[Any]:
    """The server over a workbench: list_personas, get_panel, request_review."""
    server = make_server("panel", "Review panel", "Six critics, every claim cited.", INSTRUCTIONS)
    store = bench.store

    @add_tool(server, "List the critics", READS_STORE)
    async def list_personas() -> Personas:
        """The six critics and what each asks."""
        return Personas(items=[_persona(persona) for persona in personas.personas().values()])

    @add_tool(server, "Get a panel", READS_STORE)
    async def get_panel(slug: Slug) -> PanelAnswer:
        """The newest panel of a product: verdict, findings and claims with their quotes. `stale`: facts changed since."""
        known = store.resolve(slug)
        return PanelAnswer(slug=known, panel=store.panel(known))

    @add_tool(server, "Request a review", WRITES)
    async def request_review(
        slug: Slug,
        why: Annotated[str, Field(description="the reason, for the record", min_length=3, max_length=500)],
    ) -> Requested:
        """Ask for a new review of a product. It is noted at once and answered by the next review sweep."""
        known = store.resolve(slug)
        store.request_review(known, why, "mcp client")
        return Requested(slug=known, note="noted; the next `scout review --awaiting` or scheduled sweep answers it")

    @server.prompt(title="Explain a verdict", description="Say in plain words why the panel decided as it did.")
    def explain_verdict(slug: str) -> str:
        return (
            f"Call get_panel({slug!r}). Say the verdict, its two strongest findings for and the two strongest against, then "
            "for each critic the one reason that weighed most, each with its quote. Mark reviews without a take as such. "
            "Add nothing that the panel does not say."
        )

    return server


def _persona(persona: personas.Persona) -> Persona:
    fields = [PersonaField(name=field.name, asks=field.asks) for field in persona.fields]
    return Persona(
        name=persona.name,
        title=persona.title,
        question=persona.question,
        looks_for=list(persona.looks_for),
        fields=fields,
    )
