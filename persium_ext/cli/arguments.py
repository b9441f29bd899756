"""The arguments of the command line. None is a secret: others can read a process's arguments."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Sequence
from typing import Final, NoReturn

from persium_ext._version import __version__

from .exit_codes import table
from .report import UsageError

_SETTINGS: Final = ("token_url", "api_base_url", "client_id", "client_secret_file")
_ENVIRONMENT: Final = """\
settings come from the environment: TOKEN_URL, API_BASE_URL, CLIENT_ID, and CLIENT_SECRET or
CLIENT_SECRET_FILE; each also with the prefix PERSIUM_, which takes precedence.
PERSIUM_DEBUG=1 shows where a bug is."""


class _Parser(argparse.ArgumentParser):
    """Raises instead of printing, and never quotes an unknown argument: it may be a secret."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError, without the value that argparse quotes."""
        said = re.split("['\"]", message)[0].rstrip(" :(")
        raise UsageError(said, hint=f"{self.prog} --help lists them")


class _WithFaults(argparse.RawDescriptionHelpFormatter):
    """Ends with the values of ``--fault``; only this help imports the sandbox."""

    def format_help(self) -> str:
        """Add the faults below the options."""
        from .faults import overview  # noqa: PLC0415  # the other commands start faster without it

        return f"{super().format_help()}\n{overview()}\n"


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line.

    Raises:
        UsageError: It is wrong.
        SystemExit: Help or version was asked for, and is printed.
    """
    parser = _parser()
    args, unknown = parser.parse_known_args(words)
    if unknown:
        names = [word.partition("=")[0] for word in unknown if word.startswith("--")]
        raise UsageError(
            " ".join(["unknown arguments", *names]),
            hint=f"persium {args.command} --help lists them",
        )
    if getattr(args, "sandbox", False) and any(
        getattr(args, name) is not None for name in _SETTINGS
    ):
        raise UsageError("--sandbox has settings of its own: remove the others")
    return args


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="persium",
        description="Try out the credentials of a Persium API client, or the API without them.",
        epilog=f"exit codes:\n{table()}\n\n{_ENVIRONMENT}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"persium {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    me = commands.add_parser("me", help="show who is calling (GET /me)", allow_abbrev=False)
    _add_call(me)
    token = commands.add_parser("token", help="request an access token", allow_abbrev=False)
    token.add_argument("--show-token", action="store_true", help="print the token itself too")
    _add_call(token)
    sandbox = commands.add_parser(
        "sandbox",
        help="serve token endpoint and API on this machine",
        formatter_class=_WithFaults,
        allow_abbrev=False,
    )
    sandbox.add_argument(
        "--port", type=_port, default=0, help="where to listen (default: any free port)"
    )
    sandbox.add_argument(
        "--token-life", type=_seconds, default=300.0, metavar="S", help="default: 300 seconds"
    )
    sandbox.add_argument(
        "--token-port",
        type=_port,
        metavar="PORT",
        help="the token endpoint's own (default: that of --port, if given)",
    )
    sandbox.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[,NAME=VALUE...]",
        help="inject a fault; may be repeated",
    )
    explain = commands.add_parser("explain", help="explain an error", allow_abbrev=False)
    explain.add_argument(
        "name", nargs="?", metavar="NAME", help="such as token-refused (default: list the names)"
    )
    _add_spec(commands.add_parser("spec", help="print the OpenAPI document", allow_abbrev=False))
    return parser


def _add_spec(spec: argparse.ArgumentParser) -> None:
    spec.add_argument(
        "--format", choices=("yaml", "json"), default="yaml", help="yaml (default) or json"
    )
    spec.add_argument(
        "--without-token",
        action="store_true",
        help="leave out the token endpoint, for generators that ignore a path's own servers",
    )


def _add_call(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--json", action="store_true", help="print one JSON object, errors too")
    add("--sandbox", action="store_true", help="call a sandbox that runs as long as the command")
    add("--token-url", metavar="URL", help="instead of TOKEN_URL")
    add("--api-base-url", metavar="URL", help="instead of API_BASE_URL")
    add("--client-id", metavar="ID", help="instead of CLIENT_ID")
    add("--client-secret-file", metavar="FILE", help="instead of CLIENT_SECRET")
    add("--timeout", type=_seconds, default=10.0, metavar="S", help="of one network operation (10)")
    add("--deadline", type=_seconds, default=60.0, metavar="S", help="of the whole command (60)")


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError("seconds have to be more than 0")
    return seconds


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port


_seconds.__name__ = "seconds"  # argparse names it: invalid seconds value
_port.__name__ = "port"
