"""Each fault does on the wire what its row of the table says."""

from __future__ import annotations

import gzip
import http.client
import json
import math
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import trustme

from persium_ext.sandbox import FAULTS, Sandbox
from persium_ext.sandbox.catalogue import as_markdown

PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"


def connect(url: str) -> socket.socket:
    """A connection to where *url* is."""
    address = urlsplit(url)
    return socket.create_connection((str(address.hostname), int(str(address.port))), timeout=10)


def ask(connection: socket.socket) -> None:
    """Ask the API who is calling, without a token."""
    connection.sendall(b"GET /api/me HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n")


def read_all(connection: socket.socket) -> bytes:
    """Read until the other side has no more to say."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def raw(sandbox: Sandbox) -> bytes:
    """What comes for one call of the API, until the connection ends."""
    with connect(sandbox.api_base_url) as connection:
        ask(connection)
        return read_all(connection)


def parts(answer: bytes) -> tuple[bytes, bytes]:
    """Head and body."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


def told_length(head: bytes) -> int:
    """What ``Content-Length`` says."""
    found = re.search(rb"Content-Length: (\d+)", head)
    assert found is not None
    return int(found[1])


Fetched = tuple[int, dict[str, str], bytes]


def call(url: str, form: dict[str, str] | None = None, path: str = "") -> Fetched:
    """Send one request; return status, header fields, body."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=10)
    try:
        body = None if form is None else urlencode(form)
        fields = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        method = "GET" if form is None else "POST"
        connection.request(method, address.path + path, body, fields)
        response = connection.getresponse()
        return response.status, dict(response.headers.items()), response.read()
    finally:
        connection.close()


@pytest.fixture
def fetch_token(sandbox: Sandbox) -> Callable[[], Fetched]:
    """Ask for a token as one should."""
    form = {
        "grant_type": "client_credentials",
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
    }
    return lambda: call(sandbox.token_url, form)


USUAL = b'{"error":"unauthorized","error_description":"No access token was sent"}'


# what happens to the connection


def test_refuse(sandbox: Sandbox) -> None:
    """The port refuses, the one that was open is closed, and both come back with clearing."""
    with connect(sandbox.api_base_url) as before:
        ask(before)
        assert before.recv(65536).endswith(USUAL)
        with sandbox.fault("refuse", at="api"):
            assert before.recv(1) == b""
            with pytest.raises(ConnectionRefusedError):
                connect(sandbox.api_base_url)
            connect(sandbox.token_url).close()

    connect(sandbox.api_base_url).close()


def test_refuse_for_a_while(sandbox: Sandbox) -> None:
    """After its seconds the port is open again."""
    sandbox.fault("refuse", seconds=0.1)
    with pytest.raises(ConnectionRefusedError):
        connect(sandbox.token_url)

    time.sleep(0.3)

    connect(sandbox.token_url).close()


def test_refuse_from_the_start() -> None:
    """A fault may come before the sandbox listens; its port is known all the same."""
    sandbox = Sandbox()
    sandbox.fault("refuse", at="token", seconds=60)
    with sandbox:
        with pytest.raises(ConnectionRefusedError):
            connect(sandbox.token_url)
        connect(sandbox.api_base_url).close()
    with sandbox:  # what was to end later has ended with the sandbox
        connect(sandbox.token_url).close()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        pytest.param("tls-alert", "handshake failure|HANDSHAKE_FAILURE", id="alert"),
        pytest.param("tls-plain", "wrong version number|WRONG_VERSION_NUMBER", id="plain"),
    ],
)
def test_tls(sandbox: Sandbox, kind: str, words: str) -> None:
    """The handshake fails as told, addresses say https, and the fault is counted."""
    fault = sandbox.fault(kind, at="api", times=1)
    assert sandbox.api_base_url.startswith("https://")
    assert sandbox.token_url.startswith("http://")

    with connect(sandbox.api_base_url) as connection, pytest.raises(ssl.SSLError, match=words):
        ssl.create_default_context().wrap_socket(connection, server_hostname="127.0.0.1")

    assert fault.count == 1
    sandbox.clear_faults()
    assert sandbox.api_base_url.startswith("http://")


def test_nothing_said_is_not_answered(sandbox: Sandbox) -> None:
    """Who connects and goes makes no noise."""
    sandbox.fault("tls-alert")

    connect(sandbox.api_base_url).close()


def test_reset(sandbox: Sandbox) -> None:
    """A reset, not an end."""
    fault = sandbox.fault("reset")

    with pytest.raises(ConnectionResetError):
        raw(sandbox)

    assert fault.count == sandbox.api_requests == 1


def test_close(sandbox: Sandbox) -> None:
    """The end, without an answer."""
    sandbox.fault("close")

    assert raw(sandbox) == b""


def test_garbage(sandbox: Sandbox) -> None:
    """Not HTTP."""
    sandbox.fault("garbage")

    answer = raw(sandbox)

    assert answer
    assert not answer.startswith(b"HTTP")


def test_close_after_answer(sandbox: Sandbox) -> None:
    """The answer is whole and does not say that the connection ends; it does."""
    sandbox.fault("close-after-answer")

    head, body = parts(raw(sandbox))

    assert body == USUAL
    assert b"Connection" not in head


# what comes too slowly, in part, or with a wrong length


@pytest.mark.parametrize("kind", ["stall", "stall-in-body"])
def test_stall(sandbox: Sandbox, kind: str) -> None:
    """The answer is whole, later."""
    sandbox.fault(kind, seconds=0.1)
    start = time.monotonic()

    with connect(sandbox.api_base_url) as connection:
        ask(connection)
        first = connection.recv(65536)
        while not first.endswith(USUAL):
            first += connection.recv(65536)

    assert time.monotonic() - start >= 0.1


@pytest.mark.parametrize(("kind", "dripped"), [("drip-head", 0), ("drip-body", -len(USUAL))])
def test_drip(sandbox: Sandbox, kind: str, dripped: int) -> None:
    """Head or body comes byte by byte, and is whole in the end."""
    sandbox.fault(kind, interval=0.001)
    pieces: list[bytes] = []

    with connect(sandbox.api_base_url) as connection:
        ask(connection)
        while not b"".join(pieces).endswith(USUAL):
            pieces.append(connection.recv(65536))

    head = b"".join(pieces)[: -len(USUAL)]
    assert len(pieces) > len(USUAL if dripped else head) / 4


def test_drip_takes_its_time(sandbox: Sandbox) -> None:
    """By default a byte a second."""
    sandbox.fault("drip-head")
    start = time.monotonic()

    with connect(sandbox.api_base_url) as connection:
        ask(connection)
        pieces = [connection.recv(65536) for _ in range(2)]

    assert pieces == [b"H", b"T"]
    assert 0.9 < time.monotonic() - start < 2


def test_half_body(sandbox: Sandbox) -> None:
    """Half of it, and the end."""
    sandbox.fault("half-body")

    head, body = parts(raw(sandbox))

    assert told_length(head) == len(USUAL)
    assert body == USUAL[: len(USUAL) // 2]


def test_reset_in_body(sandbox: Sandbox) -> None:
    """Half of it, and a reset."""
    sandbox.fault("reset-in-body")
    with connect(sandbox.api_base_url) as connection:
        ask(connection)
        body = parts(connection.recv(65536))[1]
        with pytest.raises(ConnectionResetError):
            read_all(connection)

    assert body == USUAL[: len(USUAL) // 2]


@pytest.mark.parametrize(("kind", "more"), [("length-too-long", 5), ("length-too-short", -5)])
def test_length(sandbox: Sandbox, kind: str, more: int) -> None:
    """The whole body comes, the length is wrong, and the connection goes on."""
    sandbox.fault(kind, by=5, times=1)
    with connect(sandbox.api_base_url) as connection:
        ask(connection)
        ask(connection)
        connection.shutdown(socket.SHUT_WR)
        head, rest = parts(read_all(connection))

    assert told_length(head) == len(USUAL) + more
    assert rest.startswith(USUAL + b"HTTP/1.1 401 ")


# what is too much


def test_gzip_bomb(sandbox: Sandbox) -> None:
    """Small on the wire, and what it unpacks to is the answer and blanks."""
    sandbox.fault("gzip-bomb", size=10_000_000)

    head, body = parts(raw(sandbox))

    assert b"Content-Encoding: gzip" in head
    assert len(body) < 20_000
    assert len(unpacked := gzip.decompress(body)) == 10_000_000
    assert json.loads(unpacked) == json.loads(USUAL)


def test_huge_body(sandbox: Sandbox) -> None:
    """As large as told, and the length says so."""
    sandbox.fault("huge-body", size=3_000_000)

    head, body = parts(raw(sandbox))

    assert told_length(head) == len(body) == 3_000_000
    assert json.loads(body) == json.loads(USUAL)


def test_endless_body(sandbox: Sandbox) -> None:
    """No length is told, and it goes on."""
    sandbox.fault("endless-body")
    with connect(sandbox.api_base_url) as connection:
        ask(connection)
        answer = b""
        while len(answer) < 3_000_000:
            answer += connection.recv(65536)

    head, body = parts(answer)
    assert b"Content-Length" not in head
    assert body.startswith(USUAL + b" ")
    assert body.strip() == USUAL


@pytest.mark.parametrize("kind", ["gzip-bomb", "huge-body", "endless-body", "stall", "drip-body"])
def test_ends_with_the_client(sandbox: Sandbox, kind: str) -> None:
    """When the client goes, the fault's thread goes soon."""
    sandbox.fault(kind)
    with connect(sandbox.api_base_url) as connection:
        ask(connection)
        while not sandbox.api_requests:
            time.sleep(0.01)

    ends = time.monotonic() + 5
    while (busy := threads()) and time.monotonic() < ends:
        time.sleep(0.01)
    assert busy == []


