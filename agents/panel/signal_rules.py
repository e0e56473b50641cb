"""The signals that one pattern over one sentence decides: a table, and the word lists it is made of.

A pattern says that something is written there, never that it is good. English only. Rules come from reading launch
pages, model cards and READMEs in general; none is for one product, brand or domain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A signal that one pattern over one sentence decides. Group `v`, where there is one, is the value."""

    name: str
    label: str  # what the signal is called in a rating's reason
    pattern: re.Pattern[str]
    avoid: re.Pattern[str] | None = None  # a sentence that matches this does not count
    least_words: int = 3  # shorter lines are menus and headings
    most_words: int = 12  # of the value
    whole: bool = False  # the value is the whole sentence where that is short enough


NAME = r"(?-i:[A-Z][\w+&/-]*(?:\.[a-z]{2,3}\b)?(?:\s(?!and\b|or\b)[A-Z0-9][\w+&/-]*(?:\.[a-z]{2,3}\b)?){0,2})"
NAME_LIST = rf"{NAME}(?:(?:,\s(?:and\s|or\s)?|\s(?:and|or|&)\s){NAME}){{0,4}}"
NUMBER = r"(?:(?:up to|over|more than|under|less than|at least|at most)\s)?\d(?:[\d.,]*\d)?"
PEOPLE = (
    r"developers|engineers|designers|marketers|teams|agencies|startups|founders|freelancers|creators|researchers|"
    r"students|teachers|businesses|companies|enterprises|organi[sz]ations|professionals|managers|analysts|writers|"
    r"editors|accountants|bookkeepers|retailers|merchants|publishers|bloggers|consultants|administrators|admins|"
    r"sysadmins|hobbyists|makers|authors|artists|musicians|photographers|educators|recruiters|salespeople|families|"
    r"parents|gamers|podcasters|streamers|nonprofits|data scientists|entrepreneurs|shops|stores|employers|"
    r"librarians|gardeners|lawyers|doctors|clinics|restaurants|schools|scientists|translators|operators"
)
CATEGORY = (
    r"tools?|toolkit|platform|software|app|application|library|framework|model|service|api|database|editor|engine|"
    r"crm|suite|plugin|extension|client|server|gateway|proxy|router|sdk|cli|assistant|agent|dashboard|system|"
    r"solution|manager|tracker|builder|generator|scheduler|marketplace|network|game|compiler|language|runtime|"
    r"protocol|format|dataset|index|store|vault|browser|terminal|shell|ide|cms|cdn|cloud|hosting|analytics|"
    r"workspace|whiteboard|calendar|planner|checker|scanner|monitor|parser|crawler|converter|recorder|player|"
    r"chatbot|bot|search|package|module|adapter|embedding|tts|alternative|spreadsheet|wiki|inbox|helpdesk|"
    r"authenticator|viewer|reader|cache|queue|broker|orchestrator|collection|template|kit|interface|"
    r"plattform|werkzeug|programm|bibliothek|datenbank|outil|logiciel|plateforme|bibliothèque|herramienta|"
    r"plataforma|aplicación|biblioteca|strumento|piattaforma|ferramenta|aplicativo"
)
VERBS = (
    r"add|analy[sz]e|apply|ask|automate|back up|browse|build|capture|"
    r"chat(?= (?:with|to|about|in|across)\b)|check|clean|collaborate|collect|compare|"
    r"compose|connect|convert|create|customi[sz]e|debug|deliver|deploy|design|detect|discover|distribute|draft|draw|"
    r"edit|embed|encrypt|engage|export|extract|filter|find|fine-tune|fix|format|generate|get|grow|handle|host|"
    r"identify|import|improve|index|integrate|keep|launch|learn|listen|log|make|manage|map|measure|merge|migrate|"
    r"monitor|move|offer|open|optimi[sz]e|organi[sz]e|outline|pay|plan|play|post|predict|prepare|preview|process|"
    r"produce|protect|prototype|publish|query|rank|read|receive|record|reduce|render|replay|reply|report|research|"
    r"resize|retrieve|review|route|run|save|scan|schedule|score|search|secure|sell|send|set up|share|ship|sign|"
    r"simplify|spin up|split|start|store|stream|summari[sz]e|sync|target|test|track|train|transcribe|transform|"
    r"translate|turn|understand|update|upload|use|validate|verify|view|visuali[sz]e|watch|work|write"
)
MATERIAL = (
    r"videos?|images?|photos?|pictures?|illustrations?|music|songs?|audio|voices?|voiceovers?|podcasts?|speech|logos?|"
    r"graphics|mockups?|prototypes?|wireframes?|fonts?|animations?|presentations?|slides?|blog posts?|articles?|"
    r"stories|newsletters?|social posts?|posts|thumbnails?|avatars?|screenshots?|screen recordings?|emails?|"
    r"websites?|landing pages?|documents?|sketches|captions?|subtitles?|diagrams?|whiteboards?|art|artwork|UI|"
    r"user interfaces?|designs|storyboards?|screenplays?|video scripts?|clips?"
)
MONEY = (
    r"(?:(?:US|A|C|CA|AU|NZ)?[$€£¥₹]\s?\d[\d.,]*|\d[\d.,]*\s?(?:USD|EUR|GBP|CHF|€|£))"
    r"(?:\s?(?:/|per|a|an|each|every)\s?[A-Za-z0-9]+(?:\s?(?:/|per)\s?[A-Za-z]+)?)?"
)


