"""Files that downloads end in."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from persium_ext._calls.targets import target_of


def store(target: Any, body: bytes) -> None:
    """Write *body* and make it the content of *target*."""
    target.open().write(body)
    target.finish()
    target.commit()


def names_in(folder: Path) -> list[str]:
    """Return the names of the files in *folder*, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


def test_new_file(tmp_path: Path) -> None:
    """It has the permissions of any new file, and nothing is beside it."""
    plain = tmp_path / "plain"
    plain.write_bytes(b"")

    store(target_of(tmp_path / "a"), b"new")

    assert (tmp_path / "a").read_bytes() == b"new"
    assert (tmp_path / "a").stat().st_mode == plain.stat().st_mode
    assert names_in(tmp_path) == ["a", "plain"]


@pytest.mark.skipif(sys.platform == "win32", reason="modes and links are others there")
def test_file_that_is_replaced(tmp_path: Path) -> None:
    """Its permissions stay; a link goes on leading to it."""
    path, link = tmp_path / "a", tmp_path / "link"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link.symlink_to(path)
    target = target_of(str(link))

    target.open().write(b"never")
    target.open().write(b"new")  # a second attempt
    target.finish()
    assert path.read_bytes() == b"old"
    target.commit()
    target.discard()

    assert target.path == path
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()
    assert names_in(tmp_path) == ["a", "link"]


def test_discarded_file(tmp_path: Path) -> None:
    """What was written goes, what was there stays, and a target that was not opened has nothing."""
    (tmp_path / "a").write_bytes(b"old")
    target = target_of(tmp_path / "a")
    target.discard()

    target.open().write(b"half")
    target.discard()

    assert (tmp_path / "a").read_bytes() == b"old"
    assert names_in(tmp_path) == ["a"]


@pytest.mark.parametrize(
    "make", [io.BytesIO, tempfile.TemporaryFile, tempfile.SpooledTemporaryFile]
)
def test_open_file(make: Any) -> None:
    """The body is added to a file in memory or on the disk; it stays open."""
    with make() as file:
        file.write(b"head ")
        target = target_of(file)

        target.open().write(b"half")
        store(target, b"body")
        target.discard()

        file.seek(0)
        assert file.read() == b"head body"
        assert target.path is None


def test_open_file_that_is_discarded() -> None:
    """It is cut where it ended before; one that was closed meanwhile is left alone."""
    file = io.BytesIO(b"head")
    file.seek(0, io.SEEK_END)
    target = target_of(file)
    target.open().write(b"half")

    target.discard()
    assert file.getvalue() == b"head"
    file.close()
    target.discard()


def _half_read() -> Any:
    return io.BytesIO(b"content")


def _unseekable() -> Any:
    file = io.BytesIO()
    file.seekable = bool  # type: ignore[method-assign]  # False, as a pipe's
    return file


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(io.StringIO(), id="text"),
        pytest.param(b"a.pdf", id="bytes"),
        pytest.param(None, id="nothing"),
        pytest.param(_half_read(), id="not at its end"),
        pytest.param(_unseekable(), id="not seekable"),
    ],
)
def test_no_target(given: Any) -> None:
    """What a body can't be written to is refused, with what can be."""
    with pytest.raises(ValueError, match="has to be a path, or a seekable file in binary mode"):
        target_of(given)


def test_unbuffered_file(tmp_path: Path) -> None:
    """An unbuffered file may write less than it is given: it is refused."""
    with (tmp_path / "a").open("wb", buffering=0) as file, pytest.raises(ValueError, match="file"):
        target_of(file)


@pytest.mark.parametrize(
    ("path", "words"),
    [(".", "is not a file: name one"), ("no/a", "no is not a folder: create it first")],
)
def test_path_that_can_be_no_file(tmp_path: Path, path: str, words: str) -> None:
    """A folder, a device, or a path in a folder that does not exist is refused by name."""
    with pytest.raises(ValueError, match=words):
        target_of(tmp_path / path)
    with pytest.raises(ValueError, match="is not a file"):
        target_of(os.devnull)
