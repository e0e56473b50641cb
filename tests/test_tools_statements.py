"""What a page states on a topic is told from what only looks like it."""

from __future__ import annotations

import re
import time
import tomllib
from pathlib import Path

import pytest

from tools.dossier import Role, Statement
from tools.page import stated
from tools.page.stated import TOPICS, statements

SITE = "https://quernmill.example/"
FILES = sorted(Path(str(stated.__file__)).parent.glob("??.toml"))


def told(lines: str, url: str = SITE) -> list[tuple[str, bool, str]]:
    return [(one.topic, one.denied, one.value) for one in clear(lines, "docs", url)]


def clear(lines: str, role: Role, url: str = SITE) -> list[Statement]:
    return [one for one in statements(lines, role, url, "page") if not one.unclear]


@pytest.mark.parametrize(
    ("line", "topic"),
    [
        ("You can export every ledger of the mill as CSV.", "export"),
        ("Export your grain records to Markdown at the end of a season.", "export"),
        ("Exporting your data", "export"),
        ("Grindings can be exported as JSON or Parquet.", "export"),
        ("Quernmill is a self-hosted ledger for watermills.", "self_host"),
        ("You can run Quernmill on your own hardware in ten minutes.", "self_host"),
        ("Teams can self-host the whole mill.", "self_host"),
        ("Our API speaks plain JSON and is versioned by year.", "api"),
        ("Each plan comes with a REST API for scales and gates.", "api"),
        ("Quernmill works offline, down in the cellar too.", "offline"),
        ("No internet connection is needed once the stones are calibrated.", "offline"),
        ("The Guild plan includes SAML single sign-on for millers.", "sso"),
        ("We never train models on your customer data.", "no_training"),
        ("Your prompts are never used to train anything.", "no_training"),
        ("We offer a 45-day money-back guarantee on every stone.", "refund"),
        ("You can cancel your subscription from the cellar door at any time.", "cancel"),
        ("Paid mills get a 99.95% uptime SLA with credits.", "sla"),
        ("Sie können alle Mahlprotokolle als CSV exportieren.", "export"),
        ("Das Abo der Mühle ist jederzeit kündbar.", "cancel"),
        ("Vous pouvez exporter les registres du moulin en CSV.", "export"),
        ("Le moulin fonctionne hors ligne, même à la cave.", "offline"),
        ("Résiliez votre abonnement à tout moment, sans appeler le meunier.", "cancel"),
        ("Puedes exportar los registros del molino a CSV.", "export"),
        ("El molino funciona sin conexión, incluso para los aprendices.", "offline"),
        ("製粉の記録はCSVでエクスポートできます。", "export"),
        ("水車小屋の契約はいつでも解約できます。", "cancel"),
        ("石臼はオフラインでも使えます。", "offline"),
        ("Take all your ledgers and notes with you when you leave the guild.", "export"),
        ("Deploy Quernmill to your own Kubernetes cluster.", "self_host"),
        ("You can host the mill yourself.", "self_host"),
        ("Everything a lever does can be done through the API.", "api"),
        ("The public API covers every sieve and gate.", "api"),
        ("The stones keep working when the connection drops.", "offline"),
        ("Millers log in with SAML or a password.", "sso"),
        ("SSO and SCIM on every plan.", "sso"),
        ("Choose the region in which your records live.", "data_region"),
        ("Customer data is excluded from model training.", "no_training"),
        ("Not happy with the flour? Get your money back within 21 days.", "refund"),
        ("Leave at any time.", "cancel"),
        ("Every plan runs month to month.", "cancel"),
        ("We guarantee that the wheel turns 99.9% of the time.", "sla"),
        ("A full data export is included.", "export"),
        ("You can export the whole ledger as JSON lines, by quern ledger --all.", "export"),
        (
            "Quernmill works offline: ledgers open without a connection, and a licence is checked once a month.",
            "offline",
        ),
        ("Flour is never weighed twice, and we never train models on what you grind.", "no_training"),
        ("We train no models on anything you grind.", "no_training"),
        ("Nothing you grind is used to train a model, ours or anybody's.", "no_training"),
        ("We refund what is left of a season.", "refund"),
        ("The rest of a month that is paid is refunded on request.", "refund"),
        ("There is no refund after the first 21 days.", "refund"),
    ],
)
def test_a_sentence_about_the_product_states_its_topic(line: str, topic: str) -> None:
    assert told(line) == [(topic, False, "")]


