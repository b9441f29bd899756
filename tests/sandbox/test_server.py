"""The server: framing, connections, starting and stopping."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import trustme

from persium_ext.sandbox import Exchange, Sandbox
from persium_ext.sandbox.messages import Request, Response
from persium_ext.sandbox.server import Server

from .conftest import Fetch


def echo(request: Request) -> Response:
    """Respond with the request."""
    if request.path == "/bug":
        raise ZeroDivisionError
    text = f"{request.method} {request.path} {request.query} ".encode()
    return Response(status=200, body=text + request.body)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that echoes."""
    running = Server(echo, port=0)
    running.open_port()
    yield running
    running.stop()


def talk(server: Server, sent: bytes) -> bytes:
    """Send bytes, and read until the server ends the connection."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=5) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def post(headers: bytes, body: bytes = b"") -> bytes:
    """A POST, as it goes over the wire."""
    return b"POST /a?b=c HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        pytest.param(post(b"Content-Length: 3", b"abc"), b"abc", id="length"),
        pytest.param(post(b"X: y"), b"", id="no body"),
        pytest.param(
            post(b"Transfer-Encoding: chunked", b"2\r\nab\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n"),
            b"ab0123456789",
            id="chunked",
        ),
        pytest.param(
            post(b"Transfer-Encoding: Chunked", b"1\r\na\r\n0\r\nX-Trailer: 1\r\n\r\n"),
            b"a",
            id="chunked with a trailer",
        ),
        pytest.param(post(b"Transfer-Encoding: chunked", b"0\r\n"), b"", id="chunked, end missing"),
    ],
)
def test_body(server: Server, sent: bytes, body: bytes) -> None:
    """A body is read to its end, however it is framed."""
    answer = talk(server, sent)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\nPOST /a b=c " + body)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(post(b"Content-Length: -1"), id="negative length"),
        pytest.param(post(b"Content-Length: 1_0", b"0123456789"), id="odd length"),
        pytest.param(post(b"Transfer-Encoding: chunked", b"0x1\r\na\r\n0\r\n\r\n"), id="odd chunk"),
        pytest.param(post(b"Transfer-Encoding: chunked", b"\r\n"), id="empty chunk size"),
    ],
)
def test_bad_framing(server: Server, sent: bytes) -> None:
    """A body whose end can't be known is refused, and the connection closed."""
    answer = talk(server, sent)

    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"\r\nConnection: close\r\n" in answer


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(post(b"Content-Length: 10", b"0123456789"), 200, id="the most"),
        pytest.param(post(b"Content-Length: 11", b"0123456789x"), 413, id="one more"),
        pytest.param(post(b"Content-Length: 9223372036854775808"), 413, id="no index"),
        pytest.param(post(b"Content-Length: " + b"9" * 4_000), 413, id="4000 digits"),
        pytest.param(post(b"Content-Length: " + b"9" * 5_000), 400, id="5000 digits"),
        pytest.param(
            post(b"Transfer-Encoding: chunked", b"5\r\nabcde\r\n5\r\nabcde\r\n0\r\n\r\n"),
            200,
            id="the most in chunks",
        ),
        pytest.param(
            post(b"Transfer-Encoding: chunked", b"5\r\nabcde\r\n6\r\nabcdef\r\n0\r\n\r\n"),
            413,
            id="one more in chunks",
        ),
        pytest.param(
            post(b"Transfer-Encoding: chunked", b"FFFFFFFFFFFFFFFFFFFF\r\n"), 413, id="long chunk"
        ),
    ],
)
def test_body_is_bounded(
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    sent: bytes,
    status: int,
) -> None:
    """A body that is too long is refused before it is read, and nothing is printed."""
    monkeypatch.setattr("persium_ext.sandbox.server.MAX_BODY", 10)

    answer = talk(server, sent)

    assert answer.split()[1] == b"%d" % status
    assert (b"\r\nConnection: close\r\n" in answer) is (status != 200)
    assert capsys.readouterr() == ("", "")


