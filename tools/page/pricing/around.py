"""What kinds of words stand in a text: one look-up a word, no search a kind. The kinds are facts about a price, no verdict."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|[?~≈=×]")
_UNSPACED = re.compile("[\u3040-\u9fff\uac00-\ud7af]")

_KINDS = {
    "saving": """save saves saved saving savings off discount discounted less cheaper instead rabatt sparen spare gespart ersparnis statt économisez
        économies économie remise réduction ahorra ahorras ahorro ahorre descuento economize economia economiza desconto risparmia risparmi risparmio
        sconto korting bespaar скидка скидки экономия вместо 節約 割引 お得 节省 立减 优惠 할인""",
    "earning": """revenue revenues raised raise funding fund funded budget budgets salary salaries bill bills invoice invoices spend spends spent spending
        lost lose loss losses earn earns earned earning profit profits worth valued valuation value million billion market roi recover recovered fine
        fines penalty penalties income sales turnover gmv mrr arr payroll payout payouts bounty donate donation donations won return waste wasted cost
        gewinn umsatz verlust strafe verdienen revenus chiffre amende perte ingresos ganancias multa receita lucro perda fatturato guadagni доход
        выручка прибыль штраф зарплата 売上 収益 罰金 营收 收入 融资 罚款 매출""",
    "given": """credit credits gift gifts prize prizes grant grants bonus refund refunds coupon voucher cashback reward rewards deposit commission commissions
        guarantee insurance coverage trial guthaben gutschein kaution crédits cadeau regalo créditos buono кредиты бонус приз возврат クレジット 赠送 积分""",
    "told": """said says i i'm i’m my me he she his her testimonial testimonials review reviews customer customers client ceo cto founder director manager
        story stories we were switched kunde kunden client témoignage avis cliente clientes opinión отзыв отзывы клиент お客様 客户 评价""",
    "figure": """average avg total balance order orders overview dashboard transactions transaction today yesterday week sum subtotal amount due paid
        pending estimate estimated estimates estimator calculator calculate example examples hypothetical rate slider score alert limit over under
        durchschnitt gesamt moyenne promedio média media saldo средний итого баланс 合計 平均 余额 총""",
    "rival": """vs versus compare compared comparison alternative alternatives competitor competitors competition others other traditional agency agencies
        elsewhere replace replaces freelancer freelancers hiring hire usually typically typical vergleich konkurrenz mitbewerber alternative comparatif
        concurrents comparar alternativa competidores concorrentes comparazione конкуренты аналоги сравнение 比較 他社 对比 竞品 비교""",
    "formerly": """was regular regularly original originally normally list rrp msrp uvp früher bisher avant antes prima раньше было then renews renewal
        after first introductory intro puis luego danach 通常 原价 原価""",
    "further": """add-on addon addons extra additional overage topup top-up setup onboarding option optional options zusätzlich zusatz supplémentaire
        adicional extras aggiuntivo дополнительно дополнительный 追加 オプション 额外 추가 each""",
    "price": """price prices pricing priced plan plans subscription subscriptions subscribe billed license licence licenses licensing membership package
        packages tier tiers tarif tarifs tarife preis preise preisen paket pakete abo abonnement abonnements prix offre offres formule precio precios
        planes suscripción tarifas preço preços planos assinatura prezzo prezzi piani abbonamento prijs prijzen priser pris cennik ceník ceny cena fiyat
        fiyatlar paketler цена цены тариф тарифы стоимость подписка ціни тарифи 価格 料金 プラン 价格 定价 套餐 收费 價格 가격 요금 costs paywall buy""",
    "plan": """free basic starter start pro professional premium plus team teams business enterprise standard growth scale hobby lifetime personal individual
        family solo ultra community developer studio creator lite advanced ultimate essential essentials company gold silver bronze platinum max mini small
        medium large startup launch indie student education pilot unlimited self-hosted cloud core founder founders bundle pack monthly yearly annual
        básico profissional gratuito gratis kostenlos gratuit gratuite базовый про профи бизнес старт стандарт премиум эксперт basis profi équipe equipo
        equipe empresa entreprise unternehmen 基本 专业 企业 個人 無料 免费 フリー プロ スタンダード ライト 高级 团队 기본 프로""",
    "button": """started buy choose subscribe start sign signup upgrade select try contact purchase checkout continue order join download book talk kaufen
        wählen jetzt starten testen bestellen acheter choisir commencer essayer comprar elegir empezar probar assinar começar escolher acquista scegli
        inizia prova kiezen koop купить выбрать начать заказать попробовать satın 購入 申し込む 始める 购买 开始 立即 시작 구매""",
    "from": """from starting starts ab dès desde partir vanaf от from only just nur nu seulement solo só к從 起""",
    "free": """free gratis kostenlos kostenfrei gratuit gratuite gratuito gratuita grátis бесплатно бесплатный безкоштовно 無料 免费 免費 무료 ücretsiz zdarma
        darmowy חינם مجاني ฟรี""",
    "opening": """get start try buy sign log subscribe join choose contact learn see view download install book request upgrade order add talk create
        everything includes include all billed per for from starting no unlimited up what your our the a an and or with to when if paid how why
        we you it this that most pay then plus""",
    "bill": """billed paid charged invoiced annually yearly annual upfront monthly quarterly abgerechnet jährlich facturé annuel facturado anual fatturato
        оплата""",
}  # fmt: skip
KINDS = tuple(_KINDS)
BIT = {kind: 1 << number for number, kind in enumerate(KINDS)}
_BITS: dict[str, int] = {}
for _kind, _words in _KINDS.items():
    for _word in _words.split():
        _BITS[_word] = _BITS.get(_word, 0) | BIT[_kind]
_RUNS = tuple((word, bits) for word, bits in _BITS.items() if _UNSPACED.match(word))


@lru_cache(maxsize=4096)
def kinds_in(text: str) -> int:
    """The kinds of words in a text, one bit each as in BIT."""
    found = 0
    for token in _TOKEN.findall(text.lower()):
        found |= _BITS.get(token, 0)
    if not text.isascii() and _UNSPACED.search(text):
        for word, bits in _RUNS:
            if word in text:
                found |= bits
    return found


@lru_cache(maxsize=4096)
def flags(prefix: str, found: int, kinds: tuple[str, ...]) -> Mapping[str, float]:
    """These kinds as facts of a row, by the prefix and the kind's name."""
    return {f"{prefix}_{kind}": float(found & BIT[kind] > 0) for kind in kinds}
