"""Leaks are found in every encoding."""

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
from persium_conformance.tokens import random_marker, token_text

MARKER = random_marker()
SECRET = f"s+&=% ö/{MARKER}"
_ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "Latin-1": lambda text: text.encode("latin-1"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big-endian": lambda text: text.encode("utf-16-be"),
    "percent": lambda text: quote(text, safe="").encode(),
    "form": lambda text: quote_plus(text).encode(),
    "JSON": lambda text: json.dumps(text).encode(),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)).encode(),
    "source": lambda text: repr(text.encode()).encode(),
    "hex": lambda text: text.encode().hex().encode(),
    "upper-case hex": lambda text: text.encode().hex().upper().encode(),
    "Base64": lambda text: b64encode(text.encode()),
    "Basic": lambda text: b64encode(f"id:{quote_plus(text)}".encode()),
    "Base64, shifted by one byte": lambda text: b64encode(b"x" + text.encode()),
    "Base64 for URLs": lambda text: urlsafe_b64encode(b"xy" + text.encode()),
}


@pytest.mark.parametrize("encoding", _ENCODINGS)
def test_every_encoding_is_found(encoding: str) -> None:
    """The secret is found in text encodings, Base64, hex and UTF-16."""
    content = b"before " + _ENCODINGS[encoding](SECRET) + b" after"

    assert leaks.find_leaks({"the secret": MARKER}, {"a log": content}) == ["the secret in a log"]


def test_another_secret_is_not_found() -> None:
    """Text that only looks like the secret is not a leak."""
    assert leaks.find_leaks({"the secret": MARKER}, {"a log": random_marker().encode()}) == []


@pytest.mark.parametrize(
    "kind",
    ["jwt", "opaque", "symbols", "long", "dots", "expired", "ending", "lasting", "early"],
)
def test_every_kind_of_token_is_found(kind: str) -> None:
    """Each kind of token contains its marker, and only characters that RFC 6750 allows."""
    text = token_text(kind, MARKER, 300)

    assert leaks.find_leaks({"token": MARKER}, {"a log": text.encode()})
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=")


def test_files_are_read_with_their_names(tmp_path: Path) -> None:
    """Names and contents of files are searched, also in hidden folders."""
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "token").write_bytes(b"\0" + MARKER.encode())
    (tmp_path / f"{MARKER}.log").write_text("")

    found = leaks.find_leaks({"token 1": MARKER}, leaks.files(tmp_path))

    assert found == [
        "token 1 in the file .cache/token",
        f"token 1 in the file {MARKER}.log",
    ]


def test_files_are_searched_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is too long is searched in part: it does not fill the memory."""
    monkeypatch.setattr(leaks, "MAX_FILE", 10)
    (tmp_path / "long").write_bytes(b"0123456789abc")

    assert leaks.files(tmp_path)["the file long"].endswith(b"\n0123456789")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows command lines in /proc")
def test_command_lines_of_a_group_are_seen() -> None:
    """The command lines of a process group are searched."""
    program = "import sys; print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-I", "-S", "-c", program, MARKER]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, start_new_session=True, stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        process.stdout.read(1)  # before its first output, /proc may not have its arguments yet
        lines = leaks.command_lines(process.pid)
        process.communicate()

    assert leaks.find_leaks({"the secret": MARKER}, {"a line": b"\n".join(lines)})
    assert os.getpid() != process.pid
