"""What stands on price pages, in the languages we read: offers, badges, headings. Its words: tools/page/words."""

from __future__ import annotations

import re

from tools.page.words import Phrase

_CLOSE = r"\W*$"  # nothing but signs up to the end
FROM = Phrase(r"<from>(?:\s*<only>)?\s*:?\s*$", "from")
FORMERLY = Phrase(rf"<formerly>(?:\s*<price_label>)?{_CLOSE}", "formerly")
FREE_LINE = Phrase(r"(?:<price_label>\s*[:：]\s*)?(?:<around_free>\s*)*<free>(?:\s*<around_free>)*[!.*†]?", "free")
FREE_NAME = Phrase("<free>", "free")
FREE_SPOKEN = Phrase("<free_plan>|<is_free>|^<free>", "free_plan", "is_free", "free")  # of a free plan in a sentence
TRIED = Phrase("<trial>|<trial_name>", "trial", "trial_name")  # free for some days only
ASKED = ("custom", "on_request", "contact_sales", "contact", "demo")  # concepts of a price that is told who asks
ASKED_SPOKEN = Phrase("<on_request>|<contact_sales>|<contact>", "on_request", "contact_sales", "contact")
CUSTOM_LINE = Phrase(f"(?:{'|'.join(f'<{concept}>' for concept in ASKED)})[!.。]?", *ASKED)
NAME_CLASS = re.compile(
    r"(?:plan|tier|pack(?:age)?|price|pricing|card|product)[\w-]*(?:name|title|heading|header|label)|(?:^|[\s_-])(?:name|title|heading)(?:$|[\s_-])",
    re.IGNORECASE,
)
PLAN_WORD = Phrase(r"(?:the )?<plan_name>(?:[ +&/-]*<plan>|[ +&/-]+(?:user|plus|pro|xl|\+|\d{1,3}))?", "plan_name")
PERIOD_LABEL = Phrase(
    rf"(?:<billing>\s*)*(?:<billed_monthly>|<billed_yearly>|<per_week>|<per_quarter>|<per_half_year>)(?:\s*<billing>)?{_CLOSE}",
    "billed_monthly",
    "billed_yearly",
    "per_week",
    "per_quarter",
    "per_half_year",
)
PRICE_HEAD = Phrase("<price_word>|<pricing_page>", "price_word", "pricing_page")
