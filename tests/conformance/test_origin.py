"""The judge's server takes whatever a client's HTTP library sends."""

from __future__ import annotations

import http.client
import socket

import pytest
from persium_conformance.origin import Origin, Reply, Request

from .conftest import request_of


def test_bodies_come_with_a_length_or_in_chunks() -> None:
    """A body is whole however it was sent, on one connection, and names of headers are small."""
    seen: list[Request] = []

    def respond(request: Request) -> Reply:
        seen.append(request)
        return Reply(status=200, headers={"X-A": "b"}, body=b"ok")

    with Origin(respond) as origin:
        client = http.client.HTTPConnection("127.0.0.1", origin.port, timeout=10)
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


def test_chunks_may_have_trailers() -> None:
    """What stands after the last chunk is read too, so that the next request is understood."""
    chunked = (
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\na=b\r\n0\r\nX: y\r\n\r\n"
    )
    seen: list[bytes] = []

    def respond(request: Request) -> Reply:
        seen.append(request.body)
        return Reply(status=200, headers={"Connection": "close"}, body=b"ok")

    with Origin(respond) as origin, socket.create_connection(("127.0.0.1", origin.port)) as raw:
        raw.sendall(chunked)
        answer = raw.makefile("rb").read()

    assert answer.endswith(b"\r\n\r\nok")
    assert seen == [b"a=b"]


def test_a_connection_can_end_without_an_answer() -> None:
    """No reply: the client sees the connection end."""
    with Origin(lambda _: None) as origin:
        client = http.client.HTTPConnection("127.0.0.1", origin.port, timeout=10)
        client.request("GET", "/")

        with pytest.raises(http.client.RemoteDisconnected):
            client.getresponse()
        client.close()


def test_a_request_is_searched_whole() -> None:
    """Method, target, headers and body are in the text of a request."""
    text = request_of("the-body", target="/the-target", x_header="the-value").text

    assert all(word in text for word in ("POST", "/the-target", "x-header: the-value", "the-body"))
