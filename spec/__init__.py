"""The files for other teams that are made of ``openapi.yaml``, and a check for breaking changes.

::

    __main__ ─▶ files ─▶ overlay, page   ``build``: documents, workflow, overlay, reference page
        └─────▶ breaking                 ``diff``: changes since a release that break a client
"""

from __future__ import annotations


class SpecError(Exception):
    """A command failed; the text is one sentence with the reason and the solution."""