@pytest.mark.parametrize("kind", sorted(FAULTS))
def test_ends_with_the_sandbox(kind: str) -> None:
    """Stopping waits for no fault, and leaves no thread behind."""
    with Sandbox() as sandbox:
        sandbox.fault(kind)
        if kind != "refuse":
            with connect(sandbox.token_url) as one, connect(sandbox.api_base_url) as other:
                one.sendall(f"POST {urlsplit(sandbox.token_url).path} HTTP/1.1\r\n\r\n".encode())
                ask(other)
                time.sleep(0.02)
                start = time.monotonic()
                sandbox.stop()
                assert time.monotonic() - start < 1

    assert threads() == []


def threads() -> list[threading.Thread]:
    """Threads that serve a connection."""
    return [each for each in threading.enumerate() if "process_request" in each.name]


# answers that are whole and wrong


@pytest.mark.parametrize("status", [200, 502, 503])
def test_html(sandbox: Sandbox, status: int) -> None:
    """A page, with the status asked for."""
    sandbox.fault("html", status=status)

    got, fields, body = call(sandbox.api_base_url, path="/me")

    assert got == status
    assert fields["Content-Type"].startswith("text/html")
    assert body.startswith(b"<!DOCTYPE html>")


def token_of(body: bytes) -> Any:
    """Read JSON, ``NaN`` too."""
    return json.loads(body)


