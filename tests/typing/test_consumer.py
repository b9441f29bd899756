"""The consumer leaves no public name out."""

from __future__ import annotations

import ast
from pathlib import Path

from persium_api.facade import errors as generated_errors

import persium_ext


def test_consumer_takes_every_name() -> None:
    """All that is public and written by hand has its types asserted."""
    tree = ast.parse((Path(__file__).parent / "consumer.py").read_text(encoding="utf-8"))
    taken = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "persium_ext"
        for alias in node.names
    }

    assert set(persium_ext.__all__) - set(generated_errors.__all__) <= taken
