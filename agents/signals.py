"""Named signals in an evidence pack: typed rules over sentences, facts and plans, each hit with the quote it stands on.

A signal says that something is written there, never that it is good: what it is worth to whom stands in the personas.
English only; a pack in another language yields few signals, and the rubric reviewer then abstains and says so.
Rules come from reading launch pages, model cards and READMEs in general; none is for one product, brand or domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tools.documents import PlanDoc
from tools.evidence import find_quote
from tools.models import Citation, Passage

MOST_HITS = 8  # a signal's further hits say nothing new
LONGEST_QUOTE = 320  # characters


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a signal was found. `value`: the words that carry it, as they can stand in a sentence."""

    value: str
    citations: tuple[Citation, ...]
    written: str = ""  # the same words as the page has them, for use inside quotation marks

    @property
    def quote(self) -> str:
        """The first quote it stands on."""
        return self.citations[0].quote


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a passage. `section`: what the nearest known heading above it announces, "" for none."""

    passage: int
    label: str
    text: str
    section: str = ""


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


_NAME = r"(?-i:[A-Z][\w+&/-]*(?:\.[a-z]{2,3}\b)?(?:\s(?!and\b|or\b)[A-Z0-9][\w+&/-]*(?:\.[a-z]{2,3}\b)?){0,2})"
_NAMES = rf"{_NAME}(?:(?:,\s(?:and\s|or\s)?|\s(?:and|or|&)\s){_NAME}){{0,4}}"
_NUMBER = r"(?:(?:up to|over|more than|under|less than|at least|at most)\s)?\d(?:[\d.,]*\d)?"
_PEOPLE = (
    r"developers|engineers|designers|marketers|teams|agencies|startups|founders|freelancers|creators|researchers|"
    r"students|teachers|businesses|companies|enterprises|organi[sz]ations|professionals|managers|analysts|writers|"
    r"editors|accountants|bookkeepers|retailers|merchants|publishers|bloggers|consultants|administrators|admins|"
    r"sysadmins|hobbyists|makers|authors|artists|musicians|photographers|educators|recruiters|salespeople|families|"
    r"parents|gamers|podcasters|streamers|nonprofits|data scientists|entrepreneurs|shops|stores|employees|employers|"
    r"contractors|librarians|gardeners|lawyers|doctors|clinics|restaurants|schools|scientists|translators|operators"
)
_CATEGORY = (
    r"tools?|toolkit|platform|software|app|application|library|framework|model|service|api|database|editor|engine|"
    r"crm|suite|plugin|extension|client|server|gateway|proxy|router|sdk|cli|assistant|agent|dashboard|system|"
    r"solution|manager|tracker|builder|generator|scheduler|marketplace|network|game|compiler|language|runtime|"
    r"protocol|format|dataset|index|store|vault|browser|terminal|shell|ide|cms|cdn|cloud|hosting|analytics|"
    r"workspace|whiteboard|calendar|planner|checker|scanner|monitor|parser|crawler|converter|recorder|player|"
    r"chatbot|bot|search|package|module|adapter|embedding|tts|alternative|spreadsheet|wiki|inbox|helpdesk|"
    r"authenticator|viewer|reader|cache|queue|broker|orchestrator|collection|template|kit|interface"
)
_VERBS = (
    r"add|analy[sz]e|apply|ask|automate|back up|browse|build|capture|chat|check|clean|collaborate|collect|compare|"
    r"compose|connect|convert|create|customi[sz]e|debug|deliver|deploy|design|detect|discover|distribute|draft|draw|"
    r"edit|embed|encrypt|engage|export|extract|filter|find|fine-tune|fix|format|generate|get|grow|handle|host|"
    r"identify|import|improve|index|integrate|keep|launch|learn|listen|log|make|manage|map|measure|merge|migrate|"
    r"monitor|move|offer|open|optimi[sz]e|organi[sz]e|outline|pay|plan|play|post|predict|prepare|preview|process|"
    r"produce|protect|prototype|publish|query|rank|read|receive|record|reduce|render|replay|reply|report|research|"
    r"resize|retrieve|review|route|run|save|scan|schedule|score|search|secure|sell|send|set up|share|ship|sign|"
    r"simplify|spin up|split|start|store|stream|summari[sz]e|sync|target|test|track|train|transcribe|transform|"
    r"translate|turn|understand|update|upload|use|validate|verify|view|visuali[sz]e|watch|work|write"
)
_MATERIAL = (
    r"videos?|images?|photos?|pictures?|illustrations?|music|songs?|audio|voices?|voiceovers?|podcasts?|speech|logos?|"
    r"graphics|mockups?|prototypes?|wireframes?|fonts?|animations?|presentations?|slides?|blog posts?|articles?|"
    r"stories|newsletters?|social posts?|posts|thumbnails?|avatars?|screenshots?|screen recordings?|emails?|"
    r"websites?|landing pages?|documents?|sketches|captions?|subtitles?|diagrams?|whiteboards?|art|artwork|UI|"
    r"user interfaces?|designs|campaigns|storyboards?|scripts?|clips?"
)
_MONEY = (
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
          rf"\b(?:for|by|helps?|among)\s(?P<v>(?:(?!(?:the|all|and|of|to|you|your|our|us|my|their|every|any|other|more|in|from|how|that|which|with|per|each|some)\b|\d)[\w&-]+\s){{0,2}}(?:{_PEOPLE})"
          rf"(?:(?:,| and| &)\s(?:[\w-]+\s){{0,2}}(?:{_PEOPLE}))?)\b",
          avoid=r"\bsign (?:in|up)|log in|\bthanks?\b|reviews? for|hundreds of|thousands of|millions of"),
    _rule("audience", "whom it is for",
          r"^(?:built |made |designed |meant )?for (?P<v>(?!more\b|detail|question|example|help|the\b|an?\b|any\b|your\b|all\b|instance|this\b|free\b|every|us\b|both\b|further|those\b)"
          r"(?-i:[a-z])[\w ,'’-]{6,90})\.?$", avoid=r"\b(?:click|contact|see|visit|please)\b", most=12),
    _rule("company", "what kind of company",
          r"\b(?P<v>(?:small|large|growing|mid-?size[d]?|medium-?size[d]?|enterprise|fast-growing|ambitious|remote|"
          r"local|multi-location|early-stage)\s(?:and\s[\w-]+\s)?"
          r"(?:businesses|business|companies|teams|organi[sz]ations|agencies|startups|brands|retailers|customers))\b"),
    _rule("interface", "the way in",
          r"\b(?P<v>REST(?:ful)? API|GraphQL(?: API)?|HTTP API|JSON API|open API|API|SDKs?|CLI|command[- ]line|webhooks?|"
          r"browser extension|Chrome extension|MCP servers?|Python (?:library|package|framework)|"
          r"npm package|Docker image|desktop app|mobile apps?|iOS app|Android app|VS Code extension|plug-?ins?|"
          r"web app|embed code|drag[- ]and[- ]drop(?: editor| builder)?|no-code|low-code)\b", avoid=r"://|^curl "),
    _rule("mechanism", "how it works inside",
          r"\b(?P<v>transformers?|diffusion|language model|neural network|machine learning|parameters|embeddings?|"
          r"vector (?:search|database|store)|fine-tun\w+|quanti[sz]\w+|inference|tokeni[sz]\w+|WebSockets?|WebRTC|CRDTs?|"
          r"event[- ]driven|reverse proxy|compiler|parser|AST|bytecode|WebAssembly|micro-?VMs?|Firecracker|containers?|"
          r"Kubernetes|serverless|edge network|Postgres(?:QL)?|SQLite|MySQL|Redis|ClickHouse|Elasticsearch|"
          r"end-to-end encryption|end-to-end encrypted|AES-?256|zero-knowledge|OAuth|SAML|OpenTelemetry|"
          r"cookieless|full-text search|type-safe|(?-i:Rust|Golang|Elixir|TypeScript))\b", least=5),
    _rule("open_source", "open source", r"\b(?P<v>open[- ]source(?:d)?|free software|open weights?|fully open)\b",
          avoid=r"\b(?:not|unlike|contribut\w+ to|love|support) open[- ]source|open[- ]source projects?|"
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
          r"\b(?P<v>self[- ]host(?:ed|ing|able)?|on[- ]premises?\b|on-prem|runs? (?:it )?(?:locally|offline|on-device)|on[- ]device|"
          r"(?:on|in) your own (?:\w+ account|account|VPC|servers?|infrastructure|machine|hardware|cloud|computer|GPU)|local-first|"
          r"works? offline|consumer (?:GPUs?|hardware)|a single GPU|never leaves? your (?:device|browser|computer|machine))",
          least=2),
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
          r"user guide|developer (?:docs|guide|hub|portal)|tutorials?|knowledge base|help cent(?:er|re)|user manual)$",
          least=1),
    _rule("docs", "documentation",
          r"\b(?:read|see|check|refer to|browse|visit|our|full)\b.{0,25}\b(?P<v>documentation|docs|quick ?start|api reference|"
          r"user guide|developer guide|tutorials?)\b"),
    _rule("trial", "a trial",
          r"\b(?P<v>(?:free )?\d+[- ]days? (?:free )?trial|free (?:\d+[- ]day )?trial)\b", least=2),
    _rule("no_card", "no card asked", r"\b(?P<v>no credit card(?: (?:is )?(?:required|needed|necessary))?|without a credit card)\b"),
    _rule("signup", "an account",
          r"^(?P<v>sign up(?: (?:now|free|for free|today))?|get started(?: (?:now|free|for free|today))?|"
          r"create (?:an |your |a free )?account|(?:start|try) (?:it )?(?:now|free|for free|today)|"
          r"download(?: (?:now|free|for (?:windows|mac|macos|linux)))?|register|join (?:now|free))$", least=1),
    _rule("sales_gate", "a sales call first",
          r"^(?P<v>(?:book|request|get|schedule|watch) (?:a |your )?(?:personali[sz]ed |live |free )?demo|contact sales|"
          r"talk to (?:sales|an expert)|schedule a call|get a quote|request (?:a )?(?:pricing|quote))\b", least=2),
    _rule("waitlist", "a waiting list",
          r"\b(?P<v>join (?:the|our) wait(?:ing )?list|request (?:early )?access|early access|launching soon)\b", least=2),
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
          rf"(?P<v>{_NUMBER}\s?(?:ms|milliseconds?|GB|MB|TB|kB|KB|[BMT][\s-]?(?:parameters?|params?|tokens?|models?)|bits?|"
          r"(?:B |M |k |billion |million |trillion )?(?:parameters?|params|tokens?|dimensions?|dimensional)|languages|"
          r"(?:context|lines of code|vCPUs?|cores|regions?|locations|formats|fps|kHz|Hz|GHz|requests|queries|"
          r"countries|currencies|databases|lines|file types|metrics|endpoints|components|checks)|k (?:context|tokens))(?:\s(?:of|per|in|across)\s[\w-]+)?)\b",
          avoid=r"\b(?:free trial|money[- ]back|©|copyright)\b", most=9),
    _rule("adoption", "a count of users",
          r"(?<![\w.,-])(?P<v>(?:(?:over|more than|nearly)\s)?(?:\d{1,3}(?:,\d{3})+|\d{3,}|\d[\d.]*\s?[kKM]|\d[\d.,]*\s(?:million|thousand|billion)|millions of|thousands of|hundreds of)\+?\s(?:(?!for\b|of\b|to\b|the\b|per\b)[\w-]+\s){0,2}"
          r"(?:users|customers|teams|companies|developers|businesses|downloads|stars|websites|sites|installs|"
          r"organi[sz]ations|people|creators|brands|members|subscribers|merchants|agencies))\b",
          avoid=r"\b(?:up to|per month|limit|plan|includes?|/mo|seats?)\b", most=8),
    _rule("measured", "a measured comparison",
          r"(?P<v>\b\d[\d.,]*\s?(?:x|×|%|percent|times) (?:faster|cheaper|smaller|less|more|better|lower|higher|fewer|"
          r"reduction|increase|improvement|accura\w+|of the (?:time|cost)|savings?)\b|"
          r"\b(?:scores?|achieves?|reaches?|reached|scored|saved|reduced)\s(?:[\w-]+\s){0,3}\d[\d.,]*\s?%?)", most=10),
    _rule("benchmark", "a named test",
          r"\b(?P<v>MMLU|HumanEval|GSM8K|MMBench|TextVQA|DocVQA|OCRBench|SWE-bench|MTEB|ImageNet|GLUE|WER|BLEU|MTurk|TPC-\w+|"
          r"Lighthouse|Core Web Vitals|Geekbench|benchmarks?|ablation|evaluation results)\b"),
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
          r"\bthe (?:best|fastest|easiest|simplest|smartest|ultimate|perfect|most (?:powerful|advanced|complete|popular|trusted|loved))"
          r"(?! (?:part|decisions?|results?|time|of both|practices?|interests?|fit|for your|things?))(?: [\w-]+)?|\bstate[- ]of[- ]the[- ]art|\bbest[- ]in[- ]class|\b(?:industry|market)[- ]leading|\bleading\b|"
          r"\bworld[- ]class)", avoid=r"\bbest practices?\b|find the best|choose the best|which is the best"),
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
          avoid=r"should you|if (?:you|your)|often requires|doesn(?:'|’)t|don(?:'|’)t|no (?:credit card|\w+) require|whatever|credit card|everyone needs|your (?:team|business|company) (?:needs|requires)|"
                r"(?:hiring|job|role|task|work|it all) requires|requires? (?:no|attention|your attention)", most=22, whole=True),
    _rule("beta", "unfinished by its own word",
          r"\b(?P<v>(?:public |private |open |closed )?beta\b|alpha (?:version|release|stage)|technical preview|(?:public|developer) preview|"
          r"experimental|work in progress|under (?:active|heavy) development|prototype stage)\b",
          avoid=r"beta test(?:ing)? (?:your|tool|platform)|experimental(?:ly)? (?:data|design)"),
    # others
    _rule("rival", "a rival named on its own pages",
          rf"\b(?:alternatives? to|compared (?:to|with)|vs\.?|versus|unlike|better than|competitors? (?:like|such as)|"
          rf"switch(?:ing|ed)? (?:over )?from|migrat(?:e|es|ed|ing|ion) from|mov(?:e|ed|ing) (?:over )?from|"
          rf"import(?:ing)? from|outperform(?:s|ing)?|replac(?:e|es|ed|ing)|(?:tired|instead) of|drop-in replacement for|"
          rf"ditch(?:ing|ed)?|than|leav(?:e|ing))\s(?:the |your |tools like )?(?P<v>{_NAMES})", most=10),
    _rule("rival", "a rival named on its own pages",
          rf"\b(?P<v>{_NAME}) (?:alternatives?|replacement|competitors?|comparison)\b", least=2),
    _rule("integration", "what it connects to",
          rf"\b(?:integrat\w+ (?:\w+ )?with|works? (?:\w+ )?with|connect\w* (?:\w+ )?(?:to|with)|compatible with|plugs into|"
          rf"syncs? (?:\w+ )?with|integrations? (?:for|like|such as|including))\s(?P<v>{_NAMES})", most=12),
    _rule("integration_count", "how much it connects to",
          r"\b(?P<v>\d(?:[\d.,]*\d)?\+?\s(?:[\w-]+\s){0,2}(?:integrations|apps|connectors|plug-?ins|templates|providers|models|"
          r"extensions|data sources|tools))\b", avoid=r"\b(?:price|per month|/mo)\b", most=7),
    _rule("platform", "what it stands on",
          rf"\b(?:built on(?: top of)?|powered by|based on|on top of|wrapper (?:around|for)|"
          rf"(?:app|add-on|extension|plug-?in) for)\s(?P<v>{_NAME})(?=[.,;:)]|$|\s(?:and|to|for|with|using|so|in)\b)", avoid=r"powered by (?:WordPress|Discourse|Zendesk|Shopify)$"),
    _rule("standard", "an open standard",
          r"\b(?P<v>MCP|Model Context Protocol|OpenAI[- ]compatible|OpenAPI|OpenTelemetry|OAuth ?2?|OpenID|S3[- ]compatible|"
          r"Postgres-compatible|WebAssembly|WebAuthn|passkeys?|ONNX|GGUF|safetensors|Markdown|CalDAV|iCal|IMAP|RSS|"
          r"WebDAV|ActivityPub|JSON Schema|LSP|Language Server Protocol|TOTP)\b", least=3),
    _rule("rival", "a rival named on its own pages", r"\bcompared (?:to|with)\s(?P<v>[a-z][\w-]{2,})(?=\s(?:it|the|this|we|there)\b)", most=3),
    # money beside the plans
    _rule("price_text", "a price",
          rf"(?P<v>{_MONEY})", avoid=r"\b(?:sav(?:e|ed|ing)|worth|revenue|raised|funding|cost(?:s)? the average|"
                                     r"earn(?:ed|s)?|million|billion|gift|win|fine|invoice of|sold|budget)\b", least=1),
    _rule("free_words", "free without a plan",
          r"\b(?P<v>(?:completely|100%|totally|always|forever) free|free forever|free (?:and open[- ]source|to use|of charge|"
          r"plan|tier|version|account)|for free)\b", avoid=r"free trial|feel free|toll[- ]free|try", least=2),
    _rule("guarantee", "a way out",
          r"\b(?P<v>(?:\d+[- ]day )?money[- ]back(?: guarantee)?|cancel (?:at )?any ?time|full refund|no (?:long-term )?contracts?|"
          r"no commitments?|pro-?rated)\b", least=2),
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
          r"\b(?P<v>(?:pre-?)?trained on (?:[\w.,-]+\s?){1,6}|our own (?:[\w-]+\s)?(?:models?|engine|network|infrastructure|hardware|data ?cent\w+|research|index|"
          r"dataset|data|algorithms?|database|crawler|chips?|metal|format|protocol|compiler|runtime|servers)|proprietary (?:[\w-]+\s?){1,2}|"
          r"patent(?:ed|s)?(?: [\w-]+)?|built from (?:scratch|the ground up)|in-house (?:[\w-]+)|written in (?:Rust|C\+\+|Go|Zig|C|Elixir)|"
          r"our (?:algorithm|research|index|dataset|database|infrastructure|network)|(?:crawl|index|database) of (?:[\w.,+-]+\s?){1,4})", most=9),
    _rule("community", "people around it",
          r"\b(?P<v>(?:active |growing |vibrant |open[- ]source |our |user )?community|contributors|Discord|forum|marketplace|"
          r"plugin ecosystem|user groups?|partner program|partners? network)\b", avoid=r"community guidelines|community standards"),
    _rule("data_kept", "data that stays with it",
          r"\b(?P<v>all (?:of )?your (?:[\w-]+\s){1,3}in one place|single source of truth|history of (?:[\w-]+\s?){1,3}|"
          r"all your (?:data|files|contacts|customers|projects|emails|conversations)|central(?:i[sz]ed)? (?:\w+ ){0,2}(?:repository|hub|database|inbox))"),
    _rule("export", "a way to take work out",
          r"\b(?P<v>(?:export|download)(?:s|ed|ing|able)?\s(?:\w+\s){0,4}(?:to|as|in|into|your)\s(?:[\w,./-]+\s?){1,6}|"
          r"data (?:portability|export)|(?:CSV|PDF|Excel|JSON) exports?)", avoid=r"download (?:the |our )?(?:app|guide|report|ebook|whitepaper)", most=11),
    _rule("formats", "file formats",
          r"(?=.*\b(?:export|import|download|upload|formats?|files?|save|convert|output|reads?|writes?|render|turn|share|as)\w*\b).*?\b(?-i:(?P<v>(?:PNG|SVG|PDF|MP4|MOV|GIF|CSV|XLSX?|JSON|HTML|WAV|MP3|DOCX|PSD|WebP|EPUB|PPTX?|XML|Excel|Figma|Markdown|JPE?G)"
          r"(?:(?:,|/| and| or|, and)\s?(?:PNG|SVG|PDF|MP4|MOV|GIF|CSV|XLSX?|JSON|HTML|WAV|MP3|DOCX|PSD|WebP|EPUB|PPTX?|XML|Excel|Figma|"
          r"Markdown|JPE?G))*))\b", most=9),
    _rule("switch", "a way to bring work in",
          r"\b(?P<v>(?:import|migrat)(?:e|es|ed|ing|ion)?\s(?:your|all|existing|from|data|contacts|projects|files|bookmarks|rules|users|in bulk)"
          r"(?:\s[\w-]+){0,5})", avoid=r"important", most=8),
    _rule("platforms", "where it runs",
          r"\b(?P<v>(?:iOS|Android|macOS|Mac|Windows|Linux|Chrome|Firefox|Safari|iPhone|iPad|web)"
          r"(?:(?:,| and|, and|/| or| &)\s?(?:iOS|Android|macOS|Mac|Windows|Linux|Chrome|Firefox|Safari|iPhone|iPad|web|Edge))+)\b", most=9),
    _rule("support", "someone to ask",
          r"\b(?P<v>24/7 (?:\w+ )?support|live chat|(?:email|phone|chat|priority|premium|customer) support|onboarding (?:session|support|specialist))\b", least=2),
    # point of view, time
    _rule("stance", "a point of view",
          r"(?P<v>\b(?:we (?:believe|think|built|made|care|don(?:'|’)t|do not|never|refuse)|unlike|not another|by design|instead of|"
          r"(?:privacy|local|offline|security|mobile|keyboard|developer|design|api|ai|data)-first|opinionated|"
          r"no (?:ads|tracking|cookies|clutter|bloat|fluff|upsells)|there (?:is|are) no|we (?:hold|keep|store|sell|collect) no|simple by|on purpose|never (?:sell|share|track|train)).*)", whole=True,
          avoid=r"cookies? (?:policy|settings|to)|we don(?:'|’)t have any|personal information", most=18),
    _rule("displaced", "what it pushes aside",
          r"\b(?:instead of|without (?=\w+ \w+)|replac(?:es|ing)|eliminat(?:es?|ing)|no more|say goodbye to|rather than|no need for|stop)\s"
          r"(?P<v>(?!(?:a|the|any|your|it|that|this|all|one|you) (?:doubt|question|\w+$)|(?:them|it|me|him|us|their|our|its|all|wondering|shop)\b)[a-z][\w' -]{6,70})",
          avoid=r"without (?:your|prior|notice|limitation|consent)|cookies|warrant", most=9),
    _rule("dated", "a date",
          r"(?P<v>\b(?:(?:released|launched|updated|founded|published|introduced|announced|available|since|in|by|from|until)\s(?:on\s|in\s)?)"
          r"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s)?(?:\d{1,2},?\s)?20[12]\d\b)", avoid=r"©|copyright|all rights"),
    _rule("version", "a version",
          r"(?P<v>\b(?:version|release|v)\s?\d+\.\d+(?:\.\d+)?\b)", least=1, most=4),
    _rule("roadmap", "what is promised next",
          r"\b(?P<v>roadmap|coming soon|upcoming (?:[\w-]+)|planned for (?:[\w ]{1,20})|we(?:'|’)re working on (?:[\w-]+\s?){1,5}|next release)\b"),
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
          r"\b(?P<v>GDPR|CCPA|cookieless|no cookies|privacy[- ](?:first|friendly|focused|respecting)|data (?:residency|sovereignty|protection)|"
          r"zero-knowledge|end-to-end encrypt\w+)\b"),
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
          r"\b(?P<v>all-in-one|all in one(?: place)?|single platform|one platform|everything (?:you need )?in one place|unified)\b"),
    _rule("trend_automation", "chores done by rules",
          r"\b(?P<v>automat(?:e|es|ed|ing|ion|ions|ically))\b"),
    # making things
    _rule("material", "something one makes",
          rf"\b(?:make|making|create|creating|edit|editing|design|designing|generat\w+|record|recording|writ(?:e|ing)|draw|drawing|produc\w+|build|building|"
          rf"publish\w*|send|turn|compose|shar(?:e|ing)|prototyp\w+)\s(?P<v>(?:(?!the\b|this\b|an?\b)[\w-]+\s){{0,3}}?(?:{_MATERIAL}))\b", most=6),
    _rule("material", "something one makes",
          r"\b(?P<v>text[- ]to[- ](?:speech|image|video|music)|(?:video|image|photo|audio|graphic|logo|speech|voice|music|UI|prototype) "
          r"(?:editor|editing|generation|generator|design|cloning|synthesis|maker|recorder))\b", least=2, most=6),
    _rule("control", "something to steer with",
          r"\b(?P<v>fully customi[sz]able|custom (?:fonts|colou?rs|css|branding|domains?|themes?|templates?|fields|layouts?|styles?)|"
          r"customi[sz]e (?:[\w-]+\s?){1,4}|brand (?:kit|colou?rs|guidelines)|layers|parameters|temperature|seed|prompts?|style presets|"
          r"drag[- ]and[- ]drop|adjust (?:[\w-]+\s?){1,3}|fine-tun\w+|edit (?:every|any|each) (?:[\w-]+\s?){1,2}|keyboard shortcuts|version history|undo)\b", most=7),
    _rule("taste", "a start that looks right",
          r"\b(?P<v>(?:\d[\d,]*\+?\s|professionally[- ]designed |beautiful |ready-made |pre-?(?:built|made|designed) |customi[sz]able |stunning |free )?"
          r"(?:email |invoice |website |design |video |page |slide |caption )?(?:templates|presets|themes|gallery|showcase|stock (?:photos|images|assets|library)|UI kit|design system|example (?:projects|gallery)|samples))\b", least=2, most=6),
    _rule("rights", "who owns the result",
          r"(?P<v>\b(?:commercial(?:ly)? (?:use|licen[cs]e|rights|usage)|royalty[- ]free|you (?:own|retain|keep) (?:[\w-]+\s?){1,5}|"
          r"your (?:content|work|data) (?:is|remains|belongs) (?:always |entirely )?(?:yours|your own|your property|to you)|watermark\w*|(?:do not|don(?:'|’)t|never) (?:train|use your)(?: [\w-]+){1,5}|"
          r"copyright of|attribution required))", avoid=r"©|all rights reserved", most=10),
)  # fmt: skip

_FOUND_BY_CODE = {
    "definition": "what it is, in one phrase",
    "category": "the shelf it stands on",
    "promise": "its own line",
    "does": "what it does, in one sentence",
    "detail": "how it does it",
    "job": "the job",
    "single_job": "one job",
    "feature": "something it does",
    "price": "a price",
    "free_plan": "a free plan",
    "ladder": "two prices to grow between",
    "unit_price": "what is counted",
    "custom_plan": "a plan without a price",
    "trend": "a trend it rides on",
}
LABELS: Mapping[str, str] = {**{rule.name: rule.label for rule in RULES}, **_FOUND_BY_CODE}
NAMES = frozenset(LABELS)

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"“(\[]?[A-Z0-9])")
_CLAUSE_END = re.compile(r"[.;:!?|•·](?:\s|$)|\s[–—-]{1,2}\s|—|\s[(\[|]|\sand we\b|, (?:so|but|which|and)\b")
_DENIED = re.compile(
    r"\b(?:no|not|never|without|isn(?:'|’)t|don(?:'|’)t|doesn(?:'|’)t|aren(?:'|’)t|neither|nor|lacks?)(?:\s\w+){0,3}\s$",
    re.IGNORECASE,
)
# Signals that are themselves about what is denied, or that stand whoever denies what.
_DENIAL_ALLOWED = frozenset(
    {
        "limitation",
        "stance",
        "rival",
        "install",
        "code",
        "displaced",
        "no_card",
        "quick",
        "rights",
        "guarantee",
    }
)
_LOOSE_ENDS = frozenset(
    """a an the of to for with and or in on at by from as that which your our its is are be this into per than so but
    it you we can will their his her who when where while if all any every more most very""".split()  # noqa: SIM905 -- a word list reads better as one text
)
# Words of buttons and headings that no product is called by.
_PLAIN_WORDS = _LOOSE_ENDS | frozenset(
    """open source get started start free trial try sign up create account download documentation docs tutorials
    guide help center knowledge base community forum single sign-on access control audit logs mobile apps app
    browser extension plugin plugins webhooks template templates themes export import live demo playground no
    setup cancel anytime money-back guarantee self-hosted self-host offline on-device automation automate
    automated workflow workflows custom branding support priority dedicated manager user permissions role-based
    data unlock seamless effortless leading best fastest easiest most powerful all-in-one powered built trained
    proprietary patented what's new changelog roadmap introducing meet now join create build manage track schedule
    save cut reduce""".split()  # noqa: SIM905 -- a word list reads better as one text
)
_NO_NAMES = frozenset(
    """the a an your you we our it its this that these those all free other every any manual traditional both most
    many some no not now new see learn get how what why when where who which than then and or but for in on at to
    from with by of as is are one two three jan feb mar apr may jun jul aug sep oct nov dec january february march
    april june july august september october november december monday tuesday wednesday thursday friday saturday
    sunday api apis us eu uk ai crm seo saas b2b ui ux ide cms pdf csv html css pro plus basic premium enterprise
    business team teams starter standard start try read more about home features pricing contact support docs blog
    login sign company resources products product solutions customers customer best top click here there them
    alternative alternatives software app apps tool tools online excel-like gdpr webinars compared comparison compliance spreadsheets spreadsheet mobile json
    yaml xml http rest sql docker git markdown windows linux macos""".split()  # noqa: SIM905 -- a word list reads better as one text
)


def lines_of(passages: Sequence[Passage]) -> list[Line]:
    """The sentences of a pack in reading order; menu entries are lines too."""
    found: list[Line] = []
    section, left, place = "", 0, ("", "")
    for passage in passages:
        if (passage.page, passage.place) != place:
            section, left, place = "", 0, (passage.page, passage.place)
        for row in passage.text.split("\n"):
            heading = _heading_of(row)
            if heading is not None:
                section, left = heading, _SECTION_ROWS
            elif left > 0:
                left -= 1
            for sentence in _SENTENCE_END.split(row.strip()):
                text = sentence.strip(" \t•·*-–>#")
                if text:
                    inside = section if left and heading is None else ""
                    found.append(Line(passage.number, passage.label, text, inside))
    return found


_SECTION_ROWS = 8  # a heading announces the rows below it, not the rest of the page
_HEADINGS = {
    "limits": r"(?:known )?(?:limits?|limitations?|caveats|known issues|gotchas|drawbacks|what it (?:does not|doesn(?:'|’)t|can(?:'|’)t|cannot) do|"
    r"out[- ]of[- ]scope use|bias,? risks,? and limitations|risks and limitations|not (?:yet )?supported)",
    "start": r"(?:quick ?start|getting started|install(?:ation|ing)?|usage|how to use(?: it)?|set ?up|try it|how to get started.*)",
    "versus": r"(?:compared|comparison|alternatives|how (?:it|we) compares?|compared (?:to|with) .{2,30}|related (?:projects|work|tools))",
    "features": r"(?:features|what it does|key features|highlights|what you get|capabilities)",
    "figures": r"(?:measured|benchmarks?|evaluation(?: results)?|results|performance|metrics)",
    "changes": r"(?:change ?log|release notes|releases|what(?:'|’)s new|news|history)",
    "prices": r"(?:prices?|pricing|plans(?: and prices)?)",
    "": r"(?:licen[cs]e|security(?: and data)?|faq|frequently asked questions|customers|contact|about|support|documentation|docs|citation|"
    r"contributing|training|acknowledg\w+|rights(?: and handoff)?|handoff|export|privacy|team|roadmap|community)",
}
_HEADING = {name: re.compile(rf"#*\s*{pattern}\s*:?", re.IGNORECASE) for name, pattern in _HEADINGS.items()}


def _heading_of(row: str) -> str | None:
    """The section a row opens ("" for one of no use here), or None when it is no heading."""
    text = row.strip(" *_")
    if len(text) > 45:
        return None
    for name, pattern in _HEADING.items():
        if pattern.fullmatch(text):
            return name
    return "" if text.startswith("#") else None


def find_signals(
    passages: Sequence[Passage],
    *,
    name: str,
    tagline: str | None = None,
    plans: Sequence[PlanDoc] = (),
) -> dict[str, tuple[Hit, ...]]:
    """Every signal found, by name, with its hits in reading order. Pure: same passages, same hits."""
    lines = lines_of(passages)
    words = _Words(name, lines)
    found: dict[str, list[Hit]] = {}
    lines = [line for line in lines if not line.text.endswith("?")]  # a question asserts nothing
    for line in lines:
        for signal, hit in _hits_of(line, words):
            _add(found, signal, hit)
    for signal, hit in [*_introductions(lines, words, tagline or ""), *_of_sections(lines, words)]:
        _add(found, signal, hit)
    for signal, hit in _money(passages, plans):
        _add(found, signal, hit)
    if "price" in found:  # then other sums on the page are somebody else's
        found.pop("price_text", None)
    for signal in [name for name in found if name.startswith("trend_")]:
        _add(found, "trend", found[signal][0])
    return {signal: tuple(hits[:MOST_HITS]) for signal, hits in found.items()}


def phrase(text: str, most_words: int) -> str:
    """The first clause of `text`, cut to at most `most_words` words without a loose end."""
    clause = _CLAUSE_END.split(text.strip(), maxsplit=1)[0]
    words = clause.split()
    if len(words) > most_words:
        words = words[:most_words]
        # Better a whole shorter clause than a longer one cut anywhere.
        comma = max((at for at, word in enumerate(words) if word.endswith(",")), default=-1)
        words = words[: comma + 1] if comma >= 3 else words
    while words and words[-1].lower().strip(",;:") in _LOOSE_ENDS:
        words.pop()
    return " ".join(words).strip(" ,;:-–—\"“”'*")


class _Words:
    """What the pack tells about its own words: the product's name, and which capitals are only sentence starts."""

    def __init__(self, name: str, lines: list[Line]) -> None:
        self.name = name.strip()
        self.names = frozenset(re.findall(r"[\w.+-]+", self.name.lower()))
        self.lower = frozenset(word for line in lines for word in re.findall(r"(?<![\w.])[a-z][a-z'-]+", line.text))

    def lowered(self, value: str) -> str:
        """`value` as it stands inside a sentence: capitals that headings and buttons put there made small."""
        value = re.sub(r"^(?:A|An|The)(?=\s)", lambda m: m[0].lower(), value)
        return re.sub(
            r"(?<![\w.])[A-Z][a-z'’-]+(?![\w.@])", lambda m: m[0].lower() if self._plain(m[0]) else m[0], value
        )

    def _plain(self, word: str) -> bool:
        return word.lower() in _PLAIN_WORDS or (word.lower() in self.lower and word.lower() not in self.names)


