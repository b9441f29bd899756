"""Calls of the API at the wire: retries, errors, bodies; in threads, in asyncio and in trio."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import pickle
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from copy import copy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from persium_ext import (
    ApiConnectionError,
    ApiStatusError,
    ApiTimeoutError,
    DeadlineExceeded,
    PersiumError,
    ResponseDecodeError,
    RetryPolicy,
    ServiceUnavailableError,
    SettingsError,
    TooManyRequestsError,
)
from persium_ext._runtime.concurrency import TaskBackend
from persium_ext.errors import STATUS_ERRORS
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Concurrency, Session
from tests.support.values import UNDOCUMENTED_STATUS

ME = {
    "client_id": "a",
    "organisation_uuid": "8d2f1a3e-1234-4c1b-9999-abcdefabcdef",
    "label": "l",
    "all_organisations": False,
}


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
@pytest.mark.usefixtures("no_jitter")
def test_a_transient_status_is_tried_again(session: Session, sandbox: Sandbox, status: int) -> None:
    """Two failures are forgiven."""
    sandbox.answer("getMe", status=status, times=2)

    assert session.do().client_id == sandbox.client_id
    assert (sandbox.api_requests, sandbox.token_requests) == (3, 1)


@pytest.mark.usefixtures("no_jitter")
def test_the_third_failure_is_reported(session: Session, sandbox: Sandbox) -> None:
    """The error says how often the call was tried."""
    sandbox.answer("getMe", status=503, headers={"X-Request-Id": "r-1"}, times=9)

    [error] = session.outcomes(times=1)

    assert isinstance(error, ServiceUnavailableError)
    assert (error.attempts, error.status, error.request_id) == (3, 503, "r-1")
    assert sandbox.api_requests == 3


@pytest.mark.parametrize("status", [400, 403, 404, 409, 418, 501])
def test_other_statuses_stand(session: Session, sandbox: Sandbox, status: int) -> None:
    """What trying again can't change is reported at once, documented or not."""
    sandbox.answer("getMe", status=status, body={"detail": "no"}, times=1)

    [error] = session.outcomes(times=1)

    assert type(error) is STATUS_ERRORS.get(status, ApiStatusError)
    assert (error.status, error.attempts, json.loads(error.text)) == (status, 1, {"detail": "no"})
    assert (sandbox.api_requests, sandbox.token_requests) == (1, 1)


def test_body_of_an_undocumented_status(session: Session, sandbox: Sandbox) -> None:
    """The JSON of a status that no operation documents is decoded."""
    sandbox.answer("getMe", status=UNDOCUMENTED_STATUS, body={"detail": "no"}, times=1)

    [error] = session.outcomes(times=1)

    assert error.body == {"detail": "no"}


def test_retries_can_be_switched_off(concurrency: Concurrency, sandbox: Sandbox) -> None:
    """``RetryPolicy(attempts=1)`` never tries again."""
    sandbox.answer("getMe", status=503, times=1)

    [error] = concurrency.session(retry=RetryPolicy(attempts=1)).outcomes(times=1)

    assert isinstance(error, ServiceUnavailableError)
    assert sandbox.api_requests == 1


