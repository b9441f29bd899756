"""Runs tests in forked children: once as they are, to learn what each runs, then for each mutant.

The parent has loaded everything but the package and its tests; a child imports those anew, with one
module changed in memory. So a mutant costs a fork, an import and the few tests that run its lines.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final, NoReturn

import coverage
import hypothesis
import pytest
from attrs import frozen

from .mutations import Mutant

SECONDS, TIMES = 4.0, 10.0
"""A test may take so long, and that many times longer than it takes without a change."""
_OPTIONS: Final = (
    "-x",
    "-q",
    "--no-header",
    "--tb=short",
    "--assert=plain",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-k",
    "not trio",  # the code under test is the same there, and the concurrency backend is not
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",  # the parent has imported the plugins
)


@frozen(kw_only=True)
class Known:
    """What the unchanged code says.

    Attributes:
        files: Of tests, for each module.
        seconds: That each test takes.
        runs: Tests by module and line.
    """

    files: Mapping[str, Sequence[str]]
    seconds: dict[str, float]
    runs: dict[str, dict[int, list[str]]]

    def tests_for(self, mutant: Mutant) -> list[str]:
        """The tests that run its lines, else its function, else all; the quickest first."""
        by_line, files = self.runs[mutant.module], self.files[mutant.module]
        for lines in (mutant.lines, mutant.function):
            tests = {test for line in lines for test in by_line.get(line, ())}
            if tests:
                break
        else:
            tests = {test for test in self.seconds if _file(test) in files}
        return sorted(tests, key=lambda test: (self.seconds[test], test))


def learn(files: Mapping[str, Sequence[str]], folder: Path) -> Known:
    """Run the tests in *files*, by module, as they are, and see which runs what.

    Raises:
        RuntimeError: One of them fails.
    """
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "known")
        if wait(_fork(lambda: _learn(files, folder, file), quiet=False)) != "survived":
            raise RuntimeError("the tests fail without any change")
        known = json.loads(file.read_text())
    _load(known["loaded"])
    gc.collect()
    gc.freeze()  # no child has to look through what is here
    runs = {
        module: {int(line): tests for line, tests in lines.items()}
        for module, lines in known["runs"].items()
    }
    return Known(files=files, seconds=known["seconds"], runs=runs)


def try_all(
    mutants: Sequence[Mutant], known: Known, *, workers: int
) -> Generator[tuple[Mutant, str]]:
    """Yield each mutant with what became of it: killed, survived or timeout."""
    waiting, running = list(reversed(mutants)), dict[int, Mutant]()
    while waiting or running:
        while waiting and len(running) < workers:
            mutant = waiting.pop()
            running[start(mutant, known)] = mutant
        child, status = os.wait()
        if child in running:
            yield running.pop(child), _verdict(status)


def start(mutant: Mutant, known: Known, *, quiet: bool = True) -> int:
    """Fork a child that tries *mutant*; its process id."""
    tests = known.tests_for(mutant)
    limits = {test: SECONDS + TIMES * known.seconds[test] for test in tests}

    def work() -> int:
        sys.meta_path.insert(0, _Changed(mutant))
        return pytest.main([*_OPTIONS, *_files(tests)], plugins=[_Chosen(limits)])

    return _fork(work, quiet=quiet)


def wait(child: int) -> str:
    """Wait for *child*, and say what became of it."""
    return _verdict(os.waitpid(child, 0)[1])


def _verdict(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    if code == -signal.SIGALRM:
        return "timeout"
    return "killed" if code else "survived"


def _fork(work: Callable[[], int], *, quiet: bool) -> int:
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    return _in_child(work, quiet=quiet)


def _in_child(work: Callable[[], int], *, quiet: bool) -> NoReturn:
    code = 70
    try:
        if quiet:
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, 1)
            os.dup2(nothing, 2)
        # the same examples each time, and few of them
        hypothesis.settings.register_profile(
            "mutants",
            derandomize=True,
            database=None,
            deadline=None,
            max_examples=50,
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        )
        hypothesis.settings.load_profile("mutants")
        code = int(work())
    finally:
        os._exit(code)


def _learn(files: Mapping[str, Sequence[str]], folder: Path, file: Path) -> int:
    modules = {module: folder / f"{module.replace('.', '/')}.py" for module in files}
    watch = coverage.Coverage(
        data_file=None, config_file=False, include=[str(path) for path in modules.values()]
    )
    plugin = _Watched(watch)
    watch.start()
    every = list(dict.fromkeys(chain.from_iterable(files.values())))
    code = pytest.main([*_OPTIONS, *every], plugins=[plugin])
    watch.stop()
    runs: dict[str, dict[int, list[str]]] = {}
    for module, path in modules.items():
        lines = watch.get_data().contexts_by_lineno(str(path))
        runs[module] = {
            line: [test for test in tests if _file(test) in files[module]]
            for line, tests in lines.items()
        }
    loaded = [
        name for name in sys.modules if name.partition(".")[0] not in {"persium_ext", "tests"}
    ]
    file.write_text(json.dumps({"seconds": plugin.seconds, "runs": runs, "loaded": loaded}))
    return int(code)


def _load(names: Sequence[str]) -> None:
    for name in names:
        with contextlib.suppress(Exception):  # names that only look like modules
            importlib.import_module(name)


def _files(tests: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(_file(test) for test in tests))


def _file(test: str) -> str:
    return test.partition("::")[0]


class _Watched:
    """Learns what each test runs, and how long it takes."""

    def __init__(self, watch: coverage.Coverage) -> None:
        self.seconds: dict[str, float] = {}
        self._watch = watch

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._watch.switch_context(item.nodeid)
        began = time.perf_counter()
        result = yield
        self.seconds[item.nodeid] = time.perf_counter() - began
        self._watch.switch_context("")
        return result


class _Chosen:
    """Runs the tests in *limits* in their order; one that takes longer ends the process."""

    def __init__(self, limits: dict[str, float]) -> None:
        self._limits = limits

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        found = {item.nodeid: item for item in items}
        items[:] = [found[test] for test in self._limits if test in found]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        signal.setitimer(signal.ITIMER_REAL, self._limits[item.nodeid])
        result = yield
        signal.setitimer(signal.ITIMER_REAL, 0)
        return result


class _Changed(importlib.abc.MetaPathFinder):
    """Imports one module from the source of a mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != f"persium_ext.{self._mutant.module}":
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None:
            return None
        loader = _Loader(fullname, spec.origin)
        loader.source = self._mutant.source
        return importlib.util.spec_from_file_location(fullname, spec.origin, loader=loader)


class _Loader(importlib.machinery.SourceFileLoader):
    source: str

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002  # importlib hands it over
        return compile(self.source, self.path, "exec")
