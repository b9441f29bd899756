"""Values that tests of pure code share."""

from __future__ import annotations

from persium_ext._text.secret import Secret
from persium_ext.errors import STATUS_ERRORS
from persium_ext.settings import Settings

SETTINGS = Settings.resolve(
    {},
    token_url="https://auth.example/token",
    api_base_url="https://api.example",
    client_id="c",
    client_secret=Secret("s"),
)

UNDOCUMENTED_STATUS = next(status for status in range(452, 500) if status not in STATUS_ERRORS)
"""The status of a client error that no operation documents."""