def _add(found: dict[str, list[Hit]], signal: str, hit: Hit) -> None:
    hits = found.setdefault(signal, [])
    if all(other.value.lower() != hit.value.lower() for other in hits):
        hits.append(hit)


def _hits_of(line: Line, words: _Words) -> Iterator[tuple[str, Hit]]:
    length = len(line.text.split())
    for rule in RULES:
        if length < rule.least_words or length > 120 or (rule.avoid and rule.avoid.search(line.text)):
            continue
        for match in rule.pattern.finditer(line.text):
            if rule.name not in _DENIAL_ALLOWED and _DENIED.search(line.text[: match.start("v")]):
                continue
            if rule.name in _OF_NAMES and _title_case(line.text):
                continue  # in a heading every word looks like a name
            written = _written(rule, line.text, match["v"])
            value = (
                _names_in(written, words)
                if rule.name in _OF_NAMES
                else written
                if rule.name in _AS_WRITTEN
                else words.lowered(written)
            )
            if value:
                yield rule.name, Hit(value, (Citation(line.passage, _around(line.text, match.span("v"))),), written)


def _written(rule: Rule, sentence: str, found: str) -> str:
    """A match as the page has it: a command whole, a short sentence whole where the rule wants it so, else its clause."""
    if rule.name in ("install", "code"):
        return found.strip()[:90]
    if rule.whole and len(sentence.split()) <= rule.most_words:
        return sentence.strip(' .:;,!“”"*✓✅')
    return phrase(found, rule.most_words)


