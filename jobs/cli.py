"""The scout command: parses, exits. Results on stdout, progress and logs on stderr; only this file exits."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import textwrap

import click

from jobs.commands import (
    CANNOT_RUN,
    OK,
    SOME_FAILED,
    WRONG_USAGE,
    editing,
    finding,
    handing_on,
    keeping,
    notifying,
    readers,
    reading,
    serving,
    sources,
    write_commands,
)
from tools import __version__
from tools.errors import CannotRun, ScoutError, UsageError
from tools.settings import SETTINGS

_BARE = "scout.bare"
_BEGIN = (
    "Begin with `scout demo`: no key, no network. For the real thing set SCOUT_CONTACT to an address that sites can write to, "
    "then `scout crawl` and `scout list`. `scout COMMAND --help` tells of one command, `scout --help` lists the settings."
)
SECTIONS = {
    "Find and read": finding,
    "Look": reading,
    "Edit": editing,
    "Serve": serving,
    "Be notified": notifying,
    "Hand on": handing_on,
    "Readers": readers,
    "Sources and recipes": sources,
    "Keep it running": keeping,
}


class _Sections(click.Group):
    """The list of commands by what people come to do; then the settings, or for who typed no more than `scout`, how to begin."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does; noted is whether anything was typed."""
        ctx.meta[_BARE] = not args
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if ctx.meta.get(_BARE):
            formatter.write_paragraph()
            formatter.write_text(_BEGIN)
            return
        with formatter.section("Settings (environment variables; `scout doctor` shows those in force)"):
            formatter.write_dl([(setting.env, setting.help) for setting in SETTINGS], col_max=28)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, module in SECTIONS.items():
            write_commands(formatter, title, module.COMMANDS)


class _Stderr(logging.Handler):
    """Log lines on stderr as it is at the time: above the progress of a terminal, never through it."""

    def emit(self, record: logging.LogRecord) -> None:
        # not click.echo: it looks for the bytes' stream below, and writes past whoever has put a spinner in between
        sys.stderr.write(f"{self.format(record)}\n")


@click.group(cls=_Sections, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="scout")
@click.option(
    "--log",
    "level",
    default="warning",
    type=click.Choice(["debug", "info", "warning", "error"]),
    show_default=True,
    help="What is logged on stderr.",
)
def cli(level: str) -> None:
    """Finds new developer tools the day they launch, reads what they are and cost, and says ship or skip, with every
    claim cited.

    Results go to stdout, progress and logs to stderr. Exit 0: all went well, or all that failed is what a site does not
    want (policy), no longer has (gone), or what our own checks refused of a page (refused). 1: something is broken or
    changed, or a check refused a whole source or an address you named; listed. 2: wrong usage. 3: could not run at all,
    or no source could be read.
    """
    logging.basicConfig(level=level.upper(), format="%(levelname)s %(name)s %(message)s", handlers=[_Stderr()])


for _module in SECTIONS.values():
    for _command in _module.COMMANDS:
        cli.add_command(_command)


def main() -> None:
    """Run the command and exit: one sentence and the right code for whatever we raise on purpose."""
    _write_any_text()
    cli._main_shell_completion({}, "scout")  # ends here where a shell asks what may come next
    try:
        # not cli.main(): it ends with 1 when the reader of a pipe has gone, which is no failure of ours
        with cli.make_context("scout", sys.argv[1:]) as context:
            code = cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_USAGE)
    except UsageError as error:
        _end(str(error), WRONG_USAGE)
    except CannotRun as error:
        _end(str(error), CANNOT_RUN)
    except ScoutError as error:
        _end(str(error), SOME_FAILED)
    except KeyboardInterrupt:
        _end("Stopped. Nothing is half-written; run it again to go on.", 130)
    except BrokenPipeError:
        # the reader has gone (`scout export jsonl | head`): not our failure. Python would complain while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(OK)
    except (
        OSError
    ) as error:  # a folder that cannot be written, a disk that is full: a sentence, and with --log debug the rest
        if error.filename is None:
            raise
        logging.getLogger(__name__).debug("", exc_info=True)
        _end(f"{error.filename} cannot be read or written: {error.strerror}.", CANNOT_RUN)
    sys.exit(code if isinstance(code, int) else OK)


def _end(sentence: str, code: int) -> None:
    told = f"scout: {sentence}"
    if sys.stderr.isatty():  # a terminal would break its lines in the middle of a word
        width = shutil.get_terminal_size().columns
        told = textwrap.fill(told, width, break_long_words=False, break_on_hyphens=False)
    click.echo(told, err=True)
    sys.exit(code)


def _write_any_text() -> None:
    """A locale that is not UTF-8 must not cost a crawl: what cannot be written there is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
