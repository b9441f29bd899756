"""A server on a real socket that notes what it is asked and answers what it is told to."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from attrs import define, field, frozen

TOKEN = {"access_token": "opaque", "expires_in": 300, "token_type": "Bearer"}


@frozen
class Seen:
    """A request as it came over the wire."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Its body, decoded."""
        return json.loads(self.body)


@frozen
class Answer:
    """What to answer: JSON, or *raw* bytes as they are."""

    status: int = 200
    json: object = None
    raw: bytes | None = None
    media: str = "application/json"

    @property
    def body(self) -> bytes:
        """The bytes to send."""
        if self.raw is not None or self.json is None:
            return self.raw or b""
        return json.dumps(self.json).encode()


@define
class Server:
    """Requests seen, token requests apart, and answers to come; the last one is repeated."""

    url: str = ""
    seen: list[Seen] = field(factory=list[Seen])
    answers: dict[str, deque[Answer]] = field(factory=lambda: defaultdict(deque[Answer]))

    def answer(self, place: str, *answers: Answer) -> None:
        """Answer requests for *place* (``GET /me``)."""
        self.answers[place].extend(answers)

    def take(self, seen: Seen) -> Answer:
        """Note a request and choose its answer."""
        if seen.path == "/token":
            return Answer(json=TOKEN)
        self.seen.append(seen)
        answers = self.answers[f"{seen.method} {seen.path}"]
        if len(answers) > 1:
            return answers.popleft()
        return answers[0] if answers else Answer(599)


@contextmanager
def serving() -> Iterator[Server]:
    """Serve on loopback."""
    server = Server()
    handler = type("Handler", (_Handler,), {"server_of_test": server})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listener:
        server.url = f"http://127.0.0.1:{listener.server_address[1]}"
        thread = Thread(target=listener.serve_forever, args=(0.01,))
        thread.start()
        yield server
        listener.shutdown()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of_test: ClassVar[Server]

    def _handle(self) -> None:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        pairs = parse_qsl(query, keep_blank_values=True)
        answer = self.server_of_test.take(Seen(self.command, path, pairs, headers, body))
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815  # http.server's names

    def log_message(self, *_: object) -> None:
        """Stay silent."""
