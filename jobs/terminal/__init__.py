"""What the commands print: tables and pages for people, on stdout; progress on stderr. A module a noun."""

from __future__ import annotations

from jobs.terminal.changes import act, history, merge_preview, previews, upkeep
from jobs.terminal.desk import inbox, inbox_item, news
from jobs.terminal.lists import jobs, price, products, run, runs, sources, votes
from jobs.terminal.model_calls import gateway_report
from jobs.terminal.notices import notice_log, notice_report, notice_rules, notice_test, watches
from jobs.terminal.places import opml, place, source_preview
from jobs.terminal.product import show
from jobs.terminal.readers import bounced, bounces, letter_preview, letter_report, letters, reader_votes, subscribers
from jobs.terminal.reports import (
    add_report,
    crawl_report,
    digest,
    doctor,
    failures,
    panel_stats,
    refresh_report,
    research_report,
    review_report,
)
from jobs.terminal.screen import as_called, blank, heading, line, mark, pairs, plain, progress, sentence, table
from jobs.terminal.selectors import recipe_trial, recipes
from jobs.terminal.two_products import comparison

__all__ = [
    "act",
    "add_report",
    "as_called",
    "blank",
    "bounced",
    "bounces",
    "comparison",
    "crawl_report",
    "digest",
    "doctor",
    "failures",
    "gateway_report",
    "heading",
    "history",
    "inbox",
    "inbox_item",
    "jobs",
    "letter_preview",
    "letter_report",
    "letters",
    "line",
    "mark",
    "merge_preview",
    "news",
    "notice_log",
    "notice_report",
    "notice_rules",
    "notice_test",
    "opml",
    "pairs",
    "panel_stats",
    "place",
    "plain",
    "previews",
    "price",
    "products",
    "progress",
    "reader_votes",
    "recipe_trial",
    "recipes",
    "refresh_report",
    "research_report",
    "review_report",
    "run",
    "runs",
    "sentence",
    "show",
    "source_preview",
    "sources",
    "subscribers",
    "table",
    "upkeep",
    "votes",
    "watches",
]
