"""The completion of the command line in shells."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest
import shtab

from persium_ext.cli.arguments import build_parser
from tests.spec.conftest import need

from .conftest import Run

SHELLS = ("bash", "zsh")
BASH = shutil.which("bash")
CASES = [
    pytest.param("persium m", "me", id="command"),
    pytest.param("persium me --wai", "--wait-for", id="option"),
    pytest.param("persium me --output ju", "junit", id="value"),
    pytest.param("persium completion z", "zsh", id="argument"),
    pytest.param("persium call --js", "--json", id="option where an argument may be"),
]


@pytest.mark.parametrize("shell", SHELLS)
def test_script_is_that_of_the_parser(run: Run, shell: str) -> None:
    """The packaged script is what shtab makes of the command line; else run make completion."""
    made = shtab.complete(build_parser(), shell=shell, root_prefix="persium")

    assert run("completion", shell) == (0, f"{made}\n", "")


@pytest.mark.skipif(BASH is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("words", "completed"),
    CASES,
)
def test_bash(tmp_path: Path, words: str, completed: str) -> None:
    """In bash, Tab completes commands, options and values."""
    script = resources.files("persium_ext.cli") / "completions" / "persium.bash"
    program = (
        'source "$1"; COMP_WORDS=($2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); '
        '_shtab_persium; echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        [str(BASH), "--norc", "-c", program, "bash", str(script), words],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )

    assert done.stdout.split() == [completed]


ZSHRC = """
fpath=($ZDOTDIR $fpath)
autoload -Uz compinit && compinit -D
show() { print -r -- $BUFFER >$ZDOTDIR/shown; exit }
zle -N show
bindkey '^X' show
"""
"""Of a user who has the script in a folder of fpath; Ctrl-X keeps the line that is edited."""
TYPE = """
zmodload zsh/zpty
zpty shell zsh -i
zpty -w -n shell "$1"$'\\t\\x18'
while zpty -r shell line; do :; done
"""
"""Types its argument, Tab and Ctrl-X into a terminal."""


@pytest.mark.spec
@pytest.mark.parametrize(
    ("words", "completed"),
    [
        *CASES,
        pytest.param("persium me --client-secret-file s3c", "s3cret", id="file"),
    ],
)
def test_zsh(tmp_path: Path, words: str, completed: str) -> None:
    """In zsh, Tab completes commands, options and values too."""
    script = resources.files("persium_ext.cli") / "completions" / "persium.zsh"
    (tmp_path / "_persium").write_bytes(script.read_bytes())
    (tmp_path / ".zshrc").write_text(ZSHRC)
    (tmp_path / "s3cret").touch()
    environ = {"PATH": os.environ["PATH"], "TERM": "xterm"}
    environ |= dict.fromkeys(("HOME", "ZDOTDIR"), str(tmp_path))

    subprocess.run(
        [need("zsh"), "-f", "-c", TYPE, "zsh", words],
        check=True,
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        timeout=60,
    )

    shown = (tmp_path / "shown").read_text()
    assert shown.split() == [*words.split()[:-1], completed]
