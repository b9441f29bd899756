"""The locks: everything is hashed, nothing names an address, and they fit what is asked for."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from release import _lock
from release._project import Project

ROOT = Path(__file__).parents[2]
LOCKS = {path.stem: path for path in (ROOT / "requirements").glob("*.txt")}
ASKED = {
    "run": ("run",),
    "threads": ("threads",),
    "dev": ("run", "dev"),
    "audit": ("audit",),
}


def asked(name: str) -> list[Requirement]:
    """What pyproject.toml puts into the lock *name*."""
    project = Project.read(ROOT)
    own = [Requirement(f"{one}{versions}") for one, versions in project.requires.items()]
    groups = [one for group in ASKED[name] for one in project.groups[group]]
    return groups if name == "audit" else [*own, *groups]


@pytest.mark.parametrize("name", sorted(LOCKS))
def test_every_pin_is_hashed_and_names_no_address(name: str) -> None:
    """Each line is a pin, a hash or a comment: whatever a mirror serves, the bytes are the same."""
    text = LOCKS[name].read_text(encoding="utf-8")

    assert all(pin.hashes for pin in _lock.read(LOCKS[name]).values())
    assert not re.search(r"://|^-| @ |--(?!hash=sha256:)", text, flags=re.MULTILINE)


@pytest.mark.parametrize("name", sorted(LOCKS))
def test_lock_has_what_is_asked_for(name: str) -> None:
    """Each requirement of pyproject.toml is locked, in a version that it allows."""
    pins = _lock.read(LOCKS[name])
    wrong = [
        str(one)
        for one in asked(name)
        if not one.specifier.contains(pins[canonicalize_name(one.name)].version)
    ]

    assert wrong == []


def test_locks_agree() -> None:
    """They are installed into one environment: a package has one version in all of them."""
    versions: dict[str, set[str]] = {}
    for path in LOCKS.values():
        for pin in _lock.read(path).values():
            versions.setdefault(pin.name, set()).add(pin.version)

    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_npm_lock_is_hashed_and_names_no_address() -> None:
    """Each package of package-lock.json has a SHA-512, and the ones asked for are in it."""
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    asked_for = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]

    assert packages.pop("")["devDependencies"] == asked_for
    assert {name: packages[f"node_modules/{name}"]["version"] for name in asked_for} == asked_for
    assert [
        name for name in packages if not packages[name]["integrity"].startswith("sha512-")
    ] == []
    assert [name for name in packages if "resolved" in packages[name]] == []


def test_tree_follows_who_asked(tmp_path: Path) -> None:
    """What others asked for is not part of it, and a circle ends."""
    hashed = f" \\\n    --hash=sha256:{'0' * 64}\n    # via"
    lock = tmp_path / "lock.txt"
    lock.write_text(
        f"a==1{hashed} {_lock.PROJECT}\n"
        f"b==2 ; sys_platform == 'win32'{hashed}\n    #   a\n    #   c\n"
        f"c==3{hashed} b\n"
        f"tool==4{hashed} persium (pyproject.toml:run)\n"
    )

    found = _lock.tree(_lock.read(lock))

    assert [(pin.name, pin.version, pin.marker) for pin in found.values()] == [
        ("a", "1", ""),
        ("b", "2", "sys_platform == 'win32'"),
        ("c", "3", ""),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "a==1",
        "a>=1 \\\n    --hash=sha256:" + "0" * 64,
        "a==1 \\\n    --hash=md5:" + "0" * 32,
        "a==1 \\\n    --hash=sha256:" + "0" * 64 + "\n    --index-url=x",
        "--find-links x",
    ],
)
def test_other_lines_are_refused(tmp_path: Path, line: str) -> None:
    """A pin without a hash, a range, another hash, an option: none of them is read over."""
    lock = tmp_path / "lock.txt"
    lock.write_text(f"{line}\n")

    with pytest.raises(ValueError, match="not a hashed pin"):
        _lock.read(lock)
