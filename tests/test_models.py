"""``persium_ext.models``: the models, and what stands in them."""

from __future__ import annotations

from typing import Any

import persium_api.models
import pytest
from persium_api.facade import _schemas

from persium_ext import Persium, models


def test_every_model_is_there() -> None:
    """Each model of the document has its name in the module."""
    assert set(persium_api.models.__all__) <= set(vars(models)["__all__"])
    assert all(hasattr(models, name) for name in vars(models)["__all__"])


def test_absent_members_are_unset() -> None:
    """``UNSET`` is false, differs from None, and its text is short."""
    assert not models.UNSET
    assert models.UNSET is not None
    assert repr(models.UNSET) == str(models.UNSET) == "UNSET"
    assert isinstance(models.UNSET, models.Unset)


@pytest.fixture
def me(settings: dict[str, Any]) -> dict[str, Any]:
    """The example of the document, as JSON."""
    found: dict[str, Any] = Persium(**settings).request("GET", "/me").json()
    return found


def test_model_of_json(me: dict[str, Any]) -> None:
    """A model is made of JSON, and written as JSON."""
    assert models.Me.from_dict(me).to_dict() == me


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param({"client_id": 7}, "Me: client_id ", id="type"),
        pytest.param({"organisation_uuid": "x"}, "Me: organisation_uuid ", id="format"),
        pytest.param({"label": None}, "Me: label ", id="null"),
    ],
)
def test_other_json(me: dict[str, Any], change: dict[str, Any], problem: str) -> None:
    """Other JSON is a ValueError, which names the member."""
    with pytest.raises(ValueError, match=f"^{problem}"):
        models.Me.from_dict(me | change)


@pytest.mark.parametrize("schema", _schemas.by_class.values(), ids=lambda s: s.model.__name__)
def test_missing_member(schema: Any) -> None:
    """A required member that is missing is named, for each model of the document."""
    required = [member.name for member in schema.contents()[0] if member.required]

    if required:
        with pytest.raises(
            ValueError, match=rf"^{schema.model.__name__}: {required[0]} is missing"
        ):
            schema.model.from_dict({})
