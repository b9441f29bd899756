"""Each fault does what its description says, where and as often as it was told to."""

from __future__ import annotations

import json
import math
import re
import socket
import threading
import time
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from persium_ext.sandbox import FAULTS, FaultSpec, Sandbox, catalogue
from persium_ext.sandbox.fault_spec import Stage
from persium_ext.sandbox.messages import Request, Response, json_response
from persium_ext.sandbox.wire import Wire

from .conftest import Fetch

PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"
UNAUTHORIZED = b'{"error":"unauthorized","error_description":"No access token was sent"}'


def connect(url: str) -> socket.socket:
    """Open a connection to the port of *url*."""
    address = urlsplit(url)
    return socket.create_connection((str(address.hostname), int(str(address.port))), timeout=10)


def call(sandbox: Sandbox, *, until_end: bool = True) -> bytes:
    """Call the API without a token; return what is sent until the connection ends."""
    with connect(sandbox.api_base_url) as connection:
        connection.sendall(b"GET /api/me HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n")
        if not until_end:
            connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def status(sandbox: Sandbox) -> int:
    """Call the API without a token, and return the status."""
    return int(call(sandbox, until_end=False).split()[1])


# closed ports


def test_refuse(sandbox: Sandbox) -> None:
    """Connections are refused, the open ones are closed, and the port is opened again."""
    with connect(sandbox.api_base_url) as before:
        before.sendall(b"GET /api/me HTTP/1.1\r\n\r\n")
        assert before.recv(65536).endswith(UNAUTHORIZED)
        with sandbox.fault("refuse", at="api"):
            assert before.recv(1) == b""
            with pytest.raises(ConnectionRefusedError):
                connect(sandbox.api_base_url)
            connect(sandbox.token_url).close()

    connect(sandbox.api_base_url).close()


def test_refuse_for_a_while(sandbox: Sandbox) -> None:
    """After its seconds the port is open again."""
    fault = sandbox.fault("refuse", seconds=0.05)

    while refused(sandbox.token_url):
        time.sleep(0.005)

    assert fault.cleared


def refused(url: str) -> bool:
    """Tell whether connections to *url* are refused."""
    try:
        connect(url).close()
    except ConnectionRefusedError:
        return True
    return False


def test_refuse_from_the_start() -> None:
    """A fault may be set before the sandbox listens; one with an end does not outlive a stop."""
    sandbox = Sandbox()
    sandbox.fault("refuse", at="token", seconds=3600)
    with sandbox:
        assert refused(sandbox.token_url)
        assert not refused(sandbox.api_base_url)
    with sandbox:
        assert not refused(sandbox.token_url)


# connections


def test_reset(sandbox: Sandbox) -> None:
    """A TCP reset is sent, not the end of the stream."""
    fault = sandbox.fault("reset")

    with pytest.raises(ConnectionResetError):
        call(sandbox)

    assert fault.count == sandbox.api_requests == 1


def test_close(sandbox: Sandbox) -> None:
    """The connection ends without a response."""
    sandbox.fault("close")

    assert call(sandbox) == b""


def test_stall(sandbox: Sandbox) -> None:
    """The whole response is sent, later; the connection is kept."""
    sandbox.fault("stall", seconds=0.05, times=1)
    start = time.monotonic()
    with connect(sandbox.api_base_url) as connection:
        for _ in range(2):
            connection.sendall(b"GET /api/me HTTP/1.1\r\n\r\n")
            received = b""
            while not received.endswith(UNAUTHORIZED):
                received += connection.recv(65536)

    assert time.monotonic() - start >= 0.05


class Pieces(Wire):
    """Records what is sent."""

    def __init__(self, connection: socket.socket, response: Response) -> None:
        super().__init__(connection, response)
        self.sent: list[bytes] = []

    def send(self, *parts: bytes) -> None:
        """Record *parts*."""
        self.sent.append(b"".join(parts))


def test_drip_body() -> None:
    """The body is sent byte by byte after a whole head, which has its length."""
    server, client = socket.socketpair()
    with server, client:
        wire = Pieces(server, Response(status=200, body=b"abc"))
        catalogue.drip_body(wire, interval=0)

    head, *pieces = wire.sent
    assert b"\r\nContent-Length: 3\r\n" in head
    assert pieces == [b"a", b"b", b"c"]


