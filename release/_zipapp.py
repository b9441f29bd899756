"""``persium-conformance`` as one file that Python runs: the same commit gives the same bytes."""

from __future__ import annotations

import os
import time
import tomllib
from pathlib import Path
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

START: Final = b"import sys\n\nfrom persium_conformance.cli import main\n\nsys.exit(main())\n"
KINDS: Final = {".json", ".py"}


def build(root: Path, folder: Path) -> Path:
    """Write the file into *folder* and return its path.

    Its entries have the time ``SOURCE_DATE_EPOCH``, and are not compressed: releases of zlib
    differ.
    """
    source = root / "conformance"
    project = tomllib.loads((source / "pyproject.toml").read_text("utf-8"))["project"]
    output = folder / f"{project['name']}-{project['version']}.pyz"
    files = {"__main__.py": START, "LICENSE": (source / "LICENSE").read_bytes()}
    for path in (source / "persium_conformance").rglob("*"):
        if path.suffix in KINDS:
            files[path.relative_to(source).as_posix()] = path.read_bytes()
    moment = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", "1580601600")))[:6]
    with output.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with ZipFile(file, "w", ZIP_STORED) as archive:
            for name in sorted(files):
                archive.writestr(ZipInfo(name, moment), files[name])
    output.chmod(0o755)
    return output
