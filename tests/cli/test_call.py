"""``persium call``."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from persium_api.facade import Operation
from persium_api.facade._schema import ANY, INTEGER, TEXT, Body, Parameter

from persium_ext._calls.operations import operations
from persium_ext.cli import call
from persium_ext.sandbox import Sandbox

from .conftest import Run

ADD: Operation[Any] = Operation(
    operation_id="addWidget",
    tag="Widgets",
    method="POST",
    path="/widgets/{id}",
    secured=True,
    parameters=(
        Parameter(
            name="id", argument="id_", place="path", schema=TEXT, style="simple", explode=False
        ),
        Parameter(
            name="limit",
            argument="limit",
            place="query",
            schema=INTEGER,
            style="form",
            explode=True,
        ),
    ),
    body=Body("application/json", ANY),
    responses={"200": None, "201": None},
    accept="application/json",
)


@pytest.fixture(autouse=True)
def _settings(environ: dict[str, str]) -> None:
    """Lead the command to the sandbox."""


@pytest.fixture
def add(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    """An operation with parameters and a body, which the API of this version may not have."""
    monkeypatch.setattr(call, "operations", lambda: {**operations(), "addWidget": ADD})
    sandbox.answer("POST /widgets/7", status=201, body={"é": 1}, times=None)


def test_result_is_json(run: Run, sandbox: Sandbox) -> None:
    """The result is the JSON that the API sent, in ASCII."""
    sandbox.client.label = "Café"

    ran = run("call", "getMe")

    assert ran.code == 0
    assert json.loads(ran.out)["label"] == "Café"
    assert ran.out.isascii()


def test_other_result(run: Run, sandbox: Sandbox) -> None:
    """A body that is not as documented is a failure."""
    sandbox.answer("getMe", body=b"<html>", headers={"Content-Type": "text/html"})

    assert run("call", "getMe").code == 5


@pytest.mark.usefixtures("add")
def test_parameters_and_body(run: Run, sandbox: Sandbox) -> None:
    """Parameters are given by name, the body as JSON."""
    ran = run("call", "addWidget", "id=7", "limit=2", "--json", '{"name": "é"}')

    asked = sandbox.exchanges[-1]
    assert (ran.code, ran.err) == (0, "")
    assert (asked.path, asked.query) == ("/api/widgets/7", "limit=2")
    assert json.loads(asked.body) == {"name": "é"}


@pytest.mark.usefixtures("add")
def test_body_from_standard_input(
    run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``--json -`` reads the body from standard input: others can read a command line."""
    monkeypatch.setattr("sys.stdin", io.StringIO("[1]"))

    assert run("call", "addWidget", "id=7", "--json", "-").code == 0
    assert sandbox.exchanges[-1].body == b"[1]"


@pytest.mark.usefixtures("add")
def test_result_that_is_not_json(
    run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any other body is printed byte for byte."""
    sandbox.clear_answers()
    sandbox.answer("POST /widgets/7", body=b"a\xffb", headers={"Content-Type": "image/png"})
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", out)

    assert run("call", "addWidget", "id=7", "--json", "1").code == 0
    assert out.buffer.getvalue() == b"a\xffb"


@pytest.mark.usefixtures("add")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["getMee"], "there is no such operation"),
        (["s3cret"], "there is no such operation"),
        (["addWidget", "s3cret"], "there is no such parameter"),
        (["addWidget", "colour=s3cret"], "there is no such parameter"),
        (["getMe", "colour=s3cret"], "there is no such parameter"),
        (["addWidget", "limit=s3cret"], "parameter limit: openapi.yaml describes other values"),
        (["addWidget", "id=7", "--json", "{s3cret"], "--json: the body is not JSON"),
        (["getMe", "--json", '"s3cret"'], "--json: this operation has no body"),
        (["addWidget", "--json", "1"], "parameter id is missing"),
        (["addWidget", "id="], "id_ must not be"),
    ],
)
def test_wrong_usage(run: Run, words: list[str], message: str) -> None:
    """Wrong usage is one line, without the value, before anything is sent."""
    ran = run("call", *words)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"persium: {message}")
    assert "s3cret" not in ran.err


def test_suggestion(run: Run) -> None:
    """An operation that is like another one suggests it."""
    assert run("call", "getMee").err.splitlines()[1] == "hint: did you mean persium call getMe?"


@pytest.mark.usefixtures("add")
@pytest.mark.parametrize("words", [["call"], ["call", "--help"]])
def test_operations_are_listed(run: Run, words: list[str]) -> None:
    """Without an operation, and in the help, all operations are listed."""
    out = run(*words).out

    for operation in operations().values():
        assert f"{operation.operation_id} " in out
    assert re.search(r"addWidget +POST /widgets/\{id\} \[limit\]; --json: the body\n", out)
