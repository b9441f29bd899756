"""For tests of programs that use persium: values, errors and responses as openapi.yaml shows them.

>>> from persium_ext import NotFoundError, models  # doctest: +SKIP
>>> from persium_ext.testing import example_of
>>> example_of(models.Me, label="Acme").label  # doctest: +SKIP
'Acme'

With pytest there are also the fixtures ``persium_sandbox``, ``persium`` and ``async_persium``, and
the marker ``persium_fault``: they are in a plugin, which pytest finds by itself.
"""

from __future__ import annotations

from .examples import example_of
from .mocks import mock_persium

__all__ = ["example_of", "mock_persium"]
