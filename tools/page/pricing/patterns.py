"""What stands on price pages, in the languages we read: offers, badges, headings. Its words: tools/page/words."""

from __future__ import annotations

import re

from tools.page.words import Phrase

_CLOSE = r"\W*$"  # nothing but signs up to the end
FROM = Phrase(r"<from>(?:\s*<only>)?\s*:?\s*$")
FORMERLY = Phrase(rf"<formerly>(?:\s*<price_label>)?{_CLOSE}")
TRIAL = Phrase(r"<trial>|\btrial\b")
PRICE_LABEL = Phrase("<price_label>")
FREE_LINE = Phrase(r"(?:<price_label>\s*[:：]\s*)?(?:<around_free>\s*)*<free>(?:\s*<around_free>)*[!.*†]?")
TRIAL_NAME = Phrase(r"<trial_name>.{0,20}|.{0,8}<trial>")
FREE_NAME = Phrase("<free>")
CUSTOM_LINE = Phrase("(?:<custom>|<on_request>|<contact_sales>|<contact>|<demo>)[!.。]?")
NAME_CLASS = re.compile(
    r"(?:plan|tier|pack(?:age)?|price|pricing|card|product)[\w-]*(?:name|title|heading|header|label)|(?:^|[\s_-])(?:name|title|heading)(?:$|[\s_-])",
    re.IGNORECASE,
)
PLAN_WORD = Phrase(r"(?:the )?<plan_name>(?:[ +&/-]*<plan>|[ +&/-]+(?:user|plus|pro|xl|\+|\d{1,3}))?")
PLAN_WORD_IN = Phrase(rf"(?<!\w)(?:{PLAN_WORD.expression})(?!\w)")
PERIOD_LABEL = Phrase(
    rf"(?:<billing>\s*)*(?:<billed_monthly>|<billed_yearly>|<per_week>|<per_quarter>|<per_half_year>)(?:\s*<billing>)?{_CLOSE}"
)
PRICE_HEAD = Phrase("<price_word>|<pricing_page>")
ADD_ON = Phrase("<add_on>")
SAVING_LINE = Phrase(rf"(?:<saving>|<no_price>)(?: (?:up to|of|in|you|by|about|over|around))?{_CLOSE}")
