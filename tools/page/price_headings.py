"""Headings that only say that a page is about prices, plans or licences: they name nothing and promise nothing."""

from __future__ import annotations

import re

PRICE_WORDS = frozenset(
    """price prices pricing priced plan plans subscription subscriptions package packages license licenses licence licences licensing
    edition editions membership memberships tier tiers billing offers tarif tarifs tarife preis preise preismodelle preisliste paket pakete
    lizenz lizenzen abo abos abonnement abonnements formule formules offre offres precio precios tarifa tarifas planes suscripción
    suscripciones licencia licencias preço preços plano planos assinatura assinaturas licença licenças prezzo prezzi listino piano piani
    abbonamento abbonamenti licenza licenze prijs prijzen abonnementen priser cennik ceník ceny fiyat fiyatlar цена цены тариф тарифы
    тарифные подписка подписки стоимость лицензия""".split()
)
_AROUND = frozenset(
    """a all an and any are best by card cards choose commercial compare cost costs every everyone fees find fit fits for get great hidden in
    is it just model models need needs no of one only options or our out page pages pay payment per perfect pick quote right see select start
    subscribe surprises table tables team teams that that's the to user users value view with you your yours what
    alle das dein deinen deine den der die ein eine einen finde finden für ihr ihre ihren jetzt mit passend passende passenden sie und unser
    unsere übersicht wähle wählen zu choisir choisissez de des du et information informations la le les mes nos notre payantes pour sur tous
    trouvez un une vos votre abbonamento con del di e el elige elija encuentra escolha escolher i il las los mejor melhor mensuales mi
    nossos nostri nuestros o os para per por scegli seu su sua tu tua tuo una y выберите для и на наши ваш план планы""".split()
)
# "Simple, honest pricing" is a promise, if a small one.
_PROMISE = frozenset(
    """simple transparent honest fair clear flexible straightforward upfront affordable plain einfach einfache faire transparente simples
    clairs transparents transparentes sencillos claros justos semplici chiari trasparenti""".split()
)
# "Start free. Upgrade when you need more." speaks of prices without their name.
_TERMS = frozenset("free upgrade cancel anytime trial trials fee credit gratis kostenlos gratuit gratuitement".split())
_OF_TERMS = frozenset(
    """upgrade downgrade required commitment commitments contract contracts credit more power when time days day started ready grow
    go live getting any basics ever later now today cancel scale small big then you're never""".split()
)
_AROUND_OR_PROMISE = _AROUND | _PROMISE
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_UNSPACED = re.compile(
    r"(?:简单|透明|公平|灵活|明了|シンプル|わかりやすい|明朗|な|的|料金|価格|プラン|一覧|詳細|について|ご案内|比較|价格|定价|套餐|方案|價格|定價|가격|요금제?|안내|の|・|と|与|和|表|\s)+"
)


def only_of_prices(text: str, *, promises: bool = True, terms: bool = False) -> bool:
    """Whether a heading holds nothing but words about prices: "Choose your plan", "Licence", "Preise", "料金プラン".

    promises: "Simple pricing" counts too, though it promises something. terms: so does "Start free, cancel anytime".
    """
    words = _WORD.findall(text[:120].lower().replace("’", "'"))
    if not words:
        return False
    around = (_AROUND_OR_PROMISE if promises else _AROUND) | (_OF_TERMS if terms else frozenset())
    told = [word in PRICE_WORDS or (terms and word in _TERMS) for word in words]
    return bool(_UNSPACED.fullmatch(text.strip())) or (
        any(told) and all(price or word in around for word, price in zip(words, told, strict=True))
    )
