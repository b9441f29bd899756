"""Prove in a copy of the checkout that a grown ``openapi.yaml`` needs ``make generate`` only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from .grow import grown

ROOT: Final = Path(__file__).resolve().parents[2]
COPY: Final = ROOT / ".cache" / "growth"
CACHES: Final = (".mypy_cache", ".ruff_cache")
"""Copied too, for most files are equal to those of the checkout."""
GROWS: Final = ("openapi.yaml", "generated/", "CHANGELOG.md")
"""The source, and what ``make generate`` writes: the package, and drafts of entries."""
GIT: Final = (
    *(shutil.which("git") or "git", "-c", "user.name=growth"),
    *("-c", "user.email=growth@persium.example"),
)


def main() -> int:
    """Run each step; return 0 if all passed, 1 if one failed, whose name is printed last."""
    copy_checkout()
    copy_environment()
    document = COPY / "openapi.yaml"
    document.write_text(grown(document.read_text("utf-8")), encoding="utf-8")
    if not (passes("make", "generate") and passes("make", "test")):
        return 1
    others = [name for name in changed() if not name.startswith(GROWS)]
    say(f"files changed by growth, apart from {', '.join(GROWS)}: {others or 'none'}")
    return 1 if others else 0


def copy_checkout() -> None:
    """Copy the files that git does not ignore, as they are now, and commit them on the history."""
    shutil.rmtree(COPY, ignore_errors=True)
    git("clone", "--quiet", "--no-checkout", str(ROOT), str(COPY), cwd=ROOT)
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, COPY / name)
    git("add", "--all")
    git("commit", "--quiet", "--no-verify", "--allow-empty", "--message", "Copy the checkout")


def copy_environment() -> None:
    """Link the packages of ``.venv``; what names the checkout there has to name the copy."""
    shutil.copytree(ROOT / ".venv", COPY / ".venv", symlinks=True, copy_function=os.link)
    here, there = os.fsencode(ROOT), os.fsencode(COPY)
    for folder in ("bin/*", "lib/*/site-packages/*.pth"):
        for path in (COPY / ".venv").glob(folder):
            if path.is_file() and not path.is_symlink() and here in (content := path.read_bytes()):
                mode = path.stat().st_mode
                path.unlink()  # it is a link to the file in the checkout
                path.write_bytes(content.replace(here, there))
                path.chmod(mode)
    for name in CACHES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, COPY / name)


def passes(*command: str) -> bool:
    """Run *command* in the copy, and print whether and how fast it passed."""
    say(" ".join(command))
    started = time.monotonic()
    environ = {name: os.environ[name] for name in os.environ if not name.startswith("MAKE")}
    done = subprocess.run(command, cwd=COPY, env=environ, check=False)
    result = f"failed (the copy is in {COPY})" if done.returncode else "passed"
    say(f"{' '.join(command)} {result} after {time.monotonic() - started:.0f} s")
    return not done.returncode


def changed() -> list[str]:
    """Return the files of the copy that are not as they were committed."""
    status = git("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
    return [line[3:] for line in filter(None, status.split("\0"))]


def git(*arguments: str, cwd: Path = COPY) -> str:
    """Run git and return its output."""
    command = (*GIT, *arguments)
    return subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout


def say(words: str) -> None:
    """Print a line at once, between those of make."""
    sys.stdout.write(f"==== growth: {words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
