"""The table of docs/conformance.md says what the judge said."""

from __future__ import annotations

from typing import Any

import pytest
from adapters.table import (
    BEGIN,
    END,
    Broken,
    Row,
    differences,
    disagreements,
    replaced,
    row,
    section,
    table,
    words,
)

RULES = {"TP-1": (2, 2), "TP-10": (1, 2)}
BROKEN = Broken(id="looks", rule="TP-10", reason="It reads the token")


@pytest.fixture
def document() -> dict[str, Any]:
    """What the judge writes about a subject that keeps one scenario of four."""
    verdicts = ["kept", "broken", "advised", "undecided"]
    return {
        "results": [
            {"id": verdict, "rule": "TP-4", "verdict": verdict, "reasons": ["expected 1", "saw 2"]}
            for verdict in verdicts
        ],
    }


def test_row_lists_what_is_broken(document: dict[str, Any]) -> None:
    """A broken MUST and a SHOULD that is not followed are both listed, in the list's words."""
    judged = row("client 1.0", document, {"advised": "known"})

    assert [(b.id, b.reason) for b in judged.broken] == [
        ("broken", "expected 1; saw 2"),
        ("advised", "known"),
    ]
    assert (judged.kept, judged.total, judged.undecided) == (1, 4, ["undecided"])


def test_chance_is_no_merit(document: dict[str, Any]) -> None:
    """What is known to fail sometimes counts as broken also when it went well."""
    known = {"kept": "Sometimes: two at once", "broken": "x", "advised": "x"}

    judged = row("client", document, known)

    assert judged.kept == 0
    assert disagreements(judged, known) == ["undecided"]


@pytest.mark.parametrize(
    ("known", "different"),
    [
        pytest.param({"broken": "x", "advised": "x"}, ["undecided"], id="as listed"),
        pytest.param({"broken": "x"}, ["advised", "undecided"], id="broken, not listed"),
        pytest.param(
            {"broken": "x", "advised": "x", "kept": "x"}, ["kept", "undecided"], id="listed, kept"
        ),
    ],
)
def test_lists_have_to_be_right(
    document: dict[str, Any], known: dict[str, str], different: list[str]
) -> None:
    """A list has all that fails and nothing else, and what is undecided is never right."""
    assert disagreements(row("client", document, known), known) == different


def test_table_has_a_line_for_each_subject() -> None:
    """Each line has a number for each rule, and the sum."""
    lines = table([Row(label="a 1", rules=RULES, broken=[BROKEN])]).splitlines()

    assert lines[0] == "| subject | TP-1 | TP-10 | kept |"
    assert lines[2] == "| a 1 | 2 | 1/2 | 3 of 4 |"


def test_not_run_is_no_number() -> None:
    """A subject whose tools are missing is said to be not run."""
    rows = [Row(label="a", rules={"TP-1": (1, 1)}), Row(label="b", rules={}, missing=["cargo"])]

    assert table(rows).splitlines()[2:] == ["| a | 1 | **1 of 1** |", "| b | | not run: no cargo |"]


def test_words_put_one_reason_together() -> None:
    """Scenarios of one rule that fail for one reason share a line, and TP-10 comes after TP-2."""
    others = [Broken(id=name, rule="TP-2", reason="No margin") for name in ("b", "a")]

    said = words([Row(label="c", rules=RULES, broken=[BROKEN, *others])]).splitlines()

    assert said[1] == "### c misses"
    assert said[3:] == [
        "- **TP-2** No margin (`a`, `b`)",
        "- **TP-10** It reads the token (`looks`)",
    ]


def test_page_changes_between_the_markers_only() -> None:
    """What people wrote around the table stays."""
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"

    made = replaced(page, "new")

    assert made == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert section(made) == "new"


def test_page_without_markers_is_refused() -> None:
    """A page that lost its markers is an error, not a page without a table."""
    with pytest.raises(LookupError, match="are not there"):
        replaced("text", "new")


ONE = Row(label="a", rules={"TP-1": (1, 2)}, broken=[BROKEN])
PAGE = f"{table([ONE])}\n{words([ONE])}"


@pytest.mark.parametrize(
    ("rows", "labels", "different"),
    [
        pytest.param([ONE], ["a"], [], id="the same"),
        pytest.param([], ["a"], [], id="another run was partial"),
        pytest.param([Row(label="a", rules={}, missing=["go"])], ["a"], [], id="not run"),
        pytest.param([], [], ["- | a | 1/2 | 1 of 2 |"], id="a subject that is gone"),
        pytest.param(
            [Row(label="a", rules={"TP-1": (2, 2)})],
            ["a"],
            ["+ | a | 2 | **2 of 2** |"],
            id="mended",
        ),
    ],
)
def test_page_is_compared(rows: list[Row], labels: list[str], different: list[str]) -> None:
    """A page that says something else than the verdicts is told line by line."""
    assert differences(PAGE, rows, labels) == different
