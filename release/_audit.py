"""Audits of the locks: what could not be checked is never reported as clean."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

CLEAN: Final = "clean"
VULNERABLE: Final = "vulnerable"
NOT_CHECKED: Final = "not checked"


class Result(NamedTuple):
    """The state of one lock, and its vulnerabilities or the reason why it was not checked."""

    state: str
    subject: str
    detail: str

    def __str__(self) -> str:
        return ": ".join(self)


def audit(root: Path) -> Iterator[Result]:
    """Yield a result for each lock in the repository *root*."""
    for name in _committed(root, "*requirements*.txt"):
        yield python_result(name, _pip_audit(root / name))
    for name in _committed(root, "*package-lock.json"):
        command = ("npm", "audit", "--json", "--package-lock-only")
        yield npm_result(name, _output(*command, cwd=(root / name).parent))
    if not os.environ.get("GH_TOKEN"):
        yield Result(NOT_CHECKED, ".github", "zizmor needs GH_TOKEN to look up the pinned actions")


def python_result(name: str, report: str) -> Result:
    """Read the JSON *report* of pip-audit, which exits with 0 for packages that it skipped."""
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Result(NOT_CHECKED, name, "no report from pip-audit")
    found = [
        f"{package['name']} {package['version']} ({vulnerability['id']})"
        for package in packages
        for vulnerability in package.get("vulns", ())
    ]
    checked = sum("vulns" in package for package in packages)
    state = CLEAN if 0 < checked == len(packages) else NOT_CHECKED
    detail = ", ".join(found) or f"{checked} of {len(packages)} packages checked"
    return Result(VULNERABLE if found else state, name, detail)


def npm_result(name: str, report: str) -> Result:
    """Read the JSON *report* of ``npm audit``; each severity counts."""
    try:
        vulnerabilities: dict[str, Any] = json.loads(report)["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        return Result(NOT_CHECKED, name, "no report from npm audit")
    found = [f"{package} ({entry['severity']})" for package, entry in vulnerabilities.items()]
    return Result(VULNERABLE if found else CLEAN, name, ", ".join(found) or "no vulnerability")


def _committed(root: Path, pattern: str) -> list[str]:
    # checked: without git nothing would be audited, and nothing reported
    return subprocess.check_output(("git", "ls-files", pattern), cwd=root, text=True).splitlines()  # noqa: S603, S607  # no part of it is foreign input


def _pip_audit(lock: Path) -> str:
    # pip-audit leaves out what a marker excludes on this machine
    everywhere = re.sub(r" ; [^\\\n]+(?= \\$)", "", lock.read_text("utf-8"), flags=re.MULTILINE)
    options = ("--require-hashes", "--disable-pip", "--format=json", "--progress-spinner=off")
    with TemporaryDirectory() as folder:
        copy = Path(folder) / lock.name
        copy.write_text(everywhere, encoding="utf-8")
        return _output(sys.executable, "-m", "pip_audit", *options, "--requirement", copy)


def _output(*command: str | Path, cwd: Path | None = None) -> str:
    """Run *command* and return its standard output; a program that is missing has none."""
    try:
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False).stdout  # noqa: S603  # no part of it is foreign input
    except FileNotFoundError:
        return ""
