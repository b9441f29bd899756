"""Exceptions of httpx, translated by their causes."""

from __future__ import annotations

import asyncio
import socket
import ssl

import anyio
import h11
import httpcore
import httpx
import pytest
import trio

from persium_ext._http.failures import is_interruption, to_transport_error


def caused_by(cause: BaseException) -> httpx.ConnectError:
    """Make an error as httpx raises it, with its cause."""
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = cause
    return error


REFUSED = ConnectionRefusedError(111, "Connect call failed ('127.0.0.1', 1)")
TLS = ssl.SSLError(1, "[SSL] handshake failure (_ssl.c:1006)")


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
        pytest.param(caused_by(TLS), "[SSL] handshake failure", id="another TLS error"),
        pytest.param(caused_by(ValueError("x")), "All connection attempts failed", id="no reason"),
        pytest.param(httpx.ReadError(""), "ReadError", id="no text at all"),
        pytest.param(
            httpx.ReadTimeout(""), "no data arrived within the timeout", id="late, without a text"
        ),
        pytest.param(
            httpx.ConnectTimeout("timed out"), "no connection within the timeout", id="late"
        ),
        pytest.param(
            httpx.RemoteProtocolError("illegal status line: bytearray(b'client_secret=x')"),
            "illegal status line",
            id="bytes of the server, quoted",
        ),
    ],
)
def test_reason(error: Exception, reason: str) -> None:
    """However httpx wraps it, the reason is the origin and the text of the system."""
    found = to_transport_error(error, "https://api.example", None)

    assert found.reason == f"https://api.example: {reason}"
    assert not found.final


@pytest.mark.parametrize(
    ("error", "unsent"),
    [
        pytest.param(caused_by(httpcore.ConnectError("refused")), True, id="no connection"),
        pytest.param(caused_by(httpcore.PoolTimeout()), True, id="no free connection"),
        pytest.param(caused_by(httpcore.ReadError("reset")), False, id="after sending"),
        pytest.param(caused_by(REFUSED), False, id="by another transport"),
        pytest.param(httpx.ConnectError("lost"), False, id="by another transport, alone"),
    ],
)
def test_unsent(error: Exception, unsent: bool) -> None:  # noqa: FBT001  # a column
    """A request surely never left if httpcore made no connection, and may have left otherwise."""
    assert to_transport_error(error, "https://api.example", None).unsent is unsent


@pytest.mark.parametrize(
    ("error", "reason", "final"),
    [
        pytest.param(RuntimeError("odd"), "RuntimeError: odd", True, id="not of httpx"),
        pytest.param(MemoryError(), "MemoryError", True, id="without a text"),
        pytest.param(httpx.InvalidURL("too long"), "InvalidURL: too long", True, id="no URL"),
        pytest.param(httpx.LocalProtocolError("odd"), "odd", True, id="wrong use"),
        pytest.param(ConnectionResetError("reset"), "ConnectionResetError: reset", False, id="OS"),
        pytest.param(httpx.ReadError("reset"), "reset", False, id="broken connection"),
        pytest.param(KeyError(b"a=b"), "KeyError", True, id="bytes in the text"),
    ],
)
def test_error_that_is_not_of_the_network(error: Exception, reason: str, final: bool) -> None:  # noqa: FBT001  # a column
    """Another attempt helps against the network only; the text names an unusual type."""
    found = to_transport_error(error, "https://api.example", None)

    assert (found.reason, found.final) == (f"https://api.example: {reason}", final)


class TimeLimitError(Exception):
    """What a worker raises in a job that takes too long."""


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(KeyboardInterrupt(), True, id="Ctrl-C"),
        pytest.param(asyncio.CancelledError(), True, id="cancellation"),
        pytest.param(TimeLimitError(), True, id="signal handler"),
        pytest.param(Exception("odd"), False, id="no class of its own"),
        pytest.param(ssl.SSLError(1, "no"), False, id="TLS"),
        pytest.param(httpx.InvalidURL("no"), False, id="httpx"),
        pytest.param(httpcore.ReadError(), False, id="httpcore"),
        pytest.param(h11.LocalProtocolError("no"), False, id="h11"),
        pytest.param(anyio.BrokenResourceError(), False, id="anyio"),
        pytest.param(trio.BrokenResourceError(), False, id="trio"),
    ],
)
def test_interruption(error: BaseException, expected: bool) -> None:  # noqa: FBT001  # a column
    """What does not come from the transport reaches the caller as it is."""
    assert is_interruption(error) is expected
