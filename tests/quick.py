"""``make quick``: format, lint, types, drift, and the tests of rooms that differ from main."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
MAIN: Final = ("origin/main", "main", "HEAD")
FOLDERS: Final = {  # of tests, whose name is another one
    "codegen": "tests/seam",
    "openapi.yaml": "tests/seam",
    "interop": "tests/other_languages",
    "release": "tests/supply",
}
LEFT_OUT: Final = "--ignore=tests/seam/generated"  # it generates many packages
NO_TEST: Final = 5  # pytest's exit code if the marks of a folder leave all of its tests out
STATIC: Final = {
    "format": ("ruff", "format", "--check"),
    "lint": ("ruff", "check"),
    "drift": ("python", "-m", "codegen", "--check"),
    "mypy": ("mypy",),
}


def place_of_tests(path: str) -> str:
    """Return where the tests of *path* are, if it has some."""
    top, *rest = Path(path).parts
    if top == "tests":
        return path if Path(path).name.startswith("test_") else str(Path(path).parent)
    if top == "persium_ext":
        room = rest[0].removeprefix("_").removesuffix(".py")
        return f"tests/{room}" if len(rest) > 1 else f"tests/test_{room}.py"
    return FOLDERS.get(top, f"tests/{top}")


def selected(paths: Iterable[str], *, root: Path) -> list[str]:
    """Return the tests of *paths* that exist, each once: a folder has the files in it."""
    found = {place for place in map(place_of_tests, paths) if (root / place).exists()} - {"tests"}
    return sorted(place for place in found if not {str(p) for p in Path(place).parents} & found)


def typed(paths: Iterable[str], *, root: Path) -> list[str]:
    """Return the modules among *paths* that pyright checks: it remembers nothing, as mypy does."""
    settings = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["pyright"]
    included, excluded = set(settings["include"]), set(settings["exclude"])
    modules = {path for path in paths if path.endswith(".py") and (root / path).exists()}
    folders = {path: {path, *map(str, Path(path).parents)} for path in modules}
    return sorted(p for p in modules if folders[p] & included and not folders[p] & excluded)


def changed(root: Path) -> list[str]:
    """Return the files that differ from where the work left the main branch, and the new ones."""
    bases = (_git(root, "merge-base", "HEAD", name) for name in MAIN)
    base = next(found.strip() for found in bases if found)
    new = _git(root, "ls-files", "--others", "--exclude-standard")
    return (_git(root, "diff", "--name-only", "--no-renames", base) + new).splitlines()


def _git(root: Path, *arguments: str) -> str:
    command = (shutil.which("git") or "git", "-C", str(root), *arguments)
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def run(commands: Mapping[str, tuple[str, ...]], *, root: Path) -> int:
    """Run *commands* side by side; print the output of those that fail, and return their number."""
    started, out, folder = time.monotonic(), subprocess.PIPE, Path(sys.executable).parent
    running = {
        name: subprocess.Popen((folder / program, *rest), cwd=root, stdout=out, stderr=out)
        for name, (program, *rest) in commands.items()
    }
    for name, process in running.items():
        output = b"".join(process.communicate())
        failed = has_failed(commands[name][0], process.returncode)
        result = f"failed\n{output.decode()}" if failed else "passed"
        sys.stdout.write(f"{time.monotonic() - started:4.0f} s  {name}: {result}\n")
    return sum(has_failed(commands[name][0], p.returncode) for name, p in running.items())


def has_failed(program: str, code: int) -> bool:
    """Return whether the exit code of *program* stands for a failure."""
    return code not in ({0, NO_TEST} if program == "pytest" else {0})


def main() -> int:
    """Return the number of checks that failed."""
    paths = changed(ROOT)
    rooms, modules = selected(paths, root=ROOT), typed(paths, root=ROOT)
    types = {"pyright": ("pyright", *modules)} if modules else {}
    tests = {", ".join(rooms): ("pytest", "--quiet", LEFT_OUT, *rooms)} if rooms else {}
    return run(STATIC | types | tests, root=ROOT)


if __name__ == "__main__":
    sys.exit(main())
