"""Answers that a test has prepared."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass

from .json_values import dump
from .messages import Reply


@dataclass(slots=True)
class _Scripted:
    reply: Reply
    times: float


class Script:
    """Prepared answers for each operation, first in, first out."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[_Scripted]] = defaultdict(deque)
        self._lock = threading.Lock()

    def add(self, operation: str, reply: Reply, *, times: int | None) -> None:
        """Answer the next *times* requests with *reply*; None: all of them."""
        with self._lock:
            self._waiting[operation].append(
                _Scripted(reply, float("inf") if times is None else times)
            )

    def clear(self) -> None:
        """Forget every prepared answer."""
        with self._lock:
            self._waiting.clear()

    def take(self, operation: str) -> Reply | None:
        """Return the next prepared answer; None: there is none."""
        with self._lock:
            waiting = self._waiting.get(operation)
            if not waiting:
                return None
            first = waiting[0]
            first.times -= 1
            if first.times <= 0:
                waiting.popleft()
            return first.reply


def scripted_reply(status: int, headers: Mapping[str, str] | None, body: object) -> Reply:
    """Make a reply: bytes go as they are, None is no body, all else becomes JSON.

    Raises:
        TypeError: *body* has no JSON form.
    """
    fields = dict(headers or {})
    if body is None or isinstance(body, bytes):
        return Reply(status=status, headers=fields, body=body or b"")
    if "content-type" not in {name.lower() for name in fields}:
        fields["Content-Type"] = "application/json"
    return Reply(status=status, headers=fields, body=dump(body))
