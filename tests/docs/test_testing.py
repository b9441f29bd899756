"""The tests on the page about tests pass."""

from __future__ import annotations

import pytest

from .pages import ROOT
from .test_pages import samples

pytest_plugins = ["pytester"]
PAGE = ROOT / "docs" / "testing.md"
TESTS = [sample for _, sample in samples(PAGE) if "def test_" in sample]


@pytest.mark.parametrize("sample", TESTS)
def test_sample(pytester: pytest.Pytester, sample: str) -> None:
    """Each test of the page passes as it stands."""
    pytester.makepyfile(sample)

    result = pytester.runpytest_inprocess("-W", "error", "-p", "no:asyncio")

    result.assert_outcomes(passed=sample.count("def test_"))


def test_first_sample_is_short() -> None:
    """The first one has about twelve lines of code."""
    lines = [line for line in TESTS[0].splitlines() if line]

    assert len(lines) <= 12
