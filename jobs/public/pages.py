"""The forms of readers and their answers: subscribe, confirm, leave, vote. docs/publishing.md has the contract."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from urllib.parse import quote, urlencode

from starlette.responses import Response

from jobs.console.forms import Refused
from jobs.public.requests import Asked, get, post, sheet
from tools.exporters._addresses import page_url
from tools.mail_addresses import mail_address
from tools.models import VOTES

_TOKEN = re.compile(r"[0-9a-f]{32}")
_YEAR_S = 365 * 86_400
_COOKIE = "scout-voter"
_POLL = "Readers' votes are a poll: one a browser, and no part of the critics' verdict."


def home(asked: Asked) -> Response:
    """What this address is for."""
    return asked.show("Forms of readers", "This address takes sign-ups for the week's letter, and votes on products.")


# the letter ----------------------------------------------------------------------------------------------------------


def subscribe(asked: Asked) -> Response:
    """A sign-up. Whoever asks gets the same answer whatever is known of the address."""
    public = asked.public
    if public.confirming is None:
        raise Refused(503, "Sign-ups are not taken at the moment.")
    asked.count(public.asks, asked.client)
    address = mail_address(asked.form.word("email"))
    if not asked.form.word("website"):  # people do not see this field
        with public.stores.writing() as store:
            store.subscribe(address)
        public.confirming.wake()
    page = asked.word("page")
    return asked.go(f"/asked?{urlencode({'page': page[:300]})}" if page else "/asked")


def asked_for(asked: Asked) -> Response:
    """The answer to every sign-up."""
    days = asked.public.settings.confirm_days
    held = f"{days:g} days" if days >= 1 else "a short time"
    return asked.show(
        "Look into your mailbox",
        "If the address is not on the list yet, a mail with a link goes there within minutes. The letter comes once you "
        f"have opened that link and pressed the button; the link holds for {held}.",
        "At most one such mail goes to an address in a day. None came? Look among unwanted mail, or try again tomorrow.",
    )


def confirming(asked: Asked) -> Response:
    """The page of a mail's link: a button."""
    token = _token(asked)
    return asked.show(
        "The week's letter",
        "Verdicts and price changes, once a week, to the address this link was mailed to. Each letter has a link by which "
        "it stops.",
        act="/confirm",
        token=token,
        button="Yes, send it",
    )


def confirm(asked: Asked) -> Response:
    """The button was pressed."""
    public, token = asked.public, _token(asked)
    with public.stores.writing() as store:
        done = store.confirm(token, timedelta(days=public.settings.confirm_days))
    if not done:
        public.guesses.count(asked.client)
        return asked.show("This link holds no more", "Sign up once more, and a new one comes by mail.", code=410)
    return asked.show("You are on the list", "The next letter goes to you too.")


def leaving(asked: Asked) -> Response:
    """The page of the link in a letter: a button."""
    return asked.show(
        "Leave the list",
        "No letter goes to the address any more that this link was mailed to, and it is deleted here.",
        act="/unsubscribe",
        token=_token(asked),
        button="Leave",
    )


def leave(asked: Asked) -> Response:
    """The button was pressed, here or in a mail program (RFC 8058)."""
    public, token = asked.public, _token(asked)
    with public.stores.writing() as store:
        known = store.leave(token)
    if not known:
        public.guesses.count(asked.client)
        return asked.show(
            "This link leads to nobody", "The address is not on the list, or was deleted before.", code=410
        )
    return asked.show("You have left", "The address is deleted, and nothing more goes there.")


def _token(asked: Asked) -> str:
    """The token of a link. Errors: Refused where none came, or who asks has tried many that nobody has."""
    asked.admit(asked.public.guesses, asked.client)
    token = asked.word("token")
    if not token or len(token) > 100:
        raise Refused(400, "The link is not whole. Copy all of it out of the mail, its last letters too.")
    return token


# votes ---------------------------------------------------------------------------------------------------------------


def vote(asked: Asked) -> Response:
    """One vote a token; a browser without a script gets its token as a cookie."""
    public, given = asked.public, asked.form.word("token")
    token = given or asked.request.cookies.get(_COOKIE, "")
    made = "" if _TOKEN.fullmatch(token) else secrets.token_hex(16)
    if given and made:
        raise Refused(400, "The token of a vote is 32 hex digits; what came is not. Nothing was counted.")
    cast = asked.form.word("vote")
    if cast not in VOTES:
        raise Refused(400, f"A vote is {' or '.join(VOTES)}; what came is neither. Nothing was counted.")
    with public.stores.reading() as store:
        found = store.votable(asked.form.word("slug")[:300], approved_only=public.settings.approved_only)
    if found is None:
        raise Refused(410, "This product is not listed any more, or never was. Nothing was counted.")
    slug = found[0]
    asked.count(public.votes, asked.client)
    asked.count(public.same, f"{asked.client} {slug}")
    asked.count(public.all_votes, "")
    with public.stores.writing() as store:
        store.put_vote(slug, made or token, cast)
    answer = asked.go(f"/voted?slug={quote(slug, safe='')}")
    if made:
        secure = public.url.startswith("https:")
        answer.set_cookie(
            _COOKIE,
            made,
            max_age=_YEAR_S,
            path=public.path or "/",
            secure=secure,
            httponly=True,
            samesite="none" if secure else "lax",  # the form comes from the site, which may stand elsewhere
        )
    return answer


def voted(asked: Asked) -> Response:
    """Thanks, and what readers say so far."""
    public = asked.public
    with public.stores.reading() as store:
        found = store.votable(asked.word("slug")[:300], approved_only=public.settings.approved_only)
        counts = store.votes(found[0]) if found else {}
    if found is None:
        raise Refused(410, "This product is not listed any more.")
    return asked.show(
        "Your vote is counted",
        f"Readers on {found[1][:120]}: {counts['ship']} ship, {counts['skip']} skip. Vote again to change yours.",
        _POLL,
        back=page_url(public.settings, found[0]),
    )


ROUTES = (
    get("/", home),
    post("/subscribe", subscribe, of_site=True),
    get("/asked", asked_for),
    get("/confirm", confirming),
    post("/confirm", confirm),
    get("/unsubscribe", leaving),
    post("/unsubscribe", leave),
    post("/vote", vote, of_site=True),
    get("/voted", voted),
    sheet("/base.css"),
)
