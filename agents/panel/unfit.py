"""What code decides about a pack before any reviewer reads a word: notices of the end, babble."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tools.models import Citation, Passage
from tools.views.documents import ProductDocument

LEAST_CHARS = 200  # of all passages: less than two sentences is nothing to review
UNBROKEN_WORDS = 40  # a longer line without a comma or a full stop is no sentence, and no menu either

_OVER = (
    r"\b(?:we|it|this (?:project|product|service|app|tool|repository|repo|package|library|site|website|software|extension|model|space)|"
    r"the (?:project|product|service|app|tool|repository|package|company|library)|%NAME%)\b[^.!?\n]{0,60}?"
    r"\b(?:(?:has|have|is|are|was|were|will be|has been|have been|is being)\s(?:now\s|been\s|being\s|officially\s|permanently\s|no longer\s)*"
    r"(?:shut(?:ting)? down|clos(?:ed|ing) (?:down|its doors|for good)|discontinued|sunset(?:ting|ted)?|retired|deprecated|archived|unmaintained|"
    r"decommissioned|end[- ]of[- ]life|(?<=no longer )(?:available|maintained|supported|offered|active|developed)|winding down)|"
    r"(?:shut|shuts|closed|closes) down\b|(?:will|to) (?:shut down|close (?:down|its doors)|cease operations|be sunset)|reached (?:its )?end[- ]of[- ]life|"
    r"ceased operations|decided to (?:shut|close|sunset|wind))|"
    r"\b(?:we(?: are|(?:'|’)re| will be| have decided to| will)|it(?:(?:'|’)s| is)) (?:sadly |now |permanently )?"
    r"(?:clos(?:e|ing)|shut(?:ting)? down|retir(?:e|ing)|sunset(?:ting)?|discontinu(?:e|ing)|wind(?:ing)? down|end(?:ing)?) "
    r"(?:%NAME%|(?:this|the|our) (?:project|product|service|app|tool|site|website|platform|company|business)\b)"
)  # fmt: skip
# The same in other languages: what is spoken of, and that it is over.
_OVER_ABROAD = "|".join(
    rf"(?:%NAME%|{subject})(?:[^.!?\n]|(?<=\d)\.){{0,50}}?(?:{over})"
    for subject, over in (
        (
            r"\b(?:dieses|das|unser) (?:projekt|produkt|tool)|\b(?:dieser|der|unser) (?:dienst|service)|\b(?:diese|die|unsere) (?:app|software|anwendung)",
            r"\b(?:eingestellt|abgeschaltet|abgekündigt|nicht (?:mehr|länger) (?:gepflegt|weiterentwickelt|unterstützt|verfügbar))\b",
        ),
        (
            r"\b(?:ce|le|notre) (?:projet|produit|service|logiciel|site)|\b(?:cette|l(?:'|’)|notre) ?application",
            r"\b(?:a été|est|sera) (?:définitivement )?(?:arrêtée?|fermée?|abandonnée?)\b|\bn(?:'|’)est plus (?:maintenue?|disponible|développée?)\b",
        ),
        (
            r"\b(?:este|el|nuestro) (?:proyecto|producto|servicio)|\b(?:esta|la|nuestra) (?:aplicación|herramienta)",
            r"\b(?:ha sido|fue|está|será) (?:descontinuad|cerrad|discontinuad|abandonad)[oa]\b|\bya no (?:está|se) (?:disponible|mantiene|mantenid[oa])\b|\bha cerrado\b",
        ),
        (
            r"\b(?:questo|il) (?:progetto|prodotto|servizio|software)|\b(?:questa|l(?:'|’)) ?app\w*|\b(?:este|o) (?:projeto|produto|serviço)",
            r"\b(?:è stat[oa]|sarà|foi|será) (?:chius|dismess|interrott|descontinuad|encerrad)[oa]\b|\bnon è più (?:mantenut[oa]|disponibile)\b",
        ),
        (
            r"(?:本|当|この)(?:サービス|アプリ|プロジェクト|製品)|サービス",
            r"終了(?:しました|いたしました|します|いたします)|開発を停止",
        ),
        (r"(?:本|该|此)(?:项目|产品|服务|软件)", r"已(?:经)?(?:停止(?:服务|运营|维护|更新)|下线|关闭)|不再维护"),
        (r"\b(?:проект|сервис|продукт|приложение)\b", r"\b(?:закрыт[оа]?|больше не поддерживается|прекращ\w+)\b"),
    )
)
_OVER_HEADLINE = re.compile(
    r"^(?:important:? |notice:? |announcement:? )?(?:(?:\[)?(?:deprecated|archived|unmaintained|discontinued|no longer maintained)(?:\])?"
    r"(?: (?:project|repository|notice|package))?[.!:]?|(?:we(?:'|’)re|we are) (?:shutting|closing) down\b.*|end of (?:life|service)\b.*|"
    r"(?:goodbye|farewell)\b.{0,60}|.{0,40}\b(?:has|have) (?:shut down|been discontinued|closed its doors)\b.*)$",
    re.IGNORECASE,
)
_NOT_OVER = re.compile(
    r"\b(?:if|when|until|unless|never|won(?:'|’)t|alternative|competitor|issue|ticket|tasks?|account|feature|version \d|plan|able to|dimanche|sonntags?|domingos?|wenn|falls|lorsque|cuando|quando)\b|[“\"]|\b(?-i:I)\b",
    re.IGNORECASE,
)


_HEAD_LINES = 5  # of a passage: where a notice of one word stands


def ended(document: ProductDocument, found: Sequence[Passage]) -> Citation | None:
    """The product's own notice that it is over, where it stands among its first passages."""
    name = rf"{re.escape(document.name)}(?!\s+v?\d)" if document.name else "$^"  # "Quern v1" is an edition of it
    over = re.compile(f"{_OVER}|{_OVER_ABROAD}".replace("%NAME%", name), re.IGNORECASE)
    for passage in found:
        if passage.label == "launch":
            continue
        for place, line in enumerate(passage.text.splitlines()):
            for sentence in re.split(r"(?<!\d\.)(?<=[.!?])\s+|(?<=[。！])", line):
                said = over.search(sentence) if len(sentence) < 300 else None
                words = sentence.strip(" #*_>-")
                # a word alone further down is a label: of a column, a row, a filter
                headline = passage.number <= 4 and (place < _HEAD_LINES or " " in words) and _OVER_HEADLINE.match(words)
                if (said or headline) and not _NOT_OVER.search(sentence):
                    return Citation(passage.number, sentence.strip())
    return None