@pytest.mark.parametrize(
    ("kind", "parameters", "check"),
    [
        pytest.param("empty", {}, lambda body: body == b"", id="empty"),
        pytest.param(
            "bad-json",
            {},
            lambda body: body.endswith(b",") and body.startswith(b'{"access_token"'),
            id="bad-json",
        ),
        pytest.param("nan", {}, lambda body: math.isnan(token_of(body)["sandbox"]), id="nan"),
        pytest.param(
            "wrong-types",
            {},
            lambda body: (
                token_of(body)["access_token"] == 1 and token_of(body)["expires_in"] == "300"
            ),
            id="wrong-types",
        ),
        pytest.param("nested", {"depth": 7}, lambda body: body == b"[[[[[[[]]]]]]]", id="nested"),
        pytest.param(
            "nested", {}, lambda body: body == b"[" * 100_000 + b"]" * 100_000, id="nested deep"
        ),
        pytest.param(
            "duplicate-keys",
            {},
            lambda body: (
                body.count(b'"expires_in"') == 2 and set(token_of(body).values()) == {None}
            ),
            id="duplicate-keys",
        ),
        pytest.param("invalid-utf8", {}, lambda body: b'"\xff\xfe"' in body, id="invalid-utf8"),
        pytest.param(
            "no-expires-in",
            {},
            lambda body: "access_token" in token_of(body) and "expires_in" not in token_of(body),
            id="no-expires-in",
        ),
        *(
            pytest.param(
                "expires-in",
                {"value": value},
                lambda body, value=value: token_of(body)["expires_in"] == value,
                id=f"expires-in {value!r}",
            )
            for value in (0, -1, 1e300, "300", None)
        ),
        pytest.param(
            "expires-in",
            {"value": math.nan},
            lambda body: math.isnan(token_of(body)["expires_in"]),
            id="expires-in nan",
        ),
    ],
)
def test_body(
    sandbox: Sandbox,
    fetch_token: Callable[[], Fetched],
    kind: str,
    parameters: dict[str, Any],
    check: Callable[[bytes], bool],
) -> None:
    """The answer keeps its status and length; its body is what the table says."""
    fault = sandbox.fault(kind, at="token", **parameters)

    status, fields, body = fetch_token()

    assert status == 200
    assert int(fields["Content-Length"]) == len(body)
    assert check(body)
    assert fault.count == 1


def test_body_that_is_no_object(sandbox: Sandbox) -> None:
    """What changes members makes an object of an answer that has none."""
    sandbox.answer("getMe", body=b"text")
    sandbox.fault("nan")

    assert call(sandbox.api_base_url, path="/me")[2] == b'{"sandbox": NaN}'