@pytest.mark.parametrize(
    ("line", "topic"),
    [
        ("There is no export yet, the ledger stays in the mill.", "export"),
        ("Quernmill does not support CSV export.", "export"),
        ("Self-hosting is not supported.", "self_host"),
        ("A self-hosted millstone is not available; ask for your own hall instead.", "self_host"),
        ("Quernmill is not offered as a self-hosted edition.", "self_host"),
        ("The mill turns as it is, without an uptime guarantee.", "sla"),
        ("We do not offer an API.", "api"),
        ("The mill does not work offline.", "offline"),
        ("We don't support SSO on any plan.", "sso"),
        ("We may use your content to train our models.", "no_training"),
        ("Your data may be used to train the grinder.", "no_training"),
        ("Fees for a stone are non-refundable.", "refund"),
        ("We do not offer refunds for ground flour.", "refund"),
        ("The Journeyman plan comes without an SLA.", "sla"),
        ("Für die Mühle gibt es keine öffentliche API.", "api"),
        ("Il n'y a pas d'export pour les registres du moulin.", "export"),
        ("エクスポート機能は現在ありません。", "export"),
        ("There is no way to export the ledger.", "export"),
        ("Exports of old ledgers are not available.", "export"),
        ("Quernmill is cloud-only.", "self_host"),
        ("It cannot be installed on your own servers.", "self_host"),
        ("The mill has no public API.", "api"),
        ("A network connection is required.", "offline"),
        ("The mill only works online.", "offline"),
        ("You cannot choose where your records are stored.", "data_region"),
        ("We may train our models on your content.", "no_training"),
        ("All sales are final.", "refund"),
        ("There is no refund for a season that has begun.", "refund"),
        ("There is a minimum term of 24 months.", "cancel"),
        ("A year that has begun cannot be cancelled.", "cancel"),
        ("Cancelling a stone requires 60 days notice.", "cancel"),
        ("Uptime of the wheel is best effort.", "sla"),
        ("There is no uptime guarantee.", "sla"),
    ],
)
def test_a_sentence_that_says_no_denies_its_topic(line: str, topic: str) -> None:
    assert told(line) == [(topic, True, "")]


@pytest.mark.parametrize(
    "lines",
    [
        "Feature | Gristwheel | Quernmill\nSSO | no | yes",
        "Feature | Quernmill Pro | Gristwheel\nSSO | ✓ | ✗",
        "Feature | Them | Us\nSSO | – | ✓",
        "Other mills | Quernmill\nNo login | We support SSO",
        "The old way\nA key under the stone\nWith us\nWe support SSO.",
    ],
)
def test_the_column_under_its_own_name_is_the_products(lines: str) -> None:
    assert told(lines) == [("sso", False, "")]


@pytest.mark.parametrize(
    "line",
    [
        "Linux builds run on your own machines only.",
        "All wheels run on your own hardware.",
        "Gristwheel works offline with a licence of its own.",
        "quern ledger --all exports all data as CSV",
    ],
)
def test_a_part_or_a_command_states_nothing_of_the_whole(line: str) -> None:
    assert told(line) == []


