"""What readers did: how many get the week's letter, what became of the letters, what readers vote."""

from __future__ import annotations

from starlette.responses import Response

from jobs.console.visit import Visit, get, post
from tools.exporters.site import post_url

TITLE, ORDER = "Readers", 85
_LETTERS, _VOTED = 12, 50  # rows on the page


def readers(visit: Visit) -> Response:
    """Counts; no address is shown."""
    with visit.reading() as store:
        return visit.show(
            "readers.html",
            open=post_url(visit.console.settings),
            counts=store.subscriber_counts(),
            trouble=store.mail_trouble(),
            letters=store.letters(_LETTERS),
            voted=store.voted(_VOTED),
        )


def remove(visit: Visit) -> Response:
    """Forget an address that somebody asks to be taken out."""
    with visit.writing() as store:
        store.remove_subscriber(visit.word("address"))
    return visit.go("/readers", "The address is forgotten, and all that was known of it.")


def clear(visit: Visit) -> Response:
    """Send letters to an address again that bounced."""
    with visit.writing() as store:
        store.forget_bounces(visit.word("address"))
    return visit.go("/readers", "The address gets letters again.")


ROUTES = (get("/readers", readers), post("/readers/remove", remove), post("/readers/clear", clear))
