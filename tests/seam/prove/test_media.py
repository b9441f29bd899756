"""Media types, as the proof reads them: by rules of its own."""

from __future__ import annotations

import pytest

from codegen.prove.media import chosen, is_text


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ([], ""),
        (["text/csv", "image/png"], "text/csv"),
        (["text/csv", "application/a+json"], "application/a+json"),
        (
            ["application/a+json", "Application/JSON; charset=utf-8"],
            "Application/JSON; charset=utf-8",
        ),
        (["*/*", "application/a+json"], "application/a+json"),
        (["application/*", "text/csv"], "application/*"),
    ],
)
def test_chosen(content: list[str], expected: str) -> None:
    """Of several media types it is JSON, rather by name and without a suffix; else the first."""
    assert chosen(content) == expected


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        ("text/html; charset=utf-8", True),
        ("application/xml", True),
        ("image/svg+xml", True),
        ("application/pdf", False),
        ("image/png", False),
    ],
)
def test_text(media: str, *, expected: bool) -> None:
    """Text is what people read: a string of another media type is bytes."""
    assert is_text(media) is expected