_AS_WRITTEN = frozenset(
    {
        "install",
        "code",
        "platforms",
        "formats",
        "certificate",
        "licence",
        "standard",
        "benchmark",
        "testimonial",
        "version",
        "outside_proof",
    }
)
_OF_NAMES = frozenset({"rival", "integration", "platform"})


def _title_case(text: str) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", text)
    return len(words) > 2 and sum(word[0].isupper() for word in words) > 0.6 * len(words)


def _names_in(value: str, words: _Words) -> str:
    """The names of a list that are names of others, joined as the page joined them; empty when none is."""
    parts = [part.strip(" .") for part in re.split(r",\s(?:and\s|or\s)?|\s(?:and|or|&)\s", value)]
    kept = []
    for part in parts:
        first = part.split()[0].lower() if part else ""
        own = part.lower() in words.name.lower() or first in words.names
        if len(part) > 1 and not own and first not in _NO_NAMES and not (" " not in part and first in words.lower):
            kept.append(part)
    if len(kept) < 2:
        return "".join(kept)
    return ", ".join(kept[:-1]) + " and " + kept[-1]


def _around(text: str, span: tuple[int, int]) -> str:
    """The sentence, or as much of it around `span` as a quote may hold, cut between words."""
    if len(text) <= LONGEST_QUOTE:
        return text
    start = max(0, min(span[0] - 80, len(text) - LONGEST_QUOTE))
    end = min(len(text), max(span[1], start + LONGEST_QUOTE))
    start = 0 if start == 0 else text.index(" ", start) + 1 if " " in text[start : span[0]] else span[0]
    end = end if end == len(text) else max(text.rfind(" ", span[1], end), span[1])
    return text[start:end].strip()