def test_retry_after_is_waited_for(
    concurrency: Concurrency, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's wish is kept to the second."""
    slept: list[float] = []
    monkeypatch.setattr("persium_ext._runtime.concurrency.time.sleep", slept.append)
    _record_async_sleep(monkeypatch, slept)
    sandbox.answer("getMe", status=429, headers={"Retry-After": "7"}, times=1)

    concurrency.session().do()

    assert slept == [7]


def _record_async_sleep(monkeypatch: pytest.MonkeyPatch, slept: list[float]) -> None:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(TaskBackend, "sleep", staticmethod(sleep))


@pytest.mark.parametrize(("seconds", "deadline"), [("61", 60), ("30", 20)])
def test_a_wait_that_is_too_long_is_the_callers(
    concurrency: Concurrency, sandbox: Sandbox, seconds: Any, deadline: Any
) -> None:
    """More than 60 s, or than is left of the deadline, is not waited for but reported."""
    sandbox.answer("getMe", status=429, headers={"Retry-After": seconds}, times=9)

    [error] = concurrency.session(deadline=deadline).outcomes(times=1)

    assert isinstance(error, TooManyRequestsError)
    assert error.retry_after == float(seconds)
    assert sandbox.api_requests == 1


@pytest.mark.usefixtures("no_jitter")
def test_an_outage_is_not_made_worse(session: Session, sandbox: Sandbox) -> None:
    """The budget: against an API that only fails, 500 / 14 retries in all, then none."""
    sandbox.answer("getMe", status=503, times=1000)

    for _ in range(60):
        session.outcomes(times=1)

    assert sandbox.api_requests == 60 + 35


@pytest.mark.usefixtures("no_jitter")
def test_successes_earn_retries_back(session: Session, sandbox: Sandbox) -> None:
    """Fourteen clean calls pay for one retry."""
    sandbox.answer("getMe", status=503, times=60)
    for _ in range(25):
        session.outcomes(times=1)
    spent = sandbox.api_requests

    assert spent == 60
    for _ in range(14):
        session.do()
    sandbox.answer("getMe", status=503, times=1)
    session.do()

    assert sandbox.api_requests == spent + 14 + 2


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.usefixtures("no_jitter")
def test_nobody_listens(concurrency: Concurrency) -> None:
    """A refused connection is tried three times, then named with the address."""
    base = f"http://127.0.0.1:{free_port()}"

    [error] = concurrency.session(api_base_url=base).outcomes(times=1)

    assert type(error) is ApiConnectionError
    assert f"{base}: Connection refused" in str(error)
    assert error.attempts == 3


@pytest.mark.usefixtures("no_jitter")
def test_a_slow_answer_is_a_timeout(concurrency: Concurrency, sandbox: Sandbox) -> None:
    """``timeout`` bounds one network operation; a GET is tried again."""
    sandbox.api_delay = 30

    session = concurrency.session()
    session.do(lambda persium: persium.access_token())
    hasty = session.client.with_options(timeout=0.1)
    [error] = session.outcomes(lambda _: hasty.identity.get_me(), times=1)

    assert isinstance(error, ApiTimeoutError)
    assert error.attempts == 3


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"<html>", "not JSON: Expecting value", id="HTML"),
        pytest.param(b"", "not JSON: Expecting value", id="nothing"),
        pytest.param(b"[]", "the body is list, not dict", id="a list"),
        pytest.param(b"null", "", id="null"),
        pytest.param(b'"text"', "", id="a string"),
        pytest.param({k: v for k, v in ME.items() if k != "label"}, "'label' is missing", id="gap"),
        pytest.param(
            {**ME, "organisation_uuid": "x"}, "organisation_uuid is not a valid UUID", id="no UUID"
        ),
        pytest.param(
            {**ME, "organisation_uuid": 5}, "organisation_uuid is int, not str", id="no text"
        ),
        pytest.param({**ME, "label": None}, "label is NoneType, not str", id="null for text"),
        pytest.param(
            {**ME, "all_organisations": "no"}, "all_organisations is str", id="no boolean"
        ),
        pytest.param(b"[" * 100_000, "nested", id="nested without end"),
        pytest.param(b'{"a": NaN}', "NaN", id="NaN"),
        pytest.param(b"\xff{}", "utf-8", id="not UTF-8"),
    ],
)
def test_a_success_that_is_none(session: Session, sandbox: Sandbox, body: Any, words: Any) -> None:
    """What openapi.yaml doesn't describe is one typed error, never a half-filled object."""
    sandbox.answer("getMe", status=200, body=body, times=1)

    [error] = session.outcomes(times=1)

    assert isinstance(error, ResponseDecodeError)
    assert words in str(error)
    assert (error.operation, error.status) == ("getMe", 200)


def test_unknown_members_are_kept(session: Session, sandbox: Sandbox) -> None:
    """A newer server breaks no older client."""
    sandbox.answer("getMe", status=200, body={**ME, "new": [1]}, times=1)

    assert session.do().additional_properties == {"new": [1]}


@pytest.mark.parametrize("status", [201, 302])
def test_an_undocumented_status(session: Session, sandbox: Sandbox, status: int) -> None:
    """It is an error, and a redirect is not followed."""
    sandbox.answer("getMe", status=status, headers={"Location": "/elsewhere"}, times=1)

    [error] = session.outcomes(times=1)

    assert type(error) is ApiStatusError
    assert error.status == status
    assert bool(error.hint) is (status == 302)
    assert sandbox.api_requests == 1


