"""What breaks if httpx2 takes the place of httpx: ``python -m tests.httpx2_lane PACKAGES TESTS…``.

Copies the checkout, renames the imports in the copy, and runs *TESTS* there. PACKAGES is a folder
with httpx2, which is searched before the packages of the environment. Tests may fail: their list is
the result.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
COPY: Final = ROOT / ".cache" / "renamed" / "checkout"
"""Without the name of a package: tests look for it in the paths of frames."""
REASON: Final = 80
"""Characters of a reason: pytest shortens it to what the name of the test leaves of a line."""
NAMES: Final = re.compile(r"\b(httpx|httpcore)\b")


def renamed(source: str) -> str:
    """Return *source* with the names of the two packages replaced by those of their successors."""
    return NAMES.sub(r"\g<1>2", source)


def summary(output: str) -> list[str]:
    """Return the failures in the *output* of pytest, by file and reason; frequent ones first."""
    lines = re.findall(r"^(?:FAILED|ERROR) ([^:\s]+).*?(?: - (.*))?$", output, flags=re.MULTILINE)
    counted = Counter(f"{file}: {reason[:REASON] or 'no reason given'}" for file, reason in lines)
    return [f"{number:4} x {failure}" for failure, number in counted.most_common()]


def copy_checkout() -> None:
    """Copy the files that git does not ignore, as they are now, with the names replaced."""
    shutil.rmtree(COPY, ignore_errors=True)
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, COPY / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
            if target.suffix == ".py" and "httpx2" not in target.stem:  # not this module
                target.write_text(renamed(source.read_text("utf-8")), encoding="utf-8")


def main(packages: str, *tests: str) -> int:
    """Print what fails; return 0 if the tests ran at all."""
    copy_checkout()
    path = os.pathsep.join([str(COPY), str(COPY / "generated"), str(Path(packages).resolve())])
    done = subprocess.run(
        (sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", *tests),
        cwd=COPY,
        env={**os.environ, "PYTHONPATH": path, "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    report(done.stdout)
    return 0 if done.returncode in {0, 1} else done.returncode


def report(output: str) -> None:
    """Print the failures, and the last line of pytest."""
    lines: Iterable[str] = (*summary(output), *output.strip().splitlines()[-1:])
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
