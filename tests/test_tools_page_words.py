"""The words of price pages, one file a language: complete, consistent, and found where a page of that language has them."""

import re

import pytest

from tools.page.extract import extract
from tools.page.price_headings import is_of_prices, only_of_prices
from tools.page.pricing.terms import period_of
from tools.page.words import Lines, any_of, find, is_one, languages, low, made_of, source, words

PERIODS = ("per_hour", "per_day", "per_week", "per_month", "per_quarter", "per_half_year", "per_year", "once")
EXCLUDING = (
    PERIODS,
    ("pricing_path", "buying_path"),
    ("free", "trial", "on_request", "paid_plan"),
    ("free_plan", "trial", "paid_plan", "demo"),
    ("contact_sales", "sign_up", "buy", "try_it"),
    ("from", "formerly", "only"),
)
# A sentence of each language, to stand around a word.
SENTENCES = {
    "ar": "تدفع 9 دولارات {} لدينا",
    "cs": "U nás zaplatíte 9 € {} bez závazků",
    "da": "Hos os koster det 9 € {} uden binding",
    "de": "Bei uns zahlen Sie 9 € {} ohne Bindung",
    "el": "Σε εμάς πληρώνετε 9 € {} χωρίς δέσμευση",
    "en": "With us it is $9 {} without strings",
    "es": "Con nosotros son 9 € {} sin permanencia",
    "fi": "Meillä maksat 9 € {} ilman sitoutumista",
    "fr": "Chez nous, c'est 9 € {} sans engagement",
    "he": "אצלנו משלמים 9 דולר {} בלי התחייבות",
    "hi": "हमारे यहाँ ₹900 {} देने होते हैं",
    "hu": "Nálunk 9 € {} elköteleződés nélkül",
    "id": "Di sini Rp900 {} tanpa ikatan",
    "it": "Da noi sono 9 € {} senza vincoli",
    "ja": "当社では900円{}でお使いいただけます",
    "ko": "저희는 9,900원 {} 으로 제공합니다",
    "nl": "Bij ons kost het 9 € {} zonder verplichting",
    "no": "Hos oss koster det 9 € {} uten binding",
    "pl": "U nas to 9 zł {} bez zobowiązań",
    "pt": "Conosco são R$ 9 {} sem fidelidade",
    "ro": "La noi costă 9 € {} fără obligații",
    "ru": "У нас это 900 ₽ {} без обязательств",
    "sv": "Hos oss kostar det 9 € {} utan bindningstid",
    "th": "ที่นี่คิด 900 บาท{}เท่านั้น",
    "tr": "Bizde 9 ₺ {} taahhüt olmadan",
    "uk": "У нас це 900 ₴ {} без зобов'язань",
    "vi": "Ở đây là 900.000 ₫ {} không ràng buộc",
    "zh": "我们这里是9元{}没有附加条件",
}


def _written(word: str) -> str:
    """A word of the files as a page may have it."""
    return word.strip("*").replace("#", "14")


def test_there_are_the_languages_that_have_a_sentence_here() -> None:
    assert sorted(languages()) == sorted(SENTENCES)


@pytest.mark.parametrize("lang", sorted(SENTENCES))
def test_every_language_has_every_concept_in_the_same_order_and_none_is_empty(lang: str) -> None:
    told = languages()[lang]
    assert list(told) == list(languages()["en"])
    assert all(told.values())


@pytest.mark.parametrize("lang", sorted(SENTENCES))
def test_no_word_stands_twice_under_a_concept_or_is_blank_at_an_end(lang: str) -> None:
    for concept, told in languages()[lang].items():
        assert len({low(word) for word in told}) == len(told), concept
        assert all(word == " ".join(word.split()) and word.strip("*/ ") for word in told), concept


@pytest.mark.parametrize("group", EXCLUDING, ids=lambda group: group[0])
def test_no_word_stands_under_two_concepts_that_exclude_each_other(group: tuple[str, ...]) -> None:
    where: dict[str, set[str]] = {}
    for concept in group:
        for word in words(concept):
            where.setdefault(word, set()).add(concept)
    assert not {word: concepts for word, concepts in where.items() if len(concepts) > 1}


@pytest.mark.parametrize("lang", sorted(SENTENCES))
def test_every_word_is_found_in_a_sentence_of_its_language(lang: str) -> None:
    before, after = SENTENCES[lang].split("{}")
    missed = []
    for concept, told in languages()[lang].items():
        for word in map(_written, told):
            found = any_of(concept).match(low(before + word + after), len(before))
            if found is None or found.end() < len(before) + len(word.rstrip(".")):
                missed.append((concept, word))
    assert not missed


@pytest.mark.parametrize("lang", sorted(SENTENCES))
def test_a_word_is_told_apart_from_the_sentence_around_it(lang: str) -> None:
    for concept in PERIODS:
        assert find(SENTENCES[lang].format("…"), concept) is None


@pytest.mark.parametrize("concept", ["free", "trial", "per_month", "price_word"])
def test_in_letters_that_are_all_ascii_the_shorter_pattern_finds_the_same(concept: str) -> None:
    plain = [word for word in map(_written, words(concept)) if word.isascii()]
    texts = [around.format(word) for word in plain for around in ("{}", "9 {} – now", "x{}", "{}x", "7{}7", "({})…")]
    short, whole = any_of(concept, plain=True), any_of(concept)
    assert [[m.span() for m in short.finditer(t)] for t in texts] == [
        [m.span() for m in whole.finditer(t)] for t in texts
    ]


