# ruff: noqa: D103  # the catalogue describes them
"""Answers that are whole on the wire, and wrong: in their body, their status, or their fields."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import Final, NamedTuple

from .json_values import JsonObject, as_object
from .messages import Reply, Request, json_reply

_PAGE: Final = (
    b"<!DOCTYPE html>\n<html><head><title>Not what you asked for</title></head>"
    b"<body><h1>A proxy says hello</h1></body></html>\n"
)


class Answered(NamedTuple):
    """What was asked, and the answer that there should be."""

    request: Request
    reply: Reply

    @property
    def members(self) -> JsonObject:
        """The members of its JSON object; none where it is something else."""
        try:
            return as_object(json.loads(self.reply.body))
        except ValueError:
            return {}


def html(_: Answered, *, status: int = 200) -> Reply:
    return Reply(status=status, headers={"Content-Type": "text/html; charset=utf-8"}, body=_PAGE)


def empty(answered: Answered) -> Reply:
    return replace(answered.reply, body=b"")


def bad_json(answered: Answered) -> Reply:
    return replace(answered.reply, body=answered.reply.body[:-1] + b",")


def nan(answered: Answered) -> Reply:
    return _with_body(answered, {**answered.members, "sandbox": float("nan")})


def wrong_types(answered: Answered) -> Reply:
    changed: JsonObject = {
        name: 1 if isinstance(value, str) else str(value)
        for name, value in answered.members.items()
    }
    return _with_body(answered, changed)


def nested(answered: Answered, *, depth: int = 100_000) -> Reply:
    return replace(answered.reply, body=b"[" * depth + b"]" * depth)


def duplicate_keys(answered: Answered) -> Reply:
    pairs = [f"{json.dumps(name)}:{json.dumps(value)}" for name, value in answered.members.items()]
    again = [f"{json.dumps(name)}:null" for name in answered.members]
    return replace(answered.reply, body=f"{{{','.join(pairs + again)}}}".encode())


def invalid_utf8(answered: Answered) -> Reply:
    body = json.dumps({**answered.members, "sandbox": "?"}).encode()
    return replace(answered.reply, body=body.replace(b'"?"', b'"\xff\xfe"'))


def no_expires_in(answered: Answered) -> Reply:
    kept = {name: value for name, value in answered.members.items() if name != "expires_in"}
    return _with_body(answered, kept)


def expires_in(answered: Answered, *, value: object = 0) -> Reply:
    return _with_body(answered, {**answered.members, "expires_in": value})


def throttle(_: Answered, *, status: int = 429, retry_after: object = 1) -> Reply:
    return _later(status, str(retry_after))


def throttle_date(_: Answered, *, status: int = 429, seconds: float = 1.0) -> Reply:
    return _later(status, formatdate(time.time() + seconds, usegmt=True))


def redirect(answered: Answered, *, status: int = 307, location: str = "") -> Reply:
    port = str(answered.request.headers.get("Host", "")).rpartition(":")[2]
    there = location or f"//localhost:{port}/elsewhere"  # another host, so another origin
    return Reply(status=status, headers={"Location": there})


def _later(status: int, retry_after: str) -> Reply:
    words = {"error": "slow_down", "error_description": "Too many requests"}
    return json_reply(status, words, {"Retry-After": retry_after})


def _with_body(answered: Answered, value: Mapping[str, object]) -> Reply:
    return replace(answered.reply, body=json.dumps(value).encode())
