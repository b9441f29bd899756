"""Compare and replace folders of generated files."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def scratch(beside: Path | None = None) -> Iterator[Path]:
    """Lend an empty folder, in the file system of *beside* if it is to be moved there."""
    with tempfile.TemporaryDirectory(prefix=".codegen-", dir=beside) as folder:
        yield Path(folder)


def differences(committed: Path, fresh: Path) -> list[str]:
    """Say for each file, one a line, whether it differs, is missing or is one too many."""
    ours, theirs = _files(committed), _files(fresh)
    words = {name: "missing" for name in theirs - ours} | {name: "extra" for name in ours - theirs}
    for name in ours & theirs:
        if (committed / name).read_bytes() != (fresh / name).read_bytes():
            words[name] = "differs"
    return [f"{words[name]:8} {name.as_posix()}" for name in sorted(words)]


def swap(fresh: Path, output: Path) -> None:
    """Put *fresh* in the place of *output*; if that fails, *output* stays what it was."""
    old = fresh.with_name("old")
    if not output.exists():
        fresh.rename(output)
        return
    output.rename(old)
    try:
        fresh.rename(output)
    except OSError:
        old.rename(output)
        raise
    shutil.rmtree(old)


def _files(folder: Path) -> set[Path]:
    return {
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
