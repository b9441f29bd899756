"""A document is data: no text of it is executed."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen import __main__ as codegen

PAYLOADS = {
    "quotes": """\"""\nPWNED()\n\"""\n")\nPWNED()\n#\n'); PWNED() #""",
    "backslashes": '\\"""\nPWNED()\n#\\N{PWNED()}\\x\\u12\\',
    "braces": "{PWNED()}{{ PWNED() }}{% raw %}${PWNED()}",
    "a quote at the end": 'Say "hi"',
    "invisible": "a\r\nPWNED()\u2028PWNED()\x85PWNED()\x0cPWNED()\u202ePWNED()\x00\x1b[2J",
    "long": "\\" * 300 + '"""' * 50,
}
QUICK = {"quotes", "braces", "invisible"}
RUN_ALL = """
import importlib, pkgutil, persium_api
for module in pkgutil.walk_packages(persium_api.__path__, "persium_api."):
    importlib.import_module(module.name)
"""


def hostile(document: dict[str, Any], text: str) -> dict[str, Any]:
    """Put *text* into each kind of string of the document."""
    listing = document["paths"]["/widgets"]["get"]
    listing |= {"summary": text, "description": text, "deprecated": True}
    listing["responses"]["200"]["description"] = text
    listing["responses"]["401"]["description"] = text
    listing["parameters"][0] |= {"description": text}
    listing["parameters"][5] |= {"name": f"archived{text}"}
    listing["parameters"].append(
        {"name": "words", "in": "query", "schema": {"type": "string", "default": text}}
    )
    listing["tags"] = [f"Gadgets {text}"]
    listing["operationId"] = f"listWidgets {text}"
    document["tags"].append({"name": f"Gadgets {text}", "description": text})
    document["info"] |= {"title": text, "description": text}
    schemas = document["components"]["schemas"]
    schemas["WidgetStatus"]["enum"] += [text]
    schemas["Widget"] |= {"title": text, "description": text, "example": {text: text}}
    schemas["Widget"]["properties"][f"member {text}"] = {"type": "string", "description": text}
    schemas["Problem"] |= {"description": text}
    return document


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=name, marks=[] if name in QUICK else pytest.mark.slow)
        for name, text in PAYLOADS.items()
    ],
)
def test_text_is_never_code(
    document: dict[str, Any], write: Callable[[object], Path], tmp_path: Path, text: str
) -> None:
    """Whatever the text, the package is imported without a call or a warning from it."""
    output = tmp_path / "out" / "persium_api"
    spec = write(hostile(document, text))

    assert codegen.main(["--spec", str(spec), "--output", str(output)]) == 0

    for path in output.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            assert not (isinstance(node, ast.Call) and ast.unparse(node.func) == "PWNED"), path
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN_ALL],
        env={**os.environ, "PYTHONPATH": str(output.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_json_keeps_the_text(
    document: dict[str, Any], write: Callable[[object], Path], tmp_path: Path
) -> None:
    """The packaged document has the content of the source, quotes included."""
    data = hostile(document, PAYLOADS["quotes"])

    assert codegen.main(["--spec", str(write(data)), "--output", str(tmp_path / "out")]) == 0
    assert json.loads((tmp_path / "out" / "openapi.json").read_bytes()) == data
