"""The reference has a block for every public class."""

from __future__ import annotations

import re

import pytest
from persium_api.facade import Api

import persium_ext
from persium_ext import errors, models, sandbox
from website.reference import blocks, sections

BLOCKS = re.findall(r"^::: (\S+)$", blocks(), flags=re.MULTILINE)


@pytest.mark.parametrize("module", [persium_ext, errors, sandbox], ids=lambda found: found.__name__)
def test_every_class_has_a_block(module: object) -> None:
    """A class that users import is in the reference once, with the path of its definition."""
    found = [getattr(module, name) for name in vars(module)["__all__"]]
    paths = {f"{kind.__module__}.{kind.__qualname__}" for kind in found if isinstance(kind, type)}

    assert paths
    assert paths <= set(BLOCKS)
    assert len(BLOCKS) == len(set(BLOCKS))


def test_models_have_blocks() -> None:
    """Every model has one, and the dict of a model has none."""
    shown = {kind.__name__ for kind in sections()["Models"]}

    assert {
        name for name in vars(models)["__all__"] if name[0].isupper() and not name.isupper()
    } >= shown
    assert "Me" in shown


def test_every_namespace_has_a_block() -> None:
    """The operations of each tag are in the reference."""
    names = [name for name in vars(Api) if not name.startswith("_")]

    assert [kind.__name__ for kind in sections()["Operations"]] == [
        getattr(Api, name).__name__ for name in names
    ]


def test_clients_are_described_without_their_bases() -> None:
    """The options of a client's block show inherited members and hide the private bases."""
    text = blocks()

    assert text.count("inherited_members: true\n      show_bases: false") == 3
    assert text.startswith("## Clients\n\n::: persium_ext.client.Persium\n    options:\n")
