"""The committed targets are pinned and locked, and contain no generated code."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from interop.target import HERE, Target, targets

ALL = targets()
MANIFESTS = ("package.json", "go.mod", "requirements.txt", "Cargo.toml")


@pytest.fixture(params=ALL, ids=[target.name for target in ALL])
def target(request: pytest.FixtureRequest) -> Target:
    """Each target."""
    found: Target = request.param
    return found


def test_every_language() -> None:
    """The targets cover four languages, and both forms of the document."""
    assert {t.language for t in ALL} == {"TypeScript", "Go", "Java", "Rust"}
    assert {t.document for t in ALL} == {"whole", "without-token"}


def test_version_is_pinned(target: Target) -> None:
    """The version of the generator is the one that the manifest pins."""
    manifest = next(target.folder / m for m in MANIFESTS if (target.folder / m).exists())
    for version in re.findall(r"\d+\.\d+\.\d+", target.generator):
        assert version in manifest.read_text("utf-8")


def test_version_is_documented(target: Target) -> None:
    """The page about other languages names the folder, the generator and its version."""
    page = (HERE.parent / "docs" / "other-languages.md").read_text("utf-8")
    named = target.generator.replace(" (java, native)", "")

    assert f"[`{target.name}`](../interop/{target.name}) | {named}" in page


def test_exact_versions() -> None:
    """Manifests whose lock is not committed, or can be ignored, have no version ranges."""
    for manifest in HERE.glob("*/package.json"):
        packages = json.loads(manifest.read_text("utf-8"))
        found = {**packages.get("dependencies", {}), **packages["devDependencies"]}
        assert all(re.fullmatch(r"[\d.]+", version) for version in found.values())
    for manifest in HERE.glob("*/Cargo.toml"):
        crates = tomllib.loads(manifest.read_text("utf-8"))["dependencies"]
        versions = [c if isinstance(c, str) else c["version"] for c in crates.values()]
        assert all(version.startswith("=") for version in versions)


def test_locks_name_no_registry() -> None:
    """A lock contains hashes and no URLs, so that it works with any mirror."""
    for lock in HERE.glob("*/package-lock.json"):
        assert "integrity" in lock.read_text("utf-8")
        assert '"resolved"' not in lock.read_text("utf-8")
    for lock in HERE.glob("*/requirements.txt"):
        assert "--hash=sha256:" in lock.read_text("utf-8")
        assert "://" not in lock.read_text("utf-8")


def test_nothing_generated_is_committed() -> None:
    """No file of a target is generated code."""
    listed = subprocess.run(
        (shutil.which("git") or "git", "ls-files", "--", str(HERE)),
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git repository")
    names = {Path(line).name for line in listed.stdout.splitlines()}
    assert not names & {
        "api.d.ts",
        "client.gen.ts",
        "client.gen.go",
        "oas_client_gen.go",
        "Me.java",
    }
    assert not [name for name in names if name == "Cargo.lock"]