@pytest.mark.parametrize(
    ("line", "topic", "denied", "value"),
    [
        ("Start your 21-day free trial", "trial", False, "21 days"),
        ("The trial lasts two weeks.", "trial", False, "two weeks"),
        ("Free for 14 days.", "trial", False, "14 days"),
        ("Grind with us free for 10 days.", "trial", False, "10 days"),
        ("Try the stone free for 1 month.", "trial", False, "1 month"),
        ("Is there a trial of the wheel?\nYes, for all millers.", "trial", False, ""),
        ("Die Mühle und du: 14-tägige kostenlose Testphase", "trial", False, "14 Tage"),
        ("Teste die Mühle und die Steine 14 Tage kostenlos.", "trial", False, "14 Tage"),
        ("Essai gratuit de 15 jours pour le moulin", "trial", False, "15 jours"),
        ("Prueba gratuita de 7 días para el molino", "trial", False, "7 días"),
        ("石臼は14日間無料でお試しいただけます。", "trial", False, "14日間"),
        ("We do not offer a free trial.", "trial", True, ""),
        ("No credit card required.", "no_card", False, ""),
        ("You do not need a credit card to begin.", "no_card", False, ""),
        ("Do I have to enter a credit card?\nNo.", "no_card", False, ""),
        ("A credit card is required to begin.", "no_card", True, ""),
        ("We collect a card when you sign up.", "no_card", True, ""),
        ("Sans carte bancaire, même au moulin.", "no_card", False, ""),
        ("All grain data is stored in Germany, on machines of ours.", "data_region", False, "Germany"),
        ("We host everything in the EU, without exception.", "data_region", False, "EU"),
        ("Alle Daten der Mühle werden in Deutschland gespeichert.", "data_region", False, "Deutschland"),
        ("Our records never leave the EU.", "data_region", False, "EU"),
    ],
)
def test_a_trial_a_card_and_a_place_are_stated_with_what_they_are(
    line: str, topic: str, denied: bool, value: str
) -> None:
    assert told(line) == [(topic, denied, value)]


@pytest.mark.parametrize(
    "line",
    [
        "We offer a 30-day trial guarantee.",
        "Can I buy during the trial?\nYes.",
        "Your trial has 3 days left.",
        "We accept any credit card.",
        "Pay by card.",
        "Card fees apply.",
    ],
)
def test_what_only_looks_like_a_trial_or_a_card_is_none(line: str) -> None:
    assert told(line) == []


def test_the_quote_that_tells_most_comes_first() -> None:
    lines = "Guild\n$40\nNo commitment\nYou can cancel at any time.\nDo you have a trial?\nYes.\n9-day free trial"
    first = {one.topic: one.quote for one in reversed(clear(lines, "pricing"))}
    assert first == {"cancel": "You can cancel at any time.", "trial": "9-day free trial"}


def test_a_dash_crosses_out_where_others_are_ticked() -> None:
    assert told("Guild\n$40\n✓ Data export\n— SSO\n— REST API") == [("export", False, "")]


def test_a_service_level_of_help_is_none() -> None:
    assert told("Feature | Free | Business\nSupport SLA | mail | a day\nSLA | e-mail | chat") == []
    assert told("Feature | Free | Business\nSLA | – | 99.9 %") == [("sla", False, "")]


@pytest.mark.parametrize("limit", ["10 sieves per mill", "4 sieves/mill", "900 weighings/day per mill"])
def test_a_limit_keeps_what_it_is_counted_in(limit: str) -> None:
    assert told(f"Free\n$0\n✓ {limit}") == [("free_limit", False, limit)]


def test_a_free_plan_on_one_line_has_its_limit() -> None:
    assert told("Hobby: $0 per month. Up to 900 weighings a month.") == [("free_limit", False, "900 weighings a month")]


def test_a_name_in_the_path_is_anothers_where_its_own_is_known() -> None:
    lines = "Gristwheel vs Quernmill\nGristwheel\nSelf-hosted, you oil it"
    said = statements(lines, "homepage", f"{SITE}gristwheel", "page", own=("quernmill",))
    assert [one for one in said if not one.unclear] == []


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("The free plan includes 3 millstones.", "3 millstones"),
        ("Free for up to 12 millers.", "12 millers"),
        ("Free tier: 4,500 weighings/month", "4,500 weighings/month"),
        ("Der kostenlose Plan umfasst 7 Mühlen.", "7 Mühlen"),
        ("Gratuit pour 9 moulins, sans carte.", "9 moulins"),
        ("El plan gratuito incluye 6 molinos.", "6 molinos"),
        ("無料プランでは8件まで登録できます。", "8件"),
        ("The free plan lets you turn 3 millstones.", "3 millstones"),
        ("The first 10 sacks are free.", "10 sacks"),
        ("Up to 2 GB of storage at no cost.", "2 GB of storage"),
        ("Free: 3 sieves, 2 apprentices", "3 sieves"),
        ("Free for a guild of up to 4 people.", "4 people"),
        ("The free tier is capped at 900 weighings per day.", "900 weighings per day"),
        ("Free for one mill.", "one mill"),
    ],
)
def test_a_free_limit_has_its_value_as_written(line: str, value: str) -> None:
    assert told(line) == [("free_limit", False, value)]


