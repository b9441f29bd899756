"""What the tests of engines judge by: a program that complains fails, a quiet one passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from persium_ext.sandbox import Sandbox
from tests.support.engine import Engine, Start, files_with, secrets_of


def ended(start: Start, folder: Path, program: str) -> Engine:
    """Run a program to its end."""
    (folder / "program.py").write_text(program)
    engine = start("program", environ={"PYTHONPATH": str(folder)})
    engine.ended()
    return engine


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("import warnings; warnings.warn('old')", id="a warning"),
        pytest.param("print('Exception ignored in: <socket>')", id="an ignored exception"),
        pytest.param("print('Traceback (most recent call last):')", id="a logged traceback"),
        pytest.param("1 / 0", id="an error"),
        pytest.param("import os; print(os.environ['CLIENT_SECRET'])", id="the secret"),
        pytest.param(
            "from persium_ext import Persium; print(Persium().access_token().reveal())",
            id="a token",
        ),
    ],
)
def test_a_program_that_complains(start: Start, tmp_path: Path, program: str) -> None:
    """A test that stops it fails."""
    engine = ended(start, tmp_path, program)

    with pytest.raises(AssertionError):
        engine.stop()


def test_a_quiet_program(start: Start, tmp_path: Path) -> None:
    """A test that stops it passes."""
    ended(start, tmp_path, "print('done')").stop()


def test_a_secret_in_a_file(start: Start, sandbox: Sandbox, tmp_path: Path) -> None:
    """A file with a token is found, in any folder and among any bytes."""
    (tmp_path / "logs").mkdir()
    program = """
from pathlib import Path
from persium_ext import Persium

token = Persium().access_token().reveal()
Path("{}/logs/one").write_bytes(bytes([255]) + token.encode())
"""
    ended(start, tmp_path, program.format(tmp_path))
    [_, token] = secrets_of(sandbox)

    assert files_with(token, tmp_path) == [tmp_path / "logs" / "one"]
