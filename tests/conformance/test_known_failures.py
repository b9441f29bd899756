"""The list of known failures must match the results."""

from __future__ import annotations

from pathlib import Path

import pytest
from persium_conformance.judge import GOOD, Result, Verdict
from persium_conformance.known_failures import UsageError, read_known_failures
from persium_conformance.suite import with_options

from .conftest import report_of, scenario_of


def test_reasons_are_read(tmp_path: Path) -> None:
    """Blank lines and comments are ignored; a reason may contain colons."""
    path = tmp_path / "known"
    path.write_text("# ours\n\none: see issue 7: soon\n")

    assert read_known_failures(path, ["one", "two"]) == {"one": "see issue 7: soon"}
    assert read_known_failures(None, ["one"]) == {}


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
def test_invalid_list_is_rejected(tmp_path: Path, text: str | None) -> None:
    """A line without a reason, or with an unknown or repeated scenario, is an error."""
    path = tmp_path / "known"
    if text is not None:
        path.write_text(text)

    with pytest.raises(UsageError, match="known"):
        read_known_failures(path, ["one", "two"])


@pytest.mark.parametrize(
    ("seen", "listed", "strict", "verdict"),
    [
        pytest.param(Verdict.KEPT, False, False, Verdict.KEPT, id="kept"),
        pytest.param(Verdict.BROKEN, False, False, Verdict.BROKEN, id="broken"),
        pytest.param(Verdict.BROKEN, True, False, Verdict.KNOWN, id="listed and broken"),
        pytest.param(Verdict.KEPT, True, False, Verdict.FIXED, id="listed and kept"),
        pytest.param(Verdict.ADVISED, False, False, Verdict.ADVISED, id="a SHOULD"),
        pytest.param(Verdict.ADVISED, False, True, Verdict.BROKEN, id="a SHOULD, strict"),
        pytest.param(Verdict.ADVISED, True, True, Verdict.KNOWN, id="a SHOULD, listed"),
        pytest.param(Verdict.UNDECIDED, True, False, Verdict.UNDECIDED, id="undecided"),
    ],
)
def test_final_verdicts(*, seen: Verdict, listed: bool, strict: bool, verdict: Verdict) -> None:
    """A listed failure is known, and a listed scenario that passes fails the run."""
    known = {"one": "because"} if listed else {}

    (result,) = with_options(
        [Result(scenario=scenario_of(), verdict=seen)], known=known, strict=strict
    )

    assert result.verdict is verdict
    assert report_of(result).good is (verdict in GOOD)
    assert report_of(result).good is (verdict in {"kept", "known", "advised"})
