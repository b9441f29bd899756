"""``persium sandbox --fault``."""

from __future__ import annotations

import re
import signal
import socket
from urllib.parse import urlsplit

import pytest

from persium_ext.cli.faults import _json_or_text
from persium_ext.sandbox import FAULTS

from .conftest import Run
from .test_processes import SIGNALS, serving


def url_in(line: str) -> str:
    """The address in an ``export`` line."""
    return line.partition("=")[2].strip()


@SIGNALS
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
    ("text", "value"),
    [
        pytest.param("soon", "soon", id="text"),
        pytest.param('"300"', "300", id="JSON text"),
        pytest.param("-1", -1, id="number"),
        pytest.param("null", None, id="null"),
    ],
)
def test_json_values(text: str, value: object) -> None:
    """The value of a parameter is read as JSON where it is JSON, else as text."""
    assert _json_or_text(text) == value


def test_help_lists_all(run: Run) -> None:
    """The help of the command lists every fault with its description and parameters."""
    text = re.sub(r"\s+", " ", run("sandbox", "--help").out)

    for spec in FAULTS.values():
        assert f" {spec.name} {spec.description.replace('`', '')}" in text
        assert spec.shown_parameters in text