@pytest.mark.parametrize(
    "lines",
    [
        "Export",  # a button
        "Products Export Self-hosting API SSO Docs",  # a menu
        "Can I export my data?",
        "Is there a self-hosted option?+",
        "Unlike Gristwheel, which works offline, ours needs a mill.",
        "Gristwheel lets you export everything as CSV.",
        "Gristwheel is for bakers. It lets you export everything as CSV.",
        "Most tools let you export everything as CSV.",
        "“You can export everything as CSV”, says the miller of Hollowford.",
        "You can export everything as CSV.\n— Ada, miller",
        "I love that you can export everything as CSV.",
        "Fixed: you can export everything as CSV again.",
        "Fixed a crash where the API returned chaff",
        "$ export QUERN_KEY=qk_17",
        "export default function mill() { return stone; }",
        "SSO for millers is coming soon.",
        "We will support self-hosting on your own hardware in spring.",
        "✗ API access",
        "CSV export | yes | no",
        "Bring your own API key for the weather.",
        "No API key is required.",
        "Cancel a scheduled grinding with the lever.",
        "Refund Policy",
        "The mill issues refunds to bakers by the sack.",
        "The free plan is limited to 14 days.",
        "Your train leaves from platform 9 with your data.",
        "Slack alerts and capital letters for rapid millers",
        "It grinds without external APIs and needs no REST API of yours.",
        "API access is not limited to guilds.",
        "$9\nWater vs wind\nLedger export",  # two are compared
        "Docs\nLedger export\nSSO & logs",  # a menu, no list of a plan's
        "Is there an SLA?\nAsk the miller.",
        "Is there an SLA?\nNo, except for guilds.",
        "Can I export my data?\nNo worries about flour.",
        "Feature | Gristwheel | Quernmill\nSSO | yes | no",  # two products
        "Feature | Gristwheel | Cobwell\nSSO | yes | no",
        "Other mills | Quernmill\nNo REST API | A wheel",  # the left cell is said of others
        "Us | Them\nA wheel | Full REST API",
        "Other tools\nNo API\nCloud-only",
        "The old way\n• Self-hosted, you oil it",
        "Plan | Pro\nFree\nWatch the wheel\n24 hours",
        "Pro\n$9\n3 millstones",
        "Start free\n3 millstones",
        "Free\n14 days of history\n0 millstones\n2 languages",
        "Free\nJourneyman Pro\n3 millstones",
        "Guild\n$40\nSealed certificate export",  # what it makes, not what one has in it
        "You can export rendered millstones as PNG or MP4.",
        "Export the wheel as PDF.",
        "Guild\n$40\nEmail support, 4-hour SLA",  # how soon it answers, not how long it runs
        "Journeyman\n$9\nNeeds an internet connection",  # one plan's
        "Free\n40 weighings/minute\nPro\n$9",  # a pace
        "What is a mill?\n• A bakery with a web shop and a REST API",  # an example
        "Its REST API returns a list that looks like this",
        "Quernmill offline licence validation",
        "Your loaves can be hosted on your own servers.",
        "Turn the stone and check it yourself.",
        "✕\nGrinding by hand\nWorks offline, but slowly.",  # a badge crosses it out
        "SSO and audit logs\n❌",
        "Hand mill vs Quernmill\nHand mill\nSelf-hosted, you oil it",  # the other's column
        "Quernmill Fans, an unofficial guide\nYou can export every ledger as CSV.",
    ],
)
def test_what_only_looks_like_a_statement_is_none(lines: str) -> None:
    assert told(lines) == []


CARD = "Guild\n$40 / month\nSSO & audit logs\nREST API\nSelf-hosted option\n✓ Ledger export (CSV)\nDedicated support + SLA\n✗ EU hosting"