@pytest.mark.parametrize(
    "lines", [["Ohne Ende", "kostenlos für alle", "“free” – yes"], ["免费 试用", "бесплатно", "FREE"]]
)
def test_lines_that_hold_a_word_are_among_those_that_may(lines: list[str]) -> None:
    held = {number for number, line in enumerate(lines) if find(line, "free")}
    assert held
    assert held <= Lines([low(line) for line in lines]).may_hold("free")


@pytest.mark.parametrize("concept", sorted(languages()["en"]))
def test_an_expression_of_a_concept_has_no_groups_and_is_lower_case(concept: str) -> None:
    assert re.compile(source(concept)).groups == 0
    assert all(word == low(word) for word in words(concept))


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("/mo", "month"),
        ("/ Month", "month"),
        ("per\u00a0month, billed yearly", "month"),
        ("a  year", "year"),
        ("/12 months", "year"),
        ("every three months", "quarter"),
        ("vierteljährlich", "quarter"),
        ("halbjährlich", "half-year"),
        ("/6個月", "half-year"),
        ("月額", "month"),
        ("12개월", "year"),
        ("3개월마다", "quarter"),
        ("AYLIK", None),  # a capital of Turkish's dotless i is the capital of the other one
        ("в месяц", "month"),
        ("/شهريًا", "month"),
        ("ต่อปี", "year"),
        ("l’année, 5 € par\u00a0mois", "month"),
        ("/monthsick", None),
        ("2024년 1월", None),
        ("Mondays", None),
        ("a monitor", None),
        ("once upon", "once"),
        ("İstanbul", None),
    ],
)
def test_a_period_is_read_where_its_words_stand_alone(text: str, period: str | None) -> None:
    assert period_of(text) == period


@pytest.mark.parametrize(
    ("text", "is_only"),
    [
        ("Choose your plan", True),
        ("Simple, transparent pricing", True),
        ("Nos tarifs", True),
        ("料金プランのご案内", True),
        ("套餐与价格", True),
        ("요금제 안내", True),
        ("Ваш тариф", True),
        ("اختر خطتك المناسبة", True),
        ("Choose your weapon", False),
        ("Pricing intelligence for shops", False),
        ("価格調査ツール", False),
        ("", False),
    ],
)
def test_a_heading_holds_nothing_but_words_about_prices(text: str, is_only: bool) -> None:
    assert only_of_prices(text) is is_only


@pytest.mark.parametrize(
    ("path", "is_price"),
    [
        ("/pricing", True),
        ("/de/preise/", True),
        ("/pricing.html", True),
        ("/Cenik", True),
        ("/planes-y-precios", True),
        ("/planet", False),
        ("/tarification-guide", True),
        ("/repricing", False),
        ("/", False),
    ],
)
def test_a_step_of_an_address_says_prices(path: str, is_price: bool) -> None:
    assert is_of_prices(path) is is_price


def test_buying_steps_count_only_where_they_are_asked_for() -> None:
    assert not is_of_prices("/checkout")
    assert is_of_prices("/checkout", buying=True)


def test_made_of_wants_one_needed_word_and_nothing_else() -> None:
    assert made_of("See all plans & pricing →", "pricing_page", "see_prices")
    assert not made_of("See all", "pricing_page", "see_prices")
    assert not made_of("See all plans for 2026", "pricing_page", "see_prices")


def test_is_one_looks_past_signs_around() -> None:
    assert is_one("→ Pricing!", "pricing_page")
    assert not is_one("Pricing and more", "pricing_page")


@pytest.mark.parametrize(
    ("body", "model"),
    [
        ("<h1>Fewer bills</h1><a href=/s>Start for free</a> <a href=/d>Book a demo</a>", "unknown"),
        ("<h1>Fewer bills</h1><a href=/s>Try it free</a>", "unknown"),
        ("<h1>Fewer bills</h1><p>14 days free, no card needed.</p><a href=/s>Start for free</a>", "paid"),
        ("<h1>Fewer bills</h1><p>It is free for everyone. It is always free.</p>", "free"),
        ("<h1>Weniger Rechnungen</h1><p>Es gibt keinen kostenlosen Tarif.</p>", "unknown"),
        (
            "<h2>Pricing</h2><div><div><h3>Free Trial</h3>$0</div><div><h3>Team</h3><p>$9 / month</p></div></div>",
            "paid",
        ),
        ("<h2>Pricing</h2><div><div><h3>Hobby</h3>$0</div><div><h3>Team</h3><p>$9 / month</p></div></div>", "freemium"),
        ("<h1>Mniej rachunków</h1><p>Darmowy plan dla każdego.</p><a href=/cennik>Cennik</a>", "freemium"),
    ],
)
def test_free_on_a_button_is_no_free_product(body: str, model: str) -> None:
    page = f"<html><title>Quillbrook</title><body>{body}</body></html>"
    facts = extract(page, "https://quillbrook.example/").facts
    assert next((fact.value for fact in facts if fact.field == "pricing_model"), "unknown") == model
