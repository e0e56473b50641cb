"""What a page shows while it is on its way: it loads, it checks who asks, nobody filled it in. Such words are about no product."""

from __future__ import annotations

import re

_INTERIM = re.compile(
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


def is_interim(text: str) -> bool:
    """Whether a whole text is of this kind: "Redirecting…", "Just a moment...", "Loading prices", "Your tagline here"."""
    text = text.strip()
    return _INTERIM.fullmatch(text) is not None or _TEMPLATE.fullmatch(text.rstrip(" .!…")) is not None
