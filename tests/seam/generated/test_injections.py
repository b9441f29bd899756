"""Code in any string of a document stays text: the generator's known injections."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen import __main__ as codegen

from ..conftest import GROWN, yaml
from .injections import CANARY, PAYLOADS, fuller, injected, places, verdict

DOCUMENT = fuller(yaml(GROWN))
PLACES = list(places(DOCUMENT))
RUN_ALL = f"""
import builtins, importlib, inspect, os, pkgutil, sys, typing

def pwned(*_, **__):
    os._exit(99)

builtins.{CANARY} = pwned

import persium_api
modules = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(persium_api.__path__, "persium_api.")
]
for module in modules:
    for thing in list(vars(module).values()):
        if inspect.isclass(thing) or inspect.isfunction(thing):
            try:
                typing.get_type_hints(thing, localns=vars(persium_api.models))
            except Exception:
                pass
        if inspect.isfunction(thing) and thing.__name__ == "_get_kwargs":
            given = inspect.signature(thing).parameters.values()
            try:
                thing(**{{p.name: "1" for p in given if p.default is p.empty}})
            except Exception:
                pass
"""
pytestmark = pytest.mark.usefixtures("unformatted")


@pytest.fixture(scope="module")
def unformatted() -> Any:
    """Omit ruff: it needs half of the time, and parses the output as ``ast`` does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("codegen.generate.project.POST_HOOKS", ())
        yield


def attack(folder: Path, document: object) -> bool:
    """Generate from *document*; return whether there is a package, which is harmless then."""
    spec, output = folder / "spec.json", folder / "out" / "persium_api"
    shutil.rmtree(folder / "out", ignore_errors=True)
    spec.write_text(json.dumps(document), encoding="utf-8")
    before = sorted(folder.rglob("*"))

    code = codegen.main(["--spec", str(spec), "--output", str(output)])

    made = [path for path in sorted(folder.rglob("*")) if output not in (path, *path.parents)]
    assert [path for path in made if path != output.parent] == before
    assert code in {0, 2}
    assert output.exists() == (code == 0)
    assert code == 2 or verdict(output) == []
    return code == 0


def examples(count: int) -> Callable[[Any], Any]:
    """Try so many documents, the same in each run."""
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


PAYLOAD = st.sampled_from(PAYLOADS) | st.lists(
    st.sampled_from([CANARY, f"{CANARY}()", '"', "'", '"""', "\\", "\n", "{", "}", "#", ")", "a"]),
    min_size=1,
    max_size=12,
).map("".join)


@examples(8)  # test_each_place tries all
@given(spot=st.sampled_from(PLACES), payload=PAYLOAD)
def test_words_are_never_code(
    tmp_path_factory: pytest.TempPathFactory, spot: Any, payload: str
) -> None:
    """A payload in any value or key is rejected, or is part of a string or a valid name."""
    place, key = spot

    attack(tmp_path_factory.mktemp("attack"), injected(DOCUMENT, place, payload, key=key))


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(10))
def test_each_place(tmp_path: Path, shard: int) -> None:
    """The same for every place, one by one; a part of what is made is imported and called."""
    for number, (place, key) in list(enumerate(PLACES))[shard::10]:
        payload = PAYLOADS[number % len(PAYLOADS)]
        made = attack(tmp_path, injected(DOCUMENT, place, payload, key=key))
        if made and number % 3 == 0:
            done = subprocess.run(
                [sys.executable, "-W", "error", "-c", RUN_ALL],
                env={**os.environ, "PYTHONPATH": str(tmp_path / "out")},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, (place, done.stderr)


def test_the_document_is_sound(tmp_path: Path) -> None:
    """Without a payload a package is made, so a rejection is due to the payload."""
    assert attack(tmp_path, DOCUMENT)


def test_the_judge_sees(tmp_path: Path) -> None:
    """Code, annotations and file names that an injection would leave are all found."""
    package = tmp_path / "package"
    package.mkdir()
    texts = (
        *(f"{CANARY}()", f"import {CANARY}", f"x.{CANARY}", f"f({CANARY}=1)"),
        *(f'f"{{{CANARY}}}"', f'x: "a | {CANARY}" = 1', f"def {CANARY}(): ..."),
        f"from a import b as {CANARY}",
    )
    for number, text in enumerate(texts):
        (package / f"m{number}.py").write_text(text)
    (package / "harmless.py").write_text(f'x: Literal["{CANARY}"] = "{CANARY}()"')
    (package / "no name.py").write_text("")

    assert len(verdict(package)) == 9
    assert not [complaint for complaint in verdict(package) if "harmless" in complaint]
