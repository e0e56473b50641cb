"""How a product is sold: the pricing model, derived from plans, licence and what the page says; nothing said, nothing known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tools.models import Evidence, Fact, Plan, PricingModel
from tools.page import licences
from tools.page.markup import Meta
from tools.page.price_headings import only_of_prices
from tools.page.visible import Line, View, holding

_TRIAL = re.compile(
    r"\bfree (?:[\w-]+ ){1,3}trial\b|\bfree(?:[\s-]+\d+[\s-]?days?|[\s-]+\w+[\s-]days?)?[\s-]+trial\b|\b\d+[\s-](?:day|week|month)s?[\s-](?:free[\s-])?trial\b|\b(?:start|begin|try|sign up for)\b.{0,20}\b(?:your|a|the|my) (?:\w+ )?trial\b|"
    r"\bfree for (?:\d+ (?:days?|weeks?|months?)|the first|your first|one|two|three|a (?:week|month))\b|\b\d+[\s-](?:days?|weeks?|months?)[\s-]free\b(?!\s*(?:when|with|if|on))|\bmoney[- ]back guarantee\b|\btrial period\b",
    re.IGNORECASE,
)
# The same signs in other languages; each class is looked for only where _FOREIGN finds one of its stems.
_FOREIGN = re.compile(
    r"kostenlos|gratis|gratuit|grátis|prueba|essai|probe|teste?\b|anfrage|anfordern|angebot|devis|démo|demo\b|orçamento|cotiza|presupuesto|preventiv|vendas|ventas|richied|"
    r"abonnement|forfait|nutzung|consommation|consumo|utilis|usage|offert|vraag|wycen|ofertę|skontaktuj|teklif|ulaşın|kontakt|contact|fale com|falar com|問い?合わせ|見積|資料請求|报价|联系|聯絡|咨询|문의|상담|kaufen|acheter|comprar|assina|suscri|бесплатн|пробн|запрос|демо|купить|подписк|無料|体験|免费|免費|试用|購入|买|무료|체험",
    re.IGNORECASE,
)
_TRIAL_ELSEWHERE = re.compile(
    r"\bessai (?:gratuit|de \d+ jours)|\b\d+ jours (?:d['’]essai|gratuits|offerts)|\b(?:kostenlose[rns]?|gratis) (?:testphase|test(?:version|zeitraum)?|probe\w*)|\b(?:probe(?:zeit|phase|abo)|testphase)\b|"
    r"\b(?:\d+ tage|\d+ wochen) (?:kostenlos|gratis)|\b(?:tage|monate?) (?:kostenlos|gratis) testen|\bprueba (?:gratuita|gratis)|\b(?:\d+ días|meses?) (?:de prueba|gratis)|\b(?:teste|avaliação|período) (?:grátis|gratuit[oa]|de teste)|"
    r"\b\d+ dias (?:grátis|gratuitos|de teste)|\bprova gratuita|\bgiorni (?:di prova|gratis)|\bgratis proef|пробн\w+ период|\d+ дн\w+ бесплатно|無料(?:体験|トライアル|お試し)|免费试用|무료 ?체험",
    re.IGNORECASE,
)
_FREE_ELSEWHERE = re.compile(
    r"\b(?:basis(?:version|paket|plan|tarif)?|grundversion|free[- ]?version|version|plan|formule|offre|tarif|versión|versão|plano|piano|versione|conta|cuenta|compte|konto)\b[^.!?]{0,20}\b(?:kostenlos|gratis|gratuit[eao]?|grátis)\b|"
    r"\b(?:kostenlose[srn]?|gratis|gratuit[eao]?) (?:basis\w*|version|plan|tarif|konto|account|registrierung|compte|formule|plano|cuenta|conta|versión|versão)|\b(?:plan|versión|plano|versão|piano|formule|compte|offre) (?:gratis|gratuit[eao]?|grátis)|"
    r"\b(?:dauerhaft|für immer|immer) kostenlos|\b(?:toujours|totalement|entièrement|100 ?%) gratuite?\b|\b(?:siempre|totalmente|100 ?%) (?:gratis|gratuit[oa])|\b(?:sempre|totalmente|100 ?%) (?:grátis|gratuit[oa])|"
    r"бесплатн\w+ (?:тариф|план|верси\w+|аккаунт)|無料(?:プラン|版|で使え|でご利用)|免费(?:版|套餐|计划|使用)|永久免[费費]|免費(?:版|方案|計劃|使用)|무료 ?(?:플랜|요금제|버전)",
    re.IGNORECASE,
)
_FREE_SAID_ELSEWHERE = re.compile(
    r"\b(?:est|sont|reste|ist|sind|bleibt|es|son|é|são|è|sono)\s+(?:[\w’']+\s){0,2}(?:gratuit(?:e|o|a)?s?|kostenlos|gratis|grátis|gratuitamente)\b|^(?:gratuit|kostenlos|gratis|grátis|gratuito) (?:aujourd|heute|hoy|hoje|oggi|pour tous|für alle|para todos|per tutti)|\bбесплатно для всех|完全免[费費]|完全無料",
    re.IGNORECASE,
)
# What stands before a word and takes it back, or makes it a trial's: "pas d'offre gratuite", "the first month is free".
_DENIED = re.compile(
    r"(?:\bpas d['’e]\s?|\b(?:sans|aucune?|keine?[nrms]?|ohne|nicht|no hay|sin|sem|não há|nessun[ao]?|senza|non|geen|zonder|нет|без)\s+)(?:\w+\s)?$|"
    r"\b(?:mois|jours|monate?|tage?|woche\w*|mes(?:es)?|días|semana|mês|dias|mese|mesi|giorni|settiman\w+|месяц\w*|дн\w*)\s$",
    re.IGNORECASE,
)
_SIGN_UP_ELSEWHERE = re.compile(
    r"(?:jetzt |heute )?(?:kostenlos|gratis) (?:starten|loslegen|registrieren|anmelden|nutzen|testen|ausprobieren)|(?:commencer|démarrer|s['’]inscrire|créer (?:un|mon) compte|essayer) gratuitement|(?:comenzar|empezar|empieza|comienza|regístrate|crear cuenta|probar?|prueba) gratis|"
    r"(?:começar|comece|criar conta|cadastre-se|teste|experimente|usar) (?:grátis|gratuitamente)|(?:inizia|registrati|prova) gratis|gratis (?:beginnen|starten|proberen)|(?:начать|попробовать|зарегистрироваться) бесплатно|無料で(?:始める|はじめる|試す|登録|使う).{0,4}|免费(?:开始|注册|使用).{0,4}|무료로 ?시작.{0,4}",
    re.IGNORECASE,
)
_DEMO_ELSEWHERE = re.compile(
    r"(?:jetzt |unverbindlich |kostenlose )*(?:(?:demo|angebot|preise?|beratung|termin)(?: jetzt| unverbindlich)? (?:anfragen|anfordern|vereinbaren|buchen|einholen)|kontakt aufnehmen|vertrieb kontaktieren)|(?:demander|obtenir|réserver|planifier) (?:un |une |votre |mon )?(?:devis|démo|démonstration|tarif)(?: personnalisée?| gratuite?)?|"
    r"(?:nous contacter|contacter (?:l['’]équipe commerciale|les ventes))|(?:solicitar|agendar|pedir|reservar|solicita|agenda|pide) (?:una |un |tu |mi )?(?:demo|demostración|presupuesto|cotización)(?: gratis| gratuita)?|contactar? (?:con |a )?ventas|(?:solicitar|agendar|pedir|solicite|agende|peça) (?:uma |um |seu )?(?:demo|demonstração|orçamento|proposta)|"
    r"fal(?:ar|e) com (?:vendas|um (?:especialista|consultor)|nosso time)|(?:richiedi|prenota) (?:una |un )?(?:demo|preventivo)|(?:запросить|заказать) (?:демо|цену|расч[её]т)|оставить заявку|(?:デモ|見積もり?)(?:を)?(?:依頼|予約|申し込む)|(?:预约|申请)演示|联系销售|(?:联系我们)?获取报价|데모 ?(?:신청|요청)|(?:견적|도입|가격) ?(?:문의|요청|상담)(?:하기)?|"
    r"(?:vraag (?:een |je |uw )?(?:offerte|demo|prijs) aan|(?:offerte|demo) aanvragen)|(?:zapytaj o|poproś o|uzyskaj) (?:wycenę|ofertę|demo)|umów demo|begär offert|boka (?:en )?demo|(?:få|indhent) (?:et )?tilbud|teklif (?:al(?:ın)?|iste(?:yin)?)|demo (?:isteyin|talep edin)",
    re.IGNORECASE,
)
# What menus say everywhere, and pages about prices instead of one.
_CONTACT = re.compile(
    r"contact(?: us)?|kontakt(?: aufnehmen| oss| os)?|kontaktieren sie uns|(?:nous )?contacter|contactez[- ]nous|contáct[ae]nos|contacto|contato|fale conosco|contattaci|neem contact op|skontaktuj się(?: z nami)?|kontakta oss|bize ulaşın|"
    r"связаться с нами|お?問い?合わせ(?:ください|はこちら)?|お?見積(?:もり|り)?(?:依頼|はこちら)?|联系我们|聯絡我們|문의(?:하기)?",
    re.IGNORECASE,
)
_ON_REQUEST = re.compile(
    r"\b(?:preise?|angebote?) auf anfrage\b|^auf anfrage\b|\b(?:prix|tarifs?) sur (?:demande|devis)\b|\bdevis (?:personnalisé|sur mesure|gratuit)|\bprecios? (?:a consultar|bajo consulta|a medida)|\bpresupuesto (?:personalizado|a medida)|"
    r"\b(?:preços?|valores) sob consulta|\borçamento (?:personalizado|sob medida)|\bpreventivo (?:personalizzato|su misura)|\bprezz[oi] su richiesta|\bprijs op aanvraag|\b(?:price|pricing)s? (?:is |are )?(?:available )?(?:up)?on request\b|цен[аы] по запросу|価格は?(?:お問い合わせ|要相談)|价格面议",
    re.IGNORECASE,
)
_PAID_ELSEWHERE = re.compile(
    r"\b(?:premium|pro|bezahl|kosten)[- ]?(?:pakete?|versionen?|version|modelle?|tarife?|abos?|plan|pläne)\b|\b(?:formules?|versions?|offres?|abonnements?) (?:payante?s?|premium|pro)\b|\b(?:plan(?:es)?|versión|planos?|versão|suscripción|assinatura) (?:premium|pro|opcional(?:es)?|opcionais|de pago|pag[oa]s?)\b|"
    r"\bpian[oi] (?:premium|pro|a pagamento)\b|платн\w+ (?:тариф|план|верси\w+|подписк\w+)|премиум|プレミアム|有料(?:プラン|版)|付费(?:版|套餐|计划)|유료 ?(?:플랜|요금제)",
    re.IGNORECASE,
)
_USAGE_ELSEWHERE = re.compile(
    r"\b(?:nutzungsbasiert|verbrauchsabhängig|abrechnung nach verbrauch|pay-per-\w+)\b|\b(?:paiement|facturation|tarification) à l['’](?:usage|utilisation)|\bpag[ao] por (?:uso|consumo)|\bpague (?:apenas )?(?:pelo|o) que (?:usar|usa)|\ba consumo\b|従量課金|按量(?:付费|计费)|оплата по факту",
    re.IGNORECASE,
)
_PAID_TIER = re.compile(
    r"(?:the )?(?:premium|pro|professional|plus|business|enterprise|team|ultimate|unlimited|growth|profi|unternehmen|entreprise|empresas?|профессиональный|премиум|бизнес|プレミアム|プロ|ビジネス|专业版|企业版|高级版)(?: (?:plan|tier|edition|version|paket|license|licence)|版|プラン|套餐)?\W*",
    re.IGNORECASE,
)
_FREE_COLUMN = re.compile(
    r"free|free (?:plan|tier|version)|gratis|kostenlos|gratuite?|grátis|無料|無料プラン|免费版?|免費版?|무료|бесплатн\w+",
    re.IGNORECASE,
)
_FREE_DEMO = re.compile(
    r"\bfree (?:\w+ ){0,2}(?:demo|consultation|quote|audit|assessment|estimate|e-?book|guide|webinar|templates?|shipping|report|call|checklist|course|courses|resources?|support|migration|onboarding|setup|training|delivery|"
    r"returns|credits?|updates|upgrades|upgrade|advice|whitepaper|newsletter|kit|gift|space|time|text|reign|hand|will|range|movement|flow|form)\b|\b\w+-free\b|\bfree (?:from|of(?! charge)|up|yourself|your)\b|\bfreelanc\w+",
    re.IGNORECASE,
)
_FREE_PLAN = re.compile(
    r"\bfree (?:forever|plan|tier|version|account|edition|starter plan|subscription|for (?:ever|life|individuals?|personal use|everyone|small teams|open[- ]source|hobby|non[- ]?commercial|up to \d+|\w+ users))\b|\bforever[- ]free\b|\bfreemium\b|\bfree,? pro\b|\balways free\b|\bfree and paid plans\b|\bfree \w+ \w+ plan\b",
    re.IGNORECASE,
)
_SIGN_UP_FREE = re.compile(
    r"(?:(?:get started|sign[ -]?up|start(?: \w+)?|join|create(?: an?| your)?|register|begin|build|deploy|open an?|claim your|set up)\b[^.!?]{0,25}?[\s.,:–—-]*(?:it['’]?s\s+)?(?:for free|free)\b.{0,12}|free (?:sign[ -]?up|account|registration|forever)|create a free \b.{2,30}|free to (?:use|build|start|join))\W*$",
    re.IGNORECASE,
)
_TRY_FREE = re.compile(
    r"(?:(?:try|get|use|download|install|test|explore|add to \w+)\b[^.!?]{0,30}?(?:for free|free|at no cost)\b.{0,12}|free download|download free.*|start free|try free|it['’]?s free|100% free)\W*$",
    re.IGNORECASE,
)
_FREE_SAID = re.compile(
    r"\b(?:is|are|it['’]s|completely|100%|totally|entirely|absolutely|always|forever) (?:\w+ )?free\b(?!\s*(?:of|from|to roam))|\bfree (?:and|&) open[- ]source\b|\bfree (?:to use|of charge|online|forever)\b|\bat no (?:extra )?cost\b|\bcosts nothing\b",
    re.IGNORECASE,
)
_FREE_HEAD = re.compile(
    r"\b(?:for free|get started (?:for )?free|free[,!.])|\bfree\b(?: [\w-]+,?){0,5} (?:tools?|apps?|software|ide|editors?|crm|extension|service|generator|converters?|recorder|checker|plugin|library|framework|api|alternatives?|platform|builder|hosting|template|version|download|client|solution|website)\b|\bdownload\b.{0,25}\bfree\b",
    re.IGNORECASE,
)
_NO_ACCOUNT = re.compile(
    r"\bno (?:sign[- ]?up|account|registration|login|log[- ]?in)\b|\bwithout (?:registration|sign(?:ing)?[- ]?up|an account|registering)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(r"[“”\"]|\b(?:their|they|other|competitors?|unlike|slower|was)\b", re.IGNORECASE)
_OPEN = re.compile(
    r"\bopen[- ]?sourced?\b(?! (?:models?|llms?|projects?|librar|communit|tools|data|contribut|alternatives to))|\bfree software\b|\blibre\b",
    re.IGNORECASE,
)
_USAGE = re.compile(
    r"\bpay[- ]as[- ]you[- ](?:go|grow|use)\b|\bpay (?:only )?(?:for )?(?:what|as) you (?:use|consume|need|grow)\b|\bpay(?:ing)? only (?:for|when)\b|\bonly pay (?:for|when)\b|\b(?:usage|consumption|metered)[- ]based (?:pricing|billing)\b|\bmetered (?:pricing|billing)\b|\bbilled (?:by|per) the (?:second|minute|hour)\b|\bper[- ]second billing\b|\bpay per (?:use|request|token|call|second|minute)\b",
    re.IGNORECASE,
)
_DEMO = re.compile(
    r"(?:(?:book|request|schedule|get|ask for|take|arrange|see) (?:a |an |your |my |the |live |free |personalized |personal |custom |product )*(?:demo|quote|walkthrough|consultation|pricing|proposal|estimate)|request (?:a )?(?:pricing|price)|talk to (?:sales|an expert|our team)|(?:contact|speak (?:to|with)|call) (?:our )?sales(?: team)?|get in touch|(?:contact|e-?mail|call|ask) us (?:for|about) (?:a |an |your |our )*(?:custom )?(?:quote|pricing|prices?|estimate|demo)|quote[- ]only|(?:price|pricing) (?:by|on) (?:quote|application|request))\W*$",
    re.IGNORECASE,
)
_SELF_SERVE = re.compile(
    r"(?:get started|sign[ -]?up|start(?: now| today| for free| building| deploying| free)|try|buy(?: now)?|create (?:an )?account|register|download(?! (?:the |our |your |full |free )*(?:report|guide|e-?book|whitepaper|white paper|case|study|brochure|datasheet|pdf|template|checklist|kit|playbook))|install|subscribe|join(?: now| free)?|add to|get \w+ (?:now|free)|open app|launch app)\b.{0,14}$",
    re.IGNORECASE,
)
# Each alternative of _PAID_SAID holds one of these; the words are found ten times as fast.
_USAGE_HINTS = ("pay", "usage", "metered", "bill", "consumption")
_PAID_HINTS = ("paid", "pro ", "premium", "subscription", "buy", "purchas", "upgrade", "paying", "billing")
_PAID_WORDS = ("paid", "pro ", "premium", "subscription", "buy", "purchase", "upgrade", "paying", "billing")
_PAID_SAID = re.compile(
    r"\b(?:paid|pro|premium) (?:plans?|subscription|version|tier|account|edition|membership)s?\b|\bsubscription (?:plans?|fee|price)\b|\b(?:buy|purchase) (?:now|a licen[cs]e)\b|\bin-app purchases?\b|\bupgrade to (?:pro|premium|plus|a paid)\b|\bpaying customers?\b|\bbilling period\b",
    re.IGNORECASE,
)


_HIGH = re.compile(r"[^\x00-\x7f]")
_TELLING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "th"})  # in which a line is looked at whatever it says
_MOST_LINES = 5_000  # of one page listened to; what follows sells nothing


def pricing_facts(
    view: View,
    plans: Sequence[Plan],
    actions: Sequence[str],
    pricing_url: str | None,
    licence: Fact | None,
    meta: Meta,
    url: str,
) -> list[Fact]:
    """The derived fact `pricing_model` with the evidence it follows from, or [] when the page says nothing.

    actions: the words of the page's buttons and links. pricing_url: the product's own pricing page, when it has one.
    """
    signs = _Signs(view, plans, actions, pricing_url, licence, meta, url)
    model, confidence, evidence = signs.model()
    if model == "unknown" or not evidence:
        return []
    return [Fact("pricing_model", model, "derived", confidence, tuple(evidence))]


class _Signs:
    """What the page says about paying, each sign with the words that give it."""

    def __init__(
        self,
        view: View,
        plans: Sequence[Plan],
        actions: Sequence[str],
        pricing_url: str | None,
        licence: Fact | None,
        meta: Meta,
        url: str,
    ) -> None:
        self.url, self.licence, self.pricing_url = url, licence, pricing_url
        self.paid = [p for p in plans if p.amount is not None and p.amount > 0]
        self.gratis = [p for p in plans if p.amount is not None and p.amount == 0]
        self.asked = [p for p in plans if p.amount is None]
        self.found: dict[str, Evidence] = {}
        spoken = [line for line in view.lines[:_MOST_LINES] if line.shade < 2 and len(line.text) <= 1_500]
        self.foreign = _foreign(meta.lang, spoken)
        # Most lines hold none of these words: those that do are found in the whole text, not by asking each line.
        lows = [line.text.lower() for line in spoken]
        self.usage_lines = holding(lows, _USAGE_HINTS)
        self.paid_lines = holding(lows, _PAID_HINTS)
        telling = holding(lows, ("free", "trial", "request")) | self.usage_lines | self.paid_lines
        for number, line in enumerate(spoken):
            if self.foreign or number in telling or line.tag in _TELLING_TAGS:
                self._look_at(line, number)
        self.of_prices = any(line.tag == "h1" and only_of_prices(line.text) for line in spoken)
        self._look_at_actions(spoken, actions)
        self._look_at_head(meta)

    def _mark(self, sign: str, quote: str, shade: int = 0, path: str = "") -> None:
        self.found.setdefault(sign, Evidence(self.url, "markup" if shade or path else "visible", quote[:300], path))

    def _look_at(self, line: Line, number: int) -> None:
        text, shade = line.text, line.shade
        if line.tag == "h1" and _OPEN.search(text):
            self._mark("open", text, shade)
        low = text.lower()
        free = "free" in low
        if (free or "trial" in low) and _TRIAL.search(text):
            self._mark("trial", text, shade)
        if self.foreign and (not text.isascii() or _FOREIGN.search(text)):
            self._look_elsewhere(text, shade)
        if line.tag in ("h2", "h3", "h4", "h5") and len(text) < 40 and _PAID_TIER.fullmatch(text):
            self._mark("paid tier", text, shade)
        if line.tag == "th" and len(text) < 40:
            if _FREE_COLUMN.fullmatch(text):
                self._mark("free column", text, shade)
            elif _PAID_TIER.fullmatch(text):
                self._mark("paid column", text, shade)
        if "request" in low and len(text) < 200 and _ON_REQUEST.search(text):
            self._mark("on request", text, shade)
        if free and len(text) < 400:
            rest = _rest(text)
            if _FREE_PLAN.search(rest):
                self._mark("free plan", text, shade)
            if _FREE_SAID.search(rest) and not _OTHERS.search(text):
                self._mark("free said", text, shade)
            if _NO_ACCOUNT.search(low):
                self._mark("no account", text, shade)
        if "usage" not in self.found and number in self.usage_lines and _USAGE.search(text):
            self._mark("usage", text, shade)
        said = "paid said" not in self.found and number in self.paid_lines and _PAID_SAID.search(text)
        if said and not _OTHERS.search(text):
            self._mark("paid said", text, shade)

    def _look_elsewhere(self, text: str, shade: int = 0, path: str = "") -> None:
        """The signs in languages other than English."""
        if ("trial" not in self.found or "free plan" not in self.found) and _TRIAL_ELSEWHERE.search(text):
            self._mark("trial", text, shade, path)
            text = _TRIAL_ELSEWHERE.sub(" ", text)
        for sign, pattern, limit in (
            ("free plan", _FREE_ELSEWHERE, 400),
            ("free said", _FREE_SAID_ELSEWHERE, 200),
            ("on request", _ON_REQUEST, 400),
            ("usage", _USAGE_ELSEWHERE, 400),
            ("paid said", _PAID_ELSEWHERE, 400),
        ):
            if sign in self.found or len(text) > limit or _OTHERS.search(text):
                continue
            if (match := pattern.search(text)) and not _DENIED.search(text[: match.start()]):
                self._mark(sign, text, shade, path)

    def _look_at_actions(self, spoken: Sequence[Line], actions: Sequence[str]) -> None:
        """Buttons and links, each by its own words; a link's words must stand in a line that a reader sees."""
        for line in spoken:
            if len(line.text) <= 60:
                for sign in _action_signs(line.text, self.foreign):
                    self._mark(sign, line.text, line.shade)
                if self.of_prices and line.tag != "nav" and _CONTACT.fullmatch(line.text.strip(" →›»!.。")):
                    self._mark("contact", line.text, line.shade)
        seen = ""
        for said in actions:
            if 3 < len(said) <= 60 and (signs := [s for s in _action_signs(said, self.foreign) if s not in self.found]):
                seen = seen or "\n".join(line.text for line in spoken if not line.shade)
                if said in seen:
                    for sign in signs:
                        self._mark(sign, said)

    def _look_at_head(self, meta: Meta) -> None:
        for path, text in (("title", meta.title), ("meta description", meta.first("description", "og:description"))):
            if not text:
                continue
            rest = _rest(text)
            if _TRIAL.search(text):
                self._mark("trial", text, path=path)
            if _FREE_SAID.search(rest) or _FREE_PLAN.search(rest) or _FREE_HEAD.search(rest):
                self._mark("free head", text, path=path)
            if self.foreign and (not text.isascii() or _FOREIGN.search(text)):
                self._look_elsewhere(text, path=path)
            if _NO_ACCOUNT.search(text):
                self._mark("no account", text, path=path)
            if _OPEN.search(text):
                self._mark("open", text, path=path)

    def _cite(self, *signs: str) -> list[Evidence]:
        return [self.found[s] for s in signs if s in self.found]

    def model(self) -> tuple[PricingModel, float, list[Evidence]]:
        """The model, how sure, and the evidence it follows from."""
        if self.paid:
            return self._priced()
        found = self.found
        if self.gratis and (self.asked or "paid tier" in found):
            proof = [self.gratis[0].evidence[0], *(p.evidence[0] for p in self.asked[:1])]
            return "freemium", 0.8, proof + ([] if self.asked else self._cite("paid tier"))
        if "free column" in found and "paid column" in found:
            return "freemium", 0.75, self._cite("free column", "paid column")
        if "open" in found or (self.licence is not None and licences.is_open(self.licence.value)):
            return "open-source", 0.8, self._cite("open") or list(self.licence.evidence if self.licence else ())
        account = self._cite("free plan", "free sign-up")
        free = account or self._cite("free head", "free said")
        commercial = bool(self.pricing_url) or "paid said" in found
        if free or self.gratis:
            proof = (free or [self.gratis[0].evidence[0]])[:2]
            if not account and not self.gratis and "no account" in found:
                return "free", 0.7, proof + self._cite("no account")
            if commercial or ("free plan" in found and "demo" in found):
                return "freemium", 0.75 if account else 0.6, proof + self._cite("paid said")
            if not account and "trial" in found and not self._cite("free head"):
                return "paid", 0.6, self._cite("trial")
            return "free", 0.65, proof
        if "trial" in found:
            return "paid", 0.7, self._cite("trial")
        if self.asked or "on request" in found:
            return "contact", 0.65, [p.evidence[0] for p in self.asked[:1]] + self._cite("on request", "demo")
        if "usage" in found:
            return "usage", 0.75, self._cite("usage")
        if "free try" in found:
            return ("freemium" if commercial else "free"), 0.55, self._cite("free try")
        if "demo" in found and "self-serve" not in found:
            return "contact", 0.6, self._cite("demo")
        if "contact" in found and not ({"self-serve", "paid said"} & found.keys()):
            return "contact", 0.55, self._cite("contact")
        return "unknown", 0.0, []

    def _priced(self) -> tuple[PricingModel, float, list[Evidence]]:
        proof = [p.evidence[0] for p in (*self.gratis[:1], *self.paid[:2]) if p.evidence]
        if self.gratis or "free plan" in self.found:
            return "freemium", 0.9, proof + ([] if self.gratis else self._cite("free plan"))
        if "free column" in self.found and "paid column" in self.found:
            return "freemium", 0.75, proof + self._cite("free column")
        if "no account" in self.found:
            return "freemium", 0.75, proof + self._cite("no account")
        # A list of two plans or more that names no free one means a trial when its buttons say "free".
        if "free sign-up" in self.found and "trial" not in self.found and len(self.paid) < 2:
            return "freemium", 0.7, proof + self._cite("free sign-up")
        if all(_by_usage(p) for p in self.paid):
            return "usage", 0.8, proof
        if "usage" in self.found and not any(p.period for p in self.paid):
            return "usage", 0.7, proof + self._cite("usage")
        return "paid", 0.85, proof


