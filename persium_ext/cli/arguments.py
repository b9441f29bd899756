"""The arguments of the command line. None is a secret: others can read a process's arguments."""

from __future__ import annotations

import argparse
import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NoReturn

from .exit_codes import table
from .options import (
    ANYTHING,
    Version,
    add_call,
    add_common,
    add_sandbox,
    add_settings,
    add_smoke_test,
    add_spec,
    complete,
    suggestion,
)
from .report import UsageError

_SETTINGS: Final = ("token_url", "api_base_url", "client_id", "client_secret_file")
_ENVIRONMENT: Final = """\
settings come from the environment: TOKEN_URL, API_BASE_URL, CLIENT_ID, and CLIENT_SECRET or
CLIENT_SECRET_FILE; each also with the prefix PERSIUM_, which takes precedence.
PERSIUM_DEBUG=1 shows where a bug is."""


class _Parser(argparse.ArgumentParser):
    """Raises instead of printing, and never quotes an unknown argument: it may be a secret."""

    commands: Mapping[str, argparse.ArgumentParser] = MappingProxyType({})

    def options_of(self, command: str) -> list[str]:
        """Return the names of the long options of *command*."""
        return re.findall(r"(?<=--)[a-z][a-z-]*", self.commands[command].format_help())

    def error(self, message: str) -> NoReturn:
        """Raise UsageError, without the value that argparse quotes."""
        said = re.split("['\"]", message)[0].rstrip(" :(")
        values = re.search(r"\(choose from ([^()]*)\)\Z", message)
        hint = "there are " + values[1].replace("'", "") if values else None
        raise UsageError(said, hint=hint or f"{self.prog} --help lists them")


class _WithOperations(argparse.RawDescriptionHelpFormatter):
    """Ends with the operations; only this help imports them."""

    def format_help(self) -> str:
        """Add the operations below the options."""
        from .call import overview  # noqa: PLC0415  # the other commands start faster without it

        return f"{super().format_help()}\noperations:\n{overview()}\n"


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
    words, program = _split(words)
    parser = build_parser()
    _check_command(words, parser.commands)
    args, unknown = parser.parse_known_args(words)
    if unknown:
        names = [word.partition("=")[0] for word in unknown if word.startswith("--")]
        hint = suggestion(
            next(iter(names), "").removeprefix("--"),
            parser.options_of(args.command),
            before="--",
            otherwise=f"persium {args.command} --help lists them",
        )
        raise UsageError(" ".join(["unknown arguments", *names]), hint=hint)
    args.program = program
    if getattr(args, "sandbox", False) and any(
        getattr(args, name) is not None for name in _SETTINGS
    ):
        raise UsageError("--sandbox has settings of its own: remove the others")
    return args


def _split(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the words for the command, and those of the program that follows ``--``."""
    if [*words[:1]] != ["sandbox"] or "--" not in words:
        return words, []
    end = words.index("--")
    return words[:end], words[end + 1 :]


def _check_command(words: Sequence[str], commands: Collection[str]) -> None:
    command = next(iter(words), "-")
    if not command.startswith("-") and command not in commands:
        hint = suggestion(
            command, commands, before="persium ", otherwise="persium --help lists them"
        )
        raise UsageError("argument COMMAND: invalid choice", hint=hint)


def build_parser() -> _Parser:
    """Build the parser of the whole command line."""
    parser = _Parser(
        prog="persium",
        description="Try out the credentials of a Persium API client, or the API without them.",
        epilog=f"exit codes:\n{table()}\n\n{_ENVIRONMENT}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("-V", "--version", action=Version, nargs=0, help="show the versions")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    me = commands.add_parser("me", help="show who is calling (GET /me)", allow_abbrev=False)
    add_common(me)
    add_smoke_test(me)
    token = commands.add_parser("token", help="request an access token", allow_abbrev=False)
    token.add_argument("--show-token", action="store_true", help="print the token itself too")
    add_common(token)
    call = commands.add_parser(
        "call",
        help="call an operation by its name",
        formatter_class=_WithOperations,
        allow_abbrev=False,
    )
    add_call(call)
    add_settings(call)
    sandbox = commands.add_parser(
        "sandbox",
        usage="persium sandbox [options] [-- PROGRAM ...]",
        help="serve token endpoint and API on this machine, or as long as a program runs",
        formatter_class=_WithFaults,
        allow_abbrev=False,
    )
    add_sandbox(sandbox)
    explain = commands.add_parser("explain", help="explain an error", allow_abbrev=False)
    name = explain.add_argument(
        "name", nargs="?", metavar="NAME", help="such as token-refused (default: list the names)"
    )
    complete(name, ANYTHING)
    add_spec(commands.add_parser("spec", help="print the OpenAPI document", allow_abbrev=False))
    doctor = commands.add_parser(
        "doctor", help="find out why a client does not work", allow_abbrev=False
    )
    add_common(doctor)
    completion = commands.add_parser(
        "completion", help="print the completion of a shell", allow_abbrev=False
    )
    completion.add_argument("shell", choices=("bash", "zsh"), metavar="SHELL", help="bash or zsh")
    parser.commands = commands.choices
    return parser
