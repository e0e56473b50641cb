"""For whom each kind of finding and each rated field decides: the end of "pick it if you …" and of "those who …", by persona and field.

A comparison says with these whom a difference concerns: in findings, or in the ratings of critics that wrote in their own
words. A field without a phrase (a new persona's) is shown
in scorecards and charts, but gives no advice. The order is by how soon a reader meets the matter: it breaks ties.
"""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of finding in a comparison. asks: its row of the decision table, empty where another row asks the same;
    need: for whom it decides, by what they do with the product; empty where it decides for everybody; question: what it answers, as it stands above it."""

    asks: str
    need: str
    question: str


KINDS: dict[str, Kind] = {
    "over": Kind("Whether it goes on", "need it to be there next year", "Will it be there next year?"),
    "archived": Kind("Whether it is still worked on", "need it kept up", "Is it still worked on?"),
    "last_release": Kind("", "need it kept up", "Is it still worked on?"),
    "cadence": Kind("Pace of releases", "want fixes without a long wait", "How often does it release?"),
    "price_rank": Kind("Price among others", "want the lower bill", "What does it cost beside others?"),
    "price_change": Kind("What its price did", "plan with a price that stays", "Does its price stay?"),
    "price_step": Kind("Step to the next plan", "expect to outgrow the first plan", "What does the next plan cost?"),
    "free_plan": Kind("Free plan", "want to start without paying", "Can you start without paying?"),
    "free_limit": Kind("Room of the free plan", "mean to stay on the free plan", "Where does the free plan end?"),
    "leaving": Kind("", "want a way out of the contract", "Can you get out of the contract?"),
    "export": Kind("", "want to take work out again", "Can you take your work with you?"),
    "self_host": Kind("", "want to host it", "Can you run it yourself?"),
    "licence": Kind(
        "Freedom of its licence", "want to go on without its maker if need be", "May you go on without its maker?"
    ),
    "own_data": Kind("", "care what becomes of the data", "What becomes of your data?"),
    "api": Kind("", "build on it", "Can you build on it?"),
    "offline": Kind("", "work without a connection", "Does it work without a connection?"),
    "sso": Kind("", "buy for a company", "Is it made for companies?"),
    "unfinished": Kind("What is not there yet", "need it whole today", "What is not there yet?"),
    "contradicted": Kind(
        "What its launch claims and its pages do not bear out",
        "",
        "Do its pages bear out what it claims?",
    ),
    "rival_ahead": Kind("Rivals on every count", "", "Who does the same, and better?"),
    "trouble": Kind("Trouble that users report", "", "What broke for others?"),
    "praise": Kind("What users praise", "", "What do its users like?"),
    "points": Kind("How its launch went", "", "How was its launch received?"),
    "stars": Kind("Standing among others", "", "How many follow it?"),
    "downloads": Kind("Use among others", "", "How many use it?"),
    "growth": Kind("Whether it grows", "", "Does it grow?"),
}
# Of kinds that speak of several things, what a finding on one of these answers.
QUESTIONS: dict[str, str] = {
    "refund": "Do you get your money back?",
    "data_region": "Where is your data kept?",
    "commercial": "May you use it at work?",
}

NEEDS: dict[tuple[str, str], str] = {
    ("builder", "moment_of_truth"): "need the first try to work",
    ("pm", "onboarding"): "have minutes, not days, to start",
    ("pm", "job_to_be_done"): "have exactly one job for it",
    ("skeptic", "break_scenario"): "have to know beforehand where it breaks",
    ("skeptic", "claim_audit"): "believe only figures that someone can check",
    ("pm", "completeness"): "want to drop the tool in use now",
    ("creator", "rights"): "have to own what comes out",
    ("creator", "control"): "want to steer the result",
    ("creator", "handoff"): "take the result on to other tools",
    ("builder", "dx_bet"): "want the complexity in plain sight",
    ("builder", "weekend_alternative"): "could not write the same in a weekend",
    ("pm", "gap"): "cannot work around what is missing",
    ("pm", "segment_advice"): "want to be told for whom it is",
    ("skeptic", "direct_competitors"): "want to hold it against named rivals",
    ("skeptic", "kill_12m"): "plan further than a year ahead",
    ("skeptic", "survival_condition"): "need it to be there next year",
    ("creator", "creative_job"): "have something to make",
    ("creator", "default_taste"): "use what comes out as it is",
    ("creator", "would_pay"): "pay out of a private pocket",
    ("founder", "viable_decision"): "need a maker who can go on",
    ("founder", "moat"): "need something that a rival cannot copy at once",
    ("founder", "buyer"): "want to see who pays for it",
    ("founder", "budget_line"): "have to name the budget it comes from",
    ("founder", "expand_story"): "expect to grow from the first plan to the last",
    ("founder", "stress_test"): "need it to outlive a fall in prices",
    ("builder", "primitive"): "want one clear part, named in a sentence",
    ("builder", "decision_that_earns"): "choose a tool by its design",
    ("pm", "opinion"): "want a tool that takes a position",
    ("futurist", "dependencies"): "want to know what has to hold for it to last",
    ("futurist", "timing"): "care that it is neither early nor late",
    ("futurist", "thesis"): "want to bet on a thesis that can be proven wrong",
    ("futurist", "trend_line"): "want a trend that helps",
    ("futurist", "second_order_effect"): "care what it changes around itself",
    ("skeptic", "category"): "want to know on which shelf it stands",
}
RANK = {key: place for place, key in enumerate(NEEDS)}
