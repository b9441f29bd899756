"""The Troubleshooting page has every error."""

from __future__ import annotations

from pathlib import Path

import pytest

from persium_ext import PersiumError, TokenRefused

from .test_client import FAILURES

PAGE = (Path(__file__).parents[2] / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
PREFIXES = (
    "token endpoint refused the credentials: ",
    "token endpoint unavailable: ",
    "TOKEN_URL ",
)


@pytest.mark.parametrize("case", FAILURES)
def test_the_page_has_the_message(case: str) -> None:
    """The page has each message that a user can get, word for word."""
    message = FAILURES[case][1]
    [words] = [message.removeprefix(start) for start in PREFIXES if message.startswith(start)]

    assert words in PAGE


@pytest.mark.parametrize("kind", dict.fromkeys(kind for kind, _, _ in FAILURES.values()))
def test_the_page_has_the_heading(kind: type[PersiumError]) -> None:
    """``docs_url`` is the address of a heading of the page."""
    address = _any(kind).docs_url or ""

    assert f'<a id="{address.partition("#")[2]}"></a>\n## ' in PAGE


def _any(kind: type[PersiumError]) -> PersiumError:
    if kind is TokenRefused:
        return TokenRefused(status=401, error="unauthorized_client")
    return kind("words")
