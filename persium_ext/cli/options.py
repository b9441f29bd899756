"""Options of the commands; an error text never has a value."""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from persium_ext._version import GENERATOR, __version__

from .output import write

if TYPE_CHECKING:
    from uuid import UUID

FILES: Final = {"bash": "_shtab_compgen_files", "zsh": "_files"}
ANYTHING: Final = {"zsh": "( )"}
"""No values. Without this, zsh completes no option where it could also complete the value."""
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "": 1.0}


def add_smoke_test(parser: argparse.ArgumentParser) -> None:
    """Add what a pipeline needs of ``persium me``."""
    add = parser.add_argument
    add("-v", "--verbose", action="store_true", help="show where the settings come from")
    add("--expect-client-id", metavar="ID", help="fail with code 7 if another client is calling")
    add(
        "--expect-organisation",
        metavar="UUID",
        type=organisation,
        help="the same, of its organisation",
    )
    add(
        "--wait-for",
        metavar="60s",
        type=duration,
        default=0.0,
        help="wait while the API is not ready",
    )
    add(
        "--output",
        choices=("text", "json", "junit", "github"),
        help="text (default), json, JUnit XML, or annotations",
    )


def add_call(parser: argparse.ArgumentParser) -> None:
    """Add what ``persium call`` takes."""
    add = parser.add_argument
    name = add(
        "operation", nargs="?", metavar="OPERATION", help="its operationId (none: list them)"
    )
    rest = add("parameters", nargs="*", metavar="NAME=VALUE", help="a parameter; text, or JSON")
    complete(name, ANYTHING)
    complete(rest, ANYTHING)
    add(
        "--json",
        dest="body",
        metavar="BODY",
        help="the body of the request as JSON; -: from standard input",
    )


def add_spec(spec: argparse.ArgumentParser) -> None:
    """Add what ``persium spec`` takes."""
    spec.add_argument(
        "--format", choices=("yaml", "json"), default="yaml", help="yaml (default) or json"
    )
    spec.add_argument(
        "--without-token",
        action="store_true",
        help="leave out the token endpoint, for generators that ignore a path's own servers",
    )


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add what commands with a client take, but for ``persium call``, whose JSON is a body."""
    add = parser.add_argument
    add("--json", action="store_true", help="print one JSON object, errors too")
    add_settings(parser)


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the settings of a client."""
    add = parser.add_argument
    add("--sandbox", action="store_true", help="call a sandbox that runs as long as the command")
    add("--token-url", metavar="URL", help="instead of TOKEN_URL")
    add("--api-base-url", metavar="URL", help="instead of API_BASE_URL")
    add("--client-id", metavar="ID", help="instead of CLIENT_ID")
    file = add("--client-secret-file", metavar="FILE", help="instead of CLIENT_SECRET")
    complete(file, FILES)
    add("--timeout", type=seconds, default=10.0, metavar="S", help="of one network operation (10)")
    add("--deadline", type=seconds, default=60.0, metavar="S", help="of the whole command (60)")


def add_sandbox(parser: argparse.ArgumentParser) -> None:
    """Add what ``persium sandbox`` takes."""
    add = parser.add_argument
    add("--port", type=port, default=0, help="where to listen (default: any free port)")
    add("--token-life", type=seconds, default=300.0, metavar="S", help="default: 300 seconds")
    add(
        "--token-port",
        type=port,
        metavar="PORT",
        help="the token endpoint's own (default: that of --port, if given)",
    )
    add(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[,NAME=VALUE...]",
        help="inject a fault; may be repeated",
    )
    add("--ui", action="store_true", help="serve a page that shows what clients do, and advises")
    add("--ui-port", type=port, default=0, metavar="PORT", help="of that page")


def complete(argument: argparse.Action, by_shell: Mapping[str, str]) -> None:
    """Tell shtab, which makes the scripts, how shells complete the value of *argument*."""
    vars(argument)["complete"] = by_shell


def suggestion(word: str, known: Iterable[str], *, before: str, otherwise: str) -> str:
    """Return a hint with the one of the *known* names that is like *word*."""
    from difflib import get_close_matches  # noqa: PLC0415  # commands that are right start faster

    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"did you mean {before}{near[0]}?" if near else otherwise


def seconds(text: str) -> float:
    """Read a number of seconds."""
    found = float(text)
    if not 0 < found < math.inf:
        raise argparse.ArgumentTypeError("seconds have to be more than 0")
    return found


def port(text: str) -> int:
    """Read the number of a port."""
    found = int(text)
    if not 0 <= found <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return found


def duration(text: str) -> float:
    """Read ``60s``, ``2m`` or ``500ms``; a number alone is seconds."""
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|)", text)
    if found is None:
        raise argparse.ArgumentTypeError("a duration is a number with a unit, such as 60s or 2m")
    return float(found[1]) * _UNITS[found[2]]


def organisation(text: str) -> UUID:
    """Read the UUID of an organisation."""
    from uuid import UUID  # noqa: PLC0415  # the other commands start faster without it

    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError("an organisation is a UUID") from None


class Version(argparse.Action):
    """Prints the versions of the SDK, of the document and of the generator, and ends."""

    def __call__(self, *_: object, **__: object) -> None:
        """Read the document, which only this option needs."""
        import json  # noqa: PLC0415  # the commands start faster without it
        from importlib import resources  # noqa: PLC0415  # the same

        document = (resources.files("persium_api") / "openapi.json").read_text(encoding="utf-8")
        version = json.loads(document)["info"]["version"]
        write(sys.stdout, f"persium {__version__} (API {version}, {GENERATOR})")
        raise SystemExit(0)
