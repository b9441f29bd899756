"""``python -m spec build``: everything that other teams take, in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from codegen import rules
from codegen.document import load
from codegen.errors import DocumentError
from codegen.without_token import as_yaml
from spec._failure import Failure
from spec._overlay import overlay
from spec._page import page

ROOT: Final = Path(__file__).resolve().parent.parent
ARAZZO: Final = Path(__file__).with_name("arazzo.yaml")


def build(output: Path) -> list[str]:
    """Write the files into *output* and return their names; others there stay.

    The document refers to nothing outside, which codegen sees to: as it stands it is the bundle.

    Raises:
        Failure: The document is wrong, or something that the page needs is missing.
    """
    try:
        document = load(ROOT / "openapi.yaml")
        rules.verify(document)
    except DocumentError as refused:
        raise Failure("\n".join(["openapi.yaml is refused:", *refused.complaints])) from refused
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
    """The workflow, beside the document that it refers to."""
    here, there = "url: ../openapi.yaml\n", "url: ./openapi.yaml\n"
    text = ARAZZO.read_text(encoding="utf-8")
    if text.count(here) != 1:
        raise Failure(f"{ARAZZO}: has to say once: {here.strip()}")
    return text.replace(here, there)