def test_body_breaks_off(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """A request that ends within its body gets no response, and nothing is printed."""
    assert talk(server, post(b"Content-Length: 9", b"abc")) == b""
    server.stop()

    assert capsys.readouterr() == ("", "")


def test_bug_is_shown(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """A bug of the sandbox itself is printed."""
    assert talk(server, b"GET /bug HTTP/1.1\r\n\r\n") == b""
    server.stop()

    assert "ZeroDivisionError" in capsys.readouterr().err


def test_keep_alive(server: Server) -> None:
    """Several requests are sent on one connection, and each gets its response."""
    answer = talk(server, b"GET /1 HTTP/1.1\r\n\r\n" * 2 + b"PURGE /2 HTTP/1.1\r\n\r\n")

    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert answer.count(b"HTTP/1.1 501") == 1
    assert b"Server: persium-sandbox\r\n" in answer


def test_stop_ends_open_connections(server: Server) -> None:
    """A client that keeps its connection alive finds it closed, and does not delay the end."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=60) as connection:
        connection.sendall(post(b"Content-Length: 3", b"abc"))
        while not connection.recv(65536).endswith(b"abc"):
            pass

        server.stop()

        assert connection.recv(1) == b""


def test_quiet(sandbox: Sandbox, fetch: Fetch, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing is printed for a request."""
    fetch()
    sandbox.stop()

    assert capfd.readouterr() == ("", "")


def test_many_at_once(sandbox: Sandbox, fetch: Fetch) -> None:
    """A hundred simultaneous requests all get a response, and all are counted."""
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(fetch().status_code)) for _ in range(100)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 100
    assert sandbox.token_requests == sandbox.tokens_issued == 100


def test_delays_end_with_the_sandbox(sandbox: Sandbox) -> None:
    """Stopping ends every delay; the request was counted when it was received."""
    sandbox.api_delay = sandbox.token_delay = 3600
    address = urlsplit(sandbox.api_base_url)
    with socket.create_connection((str(address.hostname), int(str(address.port)))) as connection:
        connection.sendall(b"GET /api/me HTTP/1.1\r\n\r\n")
        while not sandbox.api_requests:
            time.sleep(0.001)
        sandbox.stop()

    assert sandbox.exchanges == [Exchange("GET", "/api/me", 401)]


def test_delay(sandbox: Sandbox, fetch: Fetch) -> None:
    """A response is delayed by the given seconds."""
    sandbox.token_delay = 0.05
    start = time.monotonic()

    fetch()

    assert time.monotonic() - start >= 0.05


def test_connection_that_is_closed_already(server: Server) -> None:
    """A connection that was closed meanwhile is not an error when the port is closed."""
    closed = socket.socket()
    closed.close()
    server.process_request(closed, None)

    server.close_port()


def test_restart(sandbox: Sandbox, http: httpx.Client, bearer: dict[str, str]) -> None:
    """A sandbox that is started again has its port, its clients and its tokens."""
    before = sandbox.environ
    sandbox.stop()
    with pytest.raises(httpx.ConnectError):
        http.get(f"{sandbox.api_base_url}/me")
    sandbox.start()

    assert sandbox.environ == before
    assert http.get(f"{sandbox.api_base_url}/me", headers=bearer).status_code == 200


def test_start_twice(sandbox: Sandbox) -> None:
    """A running sandbox is not started again."""
    with pytest.raises(RuntimeError, match="running already"):
        sandbox.start()


def test_stop_twice(sandbox: Sandbox) -> None:
    """To stop a stopped sandbox does nothing."""
    sandbox.stop()
    sandbox.stop()


@pytest.mark.parametrize("name", ["port", "token_port"])
def test_port_in_use(sandbox: Sandbox, name: str) -> None:
    """A port in use is an error at the start; no port is kept, and a later start works."""
    taken = urlsplit(sandbox.token_url).port
    ports: dict[str, Any] = {name: taken}
    other = Sandbox(**ports)

    with pytest.raises(OSError, match="in use"):
        other.start()
    sandbox.stop()
    with other:
        assert urlsplit(other.token_url).port == taken


def test_one_port_for_both(sandbox: Sandbox, http: httpx.Client) -> None:
    """With a given port both endpoints share it, and so does a fault of the port."""
    port = urlsplit(sandbox.api_base_url).port
    sandbox.stop()
    with Sandbox(port=port or 0) as shared:
        with pytest.raises(ValueError, match="the endpoints share one"):
            shared.fault("refuse", at="api")
        with shared.fault("refuse"), pytest.raises(httpx.ConnectError):
            http.post(shared.token_url)

        assert urlsplit(shared.token_url).port == port
        assert http.get(f"{shared.api_base_url}/me").status_code == 401


def test_either_port_serves_both(sandbox: Sandbox, http: httpx.Client) -> None:
    """The two ports differ, and each serves both endpoints."""
    api, token = urlsplit(sandbox.api_base_url), urlsplit(sandbox.token_url)

    assert api.port != token.port
    assert http.get(f"http://127.0.0.1:{token.port}/api/me").status_code == 401


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority that no client trusts by default."""
    return trustme.CA()


def test_tls(authority: trustme.CA) -> None:
    """With a certificate both endpoints speak TLS, and faults are applied within it."""
    server, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(trusting)
    with Sandbox(tls=server) as sandbox, httpx.Client(verify=trusting, trust_env=False) as client:
        url = f"{sandbox.api_base_url}/me"
        assert url.startswith("https://")
        with sandbox.fault("reset"), pytest.raises(httpx.TransportError):
            client.get(url)
        with sandbox.fault("drip-body", interval=0):
            assert client.get(url).json()["error"] == "unauthorized"


def test_untrusted_certificate(
    authority: trustme.CA, http: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    """A handshake that the client ends makes no noise."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Sandbox(tls=context) as sandbox, pytest.raises(httpx.ConnectError, match=r"(?i)verify"):
        http.get(f"{sandbox.api_base_url}/me")

    assert capsys.readouterr() == ("", "")


def test_record_has_no_secret(sandbox: Sandbox, http: httpx.Client, bearer: dict[str, str]) -> None:
    """The record of requests, and the sandbox in print, hold neither secret nor token."""
    http.get(f"{sandbox.api_base_url}/me?token=abc", headers=bearer)
    shown = repr((sandbox, sandbox.client, sandbox.exchanges, sandbox.operation_requests))

    assert sandbox.exchanges == [
        Exchange("POST", "/realms/persium/protocol/openid-connect/token", 200),
        Exchange("GET", "/api/me", 200),
    ]
    assert sandbox.operation_requests == {"requestToken": 1, "getMe": 1}
    for secret in (sandbox.client_secret, bearer["Authorization"].split()[1], "abc"):
        assert secret not in shown


def test_exchange_is_what_was_sent(
    sandbox: Sandbox, http: httpx.Client, bearer: dict[str, str]
) -> None:
    """An exchange has query, header fields and body as they were sent, without the token."""
    fields = [*bearer.items(), ("X-Team", "a"), ("X-Team", "b")]
    http.post(f"{sandbox.api_base_url}/me?limit=2&x=%20", headers=fields, content=b"a=b")
    last = sandbox.exchanges[-1]

    assert (last.query, last.body) == ("limit=2&x=%20", b"a=b")
    assert (last.headers["x-team"], last.headers["authorization"]) == ("a, b", "***")


def test_exchange_has_the_beginning_of_a_long_body(sandbox: Sandbox, http: httpx.Client) -> None:
    """Of a long body the first 64 KiB are kept, so that the record stays small."""
    http.post(f"{sandbox.api_base_url}/me", content=b"x" * 70_000)

    assert len(sandbox.exchanges[-1].body) == 64 * 1024


FORM = b"grant_type=client_credentials&client_id=a&client_secret=s3cret"


@pytest.mark.parametrize(
    ("path", "body", "shown"),
    [
        pytest.param("token", FORM, FORM.replace(b"s3cret", b"***"), id="form"),
        pytest.param("token", b"client%5Fsecret=s3cret", b"client_secret=***", id="escaped name"),
        pytest.param("token", b'{"client_secret": "s3cret="}', b"", id="JSON"),
        pytest.param("elsewhere", FORM, FORM.replace(b"s3cret", b"***"), id="wrong path"),
        pytest.param("api", FORM, FORM.replace(b"s3cret", b"***"), id="sent to the API"),
    ],
)
def test_exchange_has_no_secret(
    sandbox: Sandbox, http: httpx.Client, path: str, body: bytes, shown: bytes
) -> None:
    """The secret is masked in the body of a token request, wherever it was sent."""
    urls = {"token": sandbox.token_url, "api": f"{sandbox.api_base_url}/me"}
    http.post(urls.get(path, f"{sandbox.token_url}/{path}"), content=body)

    assert sandbox.exchanges[-1].body == shown


def test_environ(sandbox: Sandbox) -> None:
    """The four settings are named as the vendor names them."""
    assert sandbox.environ == {
        "TOKEN_URL": sandbox.token_url,
        "API_BASE_URL": sandbox.api_base_url,
        "CLIENT_ID": sandbox.client_id,
        "CLIENT_SECRET": sandbox.client_secret,
    }
