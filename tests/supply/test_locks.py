"""The locks: each package has its hashes, and no line names an address."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"\S+==\S+( ; .+)?( \\\n    --hash=sha256:[0-9a-f]{64})+(\n    # .*)*\n")


def listed(pattern: str) -> list[str]:
    """Return the committed files that match *pattern*."""
    command = ("git", "ls-files", pattern)
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()


@pytest.mark.parametrize("name", listed("*requirements*.txt"))
def test_python_lock_has_only_hashed_pins(name: str) -> None:
    """A lock holds pins with SHA-256 hashes and comments: no range, option or address."""
    text = (ROOT / name).read_text(encoding="utf-8")

    assert PIN.sub("", text) == ""
    assert "://" not in text


@pytest.mark.parametrize("name", listed("*package-lock.json"))
def test_npm_lock_is_hashed(name: str) -> None:
    """Each package has a SHA-512 hash, and none has an address."""
    packages = json.loads((ROOT / name).read_text(encoding="utf-8"))["packages"]
    del packages[""]

    assert packages
    assert {package["integrity"][:7] for package in packages.values()} == {"sha512-"}
    assert [name for name, package in packages.items() if "resolved" in package] == []
