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
    """Make a temporary folder, next to *beside* if given, so that it can be renamed to it."""
    with tempfile.TemporaryDirectory(prefix=".codegen-", dir=beside and beside.parent) as folder:
        yield Path(folder)


def verify_replaceable(output: Path) -> None:
    """Check that *output* is absent, empty or a generated package.

    Raises:
        DocumentError: *output* has other content.
    """
    if output.exists() and not (output / _MARK).is_file() and not _is_empty_folder(output):
        raise DocumentError([f"{output}: is not a generated package: choose another folder"])


def differences(committed: Path, fresh: Path) -> list[str]:
    """Return one line for each file that differs, is missing or is extra."""
    ours, theirs = _files(committed), _files(fresh)
    words = dict.fromkeys(theirs - ours, "missing") | dict.fromkeys(ours - theirs, "extra")
    for name in ours & theirs:
        if (committed / name).read_bytes() != (fresh / name).read_bytes():
            words[name] = "differs"
    return [f"{words[name]:8} {name.as_posix()}" for name in sorted(words)]


def swap(fresh: Path, output: Path) -> None:
    """Replace *output* with *fresh*; if that fails, *output* is unchanged.

    Both must be in one file system: two renames, so no reader finds half of the files.
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
