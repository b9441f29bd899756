"""Compare and replace folders of generated files."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from codegen.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Generator

_MARK: Final = Path("facade", "_operation.py")


@contextmanager
def scratch(*, beside: Path | None = None) -> Generator[Path]:
    """Lend an empty folder, in the file system of *beside* if it is to be moved there."""
    with tempfile.TemporaryDirectory(prefix=".codegen-", dir=beside and beside.parent) as folder:
        yield Path(folder)


def verify_replaceable(output: Path) -> None:
    """Keep a slip of the hand from replacing a folder that codegen did not write.

    Raises:
        DocumentError: *output* holds something else than a generated package.
    """
    if output.exists() and not (output / _MARK).is_file() and not _is_empty_folder(output):
        raise DocumentError(
            [f"{output}: holds something that codegen did not write: name another folder"]
        )


def differences(committed: Path, fresh: Path) -> list[str]:
    """Say for each file, one a line, whether it differs, is missing or is one too many."""
    ours, theirs = _files(committed), _files(fresh)
    words = dict.fromkeys(theirs - ours, "missing") | dict.fromkeys(ours - theirs, "extra")
    for name in ours & theirs:
        if (committed / name).read_bytes() != (fresh / name).read_bytes():
            words[name] = "differs"
    return [f"{words[name]:8} {name.as_posix()}" for name in sorted(words)]


def swap(fresh: Path, output: Path) -> None:
    """Put *fresh* in the place of *output*; if that fails, *output* is what it was.

    Both must be in one file system: two renames, and no moment with half of the files.
    """
    old = fresh.with_name("old")
    if output.exists():
        output.rename(old)
    try:
        fresh.rename(output)
    except OSError:
        if old.exists():
            old.rename(output)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _files(folder: Path) -> set[Path]:
    return {
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
