"""The forms of the document that generators take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml


def write(source: Path, into: Path) -> dict[str, Path]:
    """Write each form of *source* into the folder *into*; return the paths by the forms' names."""
    into.mkdir(parents=True, exist_ok=True)
    document: dict[str, Any] = yaml.safe_load(source.read_text("utf-8"))
    whole = into / "openapi.yaml"
    whole.write_bytes(source.read_bytes())
    del document["paths"]["/token"]
    rest = into / "openapi-without-token.yaml"
    rest.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return {"whole": whole, "without-token": rest}