def test_response_to_head(sandbox: Sandbox) -> None:
    """A response to HEAD has no body under a fault either, and the length of GET's."""
    sandbox.fault("drip-body", interval=0)
    with connect(sandbox.api_base_url) as connection:
        connection.sendall(b"HEAD /api/me HTTP/1.1\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: connection.recv(65536), b""))

    assert b"Content-Length: %d\r\n" % len(UNAUTHORIZED) in received
    assert received.endswith(b"\r\n\r\n")


def test_pause_ends_with_the_client() -> None:
    """A pause ends when the client closes the connection."""
    server, client = socket.socketpair()
    client.close()
    with server, pytest.raises(ConnectionAbortedError):
        Wire(server, Response(status=200)).pause(math.inf)


@pytest.mark.parametrize("kind", [name for name in FAULTS if name != "refuse"])
def test_ends_with_the_sandbox(kind: str) -> None:
    """When the sandbox stops, the thread of each connection ends, whatever the fault."""
    with Sandbox() as sandbox:
        sandbox.fault(kind)
        with connect(sandbox.token_url) as one, connect(sandbox.api_base_url) as other:
            one.sendall(f"POST {urlsplit(sandbox.token_url).path} HTTP/1.1\r\n\r\n".encode())
            other.sendall(b"GET /api/me HTTP/1.1\r\n\r\n")
            while len(sandbox.exchanges) < 2:
                time.sleep(0.001)
            sandbox.stop()
            assert [thread.name for thread in threading.enumerate() if is_connection(thread)] == []


def is_connection(thread: threading.Thread) -> bool:
    """Tell whether *thread* serves a connection."""
    return "process_request" in thread.name


# responses


def respond(kind: str, response: Response | None = None, **parameters: object) -> Response:
    """Return what is sent in place of *response* under a fault."""
    headers = Message()
    headers["Host"] = "127.0.0.1:8080"
    request = Request(method="GET", path="/", query="", headers=headers, body=b"")
    changed: Response = FAULTS[kind].act(request, response or Response(status=200), **parameters)
    return changed


def test_html() -> None:
    """A page of HTML is sent, with the given status."""
    response = respond("html", status=502)

    assert response.status == 502
    assert response.headers["Content-Type"].startswith("text/html")
    assert response.body.startswith(b"<!DOCTYPE html>")


def test_server_error() -> None:
    """A server error has its reason phrase in a JSON body."""
    assert respond("server-error").status == 500
    assert json.loads(respond("server-error", status=503).body) == {"error": "Service Unavailable"}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        pytest.param({}, (429, "1"), id="by default"),
        pytest.param({"status": 503, "retry_after": 0.5}, (503, "0.5"), id="seconds"),
        pytest.param({"retry_after": "soon"}, (429, "soon"), id="text"),
    ],
)
def test_throttle(parameters: dict[str, Any], expected: tuple[int, str]) -> None:
    """The status and ``Retry-After`` are those given."""
    response = respond("throttle", **parameters)

    assert (response.status, response.headers["Retry-After"]) == expected


def test_redirect(sandbox: Sandbox, http: httpx.Client) -> None:
    """It leads to another host name of the sandbox, where a request is seen, or to *location*."""
    elsewhere = respond("redirect")
    away = respond("redirect", status=308, location="https://example.com/x")
    origin = sandbox.api_base_url.removesuffix("/api")

    assert (elsewhere.status, elsewhere.headers["Location"]) == (307, "//localhost:8080/elsewhere")
    assert (away.status, away.headers["Location"]) == (308, "https://example.com/x")
    assert http.get(f"{origin}/elsewhere").status_code == 404
    assert sandbox.exchanges[-1].path == "/elsewhere"


def test_revoked(sandbox: Sandbox, http: httpx.Client, bearer: dict[str, str]) -> None:
    """A valid token is refused with the challenge of a revoked one."""
    sandbox.fault("revoked", times=1)

    first, second = (http.get(f"{sandbox.api_base_url}/me", headers=bearer) for _ in range(2))

    assert (first.status_code, second.status_code) == (401, 200)
    assert "revoked" in first.headers["WWW-Authenticate"]


TOKEN = json_response(200, {"access_token": "a", "expires_in": 300})


@pytest.mark.parametrize(
    ("kind", "parameters", "members"),
    [
        pytest.param("no-expires-in", {}, {"access_token": "a"}, id="no-expires-in"),
        pytest.param("expires-in", {}, {"access_token": "a", "expires_in": 0}, id="expires-in"),
        pytest.param(
            "expires-in", {"value": "x"}, {"access_token": "a", "expires_in": "x"}, id="any JSON"
        ),
    ],
)
def test_token_response(kind: str, parameters: dict[str, Any], members: dict[str, object]) -> None:
    """The response keeps status and header fields; its members are those described."""
    response = respond(kind, TOKEN, **parameters)

    assert json.loads(response.body) == members
    assert (response.status, response.headers) == (200, TOKEN.headers)


def test_body_that_is_not_an_object() -> None:
    """A fault that changes members makes an object of a body that is none."""
    response = respond("expires-in", Response(status=200, body=b"text"))

    assert response.body == b'{"expires_in": 0}'


# where and how often