def test_a_plans_card_lists_what_it_has() -> None:
    assert [one[0] for one in told(CARD)] == ["export", "self_host", "api", "sso", "sla"]
    assert told("Guild\n$40\nGrain data export") == [("export", False, "")]
    assert told("Guild\nA mill\nGrain data export") == []


def test_a_readmes_list_and_heading_name_what_it_has() -> None:
    assert told("## Self-hosting\nRun the container.\n- CSV export\n- [API access](#api)") == [
        ("export", False, ""),
        ("self_host", False, ""),
    ]


@pytest.mark.parametrize(
    ("lines", "denied"),
    [
        ("Can I export my ledger?\nYes.", False),
        ("Can I export my ledger?+\n\nOf course, from the cellar.", False),
        ("Can I export my ledger? Not yet.", True),
        ("**Can I export my ledger?**\nUnfortunately this is impossible.", True),
    ],
)
def test_yes_or_no_to_a_question_states_its_topic(lines: str, denied: bool) -> None:
    (found,) = clear(lines, "docs")
    assert (found.topic, found.denied, found.quote) == ("export", denied, lines)


def test_yes_to_what_nobody_hopes_for_denies() -> None:
    assert told("Do you train on my data?\nYes.") == [("no_training", True, "")]
    assert told("Do you train on my data?\nNo.") == [("no_training", False, "")]
    assert told("Is there a minimum commitment?\nNo.") == [("cancel", False, "")]
    assert told("Kann ich meine Daten exportieren?\nJa.\nGibt es eine Mindestlaufzeit, für die ich zahle?\nNein.") == [
        ("export", False, ""),
        ("cancel", False, ""),
    ]


TABLE = "Feature | Free | Pro | Guild\nMillstones | 3 | 12 | Unlimited\nFlour | 5 GB | 9 GB | 20 GB\nSSO | - | - | ✓\nSelf-hosting | - | - | -"


def test_a_table_of_plans_says_by_its_marks() -> None:
    assert told(TABLE) == [
        ("self_host", True, ""),
        ("sso", False, ""),
        ("free_limit", False, "3 Millstones"),
        ("free_limit", False, "5 GB"),
    ]
    priced = TABLE.replace("Free | Pro | Guild", "Sparrow | Heron | Swan\nPrice | $5 | $9 | $40")
    assert told(priced) == [("self_host", True, ""), ("sso", False, "")], "plans of any name over a row of prices"
    assert told("SSO | Yes\nData export | No") == [("export", True, ""), ("sso", False, "")]


def test_a_table_with_a_plan_a_row_says_where_the_free_one_ends() -> None:
    assert told("Plan | Price | Millstones\nFree | $0 | 3\nPro | $9 | 12") == [("free_limit", False, "3 Millstones")]


@pytest.mark.parametrize(
    "head", ["Free", "$0", "$0 / month", "Free plan", "Hobby\n€0", "## Free", "$0\nforever", "無料"]
)
def test_a_free_plans_card_says_where_it_ends(head: str) -> None:
    card = f"{head}\nFor one miller\nUp to 3 millstones\nSieves: 4 sieves\n900 weighings/month\nPro\n$9\n12 millstones"
    assert told(card) == [("free_limit", False, limit) for limit in ("3 millstones", "4 sieves", "900 weighings/month")]


@pytest.mark.parametrize("place", ["quernmill-vs-gristwheel", "compare/gristwheel", "alternatives"])
def test_a_page_that_compares_two_states_nothing_of_one(place: str) -> None:
    assert told("You can export everything as CSV.") != []
    assert told("You can export everything as CSV.", f"{SITE}{place}") == []


def test_the_column_under_its_own_name_speaks_for_it() -> None:
    line = "Works offline in the cellar"
    assert told(f"Hand mill vs Quernmill\nHand mill\n{line}") == []
    assert told(f"Hand mill vs Quernmill\nQuernmill\n{line}") == [("offline", False, "")]
    assert told(f"Free vs Pro\nJourneyman\n{line}") == [("offline", False, "")], "two plans of its own"


