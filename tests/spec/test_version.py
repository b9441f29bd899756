"""The version that a change needs."""

from __future__ import annotations

import pytest

from spec.version import Level, next_version, parse_version


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        pytest.param([], ("patch", (1, 2, 4)), id="texts only"),
        pytest.param([Level.COMPATIBLE], ("minor", (1, 3, 0)), id="new"),
        pytest.param([Level.MAY_BREAK, Level.COMPATIBLE], ("minor", (1, 3, 0)), id="may break"),
        pytest.param([Level.COMPATIBLE, Level.BREAKS], ("major", (2, 0, 0)), id="breaks"),
    ],
)
def test_the_worst_change_decides(
    levels: list[Level], expected: tuple[str, tuple[int, int, int]]
) -> None:
    """One change that breaks clients needs a new major version, whatever the others are."""
    assert next_version((1, 2, 3), levels) == expected


def test_versions_are_numbers() -> None:
    """Parts compare as numbers."""
    assert parse_version("1.10.0") > parse_version("1.9.12")


@pytest.mark.parametrize("text", ["1.0", "2026-01-01", "1.0.0-beta", "01.0.0", 1.0, None])
def test_other_versions_are_errors(text: object) -> None:
    """A version without an order is refused, and the form to write is named."""
    with pytest.raises(Exception, match=r"write MAJOR\.MINOR\.PATCH"):
        parse_version(text)
