"""What is slow to make and always comes out the same is kept beside the code between processes, as Python keeps its byte code.

An expression of 10,000 words takes 0.1 s to compile and 2 ms to read again; without this the first page of every process
costs a second. Where nothing can be written it is made anew each time.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def kept(name: str, of: Iterable[str | bytes], make: Callable[[], T]) -> T:
    """What `make` gives: a value that `marshal` takes, made once for all that it follows from (`of`) and each Python.

    Its file stands with the byte code of this package; it is called by the name, and made anew once something else is given.
    """
    digest = hashlib.sha256(sys.version.encode())
    for part in of:
        digest.update(part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    path = Path(cache_from_source(str(Path(__file__).with_name(f"kept_{name}.py"))))
    with suppress(OSError, ValueError, EOFError, TypeError):  # not there, or half a file
        body = path.read_bytes()
        if body.startswith(digest.digest()):
            found: T = marshal.loads(memoryview(body)[digest.digest_size :])
            return found
    made = make()
    value: Any = made
    _write(path, digest.digest() + marshal.dumps(value))
    return made


def short(*parts: str) -> str:
    """A name for a file, for what is told apart by some texts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _write(path: Path, body: bytes) -> None:
    """The file, whole or not at all, whoever else writes it at the same time."""
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    with suppress(OSError):  # a package that may not be written to
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(body)
        unfinished.replace(path)


def pattern(name: str, expression: str, flags: int = 0) -> re.Pattern[str]:
    """The compiled pattern of a long expression, kept as `kept` keeps it."""
    return compiled(name, [expression, str(int(flags))], lambda: expression, flags)


def compiled(name: str, of: Iterable[str | bytes], expression: Callable[[], str], flags: int = 0) -> re.Pattern[str]:
    """The compiled pattern of an expression, kept as `kept` keeps it.

    `re` keeps no program of its own, so that this asks the parts it is made of; where they are not as we know them, `re`
    compiles as ever. What is read again is checked by `re` before it runs.
    """
    with suppress(ImportError, AttributeError, TypeError, RuntimeError, OverflowError):
        import _sre  # type: ignore[import-not-found]  # C, without stubs

        program = kept(name, of, lambda: _program(expression(), flags))
        found: re.Pattern[str] = _sre.compile(*program)
        return found
    return re.compile(expression(), flags)


def _program(expression: str, flags: int) -> tuple[Any, ...]:
    """What `re` makes of an expression before it is a pattern: the arguments of its own last step."""
    from re import _compiler, _parser  # type: ignore[attr-defined]  # private, see `compiled`

    parsed = _parser.parse(expression, flags)
    state = parsed.state
    names = [None] * state.groups
    for name, number in state.groupdict.items():
        names[number] = name
    code = _compiler._code(parsed, flags)
    return (
        expression,
        int(flags | state.flags),
        list(map(int, code)),
        state.groups - 1,
        dict(state.groupdict),
        tuple(names),
    )
