"""`python -m tests.mutants`: is there a test for everything that the token policy's code says?

Each small change of that code has to make a test fail. `accepted.txt` names those that can't, each
with its reason: one that survives and is not there fails the run, as one does that is there and is
killed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from .accepted import FILE, accepted, complaint
from .mutations import Mutant, mutants_of
from .trial import Known, learn, start, try_all, wait

LEAST: Final = 0.95
_SOURCE_TESTS: Final = [
    "tokens/test_token_policy",
    "tokens/test_spread_refresh",
    "tokens/test_leaders",
    "tokens/test_routes",
    "runtime/test_single_flight",
    "races/test_cancellation",
]
_AUTH_TESTS: Final = [
    "test_auth",
    "test_hooks",
    "tokens/test_spread_refresh",
    "test_pickles",
    "secrets/test_auth",
]
TESTS: Final = {
    "_tokens.endpoint": ["tokens/test_endpoint"],
    "_tokens.token_failure": ["tokens/test_endpoint"],
    "_tokens.hints": ["tokens/test_endpoint"],
    "_tokens.access_token": ["tokens/test_access_token", "tokens/test_cache"],
    "_tokens.failure_backoff": ["tokens/test_access_token", "tokens/test_cache"],
    "_retry.policy": ["retry/test_policy"],
    "_retry.retry_after": ["retry/test_policy"],
    "_tokens.fetcher": ["tokens/test_fetcher", "tokens/test_log", "test_hooks", *_SOURCE_TESTS],
    "_tokens.source": _SOURCE_TESTS,
    "_http.authenticated": _AUTH_TESTS,
    "auth": _AUTH_TESTS,
}
"""The tests of each module; who changes it may rely on them alone."""
HOUSE: Final = Path(__file__).parents[2]


def main(words: Sequence[str] | None = None) -> int:
    """Try all mutants, or those whose names have all *words* in them; 1: not all is well."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("words", nargs="*", help="only mutants with these words in their names")
    parser.add_argument("--module", action="append", choices=TESTS, help="only this one's")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--show", action="store_true", help="what the tests say of each")
    parser.add_argument("--list", action="store_true", help="what became of each")
    chosen = parser.parse_args(words)
    modules = chosen.module or list(TESTS)
    mutants = [m for m in mutants_in(modules) if all(word in m.name for word in chosen.words)]
    files = {module: [f"tests/{test}.py" for test in tests] for module, tests in TESTS.items()}
    known = learn({module: files[module] for module in modules}, HOUSE / "persium_ext")
    if chosen.show:
        return _show(mutants, known)
    listed = accepted(FILE.read_text())
    if chosen.words or chosen.module:
        listed &= {mutant.name for mutant in mutants}
    began = time.monotonic()
    verdicts: dict[Mutant, str] = {}
    for mutant, verdict in try_all(mutants, known, workers=chosen.workers):
        verdicts[mutant] = verdict
        if chosen.list:
            _say(f"{verdict:9}{mutant.name}")
    surprises = [m for m, verdict in verdicts.items() if complaint(m.name, verdict, listed)]
    verdicts.update(try_all(surprises, known, workers=1))  # a busy machine is no verdict
    _say(f"{len(mutants)} mutants in {time.monotonic() - began:.0f} s")
    enough = _table(verdicts)
    by_name: dict[str, str | None] = dict.fromkeys(listed)
    by_name |= {mutant.name: verdict for mutant, verdict in verdicts.items()}
    wrong = [complaint(name, verdict, listed) for name, verdict in sorted(by_name.items())]
    said = [words for words in wrong if words]
    _say(*said)
    return 0 if enough and not said else 1


def mutants_in(modules: Iterable[str]) -> list[Mutant]:
    """Each mutant of *modules*."""
    folder = HOUSE / "persium_ext"
    return [
        mutant
        for name in modules
        for mutant in mutants_of(name, folder / f"{name.replace('.', '/')}.py")
    ]


def _table(verdicts: Mapping[Mutant, str]) -> bool:
    enough = True
    _say(f"{'module':26}{'mutants':>8}{'killed':>8}{'survived':>9}{'timeout':>8}{'score':>8}")
    for module in TESTS:
        count = Counter(verdict for mutant, verdict in verdicts.items() if mutant.module == module)
        if not count:
            continue
        score = 1 - count["survived"] / count.total()
        enough = enough and score >= LEAST
        _say(
            f"{module:26}{count.total():8}{count['killed']:8}{count['survived']:9}"
            f"{count['timeout']:8}{score:8.1%}"
        )
    return enough


def _show(mutants: Sequence[Mutant], known: Known) -> int:
    for mutant in mutants:
        _say("=" * 80, mutant.name)
        _say(wait(start(mutant, known, quiet=False)))
    return 0


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
