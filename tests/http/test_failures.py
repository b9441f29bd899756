"""What an error of httpx means, by the cause that it has."""

from __future__ import annotations

import socket
import ssl

import httpx
import pytest

from persium_ext._http.failures import to_transport_error


def caused_by(cause: BaseException) -> httpx.ConnectError:
    """An error as httpx raises it, with what it came from."""
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = cause
    return error


REFUSED = ConnectionRefusedError(111, "Connect call failed ('127.0.0.1', 1)")
TLS = ssl.SSLError(1, "handshake failure")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(caused_by(REFUSED), "Connection refused", id="refused"),
        pytest.param(
            caused_by(ExceptionGroup("two addresses", [REFUSED, REFUSED])),
            "Connection refused",
            id="refused at each address",
        ),
        pytest.param(
            caused_by(socket.gaierror(-2, "Name or service not known")),
            "Name or service not known",
            id="no such name",
        ),
        pytest.param(caused_by(TLS), str(TLS), id="another TLS error"),
        pytest.param(caused_by(ValueError("x")), "All connection attempts failed", id="no reason"),
        pytest.param(httpx.ReadError(""), "ReadError", id="no words at all"),
        pytest.param(
            httpx.ReadTimeout(""), "no data arrived within the timeout", id="late, without words"
        ),
        pytest.param(
            httpx.ConnectTimeout("timed out"), "no connection within the timeout", id="late"
        ),
        pytest.param(
            httpx.RemoteProtocolError("illegal status line: bytearray(b'client_secret=x')"),
            "illegal status line",
            id="bytes that came, quoted",
        ),
    ],
)
def test_the_words_are_those_of_the_system(error: Exception, reason: str) -> None:
    """However an engine wraps it, people read the same words, and where it happened."""
    found = to_transport_error(error, "https://api.example", None)

    assert found.reason == f"https://api.example: {reason}"
    assert found.hint is None
    assert not found.final
