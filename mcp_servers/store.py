"""The `store` server: what Scout knows, and the one door by which what an agent read gets in."""

from __future__ import annotations

import json
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from pydantic import Field

from mcp_servers.server import (
    READS_STORE,
    WRITES,
    Answer,
    Failure,
    add_tool,
    failure,
    make_server,
    offset,
    page_of,
    progress,
)
from tools.errors import ScoutError, UnknownName, UsageError
from tools.models import Saved
from tools.reading import ProposedProduct
from tools.recipe_book import Given, save_recipe, tried
from tools.recipe_data import RECIPE_CHARS, read_recipe
from tools.views.compare import compare as compared
from tools.views.comparison import Comparison
from tools.views.documents import ProductDocument
from tools.workbench import Workbench

BATCH = 100  # products of one propose_products call
INSTRUCTIONS = """
Scout's products: every fact and price with the quote it rests on. search_products finds slugs, get_product gives one
document, compare sets two side by side, changes_after tells what changed since a cursor. propose_products is the only
way in: it takes handles of launches and pages that were read, and refuses what does not stand on them. A price that is
null is unknown, "0" is free.
"""


class ClaimIn(Answer):
    """A value you read yourself, with the words it stands on."""

    field: str = Field(
        description="name, tagline, description, license, pricing_model, ... or plan:<name>", max_length=80
    )
    value: str = Field(description="for a plan like 20 USD/month, or 0 USD", min_length=1, max_length=2_000)
    quote: str = Field(description="verbatim from the page's visible text", min_length=1, max_length=1_000)
    page: str = Field(description="handle of that page", min_length=6, max_length=64)


class ProductIn(Answer):
    """One product: its launches, its pages (homepage first), and claims where the pages' own facts do not suffice."""

    launches: list[str] = Field(default=[], description="ids from list_launches", max_length=50)
    pages: list[str] = Field(default=[], description="handles from read_pages, homepage first", max_length=20)
    claims: list[ClaimIn] = Field(default=[], max_length=30)


class ProposalRow(Answer):
    """What became of one proposal. `error`: it was refused; the others are unaffected."""

    slug: str | None
    new: bool
    changed: list[str]
    left_out: list[str] = Field(description="pages that are not this product's, and why")
    error: Failure | None


class Proposals(Answer):
    """One row a product, in the order proposed."""

    items: list[ProposalRow]


class RecipeState(Answer):
    """A kept recipe. state: proposed (waits for three further pages), active or retired, and why."""

    number: int
    site: str
    kind: str
    state: str
    why: str
    coverage: float | None = Field(description="share of valid rows on further pages, 0-1")
    pages: int = Field(description="further pages seen")


class ProductCard(Answer):
    """A product in short."""

    slug: str
    name: str
    tagline: str | None
    kind: str
    homepage: str | None
    pricing_model: str | None
    verdict: str | None
    first_seen: str


class ProductCards(Answer):
    """One page of products, best match first."""

    items: list[ProductCard]
    next_cursor: str | None


class Awaiting(Answer):
    """One page of slugs that await review."""

    items: list[str]
    total: int
    next_cursor: str | None


class ChangeRow(Answer):
    """One row of the change log."""

    seq: int
    at: str
    slug: str
    op: str
    field: str
    before: str | None
    after: str | None
    why: str
    who: str


class Changes(Answer):
    """One page of changes, oldest first. next_cursor is also where to go on another day."""

    items: list[ChangeRow]
    next_cursor: str | None
    more: bool


Slug = Annotated[str, Field(description="a product's slug", min_length=1, max_length=80)]
Limit = Annotated[int, Field(description="rows a page", ge=1, le=200)]
Cursor = Annotated[str | None, Field(description="next_cursor of the page before")]


