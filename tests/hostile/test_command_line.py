"""``persium me`` and ``persium token`` with a hostile server: harmless and readable output."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

import pytest

from persium_ext.cli import main
from tests.support.wire import Answer, Wire, http, me, token_answer

pytestmark = pytest.mark.usefixtures("no_jitter")

DEEP = b"[" * 100_000 + b"]" * 100_000
ODD = "\x1b[2J\u202e\x9b\x00\r\nlabel  x\u2028\ud800"
SHOWN = r"\x1b[2J\u202e\x9b\x00\x0d\x0alabel  x\u2028\ud800"


class Ran(NamedTuple):
    """The exit code of a command, and its output in lines."""

    code: int
    out: list[str]
    err: list[str]


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _environ(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in wire.settings.items():
        monkeypatch.setenv(name.upper(), value)


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command."""

    def call(*words: str) -> Ran:
        code = main(words)
        said = capfd.readouterr()
        return Ran(code, said.out.splitlines(), said.err.splitlines())

    return call


def harmless(*lines: str) -> bool:
    """Tell whether a terminal would do nothing but print."""
    return all(line.isprintable() for line in lines)


@pytest.mark.parametrize("member", ["client_id", "label", "new", ODD])
def test_odd_member(run: Run, wire: Wire, member: str) -> None:
    """Any member, and any name, is printed on one line, its control characters escaped."""
    fields = json.loads(me()) | {member: ODD}
    wire.api = http(json.dumps(fields).encode())

    ran = run("me")

    [row] = [line for line in ran.out if line.endswith(f"  {SHOWN}")]
    assert (ran.code, ran.err, len(ran.out)) == (0, [], len(fields))
    assert row.startswith(SHOWN if member == ODD else member)
    assert harmless(*ran.out)


@pytest.mark.parametrize("member", ["client_id", "label", "new", ODD])
def test_odd_member_as_json(run: Run, wire: Wire, member: str) -> None:
    """With ``--json`` the output is one line of ASCII, and equal to the response."""
    fields = json.loads(me()) | {member: ODD}
    wire.api = http(json.dumps(fields).encode())

    ran = run("me", "--json")

    assert (ran.code, ran.err, len(ran.out)) == (0, [], 1)
    assert ran.out[0].isascii()
    assert harmless(*ran.out)
    assert json.loads(ran.out[0]) == fields


def test_names_stay_readable(run: Run, wire: Wire) -> None:
    """Letters of any script, their accents and their spaces are printed as they are."""
    label = "Société\u00a0Générale \u3000工 Ωe\u0301 😀"
    wire.api = http(me(json.dumps(label).encode()))

    assert f"label              {label}" in run("me").out


@pytest.mark.parametrize("words", [("me",), ("me", "--json")])
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(http(me(more=b', "x": ' + DEEP)), 5, id="deep"),
        pytest.param(http(DEEP, status=b"403 No"), 5, id="deep error"),
        pytest.param(http(me(more=b', "x": ' + b"[" * 900 + b"]" * 900)), 0, id="rather deep"),
        pytest.param(http(me(more=b', "x": ' + b"9" * 10_000)), 5, id="10,000 digits"),
        pytest.param(http(me(more=b', "x": ' + b"9" * 4_000)), 0, id="4,000 digits"),
        pytest.param(http(me(more=b', "x": 1e999')), 5, id="infinity"),
        pytest.param(http(me(b'"\xff"')), 5, id="not UTF-8"),
        pytest.param(http(me(b'"a", "label": "b"')), 0, id="twice"),
        pytest.param(b"bad \x1b[2J\xe2\x80\xae\r\n\r\n", 3, id="status line"),
        pytest.param(http(headers=b"bad \x1b[2J\xe2\x80\xae\r\n"), 3, id="header"),
        pytest.param(
            http(
                status=b"401 No",
                headers=b"WWW-Authenticate: \x1b[2J\xe2\x80\xae\r\nX-Request-Id: \x1b[2J\r\n",
            ),
            5,
            id="challenge",
        ),
    ],
)
def test_answer_of_the_api(
    run: Run, wire: Wire, words: tuple[str, ...], answer: Answer, *, code: int
) -> None:
    """Whatever the API responds, the exit code is documented, and one line names the error."""
    wire.api = answer

    ran = run(*words)

    assert ran.code == code
    assert harmless(*ran.out, *ran.err)
    assert len(ran.err) == (0 if code == 0 else 1 if "--json" in words else 2)


@pytest.mark.parametrize("words", [("token",), ("token", "--json")])
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(token_answer(life=b"1e999"), 4, id="no end"),
        pytest.param(token_answer(life=b"-1e308"), 0, id="long gone"),
        pytest.param(token_answer(life=b"9" * 4_000), 0, id="nearly no end"),
        pytest.param(token_answer(more=b', "scope": %b' % json.dumps(ODD).encode()), 0, id="scope"),
        pytest.param(token_answer(more=b', "x": ' + DEEP), 4, id="deep"),
        pytest.param(
            http(b'{"error": %b}' % json.dumps(ODD).encode(), status=b"400 No"), 4, id="error"
        ),
        pytest.param(http(status=b"429 Slow", headers=b"Retry-After: \x1b[2J\r\n"), 6, id="wait"),
        pytest.param(http(status=b"429 Slow", headers=b"Retry-After: 1e999\r\n"), 6, id="for ever"),
    ],
)
def test_answer_of_the_token_endpoint(
    run: Run, wire: Wire, words: tuple[str, ...], answer: Answer, *, code: int
) -> None:
    """Whatever the token endpoint responds, the exit code is documented."""
    wire.token = answer

    ran = run(*words)

    assert ran.code == code
    assert harmless(*ran.out, *ran.err)
    assert bool(ran.out) == (code == 0)
