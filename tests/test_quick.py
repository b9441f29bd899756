"""What ``make quick`` selects and runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.quick import ROOT, changed, has_failed, place_of_tests, run, selected, typed


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("persium_ext/_calls/body.py", "tests/calls"),
        ("persium_ext/cli/run.py", "tests/cli"),
        ("persium_ext/_version.py", "tests/test_version.py"),
        ("codegen/naming/names.py", "tests/seam"),
        ("openapi.yaml", "tests/seam"),
        ("spec/page.html", "tests/spec"),
        ("docs/index.md", "tests/docs"),
        ("tests/calls/test_body.py", "tests/calls/test_body.py"),
        ("tests/calls/conftest.py", "tests/calls"),
    ],
)
def test_tests_of_a_file(path: str, place: str) -> None:
    """The tests of a file are in the folder of its room."""
    assert place_of_tests(path) == place


def test_every_room_has_its_tests() -> None:
    """The tests of each folder of the package, and of the tools, are found."""
    rooms = [*(ROOT / "persium_ext").glob("*/__init__.py"), ROOT / "codegen", ROOT / "spec"]
    paths = [str(room.relative_to(ROOT)) for room in rooms]

    assert [path for path in paths if not selected([path], root=ROOT)] == []


def test_folder_has_its_files() -> None:
    """A test is not selected beside its folder, and nothing stands for the whole suite."""
    paths = ["persium_ext/cli/run.py", "tests/cli/test_me.py", "tests/conftest.py", "LICENSE"]

    assert selected(paths, root=ROOT) == ["tests/cli"]


def test_modules_for_pyright(tmp_path: Path) -> None:
    """Modules that pyright's settings include are checked; a removed one is not."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pyright]\ninclude = ["a", "b/c"]\nexclude = ["a/old"]\n'
    )
    paths = ["a/new/x.py", "a/old/x.py", "a/x.md", "b/c/x.py", "b/x.py"]
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()

    assert typed([*paths, "a/gone.py"], root=tmp_path) == ["a/new/x.py", "b/c/x.py"]


def test_changes_since_the_main_branch(tmp_path: Path) -> None:
    """Committed, uncommitted and new files are changes; those of the main branch are not."""

    def git(*arguments: str) -> None:
        author = ("-c", "user.name=n", "-c", "user.email=e@persium.example")
        command = (shutil.which("git") or "git", "-C", str(tmp_path), *author, *arguments)
        subprocess.run(command, check=True, capture_output=True)

    git("init", "--quiet", "--initial-branch=main")
    for name in ("old", "committed", "edited"):
        (tmp_path / name).touch()
    git("add", "--all")
    git("commit", "--quiet", "--message", "m")
    git("checkout", "--quiet", "-b", "work")
    (tmp_path / "committed").write_text("x")
    git("commit", "--quiet", "--all", "--message", "m")
    (tmp_path / "edited").write_text("x")
    (tmp_path / "new").touch()

    assert changed(tmp_path) == ["committed", "edited", "new"]


def test_failures_are_counted_and_shown(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The output of a check that fails is printed; that of another is not."""
    python = Path(sys.executable).name
    commands = {
        "good": (python, "-c", "print('fine')"),
        "bad": (python, "-c", "import sys; sys.exit('broken')"),
    }

    assert run(commands, root=tmp_path) == 1
    output = capfd.readouterr().out
    assert "good: passed" in output
    assert "bad: failed\nbroken" in output
    assert "fine" not in output


@pytest.mark.parametrize(
    ("program", "code", "failed"),
    [
        pytest.param("pytest", pytest.ExitCode.OK, False, id="success"),
        pytest.param("pytest", pytest.ExitCode.TESTS_FAILED, True, id="a test fails"),
        pytest.param("pytest", pytest.ExitCode.NO_TESTS_COLLECTED, False, id="no test is selected"),
        pytest.param("mypy", pytest.ExitCode.NO_TESTS_COLLECTED, True, id="of another program"),
    ],
)
def test_exit_codes(program: str, code: int, *, failed: bool) -> None:
    """A folder whose tests are all left out by their marks is no failure."""
    assert has_failed(program, code) is failed