_IS = re.compile(r"\b(?:is|are|:|–|—|-)\s+(?P<v>(?:an?|the|your)\s.+)", re.IGNORECASE)
_HELPS = re.compile(
    rf"\b(?:helps?|lets?|allows?|enables?|so (?:that )?you can|you can|makes it easy to|easily)\s"
    rf"(?:(?:you|your team|teams|everyone|anyone|users|people|[\w-]+s|businesses|companies|\w+ teams)\s(?:to\s)?)?"
    rf"(?P<v>(?:{_VERBS})\b.+)",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    rf"^(?:easily |simply |quickly |automatically )?(?P<v>(?:{_VERBS})\s[a-z].{{8,}})", re.IGNORECASE
)
_AGENT = re.compile(
    r"^(?:an?|the)\s(?P<v>(?:[\w-]+\s){0,3}?[\w-]{2,}(?:er|or|ing|kit|base))(?=\s(?:for|of|that|to|in|with|on|from|by)\b|$)",
    re.IGNORECASE,
)
_SHELF = re.compile(rf"(?P<v>(?:[\w-]+\s){{0,3}}(?:{_CATEGORY})(?:\s(?:{_CATEGORY}))*)\b", re.IGNORECASE)
_NOT_A_JOB = re.compile(r"^(?:get (?:started|a demo|in touch|help)|learn more|start (?:now|free|your)|find out|read |see |"
                        r"sign |view (?:all|more|our)|watch (?:the|a|our)|try |use (?:of|this site)|work with us|keep in|"
                        r"discover (?:how|more)|ask |check out|open (?:menu|in)|add to|set up a call|manage (?:cookies|consent|preferences))", re.IGNORECASE)  # fmt: skip