@pytest.mark.parametrize(
    ("parameters", "status", "said"),
    [
        pytest.param({}, 429, "1", id="by default"),
        pytest.param({"status": 503, "retry_after": 0.5}, 503, "0.5", id="seconds"),
        pytest.param({"retry_after": "soon"}, 429, "soon", id="words"),
        pytest.param({"retry_after": 10**9}, 429, "1000000000", id="years"),
    ],
)
def test_throttle(sandbox: Sandbox, parameters: dict[str, Any], status: int, said: str) -> None:
    """The status asked for, and ``Retry-After`` as it was given."""
    sandbox.fault("throttle", **parameters)

    got, fields, _ = call(sandbox.api_base_url, path="/me")

    assert (got, fields["Retry-After"]) == (status, said)


@pytest.mark.parametrize("seconds", [60, -60])
def test_throttle_date(sandbox: Sandbox, seconds: int) -> None:
    """``Retry-After`` is a date, that far from now."""
    sandbox.fault("throttle-date", status=503, seconds=seconds)

    status, fields, _ = call(sandbox.api_base_url, path="/me")

    assert status == 503
    said = time.mktime(time.strptime(fields["Retry-After"], "%a, %d %b %Y %H:%M:%S GMT"))
    now = time.mktime(time.strptime(fields["Date"], "%a, %d %b %Y %H:%M:%S GMT"))
    assert abs(said - now - seconds) <= 2


def test_redirect(sandbox: Sandbox) -> None:
    """It leads to another name of the sandbox, where a request is seen; or where one wants."""
    port = urlsplit(sandbox.api_base_url).port
    sandbox.fault("redirect", times=1)
    sandbox.fault("redirect", status=308, location="https://example.com/x")

    first, second = (call(sandbox.api_base_url, path="/me") for _ in range(2))

    assert (first[0], first[1]["Location"]) == (307, f"//localhost:{port}/elsewhere")
    assert (second[0], second[1]["Location"]) == (308, "https://example.com/x")
    assert call(f"http://127.0.0.1:{port}/elsewhere")[0] == 404
    assert sandbox.exchanges[-1].path == "/elsewhere"


# where and how often


def test_where(sandbox: Sandbox, fetch_token: Callable[[], Fetched]) -> None:
    """A fault strikes where it is told to, and nowhere else."""
    sandbox.fault("html", at="getMe", times=1)
    sandbox.fault("html", status=502, at="requestToken", times=1)
    sandbox.fault("html", status=503, at="GET /reports")

    assert [call(sandbox.api_base_url, path="/me")[0] for _ in range(2)] == [200, 401]
    assert [fetch_token()[0] for _ in range(2)] == [502, 200]
    assert call(sandbox.api_base_url, path="/reports")[0] == 503
    assert call(f"{sandbox.api_base_url}/../elsewhere")[0] == 404


def test_everywhere_until_cleared(sandbox: Sandbox, fetch_token: Callable[[], Fetched]) -> None:
    """Without a place it strikes both endpoints; without a number until it is cleared."""
    fault = sandbox.fault("html", status=502)

    assert [fetch_token()[0], call(sandbox.api_base_url, path="/me")[0], fault.count] == [
        502,
        502,
        2,
    ]
    assert repr(fault) == "<Fault html at both endpoints, struck 2 times>"
    sandbox.clear_faults()
    assert fetch_token()[0] == 200


def test_a_prepared_answer_is_spoiled_too(sandbox: Sandbox) -> None:
    """A fault of the wire is done to whatever the answer is."""
    sandbox.answer("getMe", body=b"0123456789")
    sandbox.fault("half-body")

    assert parts(raw(sandbox))[1] == b"01234"


