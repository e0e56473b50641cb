"""Challenge and login pages that come instead of the content. They are labelled and left; nothing here gets around one.

Marks are those of the interstitials themselves, none of a script that ordinary pages carry too (a site behind
Cloudflare serves `/cdn-cgi/challenge-platform/` on every page).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

_HEADERS = (
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-vercel-mitigated", "challenge", "Vercel"),
    ("x-vercel-mitigated", "deny", "Vercel"),
    ("x-amzn-waf-action", "challenge", "AWS WAF"),
    ("x-amzn-waf-action", "captcha", "AWS WAF"),
    ("x-datadome", "protected", "DataDome"),
)
# In the body of an answer that is an error, is tiny, or carries such a title.
_MARKS = (
    (b"window._cf_chl_opt", "Cloudflare"),
    (b"cf-browser-verification", "Cloudflare"),
    (b"geo.captcha-delivery.com", "DataDome"),
    (b"/_Incapsula_Resource?", "Imperva"),
    (b"Request unsuccessful. Incapsula incident", "Imperva"),
    (b'id="px-captcha"', "HUMAN"),
    (b"window._pxAppId", "HUMAN"),
    (b"sec-if-cpt-container", "Akamai"),
    (b"errors.edgesuite.net", "Akamai"),
    (b"anubis_challenge", "Anubis"),
    (b"awsWafCookieDomainList", "AWS WAF"),
    (b"sucuri_cloudproxy_js", "Sucuri"),
    (b"/.well-known/ddos-guard/", "DDoS-Guard"),
)
_TITLES = re.compile(
    rb"just a moment\W*|attention required!?( \| cloudflare)?|access denied|pardon our interruption\W*"
    rb"|ddos-guard|checking your browser\b.*|please wait\W*( \| cloudflare)?|one moment,? please\W*"
    rb"|(are you|verify (that )?you are|verifying you are) (a )?(human|robot|not a (ro)?bot)\W*|human verification"
    rb"|making sure you(&#39;|&#x27;|')?re not a bot!?|vercel security checkpoint|security check(point)?( required)?"
    rb"|captcha|robot check|bot verification|you have been blocked|request rejected",
    re.IGNORECASE,
)
_TITLE = re.compile(rb"<title[^>]*>\s*(.*?)\s*</title", re.IGNORECASE | re.DOTALL)
_LOGIN = re.compile(
    r"/(?:[a-z-]{2,5}/)?(?:(?:auth|account|accounts|users?|session|sessions|member|oauth2?|sso|id)/)?"
    r"(?:log-?in|sign-?in|sign_in|log_in|authorize|authwall|sso)(?:\.\w+)?/?",
    re.IGNORECASE,
)
_LOGIN_HOSTS = frozenset({"login", "signin", "accounts", "auth", "sso", "idp"})
# Interstitials are small; a mark further down is a page that talks about them, or embeds a form with a captcha.
_LOOKED_AT = 16_384
_LONGEST_TITLE = 1_000
_TINY = 8_192
_SMALL = 100_000


def why_blocked(status: int, headers: Mapping[str, str], body: bytes, asked: str, final: str) -> str:
    """Why this answer is no content, in words; "" when it is.

    `headers`: any mapping that finds a name in lower case. `asked`, `final`: addresses before and after redirects.
    """
    for name, word, maker in _HEADERS if status != 200 else ():
        if name in headers and word in headers[name].lower():
            return f"a {maker} challenge came instead of the page"
    title = _title(body)
    suspicious = bool(_TITLES.fullmatch(title))
    if suspicious or status >= 300 or len(body) < _TINY:
        maker = next((maker for mark, maker in _MARKS if mark in body), "")
        if maker and len(body) < _SMALL:
            return f"a {maker} challenge came instead of the page"
    if suspicious and len(body) < _SMALL:
        return f"a challenge page came instead of the page ({title.decode('utf-8', 'replace')})"
    if status == 401:
        return "it asks for a login"
    if final != asked and leads_to_login(asked, final):
        return f"it sends visitors to a login page ({final})"
    return ""


def _title(body: bytes) -> bytes:
    start = body.find(b"<title", 0, _LOOKED_AT)
    if start < 0:
        start = body.find(b"<TITLE", 0, _LOOKED_AT)
    match = _TITLE.match(body, start, start + _LONGEST_TITLE) if start >= 0 else None
    return match[1] if match else b""


def leads_to_login(asked: str, final: str) -> bool:
    """Whether a redirect ended at a login page that was not asked for."""
    before, after = urlsplit(asked), urlsplit(final)
    if _LOGIN.fullmatch(before.path):
        return False
    if _LOGIN.fullmatch(after.path):
        return True
    label = (after.hostname or "").partition(".")[0]
    return label in _LOGIN_HOSTS and before.hostname != after.hostname