def _introductions(lines: list[Line], words: _Words, tagline: str) -> Iterator[tuple[str, Hit]]:
    """definition, category, promise, job, single_job, feature: what the opening sentences say it is and does."""
    plain_tagline = _plain(tagline)
    for at, line in enumerate(lines):
        plain = _plain(line.text)
        is_tagline = bool(plain_tagline) and plain_tagline in plain
        if is_tagline or (line.label == "launch" and len(plain.split()) > 3):
            yield "promise", _hit(line, phrase(line.text, 26))
            yield from _as_definition(line, words, line.text)
        names_it = words.name and words.name.lower() in plain[: len(words.name) + 30]
        subject = names_it or re.match(r"(?:it|this|we)\b", plain)
        stated = _IS.search(line.text) if subject else None
        if stated and len(line.text.split()) > 4:
            yield from _as_definition(line, words, stated["v"])
        does = (
            _DOES.match(line.text[len(words.name) :]) if plain.startswith(_plain(words.name)) and words.name else None
        )
        if does and len(line.text.split()) > 4:
            value = words.lowered(phrase(does["v"], 16))
            yield "does", _hit(line, value)
            yield from _as_job(line, words, _base_form(value), lead=True)
            for after in lines[at + 1 : at + 5]:
                value = phrase(after.text, 24)
                quoted = re.match(r"[“\"‘']|for\b", after.text, re.IGNORECASE)
                if after.passage == line.passage and after.text[-1] in ".!" and not quoted and len(value.split()) >= 5:
                    yield "detail", _hit(after, value)
            continue
        helps = _HELPS.search(line.text)
        if helps and not _NOT_A_JOB.match(helps["v"]):
            yield from _as_job(line, words, helps["v"], lead=is_tagline or at < 40)
            continue
        order = _IMPERATIVE.match(line.text)
        if order and len(line.text.split()) >= 4 and not _NOT_A_JOB.match(line.text):
            if is_tagline:
                yield from _as_job(line, words, order["v"], lead=True)
            else:
                value = words.lowered(phrase(order["v"], 11))
                if value and not _title_case(value):
                    yield "feature", _hit(line, value[0].lower() + value[1:])


