"""Every fault that the sandbox can show, in one table: help, checks and pages come from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from . import handshake, responders, wire
from .fault_spec import FaultKind, refuse

_ROWS: Final = (
    FaultKind("refuse", "The port is closed: connections are refused, for `seconds`.", refuse),
    FaultKind(
        "tls-alert",
        "The TLS handshake is refused with an alert; the address begins with `https`.",
        handshake.alert,
    ),
    FaultKind(
        "tls-plain",
        "Plain HTTP is spoken where TLS is expected; the address begins with `https`.",
        handshake.plain,
    ),
    FaultKind("reset", "A TCP reset (RST) comes instead of the answer.", wire.reset),
    FaultKind("close", "The connection is closed instead of an answer.", wire.close),
    FaultKind("garbage", "Bytes that are not HTTP come instead of the answer.", wire.garbage),
    FaultKind("stall", "Nothing comes for `seconds`; then the answer.", wire.stall),
    FaultKind("drip-head", "The head of the answer comes byte by byte.", wire.drip_head),
    FaultKind("drip-body", "The body comes byte by byte.", wire.drip_body),
    FaultKind(
        "stall-in-body", "Nothing comes for `seconds` after half the body.", wire.stall_in_body
    ),
    FaultKind("reset-in-body", "A TCP reset comes after half the body.", wire.reset_in_body),
    FaultKind("half-body", "The connection is closed after half the body.", wire.half_body),
    FaultKind(
        "length-too-long",
        "`Content-Length` promises more bytes than come; the connection stays open.",
        wire.length_too_long,
    ),
    FaultKind(
        "length-too-short",
        "`Content-Length` promises fewer bytes than come.",
        wire.length_too_short,
    ),
    FaultKind(
        "close-after-answer",
        "The answer is good; then the connection, said to be kept alive, is closed.",
        wire.close_after_answer,
    ),
    FaultKind(
        "gzip-bomb",
        "A small body that unpacks to `size` bytes: the answer and blanks.",
        wire.gzip_bomb,
    ),
    FaultKind("huge-body", "A body of `size` bytes: the answer and blanks.", wire.huge_body),
    FaultKind(
        "endless-body",
        "A body of no known length: the answer, and blanks until the client goes.",
        wire.endless_body,
    ),
    FaultKind("html", "A page of HTML comes, as from a proxy.", responders.html),
    FaultKind("empty", "The body is empty.", responders.empty),
    FaultKind("bad-json", "The JSON breaks off.", responders.bad_json),
    FaultKind("nan", "The JSON has a member more, which is `NaN`.", responders.nan),
    FaultKind(
        "wrong-types", "Text where numbers belong, and numbers for text.", responders.wrong_types
    ),
    FaultKind("nested", "JSON arrays, `depth` deep.", responders.nested),
    FaultKind(
        "duplicate-keys",
        "Each member of the JSON comes twice, the second time as `null`.",
        responders.duplicate_keys,
    ),
    FaultKind(
        "invalid-utf8", "The JSON has a member more, which is not UTF-8.", responders.invalid_utf8
    ),
    FaultKind(
        "no-expires-in", "The token has no `expires_in`.", responders.no_expires_in, token_only=True
    ),
    FaultKind(
        "expires-in", "The token's `expires_in` is `value`.", responders.expires_in, token_only=True
    ),
    FaultKind(
        "throttle", "429 (or `status`) with `Retry-After`, a number or words.", responders.throttle
    ),
    FaultKind(
        "throttle-date",
        "The same with a date, `seconds` from now; less than 0 is the past.",
        responders.throttle_date,
    ),
    FaultKind(
        "redirect",
        "A redirect to another origin: `location`, else `/elsewhere` of this sandbox under "
        "another name, so that `exchanges` shows who follows.",
        responders.redirect,
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
