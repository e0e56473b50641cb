"""The week's letter before it goes: its words, who gets it; send it, send one copy to ourselves, stop. The same as
`scout newsletter`."""

from __future__ import annotations

from starlette.responses import Response

from jobs import newsletter
from jobs.console.forms import Refused
from jobs.console.printing import templates
from jobs.console.streaming import streamed
from jobs.console.visit import Visit, get, post

_PAGE = "/readers/letter"


def letter(visit: Visit) -> Response:
    """What a run would send now, and to whom; how far one is, or how the last one ended."""
    found, run = visit.console.posting.preview(), visit.console.posting.last
    missing = newsletter.missing(visit.console.settings)
    with visit.reading() as store:
        counts, newest = store.subscriber_counts(), store.letters(1)
    had = newest[0] if newest and found["made_at"] else None
    return visit.show("letter.html", found=found, run=run, counts=counts, had=had, missing=missing)


def send(visit: Visit) -> Response:
    """Send it to everybody who waits; with `again_unsure` also to those who may have it."""
    posting, form = visit.console.posting, visit.form
    posting.start(visit.editor, form.word("seal"), again_unsure=bool(form.word("again_unsure")))
    return visit.go(_PAGE)


def test(visit: Visit) -> Response:
    """Send one copy to the addresses of the mail target."""
    sent = newsletter.send_test(visit.console.stores.path, visit.console.settings)
    return visit.go(_PAGE, f"“{sent['title']}” went to {', '.join(sent['to'])}.")


def stop(visit: Visit) -> Response:
    """Have a run end after the copy that is being handed over."""
    visit.console.posting.stop()
    return visit.go(_PAGE)


async def events(visit: Visit) -> Response:
    """How far the run is, as server-sent events, until it has ended."""
    run = visit.console.posting.last
    if run is None or str(run.number) != visit.word("number"):
        raise Refused(404, "This run is not the last one of this console.")
    return streamed(
        visit,
        lambda: templates().get_template("letter_live.html").render(run=run),
        going=lambda: run.sending,
        version=lambda: (run.said, run.state, run.stop.is_set()),
    )


ROUTES = (
    get(_PAGE, letter, waits=True),
    post(_PAGE, send),
    post(f"{_PAGE}/test", test),
    post(f"{_PAGE}/stop", stop),
    get(f"{_PAGE}/{{number}}/events", events),
)