def test_place(sandbox: Sandbox, fetch: Fetch, http: httpx.Client) -> None:
    """A fault is applied where it is told to be, and nowhere else."""
    sandbox.fault("html", status=203, at="getMe", times=1)
    sandbox.fault("throttle", status=502, retry_after="soon", at="requestToken", times=1)
    sandbox.fault("html", status=503, at="GET /reports")

    assert [status(sandbox) for _ in range(2)] == [203, 401]
    assert [fetch().status_code for _ in range(2)] == [502, 200]
    assert http.get(f"{sandbox.api_base_url}/reports").status_code == 503


def test_everywhere_until_cleared(sandbox: Sandbox, fetch: Fetch) -> None:
    """Without ``at`` a fault is applied at both endpoints; without ``times`` until cleared."""
    fault = sandbox.fault("html", status=502)

    assert [fetch().status_code, status(sandbox), fault.count] == [502, 502, 2]
    assert repr(fault) == "<Fault html at both endpoints, applied 2 times>"
    sandbox.clear_faults()
    assert fetch().status_code == 200


def test_fault_of_a_prepared_response(sandbox: Sandbox) -> None:
    """A fault is applied to a prepared response too."""
    sandbox.answer("getMe", status=418)
    sandbox.fault("html", status=203)

    assert status(sandbox) == 203


def test_faults_survive_a_restart(sandbox: Sandbox) -> None:
    """A sandbox that is started again has its faults."""
    sandbox.fault("close")
    sandbox.stop()
    sandbox.start()

    assert call(sandbox) == b""


def teapot(_: Request, response: Response, *, body: str = "") -> Response:
    """A response of a teapot is sent."""
    return Response(status=418, headers=response.headers, body=body.encode())


def test_fault_of_your_own(sandbox: Sandbox) -> None:
    """A specification of one's own is applied like those in ``FAULTS``."""
    spec = FaultSpec(teapot, Stage.RESPONSE)
    with sandbox.fault(spec, at="api", body="short and stout") as fault:
        received = call(sandbox, until_end=False)

    assert received.startswith(b"HTTP/1.1 418 ")
    assert received.endswith(b"short and stout")
    assert (fault.kind, spec.description) == ("teapot", "A response of a teapot is sent.")
    assert spec.shown_parameters == "body=''"


@pytest.mark.parametrize(
    ("kind", "arguments", "error", "words"),
    [
        pytest.param("stal", {}, LookupError, "no fault 'stal'; there are refuse, ", id="kind"),
        pytest.param(
            "stall", {"at": "x"}, LookupError, "no operation 'x'; there are token, api, ", id="at"
        ),
        pytest.param("stall", {"second": 1}, ValueError, "there are seconds, at, times", id="name"),
        pytest.param("stall", {"seconds": "1"}, ValueError, "has to be a number", id="number"),
        pytest.param("stall", {"seconds": True}, ValueError, "has to be a number", id="true"),
        pytest.param("stall", {"seconds": math.nan}, ValueError, "has to be a number", id="nan"),
        pytest.param("html", {"status": 2.5}, ValueError, "a whole number, 0 or more", id="whole"),
        pytest.param("html", {"status": -1}, ValueError, "a whole number, 0 or more", id="less"),
        pytest.param("redirect", {"location": 1}, ValueError, "location has to be text", id="text"),
        pytest.param("expires-in", {"value": {1}}, ValueError, "JSON can represent", id="JSON"),
        pytest.param("stall", {"times": 0}, ValueError, "times has to be 1 or more", id="times"),
        pytest.param("refuse", {"times": 1}, ValueError, "has to be left out", id="uncounted"),
        pytest.param("expires-in", {"at": "api"}, ValueError, "at has to be token", id="token"),
        pytest.param("revoked", {"at": "token"}, ValueError, "at has to be api", id="API"),
        pytest.param("refuse", {"at": "getMe"}, ValueError, "before there is a", id="early"),
    ],
)
def test_wrong_arguments(
    sandbox: Sandbox, kind: str, arguments: dict[str, Any], error: type[Exception], words: str
) -> None:
    """An impossible argument is refused at once, and leaves no fault behind."""
    with pytest.raises(error, match=re.escape(words)):
        sandbox.fault(kind, **arguments)

    assert status(sandbox) == 401


def test_page_has_the_table() -> None:
    """The page lists every fault, with its description and parameters."""
    rows = [
        f"| `{spec.name}` | {spec.description} | "
        + (f"`{spec.shown_parameters}` |" if spec.parameters else "|")
        for spec in FAULTS.values()
    ]
    table = "\n".join(["| fault | what happens | parameters |", "| --- | --- | --- |", *rows])

    assert f"\n\n{table}\n\n" in PAGE.read_text(encoding="utf-8")
