"""The reference: every public name, as a block that mkdocstrings fills from the docstrings."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import is_typeddict

from persium_api.facade import Api

import persium_ext
from persium_ext import errors, models, sandbox, settings
from persium_ext.cli import exit_codes

CLIENTS = ["Persium", "AsyncPersium", "PersiumAuth"]
"""Whose bases are private: their members are described as their own."""


def sections() -> dict[str, list[type]]:
    """Return the public classes, by the heading that they stand under."""
    values = sorted({*_exported(persium_ext)} - {*_exported(errors), *CLIENTS})
    return {
        "Clients": _classes(persium_ext, CLIENTS),
        "Operations": list(_namespaces()),
        "Values": _classes(persium_ext, values),
        "Errors": _classes(errors, _exported(errors)),
        "Models": _classes(models, _exported(models)),
        "Settings": [settings.Settings],
        "Sandbox": _classes(sandbox, _exported(sandbox)),
        "Exit codes": [exit_codes.ExitCode],
    }


def blocks() -> str:
    """Return the headings and blocks in Markdown."""
    return "\n".join(
        f"## {title}\n\n{''.join(_block(kind) for kind in kinds)}"
        for title, kinds in sections().items()
    )


def _exported(module: ModuleType) -> list[str]:
    """Return the public names of *module*; those of some are computed."""
    names: list[str] = module.__all__
    return sorted(names)


def _classes(module: ModuleType, names: list[str]) -> list[type]:
    """Of *names*, the classes; the dict of a model is described with it."""
    found = (getattr(module, name) for name in names)
    return [kind for kind in found if isinstance(kind, type) and not is_typeddict(kind)]


def _namespaces() -> Iterator[type]:
    for name, member in vars(Api).items():
        if not name.startswith("_") and hasattr(member, "__get__"):
            yield getattr(Api, name)


def _block(kind: type) -> str:
    options = ["    options:", "      inherited_members: true", "      show_bases: false"]
    lines = [f"::: {kind.__module__}.{kind.__qualname__}"]
    return "\n".join([*lines, *(options if kind.__name__ in CLIENTS else []), "", ""])