def test_head_has_no_body(sandbox: Sandbox) -> None:
    """An answer to HEAD stays without a body, and slow or fast says how long it would be."""
    sandbox.fault("drip-body", interval=0)
    with connect(sandbox.api_base_url) as connection:
        connection.sendall(b"HEAD /api/me HTTP/1.1\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        head, body = parts(read_all(connection))

    assert (told_length(head), body) == (len(USUAL), b"")


def test_faults_survive_a_restart(sandbox: Sandbox) -> None:
    """A sandbox that comes back has its faults."""
    sandbox.fault("close")
    sandbox.stop()
    sandbox.start()

    assert raw(sandbox) == b""


@pytest.mark.parametrize(
    ("kind", "arguments", "error", "words"),
    [
        pytest.param("stal", {}, LookupError, "no fault 'stal'; there are refuse, tls-", id="kind"),
        pytest.param(
            "stall",
            {"at": "x"},
            LookupError,
            "no operation 'x'; there are token, api, ",
            id="place",
        ),
        pytest.param("stall", {"second": 1}, ValueError, "there are seconds, at, times", id="name"),
        pytest.param(
            "stall", {"seconds": "1"}, ValueError, "seconds has to be a number", id="type"
        ),
        pytest.param("stall", {"seconds": True}, ValueError, "has to be a number", id="true"),
        pytest.param("stall", {"seconds": math.nan}, ValueError, "has to be a number", id="nan"),
        pytest.param("html", {"status": 2.5}, ValueError, "a whole number, 0 or more", id="whole"),
        pytest.param("redirect", {"location": 1}, ValueError, "location has to be text", id="text"),
        pytest.param("expires-in", {"value": {1}}, ValueError, "has a JSON form", id="JSON"),
        pytest.param("stall", {"times": 0}, ValueError, "times has to be 1 or more", id="times"),
        pytest.param(
            "refuse", {"times": 1}, ValueError, "times has to be left out", id="uncounted"
        ),
        pytest.param(
            "expires-in", {"at": "api"}, ValueError, "for the token endpoint only", id="token"
        ),
        pytest.param(
            "refuse", {"at": "getMe"}, ValueError, "before there is a request", id="early"
        ),
    ],
)
def test_wrong_arguments(
    sandbox: Sandbox, kind: str, arguments: dict[str, Any], error: type[Exception], words: str
) -> None:
    """What can't be is refused at once, with what there is, and leaves no fault behind."""
    with pytest.raises(error, match=re.escape(words)):
        sandbox.fault(kind, **arguments)

    assert call(sandbox.api_base_url, path="/me")[0] == 401


# ports, TLS, the page


def test_one_port_for_both(sandbox: Sandbox) -> None:
    """With a port given both endpoints are there, and a fault of the port is one of both."""
    port = urlsplit(sandbox.api_base_url).port
    sandbox.stop()
    assert port is not None
    with Sandbox(port=port) as shared:
        assert urlsplit(shared.token_url).port == port
        with pytest.raises(ValueError, match="both endpoints have one"):
            shared.fault("refuse", at="api")
        with shared.fault("refuse"), pytest.raises(ConnectionRefusedError):
            connect(shared.token_url)
        assert call(shared.api_base_url, path="/me")[0] == 401


def test_either_port_serves_both(sandbox: Sandbox) -> None:
    """The two ports differ, and whoever takes the wrong one is served all the same."""
    api, token = urlsplit(sandbox.api_base_url), urlsplit(sandbox.token_url)

    assert api.port != token.port
    assert call(f"http://127.0.0.1:{token.port}/api/me")[0] == 401


def test_second_port_in_use(sandbox: Sandbox) -> None:
    """If the port of the token endpoint is taken, that of the API is not kept either."""
    taken = urlsplit(sandbox.token_url).port
    assert taken is not None
    other = Sandbox(token_port=taken)

    with pytest.raises(OSError, match="in use"):
        other.start()
    sandbox.stop()
    with other:
        assert call(other.api_base_url, path="/me")[0] == 401


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Signs certificates that nobody else trusts."""
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    """Of a server on loopback."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.mark.parametrize("kind", [None, "reset", "drip-body", "tls-alert"])
def test_with_tls(authority: trustme.CA, tls: ssl.SSLContext, kind: str | None) -> None:
    """With a certificate all is https; faults come through it, or in its place."""
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with Sandbox(tls=tls) as sandbox:
        parameters: dict[str, Any] = {"interval": 0} if kind == "drip-body" else {}
        if kind:
            sandbox.fault(kind, times=1, **parameters)
        failed = kind in {"reset", "tls-alert"}
        if failed:
            with pytest.raises((OSError, http.client.HTTPException)):
                get(sandbox, trusting)

        assert get(sandbox, trusting) == (401, USUAL)
        with pytest.raises(ssl.SSLCertVerificationError):
            get(sandbox, ssl.create_default_context())


def get(sandbox: Sandbox, trusting: ssl.SSLContext) -> tuple[int, bytes]:
    """Call the API over TLS."""
    address = urlsplit(sandbox.api_base_url)
    assert address.scheme == "https"
    connection = http.client.HTTPSConnection(
        str(address.hostname), address.port, timeout=10, context=trusting
    )
    try:
        connection.request("GET", "/api/me")
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_page_has_the_table() -> None:
    """The page lists every fault as the code knows it; ``as_markdown`` writes that part."""
    page = PAGE.read_text(encoding="utf-8")

    assert f"\n\n{as_markdown()}\n\n" in page