_PARKED = re.compile(
    r"\b(?:this domain (?:name )?(?:is|may be) (?:for sale|parked|available)|buy this domain|domain (?:is )?parked|lorem ipsum dolor|"
    r"(?:error )?404\b.{0,20}not found|page not found|website coming soon|under construction|default web page|it works!|"
    r"account (?:has been )?suspended|index of /)|"
    # the same in other languages
    r"diese domain (?:steht zum verkauf|ist (?:zu verkaufen|geparkt))|domain kaufen möchten|im aufbau befindlich|hier entsteht (?:eine|unsere) (?:neue )?(?:website|webseite|seite)|"
    r"(?:nom de )?domaine (?:est )?à vendre|site (?:web )?en (?:cours de )?construction|dominio (?:está )?en venta|sitio (?:web )?(?:está )?en construcción|"
    r"dominio (?:è )?in vendita|sito in costruzione|domínio (?:está )?à venda|site em construção|domein (?:is )?te koop|"
    r"ドメインは売りに出|このドメインは(?:現在|お名前|販売)|ページが見つかりません|域名(?:正在)?出售|网站建设中|домен (?:продаётся|продается)|сайт в разработке|"
    # a door instead of a page: challenges, refusals, forms, and what a server or a starter kit shows before anybody wrote a word
    r"checking your browser before|verify (?:that )?you are (?:a )?human|enable javascript and cookies to continue|"
    r"access denied\b.{0,80}\bpermission|you do(?: not|n(?:'|’)t) have permission to (?:view|access)|"
    r"forgot (?:your )?password\?.{0,60}remember me|welcome to nginx|web server is successfully installed|apache2? .{0,20}default page|"
    r"edit .{0,40} and save to (?:test hmr|reload)|click on the \w+(?: and \w+)? logos? to learn more",
    re.IGNORECASE | re.DOTALL,
)
_PAUSE = re.compile(r"[,;:!?。、，।|•·]|\.(?:\s|$)|\s[–—-]\s")
_FUNCTION_WORDS = frozenset(
    """
    the of and to a in is for on with that your you it this are as be or by from at an can we our all
    more have not will how what has if their they one do use which der die das und ist nicht mit für ein
    eine den von zu im auf sie wir le la les des et est une un pour dans que qui avec sur vous nous du el
    los las y en es una para con su por se del il di che è per non della i e o os um uma com não em no na
    da het een van de voor met op dat niet
    """.split()
)
_DOUBT = re.compile(
    r"identity|impost|canonical|\bclaims?\b|(?:another|other) (?:product|site)|as its own|domain|rival|same name|belongs|merge|look-?alike|spoof",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"the editor's .* is kept\.$|; not shown\.$"
)  # an editor's value stands, or an unsure one is held back


def unfit(document: ProductDocument, found: Sequence[Passage]) -> str:
    """Why no verdict may rest on these passages; empty when one may."""
    if document.status == "needs_look":
        doubts = [reason for reason in document.needs_look if _DOUBT.search(reason) and not _KEPT.search(reason)]
        if doubts:
            return f"held for an editor: {doubts[0]}"
    text = "\n".join(passage.text for passage in found)
    own = [passage for passage in found if passage.label != "launch"]
    if len(text) < LEAST_CHARS:
        return "the pages read hold almost no text" if own else "no page of its own could be read"
    if own and len(text) < 4_000 and (parked := _PARKED.search("\n".join(p.text for p in own))):
        return f"the page is a placeholder: “{parked[0]}”"
    return _babble(document.name, text)


def _babble(name: str, text: str) -> str:
    """Whether the words make no sense together: no language's small words, one line over and over, no word of itself."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < 60:
        return ""
    latin = sum(word.isascii() for word in words) / len(words)
    small = sum(word in _FUNCTION_WORDS for word in words) / len(words)
    if latin > 0.85 and len(words) > 120 and small < 0.06:
        return "the text reads as words in no order"
    listless = [line for line in text.splitlines() if len(line.split()) > UNBROKEN_WORDS and not _PAUSE.search(line)]
    if sum(len(line.split()) for line in listless) > 0.5 * len(text.split()):
        return "the text reads as words in no order"
    lines = Counter(line.strip().lower() for line in text.splitlines() if len(line.split()) > 3)
    if lines and sum(lines.values()) > 12 and max(lines.values()) > 0.5 * sum(lines.values()):
        return "the same line stands there over and over"
    named = [word for word in re.findall(r"[^\W_]+", name.lower()) if len(word) > 2]
    squeezed = re.sub(r"[\W_]+", "", text.lower())
    if named and not any(word in squeezed for word in named):
        return "its own name stands nowhere on its pages"
    return ""
