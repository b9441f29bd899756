"""``python -m spec build``: the files for other teams, in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from codegen.check import rules
from codegen.errors import DocumentError
from codegen.lower.without_token import as_yaml
from codegen.read.document import load
from spec import SpecError
from spec.overlay import overlay
from spec.page import page

ROOT: Final = Path(__file__).resolve().parent.parent
ARAZZO: Final = Path(__file__).with_name("arazzo.yaml")


def build(output: Path) -> list[str]:
    """Write the files into *output*, and return their names.

    The document has no external references, which codegen checks, so it needs no bundling.

    Raises:
        SpecError: The document is invalid, or a package that the page needs is missing.
    """
    try:
        document = load(ROOT / "openapi.yaml")
        rules.verify(document)
    except DocumentError as error:
        raise SpecError(f"openapi.yaml is invalid:\n{error}") from error
    files = {
        "openapi.yaml": document.source.decode(),
        "openapi.json": document.json,
        "openapi-without-token.yaml": as_yaml(document),
        "without-token.overlay.yaml": overlay(document),
        "token.arazzo.yaml": _arazzo(),
        "index.html": page(document, ROOT / "node_modules" / "redoc"),
    }
    output.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (output / name).write_text(content, encoding="utf-8", newline="\n")
    return list(files)


def _arazzo() -> str:
    """Return the workflow, with the URL of the document in the same folder."""
    source, target = "url: ../openapi.yaml\n", "url: ./openapi.yaml\n"
    text = ARAZZO.read_text(encoding="utf-8")
    if text.count(source) != 1:
        raise SpecError(f"{ARAZZO}: must contain once: {source.strip()}")
    return text.replace(source, target)