def _foreign(lang: str, lines: Sequence[Line]) -> bool:
    """Whether the page may speak another language than English: as it declares, or by the letters of its lines."""
    if lang and not lang.lower().startswith("en"):
        return True
    accented = sum(not line.text.isascii() and any(map(str.isalpha, _HIGH.findall(line.text))) for line in lines[:400])
    return accented * 12 > min(len(lines), 400)


@lru_cache(maxsize=4096)
def _action_signs(said: str, elsewhere: bool = False) -> tuple[str, ...]:
    """What the words of a button or a short line say about paying."""
    signs = []
    if "free" in said.lower() or "cost" in said:
        rest = _rest(said).strip()
        if _SIGN_UP_FREE.match(rest):
            signs.append("free sign-up")
        elif _TRY_FREE.match(rest):
            signs.append("free try")
    foreign = elsewhere and (not said.isascii() or bool(_FOREIGN.search(said)))
    bare = said.strip(" →›»!.") if foreign else ""
    if foreign and not signs and _SIGN_UP_ELSEWHERE.fullmatch(bare) and not _TRIAL_ELSEWHERE.search(said):
        signs.append("free sign-up")
    if _DEMO.match(said) or (foreign and _DEMO_ELSEWHERE.fullmatch(bare)):
        signs.append("demo")
    elif _SELF_SERVE.match(said):
        signs.append("self-serve")
    return tuple(signs)


def _rest(text: str) -> str:
    """What remains when trials, demos and things given away are taken out."""
    low = text.lower()
    if "free" not in low and "trial" not in low and "money" not in low:
        return text  # as most lines: each alternative holds one of these
    return _FREE_DEMO.sub(" ", _TRIAL.sub(" ", text))


def _by_usage(plan: Plan) -> bool:
    return (
        bool(plan.unit)
        and plan.period is None
        and bool(
            re.search(
                r"token|request|call|credit|message|email|sms|minute|second|hour|image|page|gb|tb|cpu|gpu|character|event|build|run|task|quer|transaction",
                plan.unit or "",
                re.IGNORECASE,
            )
        )
    ) or plan.period == "hour"
