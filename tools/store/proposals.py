"""The one door by which what was read becomes a product: checked, linked, written, retired."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tools import knowledge, orders
from tools.errors import ProposalRefused
from tools.identity import address_key, identity_of, slug_of
from tools.knowledge import canonical, iso
from tools.models import (
    ASIDE_FIELDS,
    FACT_FIELDS,
    IDENTITY_FIELDS,
    OWN_PAGE_FIELDS,
    RUNG_ORDER,
    Evidence,
    Fact,
    Plan,
    Proposal,
    Saved,
    Value,
)
from tools.orders import reads_as_order
from tools.store.connection import IN, Row
from tools.store.shown import LIVE, PLAN_COLUMNS, Shown, address_of, history_row, plan_row, price_text, shown_columns


class Proposals(Shown):
    """Statements that let a proposal in."""

    def put_product(self, proposal: Proposal) -> Saved:
        """Let a proposal in, in one transaction: product, aliases, evidence, facts, plans, launches, change rows.

        A new reading of an address replaces what that address said before; values of other addresses stay beside it.
        Only the product that the proposal's own identity, an alias of its own site or another end of it leads to is
        touched; a claim on another's identity becomes a reason for an editor to look. A deleted product stays deleted.
        Words that order a reader about are no value and no plan's name, whoever proposes them: a reason to look says so.
        Errors: ProposalRefused when a fact has no stored page behind it, or no name is known.
        """
        with self.write():
            seal = hashlib.sha256(repr(proposal).encode("utf-8", "surrogatepass")).hexdigest()[:32]
            if standing := self._row(
                "SELECT p.* FROM standing s JOIN products p ON p.id = s.product WHERE s.seal = ?", seal
            ):
                return Saved(str(self._root(standing)["slug"]), new=False)
            pages = self._check(proposal)
            proposal = _screened(proposal)
            at = iso(self.now())
            found, disputes = self._target(proposal, at)
            if found and found["status"] == "deleted":
                family = self._family(found["id"])
                self._link(found["id"], found["member"], family, replace(proposal, aliases=(), pages=()), pages, at)
                return Saved(found["slug"], new=False)
            if found is None:
                return self._add_product(proposal, pages, disputes, at, seal)
            product, member = found["id"], found["member"]  # of a merge: whose rows these are when it is undone
            held = {"name"} - {fact.field for fact in proposal.facts}  # a page that forgot it takes it away from nobody
            if product == member:
                proposal = _of_entry(proposal, found["identity"])
            family = self._family(product)
            self._name_anew(found, proposal)
            reasons = [*self._timely(found, family, proposal, at), *disputes]
            if kept := self._unpriced(product, family, proposal, pages, at):
                reasons.append(knowledge.unpriced(kept))
                proposal = replace(proposal, facts=tuple(f for f in proposal.facts if f.field != "pricing_model"))
            reasons += self._link(product, member, family, proposal, pages, at)
            held |= {"plans", "pricing_model"} if kept else set()
            merges = self._merges(product)
            reasons += self._put_facts(member, merges, proposal, pages, at, held)
            reasons += self._put_plans(member, merges, proposal, pages, at, held)
            changed = self._refresh(product, at, "scout")
            self._look(product, reasons, at)
            self._conn.execute(f"DELETE FROM standing WHERE product {IN}", (family,))  # it may have retired their facts
            self._insert("standing", {"product": member, "seal": seal})
            return Saved(str(found["slug"]), new=False, changed=changed)

    def _add_product(
        self, proposal: Proposal, pages: Mapping[str, Row], disputes: Sequence[str], at: str, seal: str
    ) -> Saved:
        """Add a product that nobody knew: nothing of it stands yet, so that nothing need be read back."""
        facts, plans = list(_facts_by_row(proposal).values()), list(_plans_by_row(proposal).values())
        shown = knowledge.choose(facts)
        lines = knowledge.choose_plans((address_of(plan), plan) for plan in plans)
        if "name" not in shown:
            raise ProposalRefused(f"{proposal.identity} has no name. Propose a `name` with a quote of its page.")
        values = shown_columns(shown, lines)
        slug = slug_of(values["name"], proposal.identity)
        if self._value("SELECT 1 FROM products WHERE slug = ?", slug) is not None:
            slug = slug_of(values["name"], proposal.identity, taken=True)
        row = {"slug": slug, "identity": proposal.identity, "kind": proposal.kind, "status": "new", **values}
        rest = {"needs_look": "[]", "settled": "[]", "merged_into": None, "first_seen": at, "changed_at": at}
        content = knowledge.content_hash(shown, lines, filter(knowledge.sure, plans))
        product = 1 + int(self._value("SELECT coalesce(max(id), 0) FROM products"))
        self._insert("products", {"id": product, **row, **rest, "content_hash": content, "root": product})
        self._log(product, at, "new", after=values["name"], who="scout")
        family = json.dumps([product])
        reasons = [*proposal.needs_look, *disputes, *self._link(product, product, family, proposal, pages, at)]
        self._put_facts(product, {product: 0}, proposal, pages, at)
        self._put_plans(product, {product: 0}, proposal, pages, at)
        self._insert_all("plan_history", [history_row(product, plan, at) for plan in lines])
        self._look(product, [*reasons, *knowledge.doubts(facts, plans)], at, log=False)
        self._insert("standing", {"product": product, "seal": seal})
        return Saved(slug, new=True)

    def _check(self, proposal: Proposal) -> dict[str, Row]:
        """The proposal's pages by id, or ProposalRefused with what to do instead."""
        parts: list[Fact | Plan] = [*proposal.facts, *proposal.plans]
        wanted = {*proposal.pages, *(item.page for part in parts for item in part.evidence)} - {""}
        rows = self._rows(
            "SELECT id, key, url, final_url, fetched_at FROM pages WHERE key IN (SELECT value FROM json_each(?))",
            json.dumps(sorted(wanted)),
        )
        pages = {str(row["key"]): row for row in rows}
        if missing := sorted(wanted - pages.keys()):
            raise ProposalRefused(f"Page {missing[0]} is not in the store. Read the page first, then propose again.")
        for part in parts:
            what = part.field if isinstance(part, Fact) else f"plan {part.name!r}"
            if part.rung not in RUNG_ORDER or (
                isinstance(part, Fact) and part.field not in (*FACT_FIELDS, *ASIDE_FIELDS)
            ):
                raise ProposalRefused(
                    f"{what} (rung {part.rung}) is no fact we keep. Fields: {', '.join(FACT_FIELDS)}."
                )
            if part.rung == "editor":
                raise ProposalRefused(f"{what} claims to be an editor's word. Only `scout edit` writes those.")
            if not part.evidence or not all(item.page for item in part.evidence):
                raise ProposalRefused(
                    f"{what} has no quote of a stored page. Quote the page it stands on, or leave it out."
                )
        return pages

    def _target(self, proposal: Proposal, at: str) -> tuple[Row | None, list[str]]:
        """The product a proposal may touch, and what it claims that belongs to others.

        What its pages show to be its other end (a repository of a site, say) leads to it too; a product that was entered
        under the other end becomes part of it. So does one that was only announced, once the announced page was read.
        """
        own, disputes = self._owner(proposal.identity), []
        for alias in proposal.aliases:
            owner = self._owner(alias)
            if owner is None or (own and owner["id"] == own["id"]):
                continue
            if self._is_other_end(proposal, alias, own, owner):
                own = self._one_of(own, owner, f"{alias} and {proposal.identity} name each other.", at)
            else:
                disputes.append(f"Claims {alias}, which belongs to {owner['identity']}; merge them if they are one.")
        announced = self._announced(proposal)
        if announced and (own is None or own["id"] != announced["id"]) and not self._parted(own, announced):
            own = self._one_of(own, announced, "It is what was announced there.", at)
        return own, disputes

    def _is_other_end(self, proposal: Proposal, alias: str, own: Row | None, owner: Row) -> bool:
        """Whether the owner of an alias is the proposed product under another identity, and may become one with it."""
        if own is None and knowledge.site_of(owner["identity"]) == knowledge.site_of(proposal.identity):
            return True
        of_one_kind = _scheme(alias) == _scheme(proposal.identity)
        two_sites = _scheme(own["identity"] if own else proposal.identity) == _scheme(owner["identity"]) == "url"
        return not of_one_kind and not two_sites and not self._parted(own, owner)

    def _parted(self, own: Row | None, other: Row) -> bool:
        """Whether an editor's word keeps two products apart: one is deleted or rejected, or was taken out of a merge."""
        rows = [row for row in (own, other) if row]
        shut = len(rows) > 1 and any(row["status"] in ("deleted", "rejected") for row in rows)
        families = json.dumps([number for row in rows for number in json.loads(self._family(row["id"]))])
        asked = f"SELECT 1 FROM changes WHERE op = 'unmerge' AND product {IN} LIMIT 1"
        return shut or self._value(asked, families) is not None

    def _one_of(self, own: Row | None, other: Row, why: str, at: str) -> Row:
        """The product that two become, a site's before an entry's. Undone by `unmerge`, as an editor's merge is."""
        if own is None:
            return other
        into, out = sorted((own, other), key=lambda row: _scheme(row["identity"]) != "url")
        self._hang(out["id"], into["id"])
        self._log(out["id"], at, "merge", before=out["slug"], after=into["slug"], why=why, who="scout")
        return into

    def announced(self, proposal: Proposal) -> str | None:
        """The slug of the product, known from launches alone so far, that these pages turn out to be what was announced."""
        found = self._announced(proposal)
        return str(found["slug"]) if found else None

    def _announced(self, proposal: Proposal) -> Row | None:
        """That product's row. Only one entered under its announcement, or under the same site, may get another identity."""
        if not proposal.led:
            return None
        rows = self._rows(
            "SELECT p.*, p.id AS member, l.source_url FROM launches l JOIN products p ON p.id = l.product "
            f"WHERE l.key {IN} AND p.merged_into IS NULL "
            "AND NOT EXISTS (SELECT 1 FROM product_pages WHERE product = p.id) ORDER BY p.id",
            json.dumps(list(proposal.led)),
        )
        for row in rows:
            post = identity_of(row.pop("source_url"))
            if row["identity"] == post or knowledge.site_of(row["identity"]) == knowledge.site_of(proposal.identity):
                return row
        return None

    def _name_anew(self, found: Row, proposal: Proposal) -> None:
        """Give a product that was known under its entry, or its announcement, the site that is now known to be its own."""
        announced = self._announced(proposal)
        entered = _scheme(proposal.identity) == "url" != _scheme(found["identity"])
        if (entered or (announced and announced["id"] == found["id"])) and found["identity"] != proposal.identity:
            self._update("products", found["id"], identity=proposal.identity, kind=proposal.kind)

    def _timely(self, found: Row, family: str, proposal: Proposal, at: str) -> list[str]:
        """A proposal's reasons to look, but for "known from its launch only" once a page is known; older ones go then."""
        of_pages = f"SELECT 1 FROM product_pages WHERE product {IN}"
        read = bool(proposal.pages) or self._value(of_pages, family) is not None
        reasons = [why for why in proposal.needs_look if not (read and knowledge.is_launch_only(why))]
        older = [why for why in json.loads(found["needs_look"]) if knowledge.is_launch_only(why) and why not in reasons]
        if older and (read or any(map(knowledge.is_launch_only, reasons))):
            self._take_back(found["id"], lambda why: why in older, "Read since.", at)
        return reasons

    def _link(
        self, product: int, member: int, family: str, proposal: Proposal, pages: Mapping[str, Row], at: str
    ) -> list[str]:
        """Hang aliases, pages and launches on a product; reasons for those that another product holds."""
        names = list(dict.fromkeys((proposal.identity, *proposal.aliases)))
        known = self._column(f"SELECT identity FROM aliases WHERE identity {IN}", json.dumps(names))
        self._insert_all(
            "aliases",
            [{"identity": name, "product": member, "added_at": at} for name in names if name not in known],
        )
        read = {pages[page]["id"]: position for position, page in reversed(list(enumerate(proposal.pages)))}
        known = self._column("SELECT page FROM product_pages WHERE product = ?", member)
        self._insert_all(
            "product_pages",
            [
                {"product": member, "page": page, "position": position}
                for page, position in sorted(read.items(), key=lambda item: item[1])
                if page not in known
            ],
        )
        return self._link_launches(product, member, family, proposal.launches, at)

    def _link_launches(self, product: int, member: int, family: str, keys: Sequence[str], at: str) -> list[str]:
        reasons = []
        for key in keys:
            launch = self._row("SELECT id, product, title FROM launches WHERE key = ?", key)
            if launch is None:
                raise ProposalRefused(f"Launch {key} is not in the store. Name launches by the id list_launches gives.")
            if launch["product"] is None:
                self._update("launches", launch["id"], product=member)
                self._log(product, at, "launch", field=key, after=launch["title"], who="scout")
            elif launch["product"] not in json.loads(family):
                reasons.append(f"Claims launch {key}, which announced another product.")
        return reasons

    def _unpriced(self, product: int, family: str, proposal: Proposal, pages: Mapping[str, Row], at: str) -> list[str]:
        """The names of a product's plans where every one of them would go with this proposal; [] where some stay or come.

        That is how a page looks that came damaged or without what its scripts add, and also one that really dropped its
        prices. No program can tell the two apart, and a second reading would bring the same fault again: the plans, and
        what follows from them, stay until an editor approves the product or a page states a price again.
        """
        sure = "live = 1 AND confidence >= ?"
        rows = self._rows(
            f"SELECT name, rung, address FROM plans WHERE product {IN} AND {sure} ORDER BY id",
            family,
            knowledge.THRESHOLD,
        )
        addresses = _read_addresses(proposal, pages)
        stay = [row for row in rows if row["rung"] == "editor" or address_key(row["address"]) not in addresses]
        if any(knowledge.sure(plan) for plan in proposal.plans):
            self._take_back(product, knowledge.is_unpriced, "It states prices again.", at)
            return []
        return [] if stay else [row["name"] for row in rows]

    def _put_facts(
        self,
        member: int,
        merges: Mapping[int, int],
        proposal: Proposal,
        pages: Mapping[str, Row],
        at: str,
        held: Container[str] = (),
    ) -> list[str]:
        """Write facts and retire what their addresses no longer say; reasons where a new value denies an editor's.

        merges: the product and what was merged into it, as of `_merges`. held: what is not retired: fields, "plans".
        """
        columns = "id, key, product, field, value, rung, address, live, superseded_at, confidence"
        rows = self._rows(f"SELECT {columns} FROM facts WHERE product {IN}", json.dumps(list(merges)))
        known = {row["key"]: row for row in rows}
        editors = {
            row["field"]: row["value"]
            for row in _editors_words(rows, merges)
            if row["field"] not in IDENTITY_FIELDS or merges[row["product"]] <= merges[member]
        }
        said = {knowledge.digest([member, *row])[:32]: (row, fact) for row, fact in _facts_by_row(proposal).items()}
        reasons = []
        for key, ((field, value, _, address), _) in said.items():
            if (key not in known or not known[key]["live"]) and not _agrees(value, editors.get(field)):
                told, kept_value = json.loads(value), json.loads(editors[field])
                reasons.append(f"{address} says {field} is {told!r}; the editor's {kept_value!r} is kept.")
        fresh = [
            {
                "key": key,
                "product": member,
                "field": field,
                "value": value,
                "rung": rung,
                "address": address,
                "found_at": at,
                "who": "",
                "why": "",
                **LIVE,
                "confidence": fact.confidence,
            }
            for key, ((field, value, rung, address), fact) in said.items()
            if key not in known
        ]
        self._put_said("fact", fresh, known, {key: fact for key, (_, fact) in said.items()}, pages)
        # who a merged product was stays its own word, for the day it is one again
        heard = [row for row in rows if row["product"] == member or row["field"] not in IDENTITY_FIELDS]
        going = [row for row in heard if row["field"] not in held]
        self._retire("facts", going, _read_addresses(proposal, pages), said.keys(), at)
        return reasons

    def _put_plans(
        self,
        member: int,
        merges: Mapping[int, int],
        proposal: Proposal,
        pages: Mapping[str, Row],
        at: str,
        held: Container[str] = (),
    ) -> list[str]:
        """Write plans and retire those their addresses no longer tell; reasons where a new price denies an editor's."""
        columns = "id, key, product, address, live, superseded_at, amount, " + ", ".join(PLAN_COLUMNS)
        rows = self._rows(f"SELECT {columns} FROM plans WHERE product {IN}", json.dumps(list(merges)))
        known = {row["key"]: row for row in rows}
        editors = {
            row["name"].casefold(): row
            for row in _editors_words(rows, merges)
            if merges[row["product"]] <= merges[member]
        }
        said, fresh, reasons = {}, [], []
        for plan in _plans_by_row(proposal).values():
            row = plan_row(plan)
            row["key"] = knowledge.digest([member, row])[:32]
            said[row["key"]] = plan
            old = known.get(row["key"])
            if old is None:
                fresh.append({**row, "product": member, "found_at": at, **LIVE})
            word = editors.get(plan.name.casefold())
            if word and (old is None or not old["live"]) and not _same_price(row, word):
                told, price = price_text(row), price_text(word)
                reasons.append(f"{row['address']} says plan {plan.name} is {told}; the editor's {price} is kept.")
        self._put_said("plan", fresh, known, said, pages)
        if "plans" not in held:
            self._retire("plans", rows, _read_addresses(proposal, pages), said.keys(), at)
        return reasons

    def _put_said(
        self,
        of: str,
        fresh: Sequence[Row],
        known: Mapping[str, Row],
        said: Mapping[str, Fact | Plan],
        pages: Mapping[str, Row],
    ) -> None:
        """Add the facts or plans that are new, make the known ones live again, and hang their evidence on them."""
        numbers = dict(zip((row["key"] for row in fresh), self._insert_all(f"{of}s", fresh), strict=True))
        self._insert_all(
            "evidence",
            [row for key, number in numbers.items() for row in _evidence_rows(of, number, said[key].evidence, pages)],
        )
        again = {known[key]["id"]: part for key, part in said.items() if key in known}
        for row in known.values():
            if row["id"] in again:
                live = {**LIVE, "confidence": again[row["id"]].confidence}
                if any(row[name] != value for name, value in live.items()):
                    self._update(f"{of}s", row["id"], **live)
        had = self._conn.execute(
            f"SELECT {of}, url, place, path, quote, box FROM evidence WHERE {of} {IN} ORDER BY position",
            (json.dumps(list(again)),),
        )
        quotes: dict[int, list[tuple[str, ...]]] = {}
        for number, *quote in had:
            quotes.setdefault(number, []).append(tuple(quote))
        for number, part in again.items():  # quotes that stand are left: the page they were first read from holds them
            if quotes.get(number, []) != list(_quotes_of(part.evidence)):
                self._conn.execute(f"DELETE FROM evidence WHERE {of} = ?", (number,))
                self._insert_all("evidence", _evidence_rows(of, number, part.evidence, pages))

    def _retire(self, table: str, known: Iterable[Row], addresses: set[str], kept: Container[str], at: str) -> None:
        for row in known:
            if (
                row["live"]
                and row["rung"] != "editor"
                and row["key"] not in kept
                and address_key(row["address"]) in addresses
            ):
                self._update(table, row["id"], live=0, superseded_at=at)


