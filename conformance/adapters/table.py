"""The text of ``docs/conformance.md``, as a pure function of the verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

SOMETIMES: Final = "Sometimes: "
"""The first word of a reason if the scenario fails by chance, for example in a race."""

BEGIN: Final = "<!-- made by `make conformance-table`: begin -->"
END: Final = "<!-- made by `make conformance-table`: end -->"


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A scenario that a subject fails."""

    id: str
    rule: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """The results of one subject.

    Attributes:
        rules: For each rule, the number of scenarios that were kept, and of all.
        undecided: Scenarios for which the machine was too slow.
        missing: Tools that are not installed, so that the subject was not tested.
    """

    label: str
    rules: Mapping[str, tuple[int, int]]
    broken: Sequence[Broken] = ()
    undecided: Sequence[str] = ()
    missing: Sequence[str] = ()

    @property
    def kept(self) -> int:
        """The number of scenarios that were kept."""
        return sum(kept for kept, _ in self.rules.values())

    @property
    def total(self) -> int:
        """The number of scenarios."""
        return sum(total for _, total in self.rules.values())


def row(label: str, document: Mapping[str, Any], known: Mapping[str, str]) -> Row:
    """Read a JSON report; a failure in *known* is listed with the reason that is given there.

    A scenario that is known to fail sometimes counts as broken also if it passed.
    """
    results: Sequence[Mapping[str, Any]] = document["results"]
    broken = [
        Broken(id=r["id"], rule=r["rule"], reason=known.get(r["id"]) or "; ".join(r["reasons"]))
        for r in results
        if r["verdict"] in {"broken", "advised"} or known.get(r["id"], "").startswith(SOMETIMES)
    ]
    undecided = [r["id"] for r in results if r["verdict"] == "undecided"]
    failed = {*undecided, *(b.id for b in broken)}
    total = Counter(r["rule"] for r in results)
    kept = Counter(r["rule"] for r in results if r["id"] not in failed)
    rules = {rule: (kept[rule], total[rule]) for rule in total}
    return Row(label=label, rules=rules, broken=broken, undecided=undecided)


def disagreements(judged: Row, known: Mapping[str, str]) -> list[str]:
    """Return the scenarios in which *judged* differs from its list of known failures."""
    broken = {b.id for b in judged.broken}
    return sorted((broken ^ set(known)) - set(judged.undecided)) + list(judged.undecided)


def table(rows: Sequence[Row]) -> str:
    """Return one line for each subject, with one number for each rule."""
    rules = max((list(judged.rules) for judged in rows), key=len)
    lines = [
        f"| subject | {' | '.join(rules)} | kept |",
        f"| --- |{' ---: |' * (len(rules) + 1)}",
    ]
    return "\n".join(lines + [_line(judged, rules) for judged in rows])


def _line(judged: Row, rules: Sequence[str]) -> str:
    if judged.missing:
        return f"| {judged.label} |{' |' * len(rules)} not run: no {', '.join(judged.missing)} |"
    cells = [_cell(*judged.rules[rule]) for rule in rules]
    total = f"{judged.kept} of {judged.total}"
    whole = f"**{total}**" if judged.kept == judged.total else total
    return f"| {judged.label} | {' | '.join(cells)} | {whole} |"


def _cell(kept: int, total: int) -> str:
    return str(total) if kept == total else f"{kept}/{total}"


def failures(rows: Sequence[Row]) -> str:
    """Return the failures of each subject, one line for each rule and reason."""
    parts: list[str] = []
    for judged in rows:
        if judged.broken:
            parts += ["", f"### {judged.label} misses", ""]
        ordered = sorted(judged.broken, key=lambda b: (_number(b.rule), b.reason, b.id))
        for (rule, reason), group in groupby(ordered, key=lambda b: (b.rule, b.reason)):
            scenarios = ", ".join(f"`{b.id}`" for b in group)
            parts.append(f"- **{rule}** {reason} ({scenarios})")
    return "\n".join(parts)


def _number(rule: str) -> tuple[int, str]:
    digits = rule.rpartition("-")[2]
    return (int(digits), "") if digits.isdigit() else (99, rule)


def differences(shown: str, rows: Sequence[Row], labels: Collection[str]) -> list[str]:
    """Return the lines that *shown* lacks, and those of subjects that are not in *labels*.

    Subjects that did not run are not compared.
    """
    present = shown.splitlines()
    expected = [line for r in rows if not r.missing for line in _lines(r)]
    obsolete = [
        line
        for line in present
        if line.startswith("| ") and _subject(line) not in {*labels, "subject", "---"}
    ]
    added = [f"+ {line}" for line in expected if line not in present]
    return added + [f"- {line}" for line in obsolete]


def _lines(judged: Row) -> list[str]:
    return [*table([judged]).splitlines(), *failures([judged]).splitlines()]


def _subject(line: str) -> str:
    return line.removeprefix("| ").partition(" |")[0]


def section(text: str) -> str:
    """Return the text between the markers.

    Raises:
        LookupError: A marker is missing.
    """
    if BEGIN not in text or END not in text:
        raise LookupError(f"the markers {BEGIN} and {END} are missing")
    return text.partition(BEGIN)[2].partition(END)[0].strip()


def replaced(text: str, content: str) -> str:
    """Return *text* with *content* between the markers."""
    section(text)
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{content.strip()}\n\n{END}{rest.partition(END)[2]}"