_NO_SHELF = _LOOSE_ENDS | frozenset(
    """source open-source free simple fast best leading first new modern powerful easy better only one top ultimate
    world's smart beautiful""".split()  # noqa: SIM905 -- a word list reads better as one text
)


_DOES = re.compile(
    r"\s(?P<v>(?!is\b|has\b|was\b|does\b|plans\b|features\b|docs\b|reviews\b|pros\b|vs\b|this\b|its\b|us\b|prices\b|alternatives\b|templates\b)"
    r"(?!users\b|customers\b|projects\b|teams\b|members\b|employees\b|engineers\b|solutions\b|products\b|services\b|apps\b|models\b|tools\b)"
    r"[a-z]{2,}s\s(?!are\b|were\b|can\b|have\b|will\b|is\b|in\b|for\b|and\b|or\b|of\b|by\b|at\b|\w+ed\b).{8,})"
)


def _base_form(value: str) -> str:
    """A phrase in the third person ("keeps a copy") as a job ("keep a copy")."""
    verb, _, rest = value.partition(" ")
    if verb.endswith("ies"):
        verb = f"{verb[:-3]}y"
    elif re.search(r"(?:ss|sh|ch|x|z|o)es$", verb):
        verb = verb[:-2]
    elif verb.endswith("s"):
        verb = verb[:-1]
    return f"{verb} {rest}"


