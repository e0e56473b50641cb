"""Signing in by an editor's token, and signing out."""

from __future__ import annotations

from starlette.responses import Response

from jobs.console.access import LONGEST_S
from jobs.console.visit import SIGN_IN, Visit, get, own_path, post


def form(visit: Visit) -> Response:
    """The page that asks for the token. The link of the terminal has it behind a #, which no server and no log sees."""
    return visit.show("signing_in.html", sentence="", to=own_path(visit.word("to") or "/"))


def sign_in(visit: Visit) -> Response:
    """A session for whose token it is; who guesses is locked out for a while."""
    console, to, token = visit.console, own_path(visit.word("to") or "/"), visit.word("token")
    if wait := console.guesses.wait_s(visit.client, token):
        return visit.show("signing_in.html", 429, sentence=_locked(wait), to=to)
    editor = console.keys.editor_of(token)
    if editor is None:
        console.guesses.count(visit.client, token)
        wait = console.guesses.wait_s(visit.client, token)
        sentence = (
            _locked(wait) if wait else "This is not the token of an editor. `scout serve --new-token` makes a new one."
        )
        return visit.show("signing_in.html", 429 if wait else 403, sentence=sentence, to=to)
    console.guesses.forget(visit.client, token)
    console.sessions.end(visit.request.cookies.get(console.cookie))
    response = visit.go(to)
    response.set_cookie(
        console.cookie,
        console.sessions.start(editor),
        max_age=int(LONGEST_S),
        httponly=True,
        samesite="strict",
        secure=visit.request.url.scheme == "https",
    )
    return response


def sign_out(visit: Visit) -> Response:
    """The end of the session."""
    visit.console.sessions.end(visit.request.cookies.get(visit.console.cookie))
    response = visit.go(SIGN_IN)
    response.delete_cookie(visit.console.cookie, httponly=True, samesite="strict")
    return response


def _locked(wait_s: float) -> str:
    return f"Too many wrong tokens came from here. Signing in is locked for {max(1, round(wait_s / 60))} minutes."


ROUTES = (get(SIGN_IN, form, to_all=True), post(SIGN_IN, sign_in, to_all=True), post("/sign-out", sign_out))
