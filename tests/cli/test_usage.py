"""What may stand on the command line, and what is said of the rest."""

from __future__ import annotations

import json
from importlib.metadata import version

import pytest

from codegen.generate.pins import PINS
from persium_ext.cli.options import duration

from .conftest import Run


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param([], "the following arguments are required: COMMAND", id="no command"),
        pytest.param(["s3cret"], "argument COMMAND: invalid choice", id="unknown command"),
        pytest.param(["me", "s3cret"], "unknown arguments", id="argument"),
        pytest.param(
            ["me", "--client-secret", "s3cret"], "unknown arguments --client-secret", id="secret"
        ),
        pytest.param(
            ["me", "--client-secret=s3cret"],
            "unknown arguments --client-secret",
            id="secret with =",
        ),
        pytest.param(
            ["--client-secret", "s3cret", "me"], "argument COMMAND: invalid choice", id="before"
        ),
        pytest.param(
            ["me", "--timeout", "s3cret"], "argument --timeout: invalid seconds value", id="number"
        ),
        pytest.param(
            ["me", "--deadline", "0"],
            "argument --deadline: seconds have to be more than 0",
            id="zero",
        ),
        pytest.param(
            ["sandbox", "--token-life", "nan"],
            "argument --token-life: seconds have to be more than 0",
            id="not a number",
        ),
        pytest.param(
            ["sandbox", "--port", "65536"],
            "argument --port: a port is a number from 0 to 65535",
            id="port",
        ),
        pytest.param(
            ["me", "--sandbox", "--client-id", ""],
            "--sandbox has settings of its own: remove the others",
            id="sandbox and settings",
        ),
    ],
)
def test_wrong_usage(run: Run, words: list[str], message: str) -> None:
    """Wrong usage is one line, code 2, and never repeats a value: it may be a secret."""
    ran = run(*words)

    assert ran.code == 2
    assert ran.err.splitlines()[0] == f"persium: {message}"
    assert "s3cret" not in ran.out + ran.err


def test_wrong_usage_as_json(run: Run) -> None:
    """With ``--json`` wrong usage is an object too."""
    ran = run("me", "--json", "--nonsense")

    assert json.loads(ran.err) == {
        "error": "UsageError",
        "message": "unknown arguments --nonsense",
        "hint": "persium me --help lists them",
        "exit_code": 2,
        **dict.fromkeys(("status", "request_id", "attempts", "retry_after", "url")),
    }


@pytest.mark.parametrize("words", [["--help"], ["me", "--help"], ["token", "-h"]])
def test_help(run: Run, words: list[str]) -> None:
    """Help is printed, in ASCII, and offers no way to give a secret."""
    ran = run(*words)

    assert ran.code == 0
    assert ran.out.startswith("usage: persium")
    assert ran.out.isascii()
    assert "--client-secret " not in ran.out


def test_version(run: Run) -> None:
    """The versions are those of the installed package, of the document and of the generator."""
    document = json.loads(run("spec", "--format", "json").out)["info"]["version"]
    generator = f"openapi-python-client {PINS['openapi-python-client']}"

    for option in ("--version", "-V"):
        ran = run(option)

        assert ran == (0, f"persium {version('persium')} (API {document}, {generator})\n", "")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("mee", "did you mean persium me?"),
        ("sandbx", "did you mean persium sandbox?"),
        ("xyz", "persium --help lists them"),
    ],
)
def test_misspelt_command(run: Run, word: str, hint: str) -> None:
    """A command that is like another one suggests it."""
    assert run(word).err.splitlines()[1] == f"hint: {hint}"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["me", "--jsn"], "did you mean --json?"),
        (["sandbox", "--prot=80"], "did you mean --port?"),
        (["me", "--client-secret=s3cret"], "did you mean --client-secret-file?"),
        (["token", "--xyz"], "persium token --help lists them"),
        (["token", "xyz"], "persium token --help lists them"),
    ],
)
def test_misspelt_option(run: Run, words: list[str], hint: str) -> None:
    """An option that is like another one of the command suggests it."""
    assert run(*words).err.splitlines()[1] == f"hint: {hint}"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["completion", "s3cret"], "there are bash, zsh"),
        (["me", "--output", "s3cret"], "there are text, json, junit, github"),
    ],
)
def test_wrong_choice(run: Run, words: list[str], hint: str) -> None:
    """Where only some values are possible, all are named, but not the one that was given."""
    ran = run(*words)

    assert ran.err.splitlines()[1] == f"hint: {hint}"
    assert "s3cret" not in ran.err


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--wait-for", "s3cret", "a duration is a number with a unit, such as 60s or 2m"),
        ("--expect-organisation", "s3cret", "an organisation is a UUID"),
    ],
)
def test_wrong_value(run: Run, option: str, value: str, message: str) -> None:
    """A value of another form is described, and not repeated."""
    assert run("me", option, value).err.splitlines()[0] == f"persium: argument {option}: {message}"


@pytest.mark.parametrize(
    ("text", "seconds"), [("60s", 60), ("1.5m", 90), ("250ms", 0.25), ("7", 7)]
)
def test_duration(text: str, seconds: float) -> None:
    """A duration has a unit, or is in seconds."""
    assert duration(text) == seconds