_NO_DEFINITION = re.compile(
    rf"^(?:(?:{_VERBS}|power|give|bring|offer|implement)\s|(?:how|what|why|when|who|our|my|we|you|is|are|popular|every|all|no|not)\b)|"
    r"^(?:an?|the)\s(?:[\w-]+\s)?(?:necessity|restriction|trademark|registered|reason|part|thing|things|lot|member|must|pleasure|way|bit|few|"
    r"great|result|same|case|world|first|last|next|only)\b|\b(?:I|we|I(?:'|’)ve|include|includes|cost)\b",
    re.IGNORECASE,
)


def _as_definition(line: Line, words: _Words, text: str) -> Iterator[tuple[str, Hit]]:
    stated = re.match(r".{2,60}?\s(?:is|are)\s(?P<v>(?:an?|the|your)\s.+)", text)
    value = phrase(re.split(r"\s(?:that|which|who|where)\s", stated["v"] if stated else text)[0], 15)
    opens_with_article = re.match(r"(?:an?|the)\s", value, re.IGNORECASE)
    shelf = _SHELF.search(value) or _AGENT.search(value)
    if len(value.split()) < 3 or _NO_DEFINITION.search(value) or not (shelf or opens_with_article) or "?" in text:
        return
    if shelf is None:
        yield "definition", _hit(line, value[0].lower() + value[1:])
        return
    shelf_words = shelf["v"].split()
    while len(shelf_words) > 1 and (shelf_words[0].lower() in _NO_SHELF or shelf_words[0][0].isdigit()):
        shelf_words.pop(0)
    for at, shelf_word in enumerate(shelf_words[:-1]):
        if shelf_word.lower() in ("a", "an", "the", "your", "our", "or", "and", "of", "for", "s"):
            shelf_words = shelf_words[at + 1 :]
            break
    category = words.lowered(" ".join(shelf_words))
    if category.lower() not in words.names:
        yield "category", _hit(line, category)
    if not re.match(r"(?:an?|the|your)\s", value, re.IGNORECASE):
        head = re.split(r"\s(?:for|of|that|to|in|with|on|from|by|as)\s", value)[0]
        plural = head.endswith("s") and not head.endswith("ss")
        article = "" if plural else "an " if value[0].lower() in "aeiou" else "a "
        value = article + words.lowered(value)
    yield "definition", _hit(line, value[0].lower() + value[1:])


