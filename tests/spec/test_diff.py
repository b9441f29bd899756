"""``make spec-diff``: what has changed, and whether the version has risen enough."""

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
    """A repository with the current document as its first commit, used by ``spec``."""
    (tmp_path / "openapi.yaml").write_text(TEXT, "utf-8")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    monkeypatch.setattr("spec.__main__.ROOT", tmp_path)
    return tmp_path


def git(repository: Path, *arguments: str) -> None:
    """Run git, with the identity of an invented author."""
    author = ("-c", "user.name=n", "-c", "user.email=e@persium.example")
    environ = {name: os.environ[name] for name in os.environ if not name.startswith("GIT_")}
    subprocess.run(
        (need("git"), "-C", repository, *author, *arguments),
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
    """Change the document, compare it with the commit, and return exit code and output."""
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
        pytest.param(TEXT.replace("The calling client.", "Who calls."), id="description"),
    ],
)
def test_growth_breaks_nothing(diff: Diff, text: str) -> None:
    """New operations, members and values of a request need a new minor version, or less."""
    code, output = diff(text.replace("version: 1.0.0", "version: 1.1.0"))

    assert code == 0, output
    assert "breaks clients" not in output


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
def test_breaking_change_is_an_error(diff: Diff, text: str, rule: str) -> None:
    """The removal of anything that a generated client uses gives exit code 1 and names the rule."""
    code, output = diff(text)

    assert code == 1, output
    assert f"[{rule}]" in output


@pytest.mark.spec
def test_new_values_in_responses_are_allowed(
    diff: Diff, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """New enumeration values in responses are compatible, as the document announces."""
    closed = ERROR_CODE + "          enum: [unauthorized_client"
    (repository / "openapi.yaml").write_text(TEXT.replace(ERROR_CODE, f"{closed}]\n"), "utf-8")
    commit(repository)

    text = TEXT.replace(ERROR_CODE, f"{closed}, invalid_client]\n")
    code, output = diff(text.replace("version: 1.0.0", "version: 1.1.0"))

    assert code == 0, output
    assert "new, or compatible:" in output
    assert "breaks clients" not in output


OPERATION = TEXT.replace(ME, ME.rstrip("\n") + ADDED + "\n")
WORDS = TEXT.replace("The calling client.", "Who calls.")


@pytest.mark.spec
@pytest.mark.parametrize(
    ("text", "version", "code", "words"),
    [
        pytest.param(TEXT.replace(ME, ""), "2.0.0", 0, "right; these", id="breaks, major"),
        pytest.param(TEXT.replace(ME, ""), "10.0.0", 0, "right; these", id="breaks, tenth major"),
        pytest.param(TEXT.replace(ME, ""), "1.9.0", 1, "major version, 2.0.0", id="breaks, minor"),
        pytest.param(OPERATION, "1.1.0", 0, "right; these", id="new, minor"),
        pytest.param(OPERATION, "1.0.1", 1, "minor version, 1.1.0", id="new, patch"),
        pytest.param(OPERATION, "1.0.0", 1, "minor version, 1.1.0", id="new, the same version"),
        pytest.param(WORDS, "1.0.1", 0, "right; these", id="words, patch"),
        pytest.param(WORDS, "1.0.0", 1, "patch version, 1.0.1", id="words, the same version"),
    ],
)
def test_version_has_to_rise(diff: Diff, text: str, version: str, code: int, words: str) -> None:
    """The version is compared with the least one that the changes need, which is printed."""
    found, output = diff(text.replace("version: 1.0.0", f"version: {version}"))

    assert found == code
    assert words in output


@pytest.mark.spec
def test_additions_are_printed(diff: Diff) -> None:
    """What is new is printed, as well as what breaks, each with its place."""
    text = OPERATION.replace(LABEL, "").replace("        - label\n", "")

    _, output = diff(text)

    breaks, new = output.split("new, or compatible:")
    assert "GET /me: removed" in breaks.partition("breaks clients:")[2]
    assert "GET /reports: endpoint added [endpoint-added]" in new


def test_comments_need_no_version(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A document with other comments is the same document, which needs no other tool."""
    (repository / "openapi.yaml").write_text(f"# new\n{TEXT}", "utf-8")

    assert main(["diff", "HEAD"]) == 0
    assert capfd.readouterr().out == "openapi.yaml since HEAD:\nno change\n"


@pytest.mark.spec
def test_last_release_is_the_default(
    diff: Diff, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without a revision the document is compared with the newest tag ``v…``."""
    git(repository, "tag", "v1.0.0")
    git(repository, "tag", "vendor")
    diff(TEXT.replace("operationId: getMe", "operationId: whoAmI"))

    assert main(["diff"]) == 1
    assert "openapi.yaml since v1.0.0:" in capfd.readouterr().out


def test_no_release_yet(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Before the first release nothing is compared, and the exit code is 0."""
    assert main(["diff"]) == 0
    assert capfd.readouterr().out.startswith("not run: there is no release yet")


def test_shallow_clone_is_an_error(
    repository: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """In a shallow clone, in which tags may be missing, the exit code is 2."""
    git(repository, "tag", "v1.0.0")
    commit(repository)
    clone = tmp_path_factory.mktemp("clone") / "shallow"
    git(repository, "clone", "--quiet", "--depth=1", repository.as_uri(), str(clone))
    monkeypatch.setattr("spec.__main__.ROOT", clone)

    assert main(["diff"]) == 2
    assert "spec: a shallow clone may lack the release tags" in capfd.readouterr().err


def test_unknown_revision(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A revision that does not exist is named, with exit code 2."""
    assert main(["diff", "v9"]) == 2
    assert "spec: v9: no such revision" in capfd.readouterr().err


def test_revision_without_document(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A revision without the document is named, with exit code 2."""
    git(repository, "rm", "--quiet", "openapi.yaml")
    commit(repository)

    assert main(["diff", "HEAD"]) == 2
    assert "spec: HEAD: no openapi.yaml" in capfd.readouterr().err


def test_missing_go(
    repository: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without oasdiff and Go the missing tool is named, with exit code 2."""
    monkeypatch.setattr("spec.diff.FOLDER", repository / "missing")
    (repository / "openapi.yaml").write_text(WORDS, "utf-8")
    (repository / "bin").mkdir()
    (repository / "bin" / "git").symlink_to(need("git"))
    monkeypatch.setenv("PATH", str(repository / "bin"))

    assert main(["diff", "HEAD"]) == 2
    assert "spec: Go is not installed" in capfd.readouterr().err
