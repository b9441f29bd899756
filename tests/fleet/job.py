"""A job of ``examples/dask``, and its results."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from persium_ext.sandbox import Sandbox
from tests.support.engine import files_with, secrets_of

JOBS = Path(__file__).parents[2] / "examples" / "dask"


class Job:
    """Inputs, and the file that the outcomes go to."""

    def __init__(self, folder: Path, *, size: int) -> None:
        self.inputs = [f"input-{number}" for number in range(size)]
        self._folder, self._file = folder, folder / "outcomes.jsonl"
        (folder / "inputs.txt").write_text("\n".join(self.inputs))
        self.files = (str(folder / "inputs.txt"), str(self._file))

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        """The outcomes that are complete."""
        text = self._file.read_text() if self._file.exists() else ""
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]

    @property
    def repeated(self) -> set[str]:
        """The inputs that a worker had which was lost."""
        return {outcome["input"] for outcome in self.outcomes if outcome["repeated"]}

    @property
    def errors(self) -> list[str]:
        """The errors of failed inputs."""
        return [outcome["error"] for outcome in self.outcomes if outcome["error"]]

    def check(self, sandbox: Sandbox) -> None:
        """Each input has one outcome, which is its own; no file has a secret."""
        found = self.outcomes
        assert Counter(outcome["input"] for outcome in found) == Counter(self.inputs)
        assert [o for o in found if o["value"] and o["value"]["label"] != o["input"]] == []
        leaks = [file for s in secrets_of(sandbox) for file in files_with(s, self._folder)]
        assert leaks == []
