"""The command ``python -m website [FOLDER]``: build the site (dist/docs)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from website.stage import ROOT, stage


def main(argv: Sequence[str]) -> int:
    """Build the site into a folder, which is replaced; a link that leads nowhere is an error."""
    output = Path(argv[0]) if argv else ROOT / "dist" / "docs"
    config = stage(ROOT / ".cache" / "website")
    zensical = Path(sys.executable).with_name("zensical")
    done = subprocess.run([zensical, "build", "--clean", "--strict", "-f", config], check=False)
    if done.returncode == 0:
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(config.with_name("site"), output)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
