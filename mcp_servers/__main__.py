"""`python -m mcp_servers NAME [--store PATH] [--http PORT]`: one server as a process, as `scout mcp NAME` starts it."""

from __future__ import annotations

import argparse
import sys

from mcp_servers import NAMES, serve
from tools.errors import ScoutError
from tools.settings import load


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m mcp_servers", description="Serve one of Scout's MCP servers.")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--store", default="store.db", metavar="PATH")
    parser.add_argument("--http", type=int, metavar="PORT", help="streamable HTTP on loopback instead of stdio")
    arguments = parser.parse_args()
    try:
        serve(
            arguments.name,
            arguments.store,
            load(store=arguments.store),
            port=arguments.http,
            say=lambda line: print(line, file=sys.stderr, flush=True),  # noqa: T201 - a process of its own: this is its terminal
        )
    except ScoutError as error:
        parser.exit(3, f"{error}\n")


if __name__ == "__main__":
    main()