def _as_job(line: Line, words: _Words, text: str, *, lead: bool) -> Iterator[tuple[str, Hit]]:
    value = words.lowered(phrase(text, 13))
    if (
        len(value.split()) < 3
        or _title_case(value)
        or re.match(r"open[- ]source|store and|cloud", value, re.IGNORECASE)
    ):
        return
    value = value[0].lower() + value[1:]
    yield "feature", _hit(line, value)
    if lead:
        yield "job", _hit(line, value)
        if not re.search(r",|\band\b|&", value):
            yield "single_job", _hit(line, value)


def _hit(line: Line, value: str) -> Hit:
    return Hit(value, (Citation(line.passage, line.text[:LONGEST_QUOTE]),))


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()


_COMMAND = re.compile(r"(?:\$ )?(?P<v>[a-z][\w.-]+(?: [\w./:@=\"'{}$()\[\]<>|,-]+){1,9})")
_DATE = re.compile(
    r"(?P<v>(?:20[12]\d-\d\d(?:-\d\d)?|(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? (?:\d{1,2},? )?20[12]\d)\b.{0,60})"
)
_AMOUNT = re.compile(
    r"(?P<v>\d(?:[\d.,]*\d)?[kKM]?\s(?!months? free|days? free)(?:[KMGT]B|[a-z]+s?)(?:\s[\w-]+){0,4})(?:,.*)?"
)
_NAMED = re.compile(rf"(?P<v>{_NAME})")


def _of_sections(lines: list[Line], words: _Words) -> Iterator[tuple[str, Hit]]:
    """limitation, code, rival, measured, feature, dated: what stands under a heading that announces it."""
    for line in lines:
        length = len(line.text.split())
        if line.section == "limits" and 3 <= length <= 40:
            yield "limitation", _hit(line, phrase(line.text, 24))
        elif line.section == "start" and (command := _COMMAND.fullmatch(line.text)) and len(command["v"]) <= 90:
            yield "code", _hit(line, command["v"])
        elif line.section == "versus":
            for name in _NAMED.finditer(line.text):
                if value := _names_in(name["v"], words):
                    yield "rival", _hit(line, value)
        elif (line.section == "prices" or line.label == "pricing") and (amount := _AMOUNT.fullmatch(line.text)):
            yield "quota", _hit(line, amount["v"])
        elif line.section == "figures" and re.search(r"\d", line.text) and 2 <= length <= 16:
            yield "measured", _hit(line, line.text.replace(" | ", ": "))
        elif line.section == "features" and length >= 3:
            yield "feature", _hit(line, words.lowered(phrase(line.text, 11)))
        elif line.section == "changes" and (date := _DATE.match(line.text)):
            yield "dated", _hit(line, phrase(date["v"], 8))


_PRICE_TOKEN = re.compile(_MONEY)
_PERIODS = {"month": "a month", "year": "a year", "week": "a week", "day": "a day", "hour": "an hour", "once": "once"}


def _money(passages: Sequence[Passage], plans: Sequence[PlanDoc]) -> Iterator[tuple[str, Hit]]:
    """price, free_plan, ladder, unit_price, custom_plan: the stored plans whose quote stands in a passage."""
    priced: list[tuple[float, str, Citation]] = []
    for plan in plans:
        citation = _where(plan, passages)
        if citation is None:
            continue
        if plan.amount is None:
            yield "custom_plan", Hit(plan.name if plan.name in citation.quote else citation.quote, (citation,))
        elif float(plan.amount) == 0:
            yield "free_plan", Hit(plan.name if plan.name in citation.quote else "free", (citation,))
        elif money := _as_money(plan, citation.quote):
            yield "price", Hit(money, (citation,))
            if plan.unit:
                yield "unit_price", Hit(f"{money} per {plan.unit}" if plan.unit not in money else money, (citation,))
            priced.append((float(plan.amount), money, citation))
    priced.sort(key=lambda row: (row[0], row[1]))
    if len(priced) > 1 and priced[0][0] < priced[-1][0]:
        low, high = priced[0], priced[-1]
        yield "ladder", Hit(f"{low[1]} to {high[1]}", (low[2], high[2]))


def _as_money(plan: PlanDoc, quote: str) -> str:
    for match in _PRICE_TOKEN.finditer(quote):
        token = re.match(r"[^\d]*[\d.,]*\d(?:\s?(?:USD|EUR|GBP|CHF|€|£))?", match[0])
        if token and plan.amount and _number(token[0]) == float(plan.amount):
            per = _PERIODS.get(plan.period or "") or (f"per {plan.unit}" if plan.unit else "")
            return f"{token[0].strip()} {per}".strip()
    return ""


def _number(text: str) -> float | None:
    digits = re.sub(r"[^\d.,]", "", text)
    digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    try:
        return float(digits)
    except ValueError:
        return None


def _where(plan: PlanDoc, passages: Sequence[Passage]) -> Citation | None:
    """The first passage that holds a quote of the plan."""
    for evidence in plan.evidence:
        for passage in passages:
            if span := find_quote(evidence.quote, passage.text):
                return Citation(passage.number, span)
    return None
