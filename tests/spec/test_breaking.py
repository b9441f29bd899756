"""``make spec-diff``: what breaks a client is an error, and what merely grows is none."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from spec.__main__ import main

from .conftest import ROOT, need

TEXT = (ROOT / "openapi.yaml").read_text("utf-8")
ADDED = """
  /reports:
    get:
      operationId: listReports
      summary: List the reports
      tags: [Identity]
      security: [{oauth2: []}]
      responses:
        '200': {description: The reports.}
"""
ME = TEXT[TEXT.index("  /me:\n") : TEXT.index("components:\n")]
LABEL = TEXT[TEXT.index("        label:\n") : TEXT.index("        all_organisations:\n")]
SCOPE = TEXT[TEXT.rindex("        scope:\n") : TEXT.index("    TokenErrorResponse:\n")]
ERROR_CODE = "          description: Error code. More codes may be added.\n"
GRANTS = "            - client_credentials\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with today's document as its first commit; ``spec`` works in it."""
    (tmp_path / "openapi.yaml").write_text(TEXT, "utf-8")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    monkeypatch.setattr("spec.__main__.ROOT", tmp_path)
    return tmp_path


def git(repository: Path, *words: str) -> None:
    """Run git, as somebody."""
    somebody = ("-c", "user.name=n", "-c", "user.email=e@persium.example")
    environ = {name: os.environ[name] for name in os.environ if not name.startswith("GIT_")}
    subprocess.run(
        (need("git"), "-C", repository, *somebody, *words),
        env=environ,
        check=True,
        capture_output=True,
    )


def commit(repository: Path) -> None:
    """Commit everything."""
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "m")


Diff = Callable[[str], tuple[int, str]]


@pytest.fixture
def diff(repository: Path, capfd: pytest.CaptureFixture[str]) -> Diff:
    """Change the document, compare it with the commit, return exit code and words."""
    need("go")

    def compare(text: str) -> tuple[int, str]:
        assert text != TEXT, "the change changes nothing"
        (repository / "openapi.yaml").write_text(text, "utf-8")
        code = main(["diff", "HEAD"])
        return code, capfd.readouterr().out

    return compare


@pytest.mark.spec
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TEXT.replace(ME, ME.rstrip("\n") + ADDED + "\n"), id="operation"),
        pytest.param(TEXT.replace(LABEL, LABEL + LABEL.replace("label", "town")), id="property"),
        pytest.param(TEXT.replace(GRANTS, GRANTS + "            - other\n"), id="request enum"),
        pytest.param(TEXT.replace("The calling client.", "Who calls."), id="words"),
    ],
)
def test_growth_breaks_nothing(diff: Diff, text: str) -> None:
    """New operations, members and values of a request pass."""
    code, said = diff(text)

    assert code == 0, said


@pytest.mark.spec
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param(
            TEXT.replace("operationId: getMe", "operationId: whoAmI"),
            "api-operation-id-removed",
            id="operationId renamed",
        ),
        pytest.param(
            TEXT.replace("      operationId: getMe\n", ""),
            "api-operation-id-removed",
            id="operationId removed",
        ),
        pytest.param(
            TEXT.replace(ME, ""), "api-path-removed-without-deprecation", id="operation removed"
        ),
        pytest.param(
            TEXT.replace(LABEL, "").replace("        - label\n", ""),
            "response-required-property-removed",
            id="property removed",
        ),
        pytest.param(
            TEXT.replace(SCOPE, "\n"),
            "response-optional-property-removed",
            id="optional property removed",
        ),
        pytest.param(
            TEXT.replace("        - label\n", ""),
            "response-property-became-optional",
            id="property optional",
        ),
        pytest.param(
            TEXT.replace(GRANTS, "            - other\n"),
            "request-property-enum-value-removed",
            id="request enum value removed",
        ),
        pytest.param(
            TEXT.replace("        - client_secret\n", "        - client_secret\n        - scope\n"),
            "request-property-became-required",
            id="request property required",
        ),
        pytest.param(
            TEXT.replace("format: uuid", "format: date"),
            "response-property-type-changed",
            id="type changed",
        ),
        pytest.param(
            TEXT.replace("        - Identity\n", "        - People\n").replace(
                "  - name: Identity\n", "  - name: People\n"
            ),
            "api-tag-removed",
            id="namespace renamed",
        ),
        pytest.param(
            TEXT.replace("schemas/Me'", "schemas/Caller'").replace("    Me:\n", "    Caller:\n"),
            "api-schema-removed",
            id="model renamed",
        ),
        pytest.param(
            TEXT.replace(
                "        '401':\n          $ref: '#/components/responses/Unauthorized'\n", ""
            ),
            "response-non-success-status-removed",
            id="error removed",
        ),
    ],
)
def test_what_breaks_a_client_is_an_error(diff: Diff, text: str, rule: str) -> None:
    """What a generated client has, or may send, and would lose: exit code 1, and the rule."""
    code, said = diff(text)

    assert code == 1, said
    assert f"[{rule}]" in said


