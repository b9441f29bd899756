"""The files for other teams that are made of ``openapi.yaml``, and a check of its version.

::

    __main__ ─▶ files ─▶ overlay, page   ``build``: documents, workflow, overlay, reference page
        │                       └▶ samples   calls in Python and curl, which the page shows
        └─────▶ diff ─▶ version          ``diff``: changes since a release, and their version
"""

from __future__ import annotations


class SpecError(Exception):
    """A command failed; the text is one sentence with the reason and the solution."""
