"""What a product is about: tags the page gives itself, else the topics its head and hero speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from tools.models import Evidence, Fact
from tools.page.about import About
from tools.page.markup import PRODUCT_TYPES, Meta, text_of, types_of
from tools.page.seen import Seen
from tools.page.visible import clean

# Kinds of software as directories sort them. A topic counts where the page's title, heading or description names it.
_TOPICS = """
2fa|two-factor authentication; 3d|3d modeling; a/b testing|ab testing; accessibility|a11y; accounting; ad tech|advertising|ads; affiliate marketing; agents|ai agents|ai agent;
ai|artificial intelligence|generative ai|genai|ai-powered|ai-native; analytics|web analytics|product analytics|data analytics; animation; api|apis|rest api|graphql; api gateway; app builder; app store optimization;
applicant tracking|ats; appointment|appointment scheduling|booking|scheduling; authentication|auth|single sign-on|sso|identity; automation|workflow automation|automations; backend|backend as a service|baas;
backup|backups; billing|subscription billing; bookkeeping; bookmarks|bookmarking; browser|web browser; browser extension|chrome extension; bug tracking|issue tracking; build tool|bundler; business intelligence;
cache|caching; calendar|calendars; career|careers; cdn; changelog; chat|messaging|team chat|business messaging; chatbot|chatbots|conversational ai; ci/cd|continuous integration|continuous delivery; cli|command line|terminal; cloud|cloud hosting|cloud computing|cloud infrastructure;
cms|content management|headless cms; code editor|ide|code editors; code generation|coding assistant|ai coding|pair programmer; code review|code reviews; code search; collaboration|team collaboration; communication|team communication; compliance; compression; computer vision; consent management; containers|docker|kubernetes;
content creation|content marketing; converter|file converter|pdf converter|unit converter|converters; copywriting|ai writing|writing assistant; crm|customer relationship management; cross-platform; customer engagement; customer feedback|feedback; customer service|customer support|help desk|helpdesk|support; cybersecurity|security;
dashboard|dashboards; data; data catalog; data integration|etl|elt; data pipeline|data pipelines; data science; data visualization|charts; data warehouse; database|databases|postgres|sql; dataset|datasets; debugging|debugger; deep learning; deployment|deploy; design|design tool|ui design|web design|product design; design system; desktop;
developer tools|developer tool|devtools|dev tools|developers|for developers; devops; diagram|diagrams|diagramming|whiteboard; digital asset management; document management|documents; documentation|docs; domain names; e-commerce|ecommerce|online store; e-signature|electronic signature|esign; education|e-learning|learning|lms;
email|emails|inbox; email marketing|newsletter|newsletters; embeddings|vector database|vector search; employee engagement; employee onboarding|onboarding; encryption|encrypted; erp; error tracking|error monitoring; event management|events; expense management|expenses; experiment tracking; feature flags;
file sharing|file transfer; file storage|cloud storage; finance|fintech|personal finance; fine-tuning; fitness|health|healthcare|wellness; forms|form builder|surveys|survey; framework|web framework; fundraising; gaming|game development|games|game engine; git|version control; gpu|gpus|gpu cloud; growth; headless browser|web scraping|scraping|crawler;
hosting|web hosting; hr|human resources|hris|hcm; identity theft protection|identity theft; image editing|photo editing; image generation|text-to-image|ai images; incident management|on-call; inference|model serving; infrastructure|infrastructure as code|iac; integration|integrations|ipaas; internal tools; internationalization|localization|translation;
interview|interview preparation|job interview; inventory|inventory management; invoicing|invoices; iot; it management; it service management|itsm; kanban|task boards; key-value store; keyword research; knowledge base|wiki; knowledge management; landing page|landing pages; language model|language models|llm|llms|large language models; lead generation|leads; legal; live chat; load balancing;
load testing|performance testing; local seo; logging|log management|logs; logistics|supply chain; low-code|no-code|low code|no code; machine learning|ml; mac|macos; maps|geospatial; marketing|marketing automation|digital marketing; mcp|model context protocol; meeting|meetings|meeting notes; messaging queue|message queue; microservices; mind map; mobile|mobile app|mobile apps|ios|android; mock|api testing;
monitoring|uptime monitoring|uptime; music|audio; network|networking|vpn; note taking|notes|note-taking; notifications|push notifications; object storage; observability|apm; ocr; office suite; open source|open-source; optimization; orm; outreach|cold email|sales engagement; packaging|package manager|application packaging; passwords|password management; payments|payment processing; payroll;
pdf; performance; performance management; personalization; photos|photo; photography; podcast|podcasts; presentation|presentations|slides; pricing; privacy|privacy-friendly|privacy-first; product management|roadmap|roadmaps; productivity; programming language; project management|work management; prompt engineering|prompts; prototyping|wireframes|wireframing|mockups; proxy|proxies;
quality assurance|testing|test automation|qa; rag|retrieval; real estate; real-time; recruiting|recruitment|hiring; remote desktop; remote work; reporting|reports; reputation management|reviews; resume|cv; retail; reverse engineering; robotics; rss|feed reader; sales; scheduling|employee scheduling|workforce management; screen recording|screen recorder|screenshots; sdk; search|site search|search engine;
search engine optimization|seo; secrets management; self-hosted|self hosting; serverless; session replay; shopping; small business|small businesses|smb|smbs; sms|sms marketing|text messaging; social media|social media management; speech|speech recognition|text-to-speech|speech-to-text|transcription; spreadsheet|spreadsheets; startup|startups; status page; stock photos; storage; streaming|live streaming; sync|synchronization;
synthetic data; tasks|task management|to-do|todo; tax|taxes; team management; templates; text editor|editor; time tracking|time tracker|time and attendance; tools|online tools; travel; ui components|component library|ui kit; ui testing; url shortener; user research|usability testing; vector graphics; video|videos|video editing|video messages; video conferencing|video calls; virtual assistant; virtual events; virtual machine|virtualization;
visual programming; voice|voip|voice ai|phone system; web app; web components; web3|blockchain|crypto; webhooks; website|websites; website builder; windows; wordpress; workflow|workflows|workflow management; workspace; writing
"""
_FORMS: dict[str, str] = {}
for _entry in _TOPICS.replace("\n", " ").split(";"):
    for _form in (_names := [w.strip() for w in _entry.split("|") if w.strip()]):
        _FORMS.setdefault(_form, _names[0])
_WORD = re.compile(r"[a-z0-9][a-z0-9/+&.-]*", re.IGNORECASE)
_LONGEST = max(form.count(" ") + 1 for form in _FORMS)
_LIMIT = 8


def read(seen: Seen, about: About) -> Iterator[Fact]:
    """The tags; nothing where neither markup nor head nor hero tells."""
    hero = seen.hero
    stated, quotes = _stated(seen.meta, seen.items, seen.url, about.own)
    spoken, more = _spoken(seen.meta, hero.text(), hero.seen, seen.url, about.own)
    tags = stated + [tag for tag in spoken if tag not in stated]
    if tags:
        evidence = tuple((quotes + more)[: len(tags)])
        confidence = 0.8 if stated else 0.65
        yield Fact("tags", tags[: _LIMIT + len(stated)][:20], "meta", confidence, evidence[:20])


def _stated(meta: Meta, items: list[dict[str, Any]], url: str, name: str) -> tuple[list[str], list[Evidence]]:
    tags: dict[str, Evidence] = {}
    sources: list[tuple[str, str]] = [(v, "meta keywords") for v in meta.tags.get("keywords", [])[:1]]
    sources += [(v, "meta article:tag") for v in meta.tags.get("article:tag", [])[:12]]
    for item in items:
        if any(k in PRODUCT_TYPES for k in types_of(item)):
            given = item.get("keywords")
            for value in given if isinstance(given, list) else [given]:
                sources.append((text_of(value), "JSON-LD keywords"))
    for text, path in sources:
        for piece in re.split(r"[,;|\n]", text):
            tag = " ".join(clean(piece).lower().split())
            if 1 < len(tag) <= 40 and len(tag.split()) <= 4 and tag != name.lower():
                tags.setdefault(tag, Evidence(url, "markup", piece.strip(), path))
    return list(tags)[:12], list(tags.values())[:12]


def _spoken(meta: Meta, hero: str, seen: bool, url: str, name: str) -> tuple[list[str], list[Evidence]]:
    scores: dict[str, float] = {}
    quotes: dict[str, Evidence] = {}
    sources = (
        (meta.title, 3.0, "markup", "title"),
        (hero, 2.0, "visible" if seen else "markup", ""),
        (meta.first("description", "og:description"), 2.0, "markup", "meta description"),
        (re.sub(r"[-_/.]+", " ", urlsplit(url).path), 1.0, "markup", "address"),
    )
    for text, weight, place, path in sources:
        for form, quote in _forms_in(text[:1_500]):
            tag = _FORMS[form]
            scores[tag] = scores.get(tag, 0.0) + weight
            if form != tag:
                scores[form] = scores.get(form, 0.0) + weight * 0.9
            if path != "address":
                for key in {tag, form}:
                    quotes.setdefault(key, Evidence(url, "visible" if place == "visible" else "markup", quote, path))
    ranked = sorted((t for t in scores if t in quotes and t != name.lower()), key=lambda t: (-scores[t], t))[:_LIMIT]
    return ranked, [quotes[t] for t in ranked]


def _forms_in(text: str) -> Iterator[tuple[str, str]]:
    """The forms of topics in a text, longest first at each place, each with its words as they stand."""
    words = [(m.start(), m.end()) for m in _WORD.finditer(text)]
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            quote = text[words[at][0] : words[at + length - 1][1]].rstrip(".-/&+")
            form = quote.lower()
            if form in _FORMS:
                yield form, quote
                at += length - 1
                break
        at += 1