@pytest.mark.spec
def test_new_values_in_answers_pass(
    diff: Diff, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The document says that they may appear at any time: they break nobody who read it."""
    closed = ERROR_CODE + "          enum: [unauthorized_client"
    (repository / "openapi.yaml").write_text(TEXT.replace(ERROR_CODE, f"{closed}]\n"), "utf-8")
    commit(repository)

    code, said = diff(TEXT.replace(ERROR_CODE, f"{closed}, invalid_client]\n"))

    assert code == 0, said


@pytest.mark.spec
@pytest.mark.parametrize(("version", "code"), [("2.0.0", 0), ("1.1.0", 1), ("10.0.0", 0)])
def test_major_version_may_break(diff: Diff, version: str, code: int) -> None:
    """With a new major version a breaking change is said, and passes; with a minor one it fails."""
    text = TEXT.replace("version: 1.0.0", f"version: {version}").replace(ME, "")

    found, said = diff(text)

    assert found == code
    assert "[api-path-removed-without-deprecation]" in said


@pytest.mark.spec
def test_last_release_is_the_default(
    diff: Diff, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without a revision the newest tag ``v…`` is compared with."""
    git(repository, "tag", "v1.0.0")
    git(repository, "tag", "vendor")
    diff(TEXT.replace("operationId: getMe", "operationId: whoAmI"))

    assert main(["diff"]) == 1
    assert "openapi.yaml since v1.0.0:" in capfd.readouterr().out


def test_no_release_yet_is_said(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Before the first tag there is nothing to compare with, and that is no failure."""
    assert main(["diff"]) == 0
    assert capfd.readouterr().out.startswith("not run: there is no release yet")


def test_shallow_clone_is_not_taken_for_no_release(
    repository: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Where tags may be missing, "no release yet" would be a guess: exit code 2."""
    git(repository, "tag", "v1.0.0")
    commit(repository)
    clone = tmp_path_factory.mktemp("clone") / "shallow"
    git(repository, "clone", "--quiet", "--depth=1", repository.as_uri(), str(clone))
    monkeypatch.setattr("spec.__main__.ROOT", clone)

    assert main(["diff"]) == 2
    assert "spec: a shallow clone may lack the release tags" in capfd.readouterr().err


def test_unknown_revision(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A revision that is not there is named, with exit code 2."""
    assert main(["diff", "v9"]) == 2
    assert "spec: v9: there is no such revision" in capfd.readouterr().err


def test_revision_without_document(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """So is one from before the document."""
    git(repository, "rm", "--quiet", "openapi.yaml")
    commit(repository)

    assert main(["diff", "HEAD"]) == 2
    assert "spec: HEAD: has no openapi.yaml" in capfd.readouterr().err


def test_missing_go(
    repository: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without oasdiff and Go it says what is missing, and never that nothing breaks."""
    monkeypatch.setattr("spec._breaking.FOLDER", repository / "nowhere")
    (repository / "bin").mkdir()
    (repository / "bin" / "git").symlink_to(need("git"))
    monkeypatch.setenv("PATH", str(repository / "bin"))

    assert main(["diff", "HEAD"]) == 2
    assert "spec: Go is not here" in capfd.readouterr().err
