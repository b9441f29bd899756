"""The ratios of an earlier run, and what is worse now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from .comparisons import Comparison
from .figures import Results

BASELINE: Final = Path(__file__).with_name("baseline.json")
TOLERATED: Final = 0.15


class Worse(NamedTuple):
    """A ratio that is larger than it was, by more than is tolerated."""

    name: str
    before: float
    now: float

    def __str__(self) -> str:
        more = f"{self.now / self.before - 1:.0%} more" if self.before else "new"
        return f"{self.name}: {self.now:.3g}, in the baseline {self.before:.3g} ({more})"


def ratios(comparisons: Iterable[Comparison], results: Results) -> dict[str, float]:
    """Return the value of each comparison that was measured."""
    found = {comparison.name: comparison.ratio(results) for comparison in comparisons}
    return {name: round(ratio.value, 4) for name, ratio in found.items() if ratio}


def worse(now: Mapping[str, float], baseline: Mapping[str, float]) -> Iterator[Worse]:
    """Yield each ratio that is worse than in the baseline; one that is not in both is left out."""
    for name, value in now.items():
        before = baseline.get(name, value)
        if value > before * (1 + TOLERATED):
            yield Worse(name, before, value)


def read(path: Path = BASELINE) -> dict[str, float]:
    """Read the ratios that are committed."""
    return {name: float(value) for name, value in json.loads(path.read_text("utf-8")).items()}


def write(values: Mapping[str, float], path: Path = BASELINE) -> None:
    """Replace the ratios that are committed."""
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
