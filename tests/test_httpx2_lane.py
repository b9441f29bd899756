"""The renamed imports, and the list of failures."""

from __future__ import annotations

import pytest

from tests.httpx2_lane import renamed, summary


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("import httpx", "import httpx2", id="an import"),
        pytest.param("from httpcore import X", "from httpcore2 import X", id="from a package"),
        pytest.param("def f(a: httpx.URL)", "def f(a: httpx2.URL)", id="a name in it"),
        pytest.param('getLogger("httpx")', 'getLogger("httpx2")', id="a name as text"),
        pytest.param("set_httpx_client()", "set_httpx_client()", id="a part of another name"),
        pytest.param("import httpx2", "import httpx2", id="renamed before"),
    ],
)
def test_renamed(source: str, expected: str) -> None:
    """The names of the packages are replaced, and nothing that contains them."""
    assert renamed(source) == expected


def test_summary_counts_failures() -> None:
    """Failures of one file for one reason are one line, and the most frequent come first."""
    output = (
        "...F\n"
        "FAILED tests/a/test_x.py::test_one - TypeError: no\n"
        "FAILED tests/a/test_x.py::test_two[a b] - TypeError: no\n"
        "ERROR tests/test_y.py\n"
        "2 failed in 1.00s\n"
    )

    assert summary(output) == [
        "   2 x tests/a/test_x.py: TypeError: no",
        "   1 x tests/test_y.py: no reason given",
    ]
