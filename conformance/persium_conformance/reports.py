"""The reports of a run: text, TAP, JUnit XML, JSON, and a badge."""

from __future__ import annotations

import json
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from . import SET_VERSION, __version__
from .judge import GOOD, Result, Verdict
from .rules import RULES
from .suite import Report


def summary(report: Report) -> str:
    """Return one line: ``persium-conformance 1: 60/60, TP-1..TP-10``."""
    kept = report.tally()[Verdict.KEPT]
    policy = [rule for rule in report.rules() if rule.startswith("TP-")]
    rules = f"{policy[0]}..{policy[-1]}" if len(policy) > 1 else ", ".join(report.rules())
    return f"persium-conformance {SET_VERSION}: {kept}/{len(report.results)}, {rules}"


def text(report: Report, known: Mapping[str, str]) -> str:
    """Return a paragraph for each failure, a line for each rule, and the summary."""
    parts = [_failure(r, known) for r in report.results if r.verdict is not Verdict.KEPT]
    for rule in report.rules():
        tally = report.tally(rule)
        rest = ", ".join(f"{n} {v}" for v, n in tally.items() if v is not Verdict.KEPT)
        parts.append(
            f"{rule:6} {tally[Verdict.KEPT]:2} of {tally.total():2} kept"
            + (f", {rest}" if rest else "")
        )
    parts.append(f"{report.name}: {summary(report)} ({report.seconds:.1f} s)")
    return "\n".join(parts)


def _failure(result: Result, known: Mapping[str, str]) -> str:
    scenario = result.scenario
    head = f"{result.verdict}: {scenario.rule} {scenario.id}: {scenario.claim}"
    if result.verdict is Verdict.KNOWN:
        return f"{head}\n    known: {known[scenario.id]}\n"
    lines = [head, *result.reasons, f"{scenario.rule}: {RULES[scenario.rule]}", *result.timeline]
    return "\n    ".join(lines) + "\n"


def tap(report: Report, known: Mapping[str, str]) -> str:
    """Return TAP 14; a known failure or a broken SHOULD is a TODO."""
    lines = ["TAP version 14", f"1..{len(report.results)}"]
    for number, result in enumerate(report.results, 1):
        scenario = result.scenario
        word = "ok" if result.verdict is Verdict.KEPT else "not ok"
        todo = {
            Verdict.KNOWN: f" # TODO {known.get(scenario.id, '')}",
            Verdict.ADVISED: " # TODO a SHOULD",
        }
        mark = todo.get(result.verdict, "")
        lines.append(f"{word} {number} - {scenario.rule} {scenario.id}{mark}")
        if result.verdict is not Verdict.KEPT:
            lines += [
                "  ---",
                f"  verdict: {result.verdict}",
                f"  claim: {json.dumps(scenario.claim)}",
            ]
            lines += [
                f"  {name}:\n" + "\n".join(f"    - {json.dumps(line)}" for line in listed)
                for name, listed in (("reasons", result.reasons), ("timeline", result.timeline))
                if listed
            ]
            lines.append("  ...")
    return "\n".join([*lines, f"# {summary(report)}", ""])


def junit(report: Report, known: Mapping[str, str]) -> str:
    """Return JUnit XML, one suite; a known failure or a broken SHOULD is skipped."""
    bad = [r for r in report.results if r.verdict not in GOOD]
    skipped = [r for r in report.results if r.verdict in {Verdict.KNOWN, Verdict.ADVISED}]
    suite = ET.Element(
        "testsuite",
        name=f"persium-conformance {SET_VERSION}: {report.name}",
        tests=str(len(report.results)),
        failures=str(len(bad)),
        errors="0",
        skipped=str(len(skipped)),
        time=f"{report.seconds:.3f}",
    )
    for result in report.results:
        scenario = result.scenario
        case = ET.SubElement(
            suite,
            "testcase",
            classname=scenario.rule,
            name=scenario.id,
            time=f"{result.seconds:.3f}",
        )
        reason = "; ".join(result.reasons) or str(result.verdict)
        if result in bad:
            failure = ET.SubElement(
                case, "failure", message=_printable(reason), type=result.verdict
            )
            failure.text = _printable("\n".join([scenario.claim, *result.timeline]))
        elif result in skipped:
            ET.SubElement(case, "skipped", message=_printable(known.get(scenario.id, reason)))
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _printable(value: str) -> str:
    """Replace the characters that XML does not allow."""
    return "".join(
        c if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff") else "?" for c in value
    )


def as_json(report: Report, known: Mapping[str, str]) -> str:
    """Return JSON with every verdict."""
    results = [
        {
            "id": r.scenario.id,
            "rule": r.scenario.rule,
            "level": r.scenario.level,
            "claim": r.scenario.claim,
            "verdict": r.verdict,
            "known": known.get(r.scenario.id),
            "reasons": r.reasons,
            "timeline": r.timeline,
            "seconds": round(r.seconds, 3),
        }
        for r in report.results
    ]
    tallies = {rule: report.tally(rule) for rule in report.rules()}
    document = {
        "suite": {"name": "persium-conformance", "version": __version__, "set": SET_VERSION},
        "subject": report.name,
        "summary": summary(report),
        "good": report.good,
        "seconds": round(report.seconds, 3),
        "rules": {rule: {"kept": t[Verdict.KEPT], "of": t.total()} for rule, t in tallies.items()},
        "results": results,
    }
    return json.dumps(document, indent=2) + "\n"


def badge(report: Report, known: Mapping[str, str]) -> str:
    """Return the JSON of a shields.io endpoint badge."""
    label, _, message = summary(report).partition(": ")
    complete = report.good and not known
    colour = "brightgreen" if complete else "yellow" if report.good else "red"
    document = {"schemaVersion": 1, "label": label, "message": message, "color": colour}
    return json.dumps(document) + "\n"