def _rule(
    name: str, label: str, pattern: str, avoid: str = "", least: int = 3, most: int = 12, whole: bool = False
) -> Rule:
    return Rule(
        name,
        label,
        re.compile(pattern, re.IGNORECASE),
        re.compile(avoid, re.IGNORECASE) if avoid else None,
        least,
        most,
        whole,
    )


RULES: tuple[Rule, ...] = (
    # what it is and how it is reached
    _rule("audience", "whom it is for",
          rf"\b(?:for|helps?)\s(?P<v>(?:(?!(?:the|all|and|of|to|you|your|our|us|my|their|every|any|other|more|in|from|how|that|which|with|for|by|per|each|some|unlimited|helps?|lets?|gives?|makes?)\b|\d)[\w&-]+\s){{0,2}}(?:{PEOPLE})"
          rf"(?:(?:,| and| &)\s(?:[\w-]+\s){{0,2}}(?:{PEOPLE}))?)\b",
          avoid=r"\bsign (?:in|up)|log in|\bthanks?\b|reviews? for|hundreds of|thousands of|millions of|\b(?:guide|webinar|ebook|report|"
                r"article|course|news|podcast|tips|trends|stories|case stud(?:y|ies)|checklist|glossary|careers?|jobs?|understanding)\b|\bhow \w+"),
    _rule("audience", "whom it is for",
          r"^(?:built |made |designed |meant )?for (?P<v>(?!more\b|detail|question|example|help|the\b|an?\b|any\b|your\b|all\b|instance|this\b|free\b|every|us\b|both\b|further|those\b)"
          r"(?-i:[a-z])[\w ,'’-]{6,90})\.?$", avoid=r"\b(?:click|contact|see|visit|please)\b", most=12),
    _rule("company", "what kind of company",
          r"\b(?<![\w-])(?P<v>(?:small|large|growing|mid-?size[d]?|medium-?size[d]?|enterprise|fast-growing|ambitious|remote|"
          r"local|multi-location|early-stage)\s(?:and\s[\w-]+\s)?"
          r"(?:businesses|companies|teams|organi[sz]ations|agencies|startups|brands|retailers|customers))\b", least=4,
          avoid=r"\b(?:guide|webinar|ebook|report|article|news|podcast|case stud(?:y|ies)|how \w+|taxes|loans?|grants?|up to|licen[cs]es?)\b|^in \S+ \w+$"),
    _rule("interface", "the way in",
          r"\b(?P<v>REST(?:ful)? API|GraphQL(?: API)?|HTTP API|JSON API|open API|API|SDKs?|CLI|command[- ]line|webhooks?|"
          r"browser extension|Chrome extension|MCP servers?|Python (?:library|package|framework)|"
          r"npm package|Docker image|desktop app|mobile apps?|iOS app|Android app|VS Code extension|plug-?ins?|"
          r"web app|embed code|drag[- ]and[- ]drop(?: editor| builder)?|no-code|low-code)\b", avoid=r"://|^curl "),
    _rule("mechanism", "how it works inside",
          r"\b(?P<v>transformers?|diffusion|language model|neural network|machine learning|embeddings|"
          r"vector (?:search|database|store)|fine-tun\w+|quanti[sz]\w+|inference|tokeni[sz]\w+|WebSockets?|WebRTC|CRDTs?|"
          r"event[- ]driven|reverse proxy|compiler|parser|AST|bytecode|WebAssembly|micro-?VMs?|Firecracker|containers?|"
          r"Kubernetes|serverless|edge network|Postgres(?:QL)?|SQLite|MySQL|Redis|ClickHouse|Elasticsearch|"
          r"end-to-end encryption|end-to-end encrypted|AES-?256|zero-knowledge|OAuth|SAML|OpenTelemetry|"
          r"cookieless|full-text search|type-safe|(?-i:Rust|Golang|Elixir|TypeScript))\b", least=5),
    _rule("open_source", "open source", r"\b(?P<v>open[- ]source(?:d)?|free software|open weights?|fully open)\b",
          avoid=r"open[- ]source (?:demo|example|sample|models|program|community|fund|day|licenses?|alternatives|tools|frameworks|librar\w+|maintainers)|\b(?:supports?|works with|any|popular|for) open[- ]source|\b(?:not|unlike|contribut\w+ to|love|support) open[- ]source|open[- ]source projects?|"
                r"alternatives? to", least=2),
    _rule("licence", "the licence",
          r"\b(?P<v>(?:MIT|Apache(?: License)?,?[- ](?:Version )?2\.0|[AL]?GPL(?:-?v?[23](?:\.0)?)?|BSD(?:[- ][23]-clause)?|"
          r"MPL[- ]2\.0|ISC|Unlicense|CC[- ]BY(?:-[A-Z]{2})*(?:[- ]4\.0)?|OpenRAIL(?:-\w)?|BUSL?|"
          r"Elastic License|Llama \d[\w.]* (?:Community )?License))(?=[\s,.;)-]*(?:licen[cs]ed?\b|$|\)|under|terms)|(?<=: )[\w.-]+$)",
          least=1),
    _rule("licence", "the licence",
          r"\blicen[cs]ed?(?: is|:| under)?\s(?:the\s|an?\s)?[\"'`]?(?P<v>MIT|Apache(?: License)?(?:,? Version|-)? ?2\.0|"
          r"[AL]?GPL[-v ]?[23](?:\.0)?|AGPL|GPL|BSD(?:[- ][23]-clause)?|MPL[- ]2\.0|ISC|CC[- ]BY[\w.-]*|OpenRAIL[\w-]*)",
          least=1),
    _rule("self_host", "running it oneself",
          r"\b(?P<v>self[- ]host(?:ed|ing|able)?|on[- ]premises?\b|on-prem|runs? (?:it )?(?:locally|offline|on-device)|on[- ]device|selbst (?:gehostet|hosten|betreiben)|auf (?:dem )?eigenen servern?|"
          r"auto-?hébergé|autoalojad[oa]|en tu propio servidor|"
          r"(?:on|in) your own (?:\w+ account|account|VPC|servers?|infrastructure|machine|hardware|cloud|computer|GPU)|local-first|"
          r"works? offline|consumer (?:GPUs?|hardware)|a single GPU|never leaves? your (?:device|browser|computer|machine))",
          avoid=r"^(?:however|while|although)\b|\bmay suit\b|\b(?:shifting|embracing)\b|\b(?:than|unlike|versus|vs\.?|traditional|instead of|from) (?:an? )?(?:on[- ]prem|self|old)", least=2),
    _rule("hosted", "hosted only", r"\b(?P<v>cloud-based|fully managed|hosted (?:service|solution|platform)|in the cloud)\b"),
    # first contact
    _rule("install", "a command to start",
          r"(?P<v>\b(?:pip3?|pipx|uv) (?:install|add|tool install) (?:-[\w-]+ )?[\w\[\],.=/@-]+|"
          r"\b(?:npm|pnpm|yarn|bun) (?:i|install|add|create) (?:-[gD] )?[\w@/.-]+|\bnpx (?:-y )?[\w@/.-]+(?: [\w@/.-]+)?|"
          r"\bbrew install [\w@/.-]+|\bcargo (?:install|add) [\w-]+|\bgo (?:get|install) [\w./@-]+|"
          r"\bdocker (?:run|pull|compose up)[\w\s@/:.=-]{0,40}[\w]|\bgem install [\w-]+|\bcurl -[\w]+ \S+ ?\| ?(?:ba)?sh|"
          r"\bapt(?:-get)? install [\w-]+|\bgit clone \S+|\bcomposer require [\w/-]+|\b\w+\.from_pretrained\([^)]{0,60}\))",
          least=2),
    _rule("code", "code on the page",
          r"^(?P<v>(?:from [\w.]+ import [\w., *]+|import [\w.{}, *]+ from ['\"][\w@/.-]+['\"]|import [a-z_][\w.]*(?: as \w+)?|"
          r"const \w+ = (?:await )?\w[\w.]*\(.*|\w+ = \w[\w.]*\(.{0,80}|def \w+\(.*|curl https?://\S+.*))$", least=2),
    _rule("docs", "documentation",
          r"^(?:[\w' ]+\s)?(?P<v>documentation|docs|quick ?start(?: guide)?|api reference|getting started(?: guide)?|"
          r"user guide|developer (?:docs|guide|hub|portal)|tutorials?|knowledge base|help cent(?:er|re)|user manual|dokumentation|"
          r"documentación|documentazione|documentação|documentatie|handbuch|hilfe|centre d(?:'|’)aide)$",
          least=1),
    _rule("docs", "documentation",
          r"\b(?:read|see|check|refer to|browse|visit|our|full)\b.{0,25}\b(?P<v>documentation|docs|quick ?start|api reference|"
          r"user guide|developer guide|tutorials?)\b"),
    _rule("trial", "a trial",
          r"\b(?P<v>(?:free )?\d+[- ]days? (?:free )?trial|free (?:\d+[- ]day )?trial)\b", least=2),
    _rule("trial", "a trial",
          r"\b(?P<v>(?:\d+ tage )?kostenlos (?:testen|ausprobieren)|testphase von \d+ tagen|essai (?:gratuit|de \d+ jours)|essayer gratuitement|"
          r"prueba (?:gratuita|gratis)(?: de \d+ días)?|probar gratis|prova gratuita|teste grátis|gratis (?:uit)?proberen)\b", least=2),
    _rule("no_card", "no card asked", r"\b(?P<v>no credit card(?: (?:is )?(?:required|needed|necessary))?|without a credit card|"
          r"keine kreditkarte(?: (?:nötig|erforderlich))?|ohne kreditkarte|sans carte (?:bancaire|de crédit)|sin tarjeta(?: de crédito)?|"
          r"senza carta di credito|sem cartão de crédito|geen creditcard)\b"),
    _rule("signup", "an account",
          r"^(?P<v>sign up(?: (?:now|free|for free|today))?|get started(?: (?:now|free|for free|today))?|"
          r"create (?:an |your |a free )?account|(?:start|try) (?:it )?(?:now|free|for free|today)|"
          r"download(?: (?:now|free|for (?:windows|mac|macos|linux)))?|register|join (?:now|free))$", least=1),
    _rule("sales_gate", "a sales call first",
          r"^(?P<v>(?:book|request|get|schedule|watch) (?:a |your )?(?:personali[sz]ed |live |free )?demo|contact sales|"
          r"talk to (?:sales|an expert)|schedule a call|get a quote|request (?:a )?(?:pricing|quote))\b", least=2),
    _rule("waitlist", "a waiting list",
          r"\b(?P<v>join (?:the|our) wait(?:ing )?list|request (?:early )?access|early access(?! to\b)|launching soon)\b", least=2),
    _rule("quick", "time to the first result",
          r"\b(?P<v>in (?:just |under |less than |about )?(?:a few|\d+|one|two|three|five|ten) "
          r"(?:simple |easy |quick )?(?:seconds?|minutes?|clicks?|steps?|lines?(?: of code)?)|"
          r"(?:one|single) (?:line|click|command)(?: of code)?|within (?:seconds|minutes)|no (?:setup|configuration|"
          r"installation|signup|sign-up)(?: (?:required|needed))?|zero[- ]config(?:uration)?|without (?:writing )?(?:any )?code)\b"),
    _rule("playground", "something to try at once",
          r"\b(?P<v>live demo|try (?:the|our|a) (?:live )?demo|playground|try (?:it )?(?:now|online|in your browser|out)|"
          r"interactive demo|demo (?:page|space|notebook)|colab)\b", least=2),
    # proof
    _rule("spec", "a technical figure",
          rf"(?P<v>{NUMBER}\s?(?:ms|milliseconds?|GB|MB|TB|kB|KB|[BMT][\s-]?(?:parameters?|params?|tokens?|models?)|bits?|"
          r"(?:B |M |k |billion |million |trillion )?(?:parameters?|params|tokens?|dimensions?|dimensional)|languages|"
          r"(?:context|lines of code|vCPUs?|cores|regions?|locations|formats|fps|kHz|Hz|GHz|requests|queries|"
          r"countries|currencies|databases|lines|file types|metrics|endpoints|components|checks)|k (?:context|tokens))(?:\s(?:of|per|in|across)\s[\w-]+)?)\b",
          avoid=r"\b(?:free trial|money[- ]back|©|copyright|trial|based on|subscription|as few as|starts? (?:with|from|at)|(?:went|go|gone) from)\b", most=9),
    _rule("adoption", "a count of users",
          r"(?<![\w.,-])(?P<v>(?:(?:over|more than|nearly)\s)?(?:\d{1,3}(?:,\d{3})+|\d{3,}|\d[\d.]*\s?[kKM]|\d[\d.,]*\s(?:million|thousand|billion)|(?:hundreds|tens) of thousands of|millions of|thousands of|hundreds of)\+?\s(?:(?!for\b|of\b|to\b|the\b|per\b)[\w-]+\s){0,2}"
          r"(?:users|customers|teams|companies|developers|businesses|downloads|stars|websites|sites|installs|"
          r"organi[sz]ations|people|creators|brands|members|subscribers|merchants|agencies))\b",
          avoid=r"\byou(?:(?:'|’)re| are)\b|\bhiring\b|\bscal(?:e|es|ing|able) (?:\w+ )?(?:to|from)|\b(?:can|could|reach|serve|send|support|handle)\b|\b(?:up to|per month|limit|plan|includes?|/mo|seats?)\b", most=8),
    _rule("measured", "a measured comparison",
          r"(?P<v>(?<![\d.,–-])\d[\d.,]*(?:[–-]\d[\d.,]*)?\s?(?:x|×|%|percent|times) (?:faster|cheaper|smaller|less|more|better|lower|higher|fewer|"
          r"reduction|increase|improvement|accura\w+|of the (?:time|cost)|savings?)(?:\s(?:in|than|of|per|at|on|for)(?:\s(?!within\b|when\b|while\b|and\b|with\b)[a-z-]+){1,4}|\s(?!within\b)[a-z-]+)?|"
          r"\b(?:scores|achieves|reaches|scored)\s(?:[\w-]+\s){0,3}\d[\d.,]*\s?%?(?:\s(?:on|in|at)(?:\s[\w-]+){1,4})?)",
          avoid=r"\b(?:if|when|should|below|above|customers?|up to \d+% off|off|discount)\b|[“”\"]", most=12),
    _rule("benchmark", "a named test",
          r"\b(?P<v>MMLU|HumanEval|GSM8K|MMBench|TextVQA|DocVQA|OCRBench|SWE-bench|MTEB|ImageNet|GLUE|WER|BLEU|MTurk|TPC-\w+|"
          r"Lighthouse|Core Web Vitals|Geekbench|benchmarks?|ablation|evaluation results)\b", avoid=r"benchmark (?:study|studies|your)"),
    _rule("outside_proof", "proof from outside",
          r"\b(?P<v>independent(?:ly)? (?:\w+ )?(?:tested|verified|audited|audit|test|study|review|research)|peer[- ]reviewed|arXiv|"
          r"Gartner|Forrester|G2|Capterra|Trustpilot|TrustRadius|"
          r"penetration test\w*|third[- ]party audit\w*|technical report)\b", least=2),
    _rule("certificate", "a certificate",
          r"\b(?P<v>SOC ?2(?: Type (?:II|2|I|1))?|SOC ?3|ISO(?:/IEC)? ?\d{4,5}|HIPAA|PCI(?:[- ]DSS)?|FedRAMP|WCAG)\b"),
    _rule("testimonial", "a named customer's word",
          r"(?P<v>\b(?:CEO|CTO|COO|CMO|CFO|VP|Head|Director|Founder|Co-?founder|Owner|Manager|Lead|Engineer)\b"
          r"(?: of \w+)?,? (?:at|of|@|,) (?-i:[A-Z][\w&.-]+(?: [A-Z][\w&.-]+){0,2})|,\s(?:CEO|CTO|COO|CMO|CFO|VP|Head of [\w ]+|Director of [\w ]+|"
          r"Founder|Co-?founder|Owner|[\w ]+ Manager|[\w ]+ Engineer)$)", most=7),
    _rule("superlative", "an unmeasured superlative",
          r"(?P<v>#1\b|\bno\. ?1\b|\bworld(?:'|’)?s? (?:first|best|leading|fastest|most \w+)|"
          r"\bthe (?:best|fastest|easiest|simplest|smartest|ultimate|perfect(?= (?:tool|way|solution|app|choice|platform|plan|place|home))|most (?:powerful|advanced|complete|popular|trusted|loved))"
          r"(?! (?:guide|list|checklist|part|decisions?|results?|time|of both|practices?|interests?|fit|for your|things?))(?: [\w-]+)?|\bstate[- ]of[- ]the[- ]art|\bbest[- ]in[- ]class|\b(?:industry|market)[- ]leading|\bleading\b|"
          r"\bworld[- ]class)", avoid=r"\bleading (?:websites|media|change|brands|companies|publications|edge)|\bbest practices?\b|find the best|choose the best|which is the best"),
    _rule("hype", "a word that says nothing",
          r"\b(?P<v>revolutioni[sz]\w+|game[- ]chang\w+|supercharge\w*|unleash\w*|unlock\w*|next[- ]gen(?:eration)?|cutting[- ]edge|"
          r"seamless(?:ly)?|effortless(?:ly)?|magic(?:al(?:ly)?)?|10x your|skyrocket\w*|turbo-?charge\w*|paradigm|"
          r"transformative|reimagin\w+|blazing(?:ly)?[- ]fast|delight\w*|empower\w*|elevate\w*|all-in-one)\b"),
    # limits
    _rule("limitation", "a limit admitted",
          r"(?P<v>\b(?:limited to|does(?: not|n(?:'|’)t) (?:yet )?(?:support|work|include|handle|run)|not (?:yet )?supported|"
          r"known (?:issues?|limitations?)|limitations?\b|is not (?:yet )?(?:intended|suitable|recommended|designed|meant|available)|"
          r"not (?:yet )?available|may (?:produce|generate|contain) (?:in\w+|errors?|wrong|bias\w*|false|mistakes)|may not (?:be|work|support|run|always)|can(?:not|(?:'|’)t) (?:be|handle|process|run|import|export|edit|open)|"
          r"only (?:available|works|supports?|runs?)|should not be used|out of scope|work in progress|not production[- ]ready).*)", whole=True,
          avoid=r"\b(?:you won|don(?:'|’)t worry|no longer|can(?:'|’)t wait|why |without|unlimited|not limited to|cookies?|"
                r"warrant\w+|liabil\w+|browser does not support|javascript|reserves? the right|terms of)\b", most=22),
    _rule("quota", "a number that ends the plan",
          r"\b(?:up to|max(?:imum)?(?: of)?|at most|limited to|limit(?: of|:)?)\s(?P<v>\d[\d.,]*[kKMGT]?\+?\s(?:[\w-]+\s?){1,3})",
          avoid=r"faster|cheaper|smaller|sav(?:e|ing)|% ", least=2, most=7),
    _rule("quota", "a number that ends the plan",
          r"(?<![$€£\d.,])(?P<v>\d[\d.,]*[kKM]?\s(?:(?!per\b)[\w-]+\s)?(?:users?|seats?|projects?|boards?|contacts|emails|sends|pageviews|requests|credits|"
          r"builds|minutes|keywords|workflows|tasks|GB|MB|members|invoices|videos|files|records|API calls|messages|events)"
          r"\s?(?:/|per|a|each)\s?(?:month|mo|day|user|seat|account|file|project|hour|year|base|workspace))", least=2, most=7),
    _rule("requirement", "what it asks for first",
          r"\b(?P<v>(?:requires?|^you(?:'|’)ll need|prerequisites?:?)\s(?:an?\s|at least\s|the\s)?"
          r"(?:[\w.+-]+\s?){1,8}|Python (?:>=\s?)?3\.\d+\+?|Node(?:\.js)? (?:>=\s?)?v?\d+\+?|CUDA(?: \d+)?|"
          r"macOS \d+(?:\.\d+)? or later|Windows 1[01] or later)",
          avoid=r"[“”\"]|should you|if (?:you|your)|often requires|doesn(?:'|’)t|don(?:'|’)t|no (?:credit card|\w+) require|whatever|credit card|everyone needs|your (?:team|business|company) (?:needs|requires)|"
                r"(?:hiring|job|role|task|work|it all) requires|requires? (?:no|attention|your attention)", most=22, whole=True),
    _rule("beta", "unfinished by its own word",
          r"\b(?P<v>(?:public |private |open |closed )?beta\b|alpha (?:version|release|stage)|technical preview|(?:public|developer) preview|"
          r"experimental|work in progress|under (?:active|heavy) development|prototype stage)\b",
          avoid=r"beta test(?:ing)? (?:your|tool|platform)|experimental(?:ly)? (?:data|design)|[\[(](?:public |private )?beta[\])]"),
    # others
    _rule("rival", "a rival named on its own pages",
          rf"\b(?:alternatives? to|compared (?:to|with)|vs\.?|versus|unlike|better than|competitors? (?:like|such as)|"
          rf"switch(?:ing|ed)? (?:over )?from|migrat(?:e|es|ed|ing|ion) from|mov(?:e|ed|ing) (?:over )?from|"
          rf"outperform(?:s|ing)?|replac(?:e|es|ed|ing)|(?:tired|instead) of|drop-in replacement for|"
          rf"ditch(?:ing|ed)?|(?:faster|cheaper|smaller|simpler|lighter|safer|easier|more \w+|less \w+) than|leav(?:e|ing))\s(?:the |your |tools like )?(?P<v>{NAME_LIST})", most=10),
    _rule("rival", "a rival named on its own pages",
          rf"\b(?!(?:Perfect|Best|Free|Great|Top|Ideal|Simple|Powerful|Affordable|Leading|Modern|Better|Cheap|Secure|Popular|Good|True)\s)(?P<v>{NAME}) (?:alternatives?|replacement|competitors?|comparison)\b", least=2),
    _rule("integration", "what it connects to",
          rf"\b(?:integrat\w+ (?:\w+ )?with|works? (?:\w+ )?with|connect\w* (?:\w+ )?(?:to|with)|compatible with|plugs into|"
          rf"syncs? (?:\w+ )?with|integrations? (?:for|like|such as|including))\s(?P<v>{NAME_LIST})", most=12),
    _rule("integration_count", "how much it connects to",
          r"\b(?<![\d.,$€£])(?P<v>(?:[5-9]|\d[\d.,]*\d)\+?\s(?:[\w-]+\s){0,2}(?:integrations|apps|connectors|plug-?ins|templates|providers|models|"
          r"extensions|data sources|tools))\b", avoid=r"\b(?:price|per month|/mo)\b", most=7),
    _rule("platform", "what it stands on",
          rf"\b(?:built on(?: top of)?|powered by|based on|on top of|wrapper (?:around|for)|"
          rf"(?:app|add-on|extension|plug-?in) for)\s(?P<v>{NAME})(?=[.,;:)]|$|\s(?:and|to|for|with|using|so|in)\b)", avoid=r"powered by (?:WordPress|Discourse|Zendesk|Shopify)$"),
    _rule("standard", "an open standard",
          r"\b(?P<v>MCP|Model Context Protocol|OpenAI[- ]compatible|OpenAPI|OpenTelemetry|OAuth ?2?|OpenID|S3[- ]compatible|"
          r"Postgres-compatible|WebAssembly|WebAuthn|passkeys?|ONNX|GGUF|safetensors|Markdown|CalDAV|iCal|IMAP|RSS|"
          r"WebDAV|ActivityPub|JSON Schema|LSP|Language Server Protocol|TOTP)\b", least=3),
    _rule("rival", "a rival named on its own pages", r"\bcompared (?:to|with)\s(?P<v>[a-z][\w-]{2,})(?=\s(?:it|the|this|we|there)\b)", most=3),
    # money beside the plans
    _rule("price_text", "a price",
          rf"(?P<v>{MONEY})", avoid=r"\b(?:sav(?:e|ed|ing)|worth|revenue|raised|funding|cost(?:s)? the average|"
                                     r"earn(?:ed|s)?|million|billion|gift|win|fine|invoice of|sold|budget)\b", least=1),
    _rule("free_words", "free without a plan",
          r"\b(?P<v>dauerhaft kostenlos|für immer kostenlos|gratuit pour toujours|gratis para siempre|gratuito per sempre|(?:completely|100%|totally|always|forever) free|free forever|free (?:and open[- ]source|to use|of charge|"
          r"plan|tier|version|account)|for free)\b", avoid=r"free trial|feel free|toll[- ]free|try", least=2),
    _rule("guarantee", "a way out",
          r"\b(?P<v>(?:\d+[- ]day )?money[- ]back(?: guarantee)?|cancel (?:at )?any ?time|full refund|no (?:long-term )?contracts?|"
          r"no commitments?|pro-?rated|(?:jederzeit|monatlich) kündbar|geld-zurück-garantie|sans engagement|résiliable à tout moment|"
          r"cancela (?:cuando quieras|en cualquier momento)|disdici quando vuoi|cancele quando quiser|altijd opzegbaar)\b", least=2),
    _rule("annual", "a price for staying", r"\b(?P<v>(?:sav(?:e|ing) )\d+%|\d+% (?:off|discount)|\d+ months? free|billed (?:annually|yearly)|"
          r"annual (?:billing|plan|discount))\b", avoid=r"uptime|accura|growth|increase|faster|of (?:users|customers|people)", least=2),
    _rule("team", "what a company asks for",
          r"\b(?P<v>SSO|single sign-on|SAML|SCIM|role-based (?:access|permissions)|RBAC|audit logs?|user permissions|"
          r"admin (?:console|controls|panel)|multi-user|shared workspaces?|dedicated (?:account manager|support|success manager)|SLA|"
          r"access control)\b", least=1),
    _rule("roi", "what it saves",
          r"(?P<v>\b(?:sav(?:e|es|ed|ing)|cut(?:s|ting)?|reduc(?:e|es|ed|ing))\s(?:you |your |up to |over |more than )?"
          r"(?:[\w-]+\s){0,3}(?:hours?|time|costs?|money|\d+%|days|spend(?:ing)?|errors|fees)(?:\s(?:of|per|a|by|on|each)\s[\w%-]+(?: \w+)?)?)",
          avoid=r"save (?:\d+% )?(?:with )?annual|billed|discount", most=10),
    # depth and hold
    _rule("own_work", "work a copy would need",
          r"\b(?P<v>(?:pre-?)?trained on (?:[\w.,-]+\s?){1,6}|our own (?:[\w-]+\s)?(?:models?|engine|network|infrastructure|hardware|data ?cent\w+|index|"
          r"dataset|algorithms?|database|crawler|chips?|metal|format|protocol|compiler|runtime|servers)|proprietary (?:[\w-]+\s?){1,2}|"
          r"patent(?:ed|s)?(?: [\w-]+)?|built from (?:scratch|the ground up)|written in (?:Rust|C\+\+|Go|Zig|C|Elixir)|"
          r"our (?:algorithm|index|dataset|infrastructure)|(?:crawl|index|database) of (?:[\w.,+-]+\s?){1,4})", most=9),
    _rule("community", "people around it",
          r"\b(?P<v>(?:active |growing |vibrant |open[- ]source |our |user )?community|contributors|Discord|forum|"
          r"plugin ecosystem|user groups?|partner program|partners? network)\b", avoid=r"community guidelines|community standards"),
    _rule("data_kept", "data that stays with it",
          r"\b(?P<v>all (?:of )?your (?:[\w-]+\s){1,3}in one place|single source of truth|history of (?:[\w-]+\s?){1,3}|"
          r"all your (?:data|files|contacts|customers|projects|emails|conversations)|central(?:i[sz]ed)? (?:\w+ ){0,2}(?:repository|hub|database|inbox))",
          avoid=r"\b(?:switch\w*|did(?:n(?:'|’)t)?|lost|lose|didn\S+t)\b"),
    _rule("export", "a way to take work out",
          r"\b(?P<v>(?:export|download)\s(?:(?!and\b|it\b|or\b)\w+\s){0,4}(?:to|as|in|into|your)\s(?:[\w,./-]+\s?){1,6}|"
          r"data (?:portability|export)|(?:CSV|PDF|Excel|JSON) exports?)", avoid=r"download (?:the |our |this |it )?(?:app|guide|report|ebook|whitepaper)|download this|downloaded? (?:it|from)", most=11),
    _rule("formats", "file formats",
          r"(?=.*\b(?:export|import|download|upload|formats?|save|convert|output|reads|writes|render)\w*\b).*?\b(?-i:(?P<v>(?:PNG|SVG|PDF|MP4|MOV|GIF|CSV|XLSX?|JSON|HTML|WAV|MP3|DOCX|PSD|WebP|EPUB|PPTX?|XML|Excel|Markdown|JPE?G)"
          r"(?:(?:,|/| and| or|, and)\s?(?:PNG|SVG|PDF|MP4|MOV|GIF|CSV|XLSX?|JSON|HTML|WAV|MP3|DOCX|PSD|WebP|EPUB|PPTX?|XML|Excel|"
          r"Markdown|JPE?G))*))\b", most=9),
    _rule("switch", "a way to bring work in",
          r"\b(?P<v>(?:import|migrate)\s(?:your|all|existing|from|data|contacts|projects|files|bookmarks|rules|users|in bulk)"
          r"(?:\s[\w-]+){0,5})", avoid=r"important", most=8),
    _rule("platforms", "where it runs",
          r"\b(?P<v>(?:iOS|Android|macOS|Mac|Windows|Linux|Chrome|Firefox|Safari|iPhone|iPad|web)"
          r"(?:(?:,| and|, and|/| or| &)\s?(?:iOS|Android|macOS|Mac|Windows|Linux|Chrome|Firefox|Safari|iPhone|iPad|web|Edge))+)\b", most=9),
    _rule("support", "someone to ask",
          r"\b(?P<v>24/7 (?:\w+ )?support|live chat|(?:email|phone|chat|priority|premium|customer) support|onboarding (?:session|support|specialist))\b", least=2),
    # point of view, time
    _rule("stance", "a point of view",
          r"(?P<v>\b(?:we (?:believe|think|care|don(?:'|’)t|do not|never|refuse)|unlike|not another|by design|"
          r"(?:privacy|local|offline|security|mobile|keyboard|developer|design|api|ai|data)-first|opinionated|"
          r"no (?:ads|tracking|cookies|clutter|bloat|fluff|upsells)|there (?:is|are) no|we (?:hold|keep|store|sell|collect) no|simple by|on purpose|never (?:sell|share|track|train)).*)", whole=True,
          avoid=r"cookies? (?:policy|settings|to)|we don(?:'|’)t have any|personal information", most=18),
    _rule("displaced", "what it pushes aside",
          r"\b(?:instead of|without (?=\w+ \w+)|replac(?:es|ing)|eliminat(?:es?|ing)|no more|say goodbye to|rather than|no need for|stop)\s"
          r"(?P<v>(?![\w' -]*\+)(?!(?:a|the|any|your|it|that|this|all|one|you) (?:doubt|question|\w+$)|(?:them|it|me|him|us|their|our|its|all|wondering|shop)\b)[a-z][\w' -]{6,70})",
          avoid=r"without (?:your|prior|notice|limitation|consent)|cookies|warrant", most=9),
    _rule("dated", "a date",
          r"(?P<v>\b(?:(?:released|launched|updated|founded|published|introduced|announced|since)\s(?:on\s|in\s)?)"
          r"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s)?(?:\d{1,2},?\s)?20[12]\d\b)", avoid=r"©|copyright|all rights"),
    _rule("version", "a version",
          r"(?P<v>\b(?:version|release|v)\s?\d+\.\d+(?:\.\d+)?\b)", avoid=r"\brequires?\b|\bor (?:later|newer|above)\b", least=1, most=4),
    _rule("roadmap", "what is promised next",
          r"\b(?P<v>coming soon|upcoming (?:features?|releases?|versions?|changes|support|updates?)|planned for (?:[\w ]{1,20})|we(?:'|’)re working on (?:[\w-]+\s?){1,5}|next release)\b"),
    _rule("roadmap", "what is promised next", r"\b(?:our|public|product) (?P<v>roadmap)\b"),
    _rule("news", "what is new in it",
          r"\b(?P<v>(?:now|newly) (?:supports?|available|with|includes?|in)\s(?:[\w-]+\s?){1,5}|(?:introducing|announcing|meet|new:)\s(?:[\w.+-]+\s?){1,5}|"
          r"what(?:'|’)s new|changelog|release notes)", least=2, most=8),
    # trends: the value is the page's own word for it
    _rule("trend_local", "moving to one's own machine",
          r"\b(?P<v>on[- ]device|self[- ]host(?:ed|ing)|local-first|runs? locally|offline|consumer (?:GPUs?|hardware)|edge (?:devices?|deployment)|"
          r"your own (?:servers?|infrastructure|hardware|GPU))\b"),
    _rule("trend_agents", "software that acts",
          r"\b(?P<v>AI agents?|agentic|autonomous agents?|tool[- ]calling|tool use|MCP|Model Context Protocol|copilot|AI assistants?|AI teammates?)\b"),
    _rule("trend_open", "open weights and open code",
          r"\b(?P<v>open[- ]weights?|fully open|open models?|open[- ]source (?:models?|alternative|software|project|platform|tool))\b"),
    _rule("trend_privacy", "privacy as law",
          r"\b(?P<v>GDPR|CCPA|cookieless|no cookies|privacy[- ](?:first|friendly|focused|respecting)|data (?:residency|sovereignty))\b"),
    _rule("trend_generation", "drafts by machine",
          r"\b(?P<v>AI[- ](?:powered|generated|driven|based|writing|design|content)|generative AI|text[- ]to[- ](?:speech|image|video|design)|"
          r"LLMs?|large language models?|language models?|GPT)\b"),
    _rule("trend_nocode", "building without engineers",
          r"\b(?P<v>no[- ]code|low[- ]code|without (?:writing )?(?:any )?code|drag[- ]and[- ]drop|citizen developers?|non-technical)\b"),
    _rule("trend_async", "work without meetings",
          r"\b(?P<v>remote (?:work|teams?)|hybrid (?:work|teams?)|asynchronous(?:ly)?|async|distributed teams?|work from anywhere)\b"),
    _rule("trend_edge", "code near the user",
          r"\b(?P<v>serverless|edge (?:network|functions?|computing)|close to (?:your )?users|global(?:ly)? (?:distributed|network)|multi-region|scale to zero)\b"),
    _rule("trend_bundle", "one bill in place of many",
          r"\b(?P<v>all-in-one|all in one(?: place)?|single platform|one platform|everything (?:you need )?in one place|unified)\b", avoid=r"all[- ]in[- ]one (?!place|platform|solution|tool|app|suite|workspace|software)\w+"),
    _rule("trend_automation", "chores done by rules",
          r"\b(?P<v>automat(?:e|es|ing|ion|ions)|automated (?:workflows?|pipelines?|processes|tasks))\b"),
    # making things
    _rule("material", "something one makes",
          rf"\b(?:make|making|create|creating|edit|editing|design|designing|generat\w+|record|recording|writ(?:e|ing)|draw|drawing|produc\w+|build|building|"
          rf"publish\w*|send|turn|compose|shar(?:e|ing)|prototyp\w+)\s(?P<v>(?:(?!the\b|this\b|an?\b|and\b|or\b|your\b|our\b|in\b|with\b|to\b|of\b|for\b|from\b|something\b)[\w-]+\s){{0,3}}?(?:{MATERIAL}))\b", most=6),
    _rule("material", "something one makes",
          r"\b(?P<v>text[- ]to[- ](?:speech|image|video|music)|(?:video|image|photo|audio|graphic|logo|speech|voice|music|UI|prototype) "
          r"(?:editor|editing|generation|generator|design|cloning|synthesis|maker|recorder))\b", least=2, most=6),
    _rule("control", "something to steer with",
          r"\b(?P<v>fully customi[sz]able|custom (?:fonts|colou?rs|css|branding|domains?|themes?|templates?|fields|layouts?|styles?)|"
          r"customi[sz]e (?:[\w-]+\s?){1,4}|brand (?:kit|colou?rs|guidelines)|layers|parameters|temperature|seed|prompts?|style presets|"
          r"drag[- ]and[- ]drop|adjust (?:[\w-]+\s?){1,3}|fine-tun\w+|edit (?:every|any|each) (?:[\w-]+\s?){1,2}|keyboard shortcuts|version history|undo)\b", most=7),
    _rule("taste", "a start that looks right",
          r"\b(?P<v>(?:\d[\d,]*\+?\s|professionally[- ]designed |beautiful |ready-made |pre-?(?:built|made|designed) |customi[sz]able |stunning |free )?"
          r"(?:email |invoice |website |design |video |page |slide |caption )?(?:templates|presets|themes|gallery|stock (?:photos|images|assets|library)|UI kit|design system|example (?:projects|gallery)|samples))\b", least=2, most=6),
    _rule("rights", "who owns the result",
          r"(?P<v>\b(?:commercial(?:ly)? (?:use|licen[cs]e|rights|usage)|royalty[- ]free|you (?:own|retain|keep) (?:[\w-]+\s?){1,5}|"
          r"your (?:content|work|data) (?:is|remains|belongs) (?:always |entirely )?(?:yours|your own|your property|to you)|watermark\w*|(?:do not|don(?:'|’)t|never) (?:train|use your)(?: [\w-]+){1,5}|"
          r"copyright of|attribution required))", avoid=r"©|all rights reserved", most=10),
)  # fmt: skip
