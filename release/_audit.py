"""Known holes in what is locked and in the workflows; what nobody looked at is never passed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

from attrs import frozen

CLEAN: Final = "clean"
FOUND: Final = "found"
NOT_CHECKED: Final = "not checked"
PATIENCE: Final = 300.0
"""How long a tool may take, in seconds."""
BIN = Path(sys.executable).parent
"""Where pip-audit and zizmor are."""

PYTHON_LOCKS: Final = (
    "requirements/*.txt",
    "interop/*/requirements.txt",
    "conformance/adapters/*/requirements.txt",
)
NPM_LOCKS: Final = (
    "package-lock.json",
    "examples/*/package-lock.json",
    "interop/*/package-lock.json",
    "conformance/adapters/*/package-lock.json",
)

State = Literal["clean", "found", "not checked"]


@frozen
class Verdict:
    """What came of one look.

    Attributes:
        subject: What was looked at.
        words: The holes, or why it was not looked at.
    """

    subject: str
    state: State
    words: str

    def __str__(self) -> str:
        return f"{self.state}: {self.subject}: {self.words}"


def python_lock(root: Path, name: str, *, service: str) -> Verdict:
    """Ask *service*, ``pypi`` or ``osv``, about every package of a lock, wherever it is needed."""
    lock = root / name
    with TemporaryDirectory() as folder:
        everywhere = Path(folder) / lock.name
        # pip-audit passes over what this machine's Python does not need
        unmarked = re.sub(r" ; [^\\\n]+(?= \\$)", "", lock.read_text("utf-8"), flags=re.MULTILINE)
        everywhere.write_text(unmarked, encoding="utf-8")
        options = ("--require-hashes", "--disable-pip", "--format=json", "--progress-spinner=off")
        where = (f"--vulnerability-service={service}", "--timeout=30")
        done = _run(BIN / "pip-audit", "--requirement", everywhere, *options, *where)
    return read_pip_audit(name, done.stdout)


def read_pip_audit(subject: str, answer: str) -> Verdict:
    """Say what the JSON of pip-audit means."""
    try:
        packages: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Verdict(subject, NOT_CHECKED, "the vulnerability service did not answer")
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}"
        for package in packages
        for hole in package.get("vulns", ())
    ]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if holes:
        return Verdict(subject, FOUND, ", ".join(holes))
    if unknown or not packages:
        words = f"the service knows nothing of {len(unknown)} of {len(packages)} packages"
        return Verdict(subject, NOT_CHECKED, words)
    return Verdict(subject, CLEAN, f"{len(packages)} packages")


def npm_lock(root: Path, name: str) -> Verdict:
    """Ask npm's registry about a ``package-lock.json``."""
    command = ("npm", "audit", "--json", "--package-lock-only")
    try:
        answer = _run(*command, cwd=(root / name).parent).stdout
    except FileNotFoundError:
        return Verdict(name, NOT_CHECKED, "npm is not here")
    return read_npm_audit(name, answer)


def read_npm_audit(subject: str, answer: str) -> Verdict:
    """Say what the JSON of ``npm audit`` means."""
    try:
        report = json.loads(answer)
        holes: Mapping[str, Any] = report["vulnerabilities"]
        packages: int = report["metadata"]["dependencies"]["total"]
    except (ValueError, KeyError, TypeError):
        return Verdict(subject, NOT_CHECKED, "the registry has no audit")
    if holes:
        words = ", ".join(f"{name} ({hole['severity']})" for name, hole in sorted(holes.items()))
        return Verdict(subject, FOUND, words)
    return Verdict(subject, CLEAN, f"{packages} packages")


def workflows(root: Path) -> list[Verdict]:
    """Let zizmor read the workflows; with ``GH_TOKEN`` it asks GitHub of the actions too."""
    online = "GH_TOKEN" in os.environ
    options = ("--persona=auditor", "--no-progress", *(() if online else ("--offline",)))
    done = _run(BIN / "zizmor", *options, ".github/workflows", cwd=root)
    verdicts = [Verdict(".github/workflows", CLEAN, "zizmor, as auditor")]
    if done.returncode:
        verdicts = [Verdict(".github/workflows", FOUND, f"{done.stdout}{done.stderr}")]
    if not online:
        why = "that GitHub has the pinned commits, and no hole is known of them: no GH_TOKEN"
        verdicts.append(Verdict(".github/workflows", NOT_CHECKED, why))
    return verdicts


def audit(root: Path) -> list[Verdict]:
    """Look at everything in the folder *root*."""
    python = [_locked(root, name) for name in locks(root, PYTHON_LOCKS)]
    npm = [npm_lock(root, name) for name in locks(root, NPM_LOCKS)]
    return [*python, *npm, *workflows(root)]


def locks(root: Path, patterns: Iterable[str]) -> list[str]:
    """Return the names, from *root* on, of what is there of *patterns*."""
    return [
        path.relative_to(root).as_posix()
        for pattern in patterns
        for path in sorted(root.glob(pattern))
    ]


def _locked(root: Path, name: str) -> Verdict:
    asked = [python_lock(root, name, service=service) for service in ("pypi", "osv")]
    return next((one for one in asked if one.state != NOT_CHECKED), asked[0])


def _run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # all of it is ours
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
