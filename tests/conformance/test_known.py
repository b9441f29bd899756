"""The list of known failures keeps itself honest."""

from __future__ import annotations

from pathlib import Path

import pytest
from persium_conformance.known import KnownError, read_known
from persium_conformance.suite import settle
from persium_conformance.trial import GOOD, Result, Verdict

from .conftest import report_of, scenario_of


def test_reasons_are_read(tmp_path: Path) -> None:
    """Blank lines and remarks don't count; a reason may have colons."""
    path = tmp_path / "known"
    path.write_text("# ours\n\none: see issue 7: soon\n")

    assert read_known(path, ["one", "two"]) == {"one": "see issue 7: soon"}
    assert read_known(None, ["one"]) == {}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("one\n", id="no reason"),
        pytest.param("one:  \n", id="an empty reason"),
        pytest.param("three: because\n", id="no such scenario"),
        pytest.param("one: a\none: b\n", id="twice"),
        pytest.param(None, id="no file"),
    ],
)
def test_a_bad_list_is_refused(tmp_path: Path, text: str | None) -> None:
    """A line that can't be meant is an error, not a failure that is let through."""
    path = tmp_path / "known"
    if text is not None:
        path.write_text(text)

    with pytest.raises(KnownError, match="known"):
        read_known(path, ["one", "two"])


@pytest.mark.parametrize(
    ("seen", "listed", "strict", "verdict"),
    [
        pytest.param(Verdict.KEPT, False, False, Verdict.KEPT, id="kept"),
        pytest.param(Verdict.BROKEN, False, False, Verdict.BROKEN, id="broken"),
        pytest.param(Verdict.BROKEN, True, False, Verdict.KNOWN, id="listed and broken"),
        pytest.param(Verdict.KEPT, True, False, Verdict.MENDED, id="listed and kept is an error"),
        pytest.param(Verdict.ADVISED, False, False, Verdict.ADVISED, id="a SHOULD"),
        pytest.param(Verdict.ADVISED, False, True, Verdict.BROKEN, id="a SHOULD, strictly"),
        pytest.param(Verdict.ADVISED, True, True, Verdict.KNOWN, id="a SHOULD, listed"),
        pytest.param(Verdict.UNDECIDED, True, False, Verdict.UNDECIDED, id="nobody knows"),
    ],
)
def test_verdicts_are_settled(
    *, seen: Verdict, listed: bool, strict: bool, verdict: Verdict
) -> None:
    """What is listed and fails is known; what is listed and passes has to leave the list."""
    known = {"one": "because"} if listed else {}

    (result,) = settle([Result(scenario=scenario_of(), verdict=seen)], known=known, strict=strict)

    assert result.verdict is verdict
    assert report_of(result).good is (verdict in GOOD)
    assert report_of(result).good is (verdict in {"kept", "known", "advised"})