@pytest.mark.usefixtures("no_jitter")
def test_a_gzipped_answer_that_is_none(session: Session, sandbox: Sandbox) -> None:
    """A body that can't be unpacked is a broken connection."""
    sandbox.answer(
        "getMe", status=200, headers={"Content-Encoding": "gzip"}, body=b"not gzip", times=9
    )

    [error] = session.outcomes(times=1)

    assert type(error) is ApiConnectionError


@pytest.mark.parametrize(
    "make",
    [
        lambda: ApiStatusError("m", operation="x", status=418, body={"a": 1}, request_id="r"),
        lambda: ResponseDecodeError("m", operation="x", status=200),
        lambda: ServiceUnavailableError("m", operation="x", status=503, retry_after=2.0),
    ],
)
def test_errors_can_be_pickled(make: Any) -> None:
    """Errors travel between processes, whole."""
    error = make()
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own

    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
    assert vars(copy(error)) == vars(error)


class Drip(socketserver.StreamRequestHandler):
    """Sends a body of a thousand bytes, one every 20 ms."""

    def handle(self) -> None:
        """Answer until the other side has gone."""
        while self.rfile.readline().strip():
            pass
        with contextlib.suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            for _ in range(1000):
                self.wfile.write(b" ")
                time.sleep(0.02)


