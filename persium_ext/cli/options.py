"""Options of single commands of ``persium``; an error text never has a value."""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from persium_ext._version import GENERATOR, __version__

from .output import write

if TYPE_CHECKING:
    from uuid import UUID

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
    add("operation", nargs="?", metavar="OPERATION", help="its operationId (none: list them)")
    add("parameters", nargs="*", metavar="NAME=VALUE", help="a parameter; text, or JSON")
    add(
        "--json",
        dest="body",
        metavar="BODY",
        help="the body of the request as JSON; -: from standard input",
    )


def suggestion(word: str, known: Iterable[str], *, before: str, otherwise: str) -> str:
    """Return a hint with the one of the *known* names that is like *word*."""
    from difflib import get_close_matches  # noqa: PLC0415  # commands that are right start faster

    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"did you mean {before}{near[0]}?" if near else otherwise


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


def add_sandbox(parser: argparse.ArgumentParser) -> None:
    """Add what ``persium sandbox`` takes."""
    add = parser.add_argument
    add("--port", type=_port, default=0, help="where to listen (default: any free port)")
    add("--token-life", type=seconds, default=300.0, metavar="S", help="default: 300 seconds")
    add(
        "--token-port",
        type=_port,
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
    add("--ui-port", type=_port, default=0, metavar="PORT", help="of that page")


def seconds(text: str) -> float:
    """Read seconds."""
    number = float(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError("seconds have to be more than 0")
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return number


seconds.__name__ = "seconds"  # argparse names it: invalid seconds value
_port.__name__ = "port"
