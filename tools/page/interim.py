"""What a page shows while it is on its way (it loads, it checks who asks, nobody filled it in) and when all is over: such
words are about no product."""

from __future__ import annotations

import re

from tools.kept import pattern

_INTERIM = pattern(
    "interim",
    r"(?:(?:(?:now |still |you are being )?(?:loading|redirect(?:ing|ed))|please (?:wait|stand by)|hold on"
    r"|(?:just )?(?:a|one) (?:moment|second)(?:,? please)?|checking (?:your|the) browser|verifying (?:that )?you are (?:a )?human"
    r"|lädt|wird geladen|(?:sie werden )?weiter(?:leitung|geleitet)|bitte warten|einen moment(?: bitte)?"
    r"|chargement|redirection|veuillez patienter|cargando|redirigiendo|espere(?: por favor)?|un momento(?: por favor)?"
    r"|caricamento|reindirizzamento|attendere|carregando|redirecionando|aguarde|laden|wordt geladen|een moment"
    r"|ładowanie|proszę czekać|загрузка|перенаправление|подождите|読み込み中|少々お待ちください|加载中|正在(?:加载|跳转)|请稍候|로딩 ?중)"
    r"(?: en cours| in corso)?"
    r"(?: (?:you|plans|prices|pricing|content|data|the (?:page|app|site)|page|app|site|website))?"
    r"(?: to \S{1,200}| before .{1,80})?)\W*",
    re.IGNORECASE,
)
# What a template says until somebody fills it in.
_TEMPLATE = re.compile(
    r"lorem ipsum.*|(?:this is (?:an? |the |your )?)?(?:meta |site |page )?(?:description|tagline)(?: goes)?(?: here)?|just another wordpress site"
    r"|(?:insert|add|write|enter|your) (?:an? |your )?(?:meta |site |page |short )*(?:description|tagline|slogan|title)(?: goes)?(?: here)?"
    r"|untitled(?: document| page)?|(?:site|page|document) title",
    re.IGNORECASE | re.DOTALL,
)

_END = pattern(
    "farewell",
    r"\b(?:(?:has|have|had|is|are|was|were|will be|been|we're|now)\s+(?:\w+\s+)?"
    r"(?:shut(?:ting)?\s+down|shut|discontinued|sunset(?:ted|ting)?|closed(?:\s+down)?|closing(?:\s+down)?|retired|"
    r"winding\s+down|sold\s+out|no\s+longer\s+(?:available|offered|sold|maintained|operating|in\s+operation|online))"
    r"|(?:stopped|ended|closed|discontinued)\s+(?:the|our|this)\s+(?:service|product|app|project|company|site|store)"
    r"|(?:service|product|app|project)\s+(?:has\s+)?ended|shut\s+down\s+(?:on|in)|ceased\s+operations?|(?:said|say(?:ing)?)\s+goodbye|end\s+of\s+life)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:v?\d+\.\d|version|beta|api|endpoint|legacy|plan|tier|feature|office|offer|early)\b", re.IGNORECASE
)


def is_interim(text: str) -> bool:
    """Whether a whole text is of this kind: "Redirecting…", "Just a moment...", "Loading prices", "Your tagline here"."""
    text = text.strip()
    return _INTERIM.fullmatch(text) is not None or _TEMPLATE.fullmatch(text.rstrip(" .!…")) is not None


def is_farewell(text: str) -> bool:
    """Whether a sentence says that something is over, and speaks of no part of it (a plan, a version)."""
    return _END.search(text) is not None and _PART.search(text) is None