def test_a_drip_does_not_outlast_the_deadline(concurrency: Concurrency) -> None:
    """Each byte comes in time, the whole does not: the deadline counts."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Drip) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        session = concurrency.session(
            api_base_url=f"http://127.0.0.1:{server.server_address[1]}", deadline=0.3
        )
        started = time.monotonic()

        [error] = session.outcomes(times=1)

        assert isinstance(error, DeadlineExceeded)
        assert time.monotonic() - started < 5
        server.shutdown()


def test_calls_on_the_wire_are_bounded(
    concurrency: Concurrency, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More callers than places: they take turns, and all get their answer."""
    monkeypatch.setattr("persium_ext._runtime.concurrency.MAX_CONCURRENT_REQUESTS", 3)
    sandbox.api_delay = 0.05
    busiest: list[int] = []
    on_the_wire = 0

    class Count(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            nonlocal on_the_wire
            said = record.getMessage()
            on_the_wire += said.startswith(
                "send_request_headers.started request=<Request [b'GET']>"
            )
            on_the_wire -= said.startswith("receive_response_body.complete")
            busiest.append(on_the_wire)

    session = concurrency.session()
    session.do(lambda persium: persium.access_token())
    logger, handler = logging.getLogger("httpcore"), Count()
    logger.addHandler(handler)
    monkeypatch.setattr(logging.getLogger("httpcore.http11"), "isEnabledFor", lambda _: True)
    try:
        answers = session.outcomes(times=12)
    finally:
        logger.removeHandler(handler)

    assert [me.client_id for me in answers] == [sandbox.client_id] * 12
    assert max(busiest) == 3


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("SSL_CERT_FILE", "/no/such/file", "SSL_CERT_FILE"),
        ("HTTPS_PROXY", "foo://127.0.0.1", "HTTPS_PROXY"),
        ("ALL_PROXY", "socks5://127.0.0.1:1", "HTTPS_PROXY"),
    ],
)
def test_an_environment_that_leads_nowhere(
    concurrency: Concurrency, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    """A proxy or certificates that can't be used are a setting that is wrong, and named."""
    monkeypatch.setenv(variable, value)

    [error] = concurrency.session().outcomes(times=1)

    assert isinstance(error, SettingsError)
    assert words in str(error)


def test_certificates_that_are_none(concurrency: Concurrency, tmp_path: Path) -> None:
    """A file without certificates is named as ``verify``."""
    file = tmp_path / "ca.pem"
    file.write_text("nothing")

    [error] = concurrency.session(verify=file).outcomes(times=1)

    assert isinstance(error, SettingsError)
    assert "verify" in str(error)


def test_what_stays_on_this_machine_goes_through_no_proxy(
    concurrency: Concurrency, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be unencrypted, so a proxy of the environment must not see it."""
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("NO_PROXY", "")

    assert concurrency.session().do().client_id == sandbox.client_id


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority that nobody knows."""
    return trustme.CA()


@pytest.fixture
def tls_address(authority: trustme.CA) -> Iterator[str]:
    """The address of a server that speaks TLS, with a certificate of that authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate: Any = authority.issue_cert("127.0.0.1")
    certificate.configure_cert(context)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up is what the test is about."""

        def finish_request(self, request: Any, client_address: Any) -> None:
            with context.wrap_socket(request, server_side=True) as wrapped:
                super().finish_request(wrapped, client_address)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(ME).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as inherited
            """Say nothing."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_an_authority_that_nobody_knows(concurrency: Concurrency, tls_address: str) -> None:
    """No retry makes a certificate trusted: one attempt, and the words of TLS."""
    [error] = concurrency.session(api_base_url=tls_address).outcomes(times=1)

    assert type(error) is ApiConnectionError
    assert error.attempts == 1
    assert "CERTIFICATE_VERIFY_FAILED" in str(error)
    assert "SSL_CERT_FILE" in (error.hint or "")


def test_https_where_nobody_speaks_it(concurrency: Concurrency, sandbox: Sandbox) -> None:
    """No retry teaches a port TLS: one attempt, and a hint."""
    base = sandbox.api_base_url.replace("http:", "https:")

    [error] = concurrency.session(api_base_url=base).outcomes(times=1)

    assert type(error) is ApiConnectionError
    assert error.attempts == 1
    assert "does not speak TLS" in (error.hint or "")


def test_an_authority_of_ones_own(
    concurrency: Concurrency, tls_address: str, authority: trustme.CA, tmp_path: Path
) -> None:
    """``verify=`` takes the path of its certificate."""
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))

    assert concurrency.session(api_base_url=tls_address, verify=file).do().label == "l"


# --- request ---


def test_request_sends_what_the_document_does_not_know(session: Session, sandbox: Sandbox) -> None:
    """It has the same token, and returns the answer as it is."""
    answer = session.do(lambda p: p.request("get", "/me", params={"a": "1"}, headers={"X-A": "b"}))

    assert (answer.status_code, answer.json()["client_id"]) == (200, sandbox.client_id)
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.usefixtures("no_jitter")
def test_request_has_the_same_errors_and_retries(session: Session, sandbox: Sandbox) -> None:
    """The 401 rule, retries and typed errors hold there, too."""
    sandbox.answer("getMe", status=401, times=1)
    sandbox.answer("getMe", status=503, times=1)
    assert session.do(lambda p: p.request("GET", "/me")).status_code == 200

    [error] = session.outcomes(lambda p: p.request("GET", "/nowhere"), times=1)

    assert isinstance(error, ApiStatusError)
    assert (error.status, error.operation) == (404, "GET /nowhere")


def test_request_takes_the_whole_address(session: Session, sandbox: Sandbox) -> None:
    """An address that the API itself gave can be passed on as it is."""
    answer = session.do(lambda p: p.request("GET", f"{sandbox.api_base_url}/me"))

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("path", "headers", "words"),
    [
        pytest.param("https://evil.example/me", None, "is sent nowhere else", id="another host"),
        pytest.param("me", None, "has to start with /", id="no slash"),
        pytest.param("@evil.example/", None, "has to start with /", id="a host in disguise"),
        pytest.param("/me\r\nX: y", None, "control characters", id="a line end"),
        pytest.param("/me", {"Authorization": "x"}, "set by the client", id="our own header"),
        pytest.param(
            "/me",
            {"X-A": "a\r\nb"},
            "has characters that are not allowed",
            id="a header with a line end",
        ),
        pytest.param("/me", {"X A": "a"}, "not a valid header name", id="a name with a space"),
    ],
)
def test_request_refuses_what_leads_elsewhere(
    session: Session, sandbox: Sandbox, path: Any, headers: Any, words: Any
) -> None:
    """The token goes to the API only, and nothing is sent."""
    [error] = session.outcomes(lambda p: p.request("GET", path, headers=headers), times=1)

    assert isinstance(error, ValueError)
    assert words in str(error)
    assert sandbox.token_requests + sandbox.api_requests == 0


class Echo:
    """Answers what ``status`` says, and keeps each body that it got; real sockets, one a thread."""

    def __init__(self) -> None:
        echo = self
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.statuses: list[int] = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                echo.headers.append(dict(self.headers))
                echo.bodies.append(self.read())
                self.send_response(echo.statuses.pop(0) if echo.statuses else 200)
                self.send_header("Content-Length", "2")
                self.send_header("Retry-After", "0")
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(b"{}")

            do_PUT = do_POST  # noqa: N815  # as http.server calls it

            def read(self) -> bytes:
                if "Content-Length" in self.headers:
                    return self.rfile.read(int(self.headers["Content-Length"]))
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as inherited
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()


@pytest.fixture
def echo() -> Iterator[Echo]:
    """An API that repeats what it got."""
    running = Echo()
    yield running
    running.server.shutdown()
    running.server.server_close()
    running.thread.join()


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        pytest.param({"json": {"a": 1}}, b'{"a":1}', id="JSON"),
        pytest.param({"content": b"bytes"}, b"bytes", id="bytes"),
        pytest.param({"content": "text"}, b"text", id="text"),
        pytest.param({"data": {"a": "b c"}}, b"a=b+c", id="a form"),
        pytest.param({"content": b"a file"}, b"a file", id="a file"),
    ],
)
@pytest.mark.parametrize("status", [401, 503])
def test_a_body_is_sent_again(
    concurrency: Concurrency, echo: Echo, options: Any, sent: Any, status: int
) -> None:
    """After a 401 and after a 503 the body is the same as before."""
    echo.statuses = [status]
    if sent == b"a file":
        options = {"content": io.BytesIO(b"a file")}

    concurrency.session(api_base_url=echo.base_url).do(lambda p: p.request("PUT", "/x", **options))

    assert echo.bodies == [sent, sent]


def test_an_upload_is_sent_again(concurrency: Concurrency, echo: Echo) -> None:
    """A multipart body starts over with its file."""
    echo.statuses = [503]
    upload = {"file": ("a.txt", io.BytesIO(b"the content"), "text/plain")}

    concurrency.session(api_base_url=echo.base_url).do(
        lambda p: p.request("PUT", "/x", files=upload)
    )

    assert [b"the content" in body for body in echo.bodies] == [True, True]


@pytest.mark.parametrize("status", [401, 503])
def test_a_consumed_stream_is_never_sent_again(
    concurrency: Concurrency, echo: Echo, status: int
) -> None:
    """The error says why."""
    echo.statuses = [status]
    session = concurrency.session(api_base_url=echo.base_url)

    [error] = session.outcomes(
        lambda p: p.request("PUT", "/x", content=iter([b"a", b"b"])), times=1
    )

    assert isinstance(error, ApiStatusError)
    assert "stream" in (error.hint or "")
    assert echo.bodies == [b"ab"]


@pytest.mark.usefixtures("no_jitter")
def test_a_broken_stream_says_that_it_is_not_repeated(concurrency: Concurrency) -> None:
    """A connection that fails under a stream gets no second try."""
    session = concurrency.session(api_base_url=f"http://127.0.0.1:{free_port()}")

    [error] = session.outcomes(lambda p: p.request("PUT", "/x", content=iter([b"a"])), times=1)

    assert isinstance(error, ApiConnectionError)
    assert "never sent twice" in (error.hint or "")
    assert error.attempts == 1


@pytest.mark.parametrize(
    ("headers", "requests"),
    [({}, 1), ({"Idempotency-Key": "k1"}, 2), ({"idempotency-key": "k"}, 2)],
)
@pytest.mark.usefixtures("no_jitter")
def test_a_post_is_repeated_with_an_idempotency_key(
    concurrency: Concurrency, echo: Echo, headers: Any, requests: int
) -> None:
    """Without one, a 502 may hide a success."""
    echo.statuses = [502]
    session = concurrency.session(api_base_url=echo.base_url)

    session.outcomes(lambda p: p.request("POST", "/x", json={}, headers=headers), times=1)

    assert len(echo.bodies) == requests


@pytest.mark.usefixtures("no_jitter")
def test_all_of_it_is_an_error_of_ours(session: Session, sandbox: Sandbox) -> None:
    """Whatever happens on the wire, ``except PersiumError`` catches it."""
    sandbox.answer("getMe", status=503, times=9)

    assert isinstance(session.outcomes(times=1)[0], PersiumError)
