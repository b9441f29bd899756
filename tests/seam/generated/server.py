"""The wire server of all tests, with requests that are read and responses that a test lists."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from typing import Any
from urllib.parse import parse_qsl

from attrs import field, frozen

from tests.support import wire


@frozen
class Seen:
    """A request as it came over the wire; the names of header fields are in lower case."""

    method: str
    path: str
    raw_query: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> list[tuple[str, str]]:
        """The pairs of the query, decoded."""
        return parse_qsl(self.raw_query, keep_blank_values=True)

    @property
    def json(self) -> Any:
        """Its body, decoded."""
        return json.loads(self.body)

    @classmethod
    def of(cls, request: wire.Seen) -> Seen:
        """Read the head of *request*."""
        line, *fields = request.head.decode("latin-1").split("\r\n")
        method, target, _ = line.split(" ")
        path, _, query = target.partition("?")
        pairs = (each.split(": ", 1) for each in fields)
        return cls(method, path, query, {name.lower(): v for name, v in pairs}, request.body)


@frozen
class Answer:
    """What to answer: JSON, or *raw* bytes as they are."""

    status: int = 200
    json: object = None
    raw: bytes | None = None
    media: str = "application/json"
    headers: dict[str, str] = field(factory=dict[str, str])

    @property
    def written(self) -> bytes:
        """The bytes to send."""
        body = self.raw or (b"" if self.json is None else json.dumps(self.json).encode())
        fields = {"Content-Type": self.media, **self.headers}
        return wire.http(
            body,
            status=b"%d Status" % self.status,
            headers="".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode(),
        )


class Server(wire.Wire):
    """Answers what it is told to; the last answer of each place is repeated.

    Attributes:
        seen: The requests, without those for a token.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Seen] = []
        self.api = self._respond
        self._answers: dict[str, deque[Answer]] = defaultdict(deque)

    def answer(self, place: str, *answers: Answer) -> None:
        """Answer requests for *place* (``GET /me``)."""
        self._answers[place].extend(answers)

    @property
    def only(self) -> Seen:
        """The one request that the API saw."""
        [seen] = self.seen
        return seen

    def _respond(self, request: wire.Seen) -> bytes:
        seen = Seen.of(request)
        self.seen.append(seen)
        answers = self._answers[f"{seen.method} {seen.path}"] or deque([Answer(599)])
        return (answers.popleft() if len(answers) > 1 else answers[0]).written
