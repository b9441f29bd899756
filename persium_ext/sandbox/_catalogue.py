"""Every fault that the sandbox can show, in one table: help, checks and pages come from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from . import _distorted, _handshake, _wire
from ._fault_kind import FaultKind, refuse

_ROWS: Final = (
    FaultKind("refuse", "The port is closed: connections are refused, for `seconds`.", refuse),
    FaultKind(
        "tls-alert",
        "The TLS handshake is refused with an alert; the address begins with `https`.",
        _handshake.alert,
    ),
    FaultKind(
        "tls-plain",
        "Plain HTTP is spoken where TLS is expected; the address begins with `https`.",
        _handshake.plain,
    ),
    FaultKind("reset", "A TCP reset (RST) comes instead of the answer.", _wire.reset),
    FaultKind("close", "The connection is closed instead of an answer.", _wire.close),
    FaultKind("garbage", "Bytes that are not HTTP come instead of the answer.", _wire.garbage),
    FaultKind("stall", "Nothing comes for `seconds`; then the answer.", _wire.stall),
    FaultKind("drip-head", "The head of the answer comes byte by byte.", _wire.drip_head),
    FaultKind("drip-body", "The body comes byte by byte.", _wire.drip_body),
    FaultKind(
        "stall-in-body", "Nothing comes for `seconds` after half the body.", _wire.stall_in_body
    ),
    FaultKind("reset-in-body", "A TCP reset comes after half the body.", _wire.reset_in_body),
    FaultKind("half-body", "The connection is closed after half the body.", _wire.half_body),
    FaultKind(
        "length-too-long",
        "`Content-Length` promises more bytes than come; the connection stays open.",
        _wire.length_too_long,
    ),
    FaultKind(
        "length-too-short",
        "`Content-Length` promises fewer bytes than come.",
        _wire.length_too_short,
    ),
    FaultKind(
        "close-after-answer",
        "The answer is good; then the connection, said to be kept alive, is closed.",
        _wire.close_after_answer,
    ),
    FaultKind(
        "gzip-bomb",
        "A small body that unpacks to `size` bytes: the answer and blanks.",
        _wire.gzip_bomb,
    ),
    FaultKind("huge-body", "A body of `size` bytes: the answer and blanks.", _wire.huge_body),
    FaultKind(
        "endless-body",
        "A body of no known length: the answer, and blanks until the client goes.",
        _wire.endless_body,
    ),
    FaultKind("html", "A page of HTML comes, as from a proxy.", _distorted.html),
    FaultKind("empty", "The body is empty.", _distorted.empty),
    FaultKind("bad-json", "The JSON breaks off.", _distorted.bad_json),
    FaultKind("nan", "The JSON has a member more, which is `NaN`.", _distorted.nan),
    FaultKind(
        "wrong-types", "Text where numbers belong, and numbers for text.", _distorted.wrong_types
    ),
    FaultKind("nested", "JSON arrays, `depth` deep.", _distorted.nested),
    FaultKind(
        "duplicate-keys",
        "Each member of the JSON comes twice, the second time as `null`.",
        _distorted.duplicate_keys,
    ),
    FaultKind(
        "invalid-utf8", "The JSON has a member more, which is not UTF-8.", _distorted.invalid_utf8
    ),
    FaultKind(
        "no-expires-in", "The token has no `expires_in`.", _distorted.no_expires_in, token_only=True
    ),
    FaultKind(
        "expires-in", "The token's `expires_in` is `value`.", _distorted.expires_in, token_only=True
    ),
    FaultKind(
        "throttle", "429 (or `status`) with `Retry-After`, a number or words.", _distorted.throttle
    ),
    FaultKind(
        "throttle-date",
        "The same with a date, `seconds` from now; less than 0 is the past.",
        _distorted.throttle_date,
    ),
    FaultKind(
        "redirect",
        "A redirect to another origin: `location`, else `/elsewhere` of this sandbox under "
        "another name, so that `exchanges` shows who follows.",
        _distorted.redirect,
    ),
)
FAULTS: Final[Mapping[str, FaultKind]] = {row.name: row for row in _ROWS}


def kind_named(name: str) -> FaultKind:
    """Find a row.

    Raises:
        LookupError: There is none of that name; the message lists them.
    """
    if name not in FAULTS:
        raise LookupError(f"no fault {name!r}; there are {', '.join(FAULTS)}")
    return FAULTS[name]


def as_markdown() -> str:
    """The table as ``docs/sandbox.md`` has it."""
    lines = ["| fault | what happens | parameters |", "| --- | --- | --- |"]
    for row in _ROWS:
        parameters = f"`{row.shown_parameters}`" if row.parameters else ""
        lines.append(f"| `{row.name}` | {row.what} | {parameters} |".replace("  |", " |"))
    return "\n".join(lines)
