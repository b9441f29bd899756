"""The suite's HTTP server accepts the requests of every HTTP library."""

from __future__ import annotations

import http.client
import socket

import pytest
from persium_conformance.http_server import HttpServer, Request, Response

from .conftest import request_of


def test_bodies_with_a_length_or_in_chunks() -> None:
    """Bodies with Content-Length, chunked bodies and no body are read from one connection."""
    seen: list[Request] = []

    def respond(request: Request) -> Response:
        seen.append(request)
        return Response(status=200, headers={"X-A": "b"}, body=b"ok")

    with HttpServer(respond) as server:
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        bodies = []
        for body in (b"a=b", iter([b"a=", b"b"]), None):
            client.request("POST", "/t?x=y", body, {"X-Two": "1"})
            response = client.getresponse()
            bodies.append((response.status, response.getheader("X-A"), response.read()))
        client.request("HEAD", "/t")
        head = client.getresponse().read()
        client.close()

    assert bodies == [(200, "b", b"ok")] * 3
    assert head == b""
    assert [request.body for request in seen] == [b"a=b", b"a=b", b"", b""]
    assert (seen[0].target, seen[0].headers["x-two"]) == ("/t?x=y", "1")


def test_chunked_body_with_trailers() -> None:
    """Trailer fields after the last chunk are not taken for the next request."""
    chunked = (
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\na=b\r\n0\r\nX: y\r\n\r\n"
    )
    seen: list[bytes] = []

    def respond(request: Request) -> Response:
        seen.append(request.body)
        return Response(status=200, headers={"Connection": "close"}, body=b"ok")

    with HttpServer(respond) as server, socket.create_connection(("127.0.0.1", server.port)) as raw:
        raw.sendall(chunked)
        response = raw.makefile("rb").read()

    assert response.endswith(b"\r\n\r\nok")
    assert seen == [b"a=b"]


@pytest.mark.parametrize(
    "framing",
    [
        pytest.param(b"Content-Length: 11\r\n\r\n0123456789x", id="long"),
        pytest.param(b"Content-Length: 99999999999999999999\r\n\r\n", id="no index"),
        pytest.param(b"Content-Length: -1\r\n\r\n", id="negative"),
        pytest.param(
            b"Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n",
            id="chunks",
        ),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n", id="chunk"),
    ],
)
def test_body_is_bounded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], framing: bytes
) -> None:
    """A request whose body is too long gets no response, and nothing is printed."""
    monkeypatch.setattr("persium_conformance.http_server.MAX_BODY", 10)
    seen: list[Request] = []

    def respond(request: Request) -> Response:
        seen.append(request)
        return Response(status=200, headers={"Connection": "close"}, body=b"ok")

    with HttpServer(respond) as server:
        for sent in (framing, b"Content-Length: 10\r\n\r\n0123456789"):
            with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
                raw.sendall(b"POST / HTTP/1.1\r\n" + sent)
                raw.shutdown(socket.SHUT_WR)
                raw.makefile("rb").read()

    assert [request.body for request in seen] == [b"0123456789"]
    assert capsys.readouterr() == ("", "")


def test_connection_is_closed_without_a_response() -> None:
    """If there is no response, the connection is closed."""
    with HttpServer(lambda _: None) as server:
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        client.request("GET", "/")

        with pytest.raises(http.client.RemoteDisconnected):
            client.getresponse()
        client.close()


def test_text_of_a_request() -> None:
    """Method, target, header fields and body are in the text of a request."""
    text = request_of("the-body", target="/the-target", x_header="the-value").text

    assert all(word in text for word in ("POST", "/the-target", "x-header: the-value", "the-body"))