def build_store(bench: Workbench) -> MCPServer[Any]:
    """The server over a workbench: search_products, get_product, propose_products, propose_recipe, list_awaiting_review,
    changes_after, compare; resources scout://products/{slug}, scout://runs/{id}, scout://stats."""
    server = make_server("store", "Product store", "What Scout knows about products, every fact cited.", INSTRUCTIONS)
    store = bench.store

    @add_tool(server, "Search products", READS_STORE)
    async def search_products(
        query: Annotated[str, Field(description="words of name, tagline, description or tags", max_length=300)],
        limit: Limit = 20,
        cursor: Cursor = None,
    ) -> ProductCards:
        """Products whose name, tagline, description or tags hold these words."""
        start = offset(cursor)
        rows = store.search(query, limit=limit + 1, cursor=start)
        following = str(start + limit) if len(rows) > limit else None
        return ProductCards(items=[_card(row) for row in rows[:limit]], next_cursor=following)

    @add_tool(server, "Get a product", READS_STORE)
    async def get_product(slug: Slug) -> ProductDocument:
        """Everything known about one product: facts with quotes, plans, launches, panel, rivals, changes."""
        document = store.document(store.resolve(slug), rivals=True)
        bench.reader.grant([document.homepage])  # it came from a source, an editor or a page that was read
        return document

    @add_tool(server, "Propose products", WRITES)
    async def propose_products(
        context: Context[Any, Any],
        items: Annotated[list[ProductIn], Field(description="products", min_length=1, max_length=BATCH)],
    ) -> Proposals:
        """Put products into the store, each in a transaction of its own. Facts come from the pages and launches named;
        a claim needs a verbatim quote of one of the product's own pages. Proposing twice changes nothing."""
        async with progress(context, len(items), lambda: 0, "products proposed"):
            outcomes = bench.reader.propose([_proposed(item) for item in items])
        return Proposals(items=[_outcome(outcome) for outcome in outcomes])

    @add_tool(server, "Propose a recipe", WRITES)
    async def propose_recipe(
        recipe: Annotated[
            str,
            Field(description="as for try_recipe, two or more samples with handles", max_length=RECIPE_CHARS),
        ],
        pages: Annotated[list[str], Field(description="handles of further pages of the site", max_length=50)] = [],  # noqa: B006 -- a schema's default, never changed
    ) -> RecipeState:
        """Keep selectors for one site. Refused unless they reproduce their samples; in use after three further pages."""
        parsed = read_recipe(recipe)
        samples = [_given(bench, sample.page) for sample in parsed.samples]
        trial = await bench.reader.apart(tried, parsed, samples, [_given(bench, page) for page in pages])
        row = save_recipe(store, trial, further=bool(pages))
        return RecipeState.model_validate({name: row[name] for name in RecipeState.model_fields})

    @add_tool(server, "List what awaits review", READS_STORE)
    async def list_awaiting_review(limit: Limit = 50, cursor: Cursor = None) -> Awaiting:
        """Products whose present content no panel has reviewed, and those a review was requested for."""
        slugs = store.awaiting_review()
        items, following = page_of(slugs, limit, cursor)
        return Awaiting(items=items, total=len(slugs), next_cursor=following)

    @add_tool(server, "List changes", READS_STORE)
    async def changes_after(cursor: Cursor = None, limit: Limit = 100) -> Changes:
        """The change log after a cursor, oldest first; without one, from the beginning."""
        start = offset(cursor)
        rows = store.changes_after(start, limit + 1)
        items = [_change(row) for row in rows[:limit]]
        last = str(items[-1].seq) if items else cursor
        return Changes(items=items, next_cursor=last, more=len(rows) > limit)

    @add_tool(server, "Compare two products", READS_STORE)
    async def compare(slug: Slug, other: Slug) -> Comparison:
        """Two products side by side: findings, prices, facts, votes, and for whom each is the better pick."""
        return compared(store.document(store.resolve(slug)), store.document(store.resolve(other)))

    @server.resource(
        "scout://products/{slug}", title="Product", description="One product's document.", mime_type="application/json"
    )
    def product(slug: str) -> str:
        try:
            return store.document(store.resolve(slug)).model_dump_json(indent=2)
        except UnknownName as error:
            raise ResourceNotFoundError(str(error)) from error

    @server.resource(
        "scout://runs/{run}", title="Run", description="One run: steps, tool calls, end.", mime_type="application/json"
    )
    def run(run: str) -> str:
        try:
            return json.dumps(store.run(run), ensure_ascii=False, default=str)
        except UnknownName as error:
            raise ResourceNotFoundError(str(error)) from error

    @server.resource("scout://stats", title="Stats", description="Row counts.", mime_type="application/json")
    def stats() -> str:
        return json.dumps(store.counts(), ensure_ascii=False, default=str)

    @server.prompt(title="Compare two products", description="Weigh two products for a reader, from the store alone.")
    def compare_products(slug: str, other: str) -> str:
        return (
            f"Call compare({slug!r}, {other!r}). Say in five sentences which to pick and for whom, by findings first. Use only what the "
            "answer holds, give the quote for every price, and say plainly what is unknown."
        )

    @server.prompt(title="What is new", description="A short digest of what changed since a cursor.")
    def whats_new(cursor: str = "0") -> str:
        return (
            f"Call changes_after(cursor={cursor!r}) until more is false. Group by product; lead with new products and "
            "price changes; name the last next_cursor at the end so that the next digest can go on there."
        )

    return server


def _given(bench: Workbench, page: str) -> Given:
    reading = bench.reader.reading(page) if page else None
    if reading is None or reading.page is None:
        raise UsageError(f"no page {page!r} is stored; read it first and name its handle.")
    return Given.of(reading.page)


def _proposed(item: ProductIn) -> ProposedProduct:
    claims = tuple(claim.model_dump() for claim in item.claims)
    return ProposedProduct(launches=tuple(item.launches), pages=tuple(item.pages), claims=claims)


def _outcome(outcome: Saved | ScoutError) -> ProposalRow:
    if isinstance(outcome, ScoutError):
        return ProposalRow(slug=None, new=False, changed=[], left_out=[], error=failure(outcome))
    changed, left_out = list(outcome.changed), list(outcome.left_out)
    return ProposalRow(slug=outcome.slug, new=outcome.new, changed=changed, left_out=left_out, error=None)


def _card(row: dict[str, Any]) -> ProductCard:
    return ProductCard.model_validate({name: row.get(name) for name in ProductCard.model_fields})


def _change(row: Any) -> ChangeRow:
    return ChangeRow.model_validate({name: row[name] for name in ChangeRow.model_fields})
