"""The forms of the document that generators need: complete, and without the token endpoint."""

from __future__ import annotations

from pathlib import Path

from codegen.lower.without_token import as_yaml
from codegen.read.document import load


def write(source: Path, into: Path) -> dict[str, Path]:
    """Write both forms of *source*, as ``persium spec`` prints them; return their paths."""
    document = load(source)
    contents = {
        "whole": document.source,
        "without-token": as_yaml(document).encode(),
    }
    into.mkdir(parents=True, exist_ok=True)
    paths = {name: into / f"{name}.yaml" for name in contents}
    for name, path in paths.items():
        path.write_bytes(contents[name])
    return paths
