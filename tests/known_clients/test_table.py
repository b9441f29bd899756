"""The table of docs/conformance.md matches the results of the suite."""

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
    failures,
    replaced,
    row,
    section,
    table,
)

RULES = {"TP-1": (2, 2), "TP-10": (1, 2)}
BROKEN = Broken(id="looks", rule="TP-10", reason="It reads the token")


@pytest.fixture
def document() -> dict[str, Any]:
    """The JSON report about a subject that passes one scenario of four."""
    verdicts = ["kept", "broken", "advised", "undecided"]
    return {
        "results": [
            {"id": verdict, "rule": "TP-4", "verdict": verdict, "reasons": ["expected 1", "saw 2"]}
            for verdict in verdicts
        ],
    }


def test_row_lists_what_is_broken(document: dict[str, Any]) -> None:
    """A broken MUST and a broken SHOULD are listed, with the reason of the list if there is one."""
    judged = row("client 1.0", document, {"advised": "known"})

    assert [(b.id, b.reason) for b in judged.broken] == [
        ("broken", "expected 1; saw 2"),
        ("advised", "known"),
    ]
    assert (judged.kept, judged.total, judged.undecided) == (1, 4, ["undecided"])


def test_failure_by_chance_counts_as_broken(document: dict[str, Any]) -> None:
    """A scenario that is known to fail sometimes counts as broken also if it passed."""
    known = {"kept": "Sometimes: a race", "broken": "x", "advised": "x"}

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
def test_lists_must_match(
    document: dict[str, Any], known: dict[str, str], different: list[str]
) -> None:
    """A list contains exactly the failing scenarios; an undecided one always differs."""
    assert disagreements(row("client", document, known), known) == different


def test_table_has_a_line_for_each_subject() -> None:
    """Each line has one number for each rule, and the total."""
    lines = table([Row(label="a 1", rules=RULES, broken=[BROKEN])]).splitlines()

    assert lines[0] == "| subject | TP-1 | TP-10 | kept |"
    assert lines[2] == "| a 1 | 2 | 1/2 | 3 of 4 |"


def test_not_run_has_no_numbers() -> None:
    """A subject whose tools are missing is shown as not run."""
    rows = [Row(label="a", rules={"TP-1": (1, 1)}), Row(label="b", rules={}, missing=["cargo"])]

    assert table(rows).splitlines()[2:] == ["| a | 1 | **1 of 1** |", "| b | | not run: no cargo |"]


def test_failures_are_grouped_by_reason() -> None:
    """Scenarios of one rule with one reason share a line, and TP-10 follows TP-2."""
    others = [Broken(id=name, rule="TP-2", reason="No margin") for name in ("b", "a")]

    lines = failures([Row(label="c", rules=RULES, broken=[BROKEN, *others])]).splitlines()

    assert lines[1] == "### c misses"
    assert lines[3:] == [
        "- **TP-2** No margin (`a`, `b`)",
        "- **TP-10** It reads the token (`looks`)",
    ]


def test_page_changes_between_the_markers_only() -> None:
    """The text around the markers does not change."""
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"

    changed = replaced(page, "new")

    assert changed == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert section(changed) == "new"


def test_page_without_markers_is_rejected() -> None:
    """A page without markers is an error."""
    with pytest.raises(LookupError, match="are missing"):
        replaced("text", "new")


ONE = Row(label="a", rules={"TP-1": (1, 2)}, broken=[BROKEN])
PAGE = f"{table([ONE])}\n{failures([ONE])}"


@pytest.mark.parametrize(
    ("rows", "labels", "different"),
    [
        pytest.param([ONE], ["a"], [], id="equal"),
        pytest.param([], ["a"], [], id="partial run"),
        pytest.param([Row(label="a", rules={}, missing=["go"])], ["a"], [], id="not run"),
        pytest.param([], [], ["- | a | 1/2 | 1 of 2 |"], id="a removed subject"),
        pytest.param(
            [Row(label="a", rules={"TP-1": (2, 2)})],
            ["a"],
            ["+ | a | 2 | **2 of 2** |"],
            id="fixed",
        ),
    ],
)
def test_page_is_compared(rows: list[Row], labels: list[str], different: list[str]) -> None:
    """Each line of the page that differs from the results is returned."""
    assert differences(PAGE, rows, labels) == different
