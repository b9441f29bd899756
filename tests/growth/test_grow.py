"""A grown document has all of the document that it was, and more."""

from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml import YAML

from .grow import ADDITIONS, grown

TEXT = """\
# not openapi.yaml, which a proof of growth replaces
openapi: 3.0.3
tags:
  - name: "Identity"
paths:
  /token:
    post:
      security: []
      responses:
        '200':
          description: A token.
  /me:
    get:
      security:
        - oauth2: []
      responses:
        '200':
          description: The caller.
        '404':
          description: Unknown. # its own
components:
  schemas:
    Me:
      type: object
"""


def parsed(text: str) -> Any:
    """Read YAML."""
    reader: Any = YAML(typ="safe")  # it has no types
    return reader.load(text)


def test_every_line_of_the_document_is_kept() -> None:
    """Lines are added, and none is changed."""
    lines = iter(grown(TEXT).splitlines())

    assert [line for line in TEXT.splitlines() if line not in lines] == []


def test_operations_and_statuses_are_added() -> None:
    """Each operation that needs a token, old or new, has the statuses that it lacked."""
    before, after = parsed(TEXT)["paths"], parsed(grown(TEXT))["paths"]
    statuses = parsed(ADDITIONS.read_text("utf-8"))["responses"].keys()

    operations = [o for path in after.values() for o in path.values() if isinstance(o, dict)]
    assert len(after) > len(before)
    assert all(statuses <= o["responses"].keys() for o in operations if o["security"])
    assert after["/me"]["get"]["responses"]["404"] == {"description": "Unknown."}
    assert after["/token"] == before["/token"]


def test_document_that_has_the_additions() -> None:
    """A document that already has a member to add is an error, which names the member."""
    with pytest.raises(ValueError, match=r"the document has \w+ already: choose other names"):
        grown(grown(TEXT))
