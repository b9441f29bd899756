"""An API whose every answer says for whom it is."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_TOKEN = b'{"access_token": "t", "expires_in": 300, "token_type": "Bearer"}'


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer leaves in one piece

    def do_POST(self) -> None:
        """Hand out a token."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self._send(_TOKEN)

    def do_GET(self) -> None:
        """Answer with the path, several times over: answers differ in length."""
        name = self.path.rpartition("/")[2]
        self._send(json.dumps([name] * (1 + len(self.path) * int(name[-1]))).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as inherited
        """Say nothing."""

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    request_queue_size = 1024
    daemon_threads = True
    block_on_close = False


@contextmanager
def echo() -> Generator[dict[str, Any]]:
    """Run it; the value is the arguments that lead a client there."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        origin = f"http://127.0.0.1:{server.server_port}"
        yield {
            "token_url": f"{origin}/token",
            "api_base_url": origin,
            "client_id": "a",
            "client_secret": "b",
        }
        server.shutdown()


def wrong_bodies(persium: Any, name: str, *, calls: int, threads: int = 1) -> int:
    """Make *calls* from *threads* at once, and count the answers that were for somebody else."""
    wrong: list[str] = []

    def some(thread: int) -> None:
        for number in range(calls // threads):
            mine = f"{name}-{thread}-{number}"
            body = persium.request("GET", f"/echo/{mine}").json()
            if set(body) != {mine}:
                wrong.append(mine)

    workers = [threading.Thread(target=some, args=(thread,)) for thread in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return len(wrong)
