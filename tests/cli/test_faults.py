"""``persium sandbox --fault``."""

from __future__ import annotations

import re
import signal
import socket
from urllib.parse import urlsplit

import pytest

from persium_ext.sandbox import FAULTS

from .conftest import Run
from .test_processes import serving


def url_in(line: str) -> str:
    """The address in an ``export`` line."""
    return line.partition("=")[2].strip()


def test_faults_are_served() -> None:
    """Each ``--fault`` is in force, where and as often as told; the others are not."""
    words = ["--fault", "refuse,at=token", "--fault", "html,at=api,status=502,times=1"]
    with serving(*words) as (process, lines):
        token, api = (urlsplit(url_in(line)) for line in lines[:2])
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", token.port or 0))
        statuses = [status_of(api.port or 0) for _ in range(2)]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)

    assert statuses == [502, 401]
    assert process.returncode == 0


def test_tls_is_announced() -> None:
    """With a fault of TLS the address of that endpoint begins with https."""
    with serving("--fault", "tls-alert,at=api") as (process, lines):
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)

    assert [urlsplit(url_in(line)).scheme for line in lines[:2]] == ["http", "https"]


def status_of(port: int) -> int:
    """What the API answers without a token."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"GET /api/me HTTP/1.1\r\n\r\n")
        return int(connection.recv(65536).split()[1])


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param("s3cret", "--fault: no such fault\nhint: there are refuse, ", id="kind"),
        pytest.param(
            "stall,at=s3cret",
            "--fault stall: at names no operation\nhint: there are token, api, ",
            id="place",
        ),
        pytest.param(
            "stall,s3cret=1",
            "--fault stall has no such parameter; there are seconds, at, times",
            id="name",
        ),
        pytest.param(
            "stall,seconds=s3cret", "--fault stall: seconds has to be a number", id="value"
        ),
        pytest.param(
            "stall,times=s3cret", "--fault stall: times has to be a whole number", id="times"
        ),
        pytest.param("stall,times=0", "--fault stall: times has to be 1 or more", id="never"),
        pytest.param("Reset", "--fault: no such fault", id="case"),
    ],
)
def test_wrong_faults(run: Run, fault: str, words: str) -> None:
    """A fault that can't be is code 2 and says what there is; what was typed is not repeated."""
    ran = run("sandbox", "--fault", fault)

    assert ran.code == 2
    assert ran.err.startswith(f"persium: {words}")
    assert "s3cret" not in ran.out + ran.err


@pytest.mark.parametrize(
    ("words", "value"),
    [
        pytest.param("expires-in,value=soon", "soon", id="text"),
        pytest.param('expires-in,value="300"', "300", id="JSON text"),
        pytest.param("expires-in,value=-1", -1, id="number"),
        pytest.param("expires-in,value=null", None, id="null"),
    ],
)
def test_json_values(words: str, value: object) -> None:
    """A parameter that may be any JSON is read as JSON where it can be, else as text."""
    name, _, text = words.partition(",value=")

    assert FAULTS[name].read("value", text) == value


def test_help_lists_all(run: Run) -> None:
    """The help of the command has every fault with its words and parameters."""
    text = re.sub(r"\s+", " ", run("sandbox", "--help").out)

    for kind in FAULTS.values():
        assert f" {kind.name} {kind.what.replace('`', '')}" in text
        assert kind.shown_parameters in text
