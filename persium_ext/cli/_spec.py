"""``persium spec``: the OpenAPI document that this version was made from."""

from __future__ import annotations

import sys
from argparse import Namespace
from importlib import resources

from ._output import write_bytes


def spec(args: Namespace) -> None:
    """Print the document, byte for byte as it is packaged."""
    variant = "openapi_without_token" if args.without_token else "openapi"
    document = resources.files("persium_api") / f"{variant}.{args.format}"
    write_bytes(sys.stdout, document.read_bytes())
