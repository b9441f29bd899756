"""``persium_ext.models``: the models, and what stands in them."""

from __future__ import annotations

import persium_api.models

from persium_ext import models


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
