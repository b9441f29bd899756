"""The reports of a run, in each format."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from persium_conformance import reports
from persium_conformance.judge import Result, Verdict

from .conftest import report_of, scenario_of

KEPT = Result(scenario=scenario_of(), verdict=Verdict.KEPT)
KNOWN = Result(scenario=scenario_of("three"), verdict=Verdict.KNOWN, reasons=("r",))
ADVISED = Result(scenario=scenario_of("four", level="should"), verdict=Verdict.ADVISED)
REASONS = {"three": "see issue 7"}


def test_summary_is_a_line(broken: Result) -> None:
    """The summary has the version of the scenarios, how many are kept, and the rules."""
    assert reports.summary(report_of(KEPT, broken)) == "persium-conformance 1: 1/2, TP-1..TP-5"
    assert reports.summary(report_of(KEPT)) == "persium-conformance 1: 1/1, TP-1"


def test_text_report_explains_failures(broken: Result) -> None:
    """A failure is reported with the claim, the reason, the rule and the timeline."""
    text = reports.text(report_of(KEPT, broken, KNOWN), REASONS)

    assert "broken: TP-5 two: It is so." in text
    assert 'expected <1> & "one", saw 2' in text
    assert "TP-5: After a 401 from the API" in text
    assert "0.001 s  1 call(s) start" in text
    assert "known: see issue 7" in text
    assert "TP-1    1 of  2 kept, 1 known" in text
    assert text.endswith("a client: persium-conformance 1: 1/3, TP-1..TP-5 (1.5 s)")


def test_tap_is_version_14(broken: Result) -> None:
    """Known failures and SHOULDs are TODO; a failure has a YAML block."""
    lines = reports.tap(report_of(KEPT, broken, KNOWN, ADVISED), REASONS).splitlines()

    assert lines[:4] == ["TAP version 14", "1..4", "ok 1 - TP-1 one", "not ok 2 - TP-5 two"]
    assert lines[4] == "  ---"
    assert r'    - "expected <1> & \"one\", saw 2\u001b"' in lines
    assert "not ok 3 - TP-1 three # TODO see issue 7" in lines
    assert "not ok 4 - TP-1 four # TODO a SHOULD" in lines
    assert lines.count("  ---") == lines.count("  ...") == 3


def test_junit_counts_failures_and_skipped(broken: Result) -> None:
    """The XML is valid, whatever a subject wrote, and its numbers are correct."""
    suite = ET.fromstring(reports.junit(report_of(KEPT, broken, KNOWN), REASONS))  # noqa: S314

    assert {name: suite.get(name) for name in ("tests", "failures", "skipped")} == {
        "tests": "3",
        "failures": "1",
        "skipped": "1",
    }
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == 'expected <1> & "one", saw 2?'
    skipped = suite.find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "see issue 7"


def test_undecided_is_a_failure() -> None:
    """An undecided scenario does not pass in any report."""
    report = report_of(Result(scenario=scenario_of(), verdict=Verdict.UNDECIDED, reasons=("slow",)))

    assert not report.good
    assert 'failures="1"' in reports.junit(report, {})
    assert "not ok 1 - TP-1 one\n" in reports.tap(report, {})
    assert json.loads(reports.badge(report, {}))["color"] == "red"


def test_json_report_has_every_verdict(broken: Result) -> None:
    """The JSON report has versions, counts, verdicts and reasons."""
    document = json.loads(reports.as_json(report_of(KEPT, broken, KNOWN), REASONS))

    assert document["suite"] == {"name": "persium-conformance", "version": "0.1.0", "set": 1}
    assert (document["subject"], document["good"]) == ("a client", False)
    assert document["rules"] == {"TP-1": {"kept": 1, "of": 2}, "TP-5": {"kept": 0, "of": 1}}
    assert [r["verdict"] for r in document["results"]] == ["kept", "broken", "known"]
    assert document["results"][1]["reasons"] == list(broken.reasons)
    assert document["results"][2]["known"] == "see issue 7"


def test_badge_has_three_colours(broken: Result) -> None:
    """The badge is green without failures, yellow with known failures, and red with others."""
    cases = [((KEPT,), {}), ((KEPT, KNOWN), REASONS), ((KEPT, broken), {})]

    badges = [json.loads(reports.badge(report_of(*results), known)) for results, known in cases]

    assert [badge["color"] for badge in badges] == ["brightgreen", "yellow", "red"]
    assert badges[0]["label"] == "persium-conformance 1"
    assert badges[0]["message"] == "1/1, TP-1"
