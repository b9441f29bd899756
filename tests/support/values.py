"""Values that tests of pure code share."""

from __future__ import annotations

from persium_ext._secret import Secret
from persium_ext.settings import Settings

SETTINGS = Settings.resolve(
    {},
    token_url="https://auth.example/token",
    api_base_url="https://api.example",
    client_id="c",
    client_secret=Secret("s"),
)
