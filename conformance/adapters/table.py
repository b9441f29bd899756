"""From verdicts to the text of ``docs/conformance.md``: values in, text out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

SOMETIMES: Final = "Sometimes: "
"""How the reason begins of what fails by chance: a race, or a clock that is rounded."""

BEGIN: Final = "<!-- made by `make conformance-table`: begin -->"
END: Final = "<!-- made by `make conformance-table`: end -->"


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A scenario that a subject does not keep."""

    id: str
    rule: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """What the judge says of one subject.

    Attributes:
        rules: How many scenarios of each rule were kept, and how many there are.
        undecided: Scenarios that the machine was too slow for.
        missing: The tools without which it could not be judged.
    """

    label: str
    rules: Mapping[str, tuple[int, int]]
    broken: Sequence[Broken] = ()
    undecided: Sequence[str] = ()
    missing: Sequence[str] = ()

    @property
    def kept(self) -> int:
        """How many scenarios were kept."""
        return sum(kept for kept, _ in self.rules.values())

    @property
    def total(self) -> int:
        """How many scenarios there were."""
        return sum(total for _, total in self.rules.values())


def row(label: str, document: Mapping[str, Any], known: Mapping[str, str]) -> Row:
    """Read what the judge wrote with ``--json``; *known* has the words for what is broken.

    What is known to fail sometimes counts as broken also when it went well.
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
    """The scenarios about which *judged* and its list of known failures do not agree."""
    broken = {b.id for b in judged.broken}
    return sorted((broken ^ set(known)) - set(judged.undecided)) + list(judged.undecided)


def table(rows: Sequence[Row]) -> str:
    """Return a line for each subject, with a number for each rule."""
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


def words(rows: Sequence[Row]) -> str:
    """Return for each subject what it misses, a line for each rule and reason."""
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
    """Return the lines that *shown* lacks, and those of subjects that are not among *labels*.

    What was not run is not compared.
    """
    there = shown.splitlines()
    made = [line for r in rows if not r.missing for line in _made(r)]
    gone = [
        line
        for line in there
        if line.startswith("| ") and _subject(line) not in {*labels, "subject", "---"}
    ]
    return [f"+ {line}" for line in made if line not in there] + [f"- {line}" for line in gone]


def _made(judged: Row) -> list[str]:
    return [*table([judged]).splitlines(), *words([judged]).splitlines()]


def _subject(line: str) -> str:
    return line.removeprefix("| ").partition(" |")[0]


def section(text: str) -> str:
    """Return what stands between the markers.

    Raises:
        LookupError: They are not there.
    """
    if BEGIN not in text or END not in text:
        raise LookupError(f"the markers {BEGIN} and {END} are not there")
    return text.partition(BEGIN)[2].partition(END)[0].strip()


def replaced(text: str, made: str) -> str:
    """Return *text* with *made* between the markers."""
    section(text)
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{made.strip()}\n\n{END}{rest.partition(END)[2]}"