def _screened(proposal: Proposal) -> Proposal:
    """The proposal without words that order a reader about, and with a reason to look for each field that had some."""
    facts = [replace(fact, value=_fit(fact)) for fact in proposal.facts]
    held = [
        orders.held(was.field, address_of(was))
        for was, now in zip(proposal.facts, facts, strict=True)
        if now.value != was.value
    ]
    held += [
        orders.held("a plan's name", address_of(plan))
        for plan in proposal.plans
        if reads_as_order(plan.name, seen=True)
    ]
    if not held:
        return proposal
    plans = (replace(plan, name="") if reads_as_order(plan.name, seen=True) else plan for plan in proposal.plans)
    kept = tuple(fact for fact in facts if fact.value)
    return replace(proposal, facts=kept, plans=tuple(plans), needs_look=(*proposal.needs_look, *dict.fromkeys(held)))


def _fit(fact: Fact) -> Value:
    """What of a fact's value orders nobody about; empty for nothing."""
    seen = fact.evidence[0].place == "visible"
    if isinstance(fact.value, str):
        return "" if reads_as_order(fact.value, seen=seen) else fact.value
    return [text for text in fact.value if not reads_as_order(text, seen=seen)]


def _read_addresses(proposal: Proposal, pages: Mapping[str, Row]) -> set[str]:
    """Keys of the addresses a proposal has read anew: what they said before, in any spelling, and no longer say goes."""
    read = {pages[key][name] for key in proposal.pages for name in ("url", "final_url")}
    parts: list[Fact | Plan] = [*proposal.facts, *proposal.plans]
    return {address_key(address) for address in read | {address_of(item) for item in parts}}


