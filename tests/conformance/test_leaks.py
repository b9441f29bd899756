"""A leak is found in whatever spelling."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from persium_conformance import leaks
from persium_conformance.tokens import core, token_text

CORE = core()
SECRET = f"s+&=% ö/{CORE}"
_SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "Latin-1": lambda text: text.encode("latin-1"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big end first": lambda text: text.encode("utf-16-be"),
    "percent": lambda text: quote(text, safe="").encode(),
    "form": lambda text: quote_plus(text).encode(),
    "JSON": lambda text: json.dumps(text).encode(),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)).encode(),
    "source": lambda text: repr(text.encode()).encode(),
    "hex": lambda text: text.encode().hex().encode(),
    "capital hex": lambda text: text.encode().hex().upper().encode(),
    "Base64": lambda text: b64encode(text.encode()),
    "Basic": lambda text: b64encode(f"id:{quote_plus(text)}".encode()),
    "Base64, one later": lambda text: b64encode(b"x" + text.encode()),
    "Base64 for URLs": lambda text: urlsafe_b64encode(b"xy" + text.encode()),
}


@pytest.mark.parametrize("spelling", _SPELLINGS)
def test_every_spelling_is_found(spelling: str) -> None:
    """Text encodings leave the core as it is; Base64, hex and UTF-16 are looked for."""
    content = b"before " + _SPELLINGS[spelling](SECRET) + b" after"

    assert leaks.found({"the secret": CORE}, {"a log": content}) == ["the secret in a log"]


def test_another_secret_is_none() -> None:
    """What only looks like the secret is no leak."""
    assert leaks.found({"the secret": CORE}, {"a log": core().encode()}) == []


@pytest.mark.parametrize(
    "shape",
    ["jwt", "opaque", "symbols", "long", "dots", "expired", "ending", "lasting", "early"],
)
def test_every_token_has_its_core(shape: str) -> None:
    """Whatever a token looks like, it is found, and it fits into a header (RFC 6750)."""
    text = token_text(shape, CORE, 300)

    assert leaks.found({"token": CORE}, {"a log": text.encode()})
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=")


def test_files_are_read_with_their_names(tmp_path: Path) -> None:
    """A file's name counts, and so does what is in a hidden folder."""
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "token").write_bytes(b"\0" + CORE.encode())
    (tmp_path / f"{CORE}.log").write_text("")

    found = leaks.found({"token 1": CORE}, leaks.files(tmp_path))

    assert found == [
        "token 1 in the file .cache/token",
        f"token 1 in the file {CORE}.log",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows command lines in /proc")
def test_command_lines_of_a_group_are_seen() -> None:
    """The arguments of a subject and of what it starts are looked at."""
    program = "import sys; print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-I", "-S", "-c", program, CORE]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, start_new_session=True, stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        process.stdout.read(1)  # it runs: for a moment before, it has no arguments yet
        lines = leaks.arguments(process.pid)
        process.communicate()

    assert leaks.found({"the secret": CORE}, {"a line": b"\n".join(lines)})
    assert os.getpid() != process.pid
