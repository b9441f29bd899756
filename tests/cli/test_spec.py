"""``persium spec``: the document, and the document without its token endpoint."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from .conftest import Run, start

ROOT = Path(__file__).parents[2]


def parsed(text: str) -> Any:
    """Read YAML."""
    reader: Any = YAML(typ="safe")  # it has no types
    return reader.load(text)


def test_prints_the_document(run: Run) -> None:
    """Without options it is openapi.yaml, byte for byte."""
    ran = run("spec")

    assert ran == (0, (ROOT / "openapi.yaml").read_text("utf-8"), "")


def test_prints_the_document_as_json(run: Run) -> None:
    """``--format json`` says the same."""
    ran = run("spec", "--format", "json")

    assert json.loads(ran.out) == parsed(run("spec", "--format", "yaml").out)


def test_leaves_the_token_endpoint_out(run: Run) -> None:
    """``--without-token`` leaves out the endpoint and its schemas; the token policy stays."""
    whole = json.loads(run("spec", "--format", "json").out)
    without = json.loads(run("spec", "--without-token", "--format", "json").out)

    token_endpoint = {path for path, item in whole["paths"].items() if "servers" in item}
    assert whole["paths"].keys() - without["paths"].keys() == token_endpoint
    assert without["components"]["schemas"].items() < whole["components"]["schemas"].items()
    assert "TP-10" in without["tags"][0]["description"]
    assert without == parsed(run("spec", "--without-token").out)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["--format", "toml"], "argument --format: invalid choice", id="format"),
        pytest.param(["--json"], "unknown arguments --json", id="unknown"),
        pytest.param(["--without"], "unknown arguments --without", id="abbreviated"),
    ],
)
def test_wrong_usage(run: Run, words: list[str], message: str) -> None:
    """Anything else is wrong usage, and prints no document."""
    ran = run("spec", *words)

    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_is_utf8_with_any_locale() -> None:
    """A pipe with another encoding gets the same bytes: a generator reads them."""
    command = (sys.executable, "-m", "persium_ext", "spec")
    environ = os.environ | {"PYTHONIOENCODING": "utf-16"}

    assert subprocess.check_output(command, env=environ) == (ROOT / "openapi.yaml").read_bytes()


def test_closed_pipe_is_an_exit_code() -> None:
    """``persium spec | head -1`` ends without a traceback."""
    process = start("spec", "--format", "json")
    assert process.stdout
    assert process.stderr
    process.stdout.close()

    assert process.wait(60) in {0, 141}
    assert process.stderr.read() == ""
    process.stderr.close()