@pytest.mark.parametrize("place", ["blog/mills-of-the-valley", "learn/grinding.html"])
def test_a_tale_speaks_for_the_product_where_it_names_it_or_its_maker_speaks(place: str) -> None:
    assert told("You can export everything as CSV.", f"{SITE}{place}") == []
    assert told("Free\n3 millstones", f"{SITE}{place}") == []
    for line in ("Quernmill lets you export everything as CSV.", "You can export everything of ours as CSV."):
        assert told(line, f"{SITE}{place}") == [("export", False, "")]


def test_the_address_tells_its_own_name_from_anothers() -> None:
    line = "Quernmill supports SSO for guilds."
    assert told(line) == told(line, "https://forge.example/millers/quernmill") == [("sso", False, "")]
    assert told(line, "https://gristwheel.example/") == []


def test_a_quote_is_a_sentence_of_its_line_verbatim() -> None:
    lines = "Welcome.\nİyi günler! You can export every LEDGER as CSV. Stones last.\nOur API hums."
    found = tuple(clear(lines, "pricing"))
    assert found == (
        Statement("export", False, "", "pricing", SITE, "page", "You can export every LEDGER as CSV."),
        Statement("api", False, "", "pricing", SITE, "page", "Our API hums."),
    )
    assert all(one.quote in lines for one in found)


def test_an_answer_that_says_it_all_stands_for_itself() -> None:
    lines = "Can I export my ledger?\nYes, you can export all of it as CSV."
    assert [one.quote for one in clear(lines, "docs")] == ["Yes, you can export all of it as CSV."]


def test_the_same_said_again_is_one_and_of_a_topic_three_are_enough() -> None:
    lines = "You can export it as CSV.\n" * 3 + "\n".join(f"You can export chapter {n} as CSV." for n in range(9))
    assert [one.quote for one in clear(lines, "docs")] == [
        "You can export it as CSV.",
        "You can export chapter 0 as CSV.",
        "You can export chapter 1 as CSV.",
    ]


def test_a_hostile_page_costs_little() -> None:
    words = "you can export free plan includes api sso cancel refund sla offline self-host train stored in "
    pages = [
        words * 20_000,
        (words * 3 + "\n") * 20_000,
        "export " * 200_000,
        "0 free " * 100_000,
        "(" * 300_000 + "api",
    ]
    begun = time.process_time()
    for lines in pages:
        statements(lines, "docs", SITE, "")
    assert time.process_time() - begun < 10


def test_every_language_has_every_topic_and_every_expression_its_stem() -> None:
    """An expression whose stem is missing would never be asked."""
    for path in FILES:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        assert [name for name in data if name not in ("frames", "around", "general")] == list(TOPICS), path.stem
        assert set(data["around"]) == {
            *("signs", "yes", "no", "aside", "ours", "unofficial", "later", "common"),
            *("of_plan", "all_plans", "paid_plans", "others", "of_ours"),
        }, path.stem
        assert set(data["general"]) == {"says", "denies"}, path.stem
        for topic in TOPICS:
            keys = {"stems", "thing", "says", "denies", "lists", "unless", "asks", "asks_not"}
            assert set(data[topic]) == keys, (path.stem, topic)
            assert data[topic]["stems"]
            assert data[topic]["says"]
            told = (
                " ".join(text for key in keys - {"stems", "thing"} for text in data[topic][key]) + data[topic]["thing"]
            )
            named = set(re.findall(r"(?<!\?P)<([a-z_]+)>", told))
            assert named <= set(data["frames"]), (path.stem, topic)


def test_a_word_of_a_topic_that_is_not_understood_is_unclear_and_none_is_silence() -> None:
    (found,) = statements("Ask the miller about the export of ledgers.", "docs", SITE, "page")
    assert (found.topic, found.unclear, found.quote) == ("export", True, "Ask the miller about the export of ledgers.")
    assert statements("Quernmill grinds grain between two stones.", "docs", SITE, "page") == ()
    both = statements("Export\nYou can export every ledger of the mill as CSV.", "docs", SITE, "page")
    assert [(one.topic, one.unclear) for one in both] == [("export", False)]