def _scheme(identity: str) -> str:
    return identity.partition(":")[0]


def _of_entry(proposal: Proposal, product: str) -> Proposal:
    """What a product's repository or other entry alone may say of it, when `product` is a site: not what it is called."""
    if _scheme(product) != "url" or _scheme(proposal.identity) == "url":
        return proposal
    return replace(proposal, facts=tuple(fact for fact in proposal.facts if fact.field not in OWN_PAGE_FIELDS))


def _facts_by_row(proposal: Proposal) -> dict[tuple[str, str, str, str], Fact]:
    """A proposal's facts by what a row of them says: field, value, rung, address. The last of the same ones counts."""
    return {(fact.field, canonical(fact.value), fact.rung, address_of(fact)): fact for fact in proposal.facts}


def _plans_by_row(proposal: Proposal) -> dict[tuple[Any, ...], Plan]:
    """A proposal's plans by what a row of them says. The last of the same ones counts."""
    return {tuple(plan_row(plan).values()): plan for plan in proposal.plans}


def _quotes_of(evidence: Sequence[Evidence]) -> dict[tuple[str, str, str, str, str], Evidence]:
    """Evidence by what it says, the first of the same ones."""
    quotes: dict[tuple[str, str, str, str, str], Evidence] = {}
    for item in evidence:
        quotes.setdefault((item.url, item.place, item.path, item.quote, item.box), item)
    return quotes


def _evidence_rows(of: str, number: int, evidence: Sequence[Evidence], pages: Mapping[str, Row]) -> list[Row]:
    """Rows of the quotes of one fact or plan."""
    return [
        {
            "fact": None,
            "plan": None,
            of: number,
            "position": position,
            "page": pages[item.page]["id"],
            "url": item.url,
            "place": item.place,
            "path": item.path,
            "quote": item.quote,
            "box": item.box,
            "fetched_at": pages[item.page]["fetched_at"],
        }
        for position, item in enumerate(_quotes_of(evidence).values())
    ]


def _editors_words(rows: Iterable[Row], merges: Mapping[int, int]) -> list[Row]:
    """The live rows that an editor wrote, the product's own last: they come before those of what was merged into it."""
    words = [row for row in rows if row["rung"] == "editor" and row["live"]]
    return sorted(words, key=lambda row: -merges[row["product"]])


def _agrees(value: str, editors: str | None) -> bool:
    if editors is None or value == editors:
        return True
    said, kept = json.loads(value), json.loads(editors)
    return isinstance(said, list) and isinstance(kept, list) and set(said) <= set(kept)


def _same_price(a: Row, b: Row) -> bool:
    return all(a[name] == b[name] for name in ("amount", "currency", "period"))
