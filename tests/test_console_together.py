"""Work that several ask for at once is done once, and never handed to who asked after it began."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from jobs.console.together import Together


def test_those_who_wait_share_what_is_begun_after_they_asked() -> None:
    together, numbers = Together[int](), count(1)
    begun, go_on = threading.Event(), threading.Event()

    def make() -> int:
        number = next(numbers)
        if number == 1:
            begun.set()
            assert go_on.wait(10)
        return number

    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(together.get, "page", make)
        assert begun.wait(10)
        later = [threads.submit(together.get, "page", make) for _ in range(6)]
        while together._lines["page"].users < 7:
            pass
        assert together.get("another page", lambda: 99) == 99, "other things are not waited for"
        go_on.set()
        assert first.result() == 1
        assert [one.result() for one in later] == [2] * 6
    assert together.get("page", make) == 3
    assert not together._lines, "nothing is kept once all have it"


def test_an_error_is_for_who_made_it_and_leaves_nothing_behind() -> None:
    together = Together[int]()
    with pytest.raises(ZeroDivisionError):
        together.get("page", lambda: 1 // 0)
    assert together.get("page", lambda: 7) == 7
