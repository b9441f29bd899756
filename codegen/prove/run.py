"""Start the proof in a process of its own, because the package is imported there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from codegen.errors import DocumentError

if TYPE_CHECKING:
    from codegen.read.document import Document

MAX_LINES: Final = 20
ROOT: Final = Path(__file__).resolve().parents[2]
_FIX: Final = (
    "the client would not do what the document says: describe these places in another way, "
    "or report this as a fault of the generator"
)


def verify(document: Document, package: Path) -> list[str]:
    """Call the operations of *package*; return the places that could not be tried.

    Raises:
        DocumentError: Names each operation and member that is not as *document* says.
    """
    paths = [str(package.parent), str(ROOT)]
    ran = subprocess.run(  # constant arguments, no shell
        [sys.executable, "-P", "-B", "-W", "ignore", "-m", "codegen.prove.worker"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        input=document.json,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if ran.returncode:
        last = (ran.stderr.strip().splitlines() or ["no message"])[-1]
        raise DocumentError([f"the generated package can't be used: {last}"])
    problems, skipped = json.loads(ran.stdout)
    if problems:
        raise DocumentError([*shortened(problems), _FIX])
    return list(skipped)


def shortened(problems: list[str]) -> list[str]:
    """Return the first problems, and how many more there are."""
    more = len(problems) - MAX_LINES
    return [*problems[:MAX_LINES], f"and {more} more"] if more > 0 else problems
