"""What codegen writes, compares and leaves alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from openapi_python_client import cli
from typer.testing import CliRunner

from codegen import __main__ as codegen
from codegen.generate import pins
from codegen.generate.project import PACKAGE, POST_HOOKS
from codegen.lower import lower
from codegen.output import differences
from codegen.read.document import load
from tests.seam.conftest import yaml

DOCUMENTS = {
    "openapi.yaml",
    "openapi.json",
    "openapi_without_token.yaml",
    "openapi_without_token.json",
}
ADDED = {"facade", "py.typed", *DOCUMENTS}


def files(folder: Path) -> dict[str, bytes]:
    """Read every file below *folder*, but for what Python compiled."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """Copy the document and the generated package; return their folder."""
    shutil.copy(root / "openapi.yaml", tmp_path)
    shutil.copytree(root / "generated" / PACKAGE, tmp_path / PACKAGE)
    return tmp_path


def arguments(folder: Path, *more: str) -> list[str]:
    """Return the arguments that make codegen work in *folder*."""
    return ["--spec", str(folder / "openapi.yaml"), "--output", str(folder / PACKAGE), *more]


def test_upstream_output_is_unchanged(root: Path, tmp_path: Path) -> None:
    """What the pinned tool's own command makes of the lowered document is ours, byte for byte."""
    spec = "tests/seam/grown.yaml"  # it has all that openapi.yaml has, and more
    (tmp_path / "lowered.json").write_text(json.dumps(lower(load(root / spec)).data))
    alone, ours = tmp_path / "alone", tmp_path / "ours"
    config = {
        "package_name_override": PACKAGE,
        "docstrings_on_attributes": True,
        "post_hooks": POST_HOOKS,
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    command = [
        *("generate", "--meta", "none", "--path", str(tmp_path / "lowered.json")),
        *("--config", str(tmp_path / "config.json"), "--output-path", str(alone)),
    ]

    ran = CliRunner().invoke(cli.app, command)
    assert codegen.main(["--spec", str(root / spec), "--output", str(ours)]) == 0

    assert ran.exit_code == 0, ran.output
    written = files(ours)
    assert files(alone).items() <= written.items()
    assert {name.split("/")[0] for name in written.keys() - files(alone).keys()} == ADDED


def test_document_is_packaged_as_json(root: Path) -> None:
    """``openapi.json`` has the content of ``openapi.yaml``, in its order."""
    text = (root / "generated" / PACKAGE / "openapi.json").read_text("utf-8")

    document = yaml(root / "openapi.yaml")
    assert list(json.loads(text)["paths"]) == list(document["paths"])
    assert json.loads(text) == document
    assert text.endswith("\n")


def test_editing_the_document_turns_the_check_red(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``--check`` names what differs, is missing or is extra, and the command that fixes it."""
    document = copy / "openapi.yaml"
    document.write_text(document.read_text().replace("A human-readable name.", "A title."))
    (copy / PACKAGE / "py.typed").unlink()
    (copy / PACKAGE / "stale.py").touch()
    (copy / PACKAGE / "__pycache__").mkdir(exist_ok=True)
    (copy / PACKAGE / "__pycache__" / "x.pyc").touch()
    before = files(copy)

    assert codegen.main(arguments(copy, "--check")) == 1

    head, *lines = capsys.readouterr().out.splitlines()
    assert head == f"{copy / PACKAGE} is not up to date with {document}:"
    assert lines == [
        "differs  models/me.py",
        "differs  openapi.json",
        "differs  openapi.yaml",
        "differs  openapi_without_token.json",
        "differs  openapi_without_token.yaml",
        "missing  py.typed",
        "extra    stale.py",
        "Fix it with: make generate",
    ]
    assert files(copy) == before


def test_generating_again_fixes_it(copy: Path) -> None:
    """Stale files are removed, and missing files are written again."""
    (copy / PACKAGE / "stale.py").touch()
    (copy / PACKAGE / "py.typed").unlink()

    assert codegen.main(arguments(copy)) == 0

    assert codegen.main(arguments(copy, "--check")) == 0
    assert {path.name for path in copy.iterdir()} == {"openapi.yaml", PACKAGE}


def test_rejected_document_leaves_the_output(copy: Path) -> None:
    """A document that is rejected, early or late, changes no file and leaves none behind."""
    document = copy / "openapi.yaml"
    text = document.read_text()
    for old, new in ("operationId: getMe", "operationId: 2nd"), ("schemas/Me", "schemas/None"):
        document.write_text(text.replace(old, new))
        before = files(copy)

        assert codegen.main(arguments(copy)) == 2

        assert files(copy) == before
        assert {path.name for path in copy.iterdir()} == {"openapi.yaml", PACKAGE}


def test_failing_hook_leaves_the_output(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If ruff fails, nothing is swapped in."""
    monkeypatch.setattr("codegen.generate.project.POST_HOOKS", ("false",))
    before = files(copy)

    assert codegen.main(arguments(copy)) == 2
    assert files(copy) == before


def test_failing_swap_leaves_the_output(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the new folder can't be put in place, the old one is put back."""
    before, rename = files(copy), Path.rename

    def failing(path: Path, target: Path) -> Path:
        if path.parent.name.startswith(".codegen-") and path.name == PACKAGE:
            raise OSError("disk full")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)

    with pytest.raises(OSError, match="disk full"):
        codegen.main(arguments(copy))
    assert files(copy) == before

    shutil.rmtree(copy / PACKAGE)
    with pytest.raises(OSError, match="disk full"):
        codegen.main(arguments(copy))
    assert not (copy / PACKAGE).exists()


@pytest.mark.parametrize("what", ["a file", "a folder of somebody's"])
def test_foreign_output_is_not_replaced(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    """A folder that is not a generated package (``--output .``) is not replaced."""
    output = tmp_path / "output"
    if what == "a file":
        output.touch()
    else:
        output.mkdir()
        (output / "thesis.txt").touch()

    assert codegen.main(["--spec", str(root / "openapi.yaml"), "--output", str(output)]) == 2
    assert "is not a generated package" in capsys.readouterr().err
    assert output.is_file() or (output / "thesis.txt").exists()


def test_empty_output_is_filled(root: Path, tmp_path: Path) -> None:
    """A folder that is there but empty is no obstacle, nor is one that is not there yet."""
    output = tmp_path / "new" / PACKAGE
    output.mkdir(parents=True)

    assert codegen.main(["--spec", str(root / "openapi.yaml"), "--output", str(output)]) == 0
    assert differences(root / "generated" / PACKAGE, output) == []


def test_document_without_models(tmp_path: Path) -> None:
    """Its table of models is empty, and has a type all the same."""
    operation = {"operationId": "a", "tags": ["b"], "security": []}
    described = {"responses": {"204": {"description": "d"}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/c": {"get": operation | described}},
    }
    (tmp_path / "openapi.yaml").write_text(json.dumps(document))

    assert codegen.main(arguments(tmp_path)) == 0
    text = (tmp_path / PACKAGE / "facade" / "_schemas.py").read_text()
    assert "by_class: _Final[dict[type, _s.Model]] = {}\n" in text


def test_unquoted_dates_stay_text(write: Callable[[object], Path]) -> None:
    """A date as an example is text, as YAML 1.2 has it, in what is read and in what is written."""
    document = load(write("openapi: 3.0.3\nexample: 2026-01-02T12:00:00Z\nday: 2026-01-02\n"))

    expected = {"openapi": "3.0.3", "example": "2026-01-02T12:00:00Z", "day": "2026-01-02"}
    assert document.data == json.loads(document.json) == expected


def test_pins_are_those_of_the_project(root: Path) -> None:
    """The pins are the versions that the development requirements install."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    wanted = [f"{name}=={pin}" for name, pin in pins.PINS.items()]

    assert [pin for pin in wanted if pin not in project["dependency-groups"]["dev"]] == []


@pytest.mark.parametrize("found", ["0.1.0", None])
def test_pins_come_first(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    found: str | None,
) -> None:
    """With another version of a tool, or without it, not even the document is read."""

    def version(_: str) -> str:
        if found is None:
            raise PackageNotFoundError
        return found

    monkeypatch.setattr(pins, "version", version)

    assert codegen.main(["--spec", str(tmp_path / "none.yaml")]) == 2
    assert f"ruff: needs 0.17.6, has {found or 'none'}: install" in capsys.readouterr().err


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage exits with 2, as a rejected document does."""
    with pytest.raises(SystemExit) as caught:
        codegen.main(["--speck"])

    assert caught.value.code == 2
    assert "usage: python -m codegen" in capsys.readouterr().err


def test_runs_as_a_module(root: Path) -> None:
    """``python -m codegen`` is the command, and its exit code is that of ``main``."""
    command = [sys.executable, "-m", "codegen", "--check", "--spec", "none.yaml"]

    ran = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)

    assert ran.returncode == 2
    assert "none.yaml: cannot be read" in ran.stderr
