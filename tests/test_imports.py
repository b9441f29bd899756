"""What is imported, and when: a process that starts often, such as the command, pays for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

import pytest

import persium_ext
from persium_ext import errors
from persium_ext.sandbox import Sandbox

SETTINGS = "token_url='https://a/t', api_base_url='https://a', client_id='c', client_secret='s'"


@pytest.mark.parametrize(
    ("program", "absent"),
    [
        ("import persium_ext", ["asyncio", "attrs", "dateutil", "httpx", "persium_api", "sniffio"]),
        (
            f"from persium_ext import Persium; Persium({SETTINGS})",
            [
                "anyio.from_thread",
                "asyncio",
                "difflib",
                "persium_ext._calls.download",
                "trio.lowlevel",
            ],
        ),
        ("import persium_ext.cli", ["attrs", "difflib", "httpx", "persium_api", "uuid", "xml"]),
        ("import persium_ext._pytest_plugin", ["attrs", "httpx", "persium_api", "ssl"]),
        ("import persium_ext.testing", ["pytest", "respx"]),
    ],
)
def test_modules_that_are_not_loaded(program: str, absent: list[str]) -> None:
    """The package loads nothing until a name is used; a client of threads needs no event loop."""
    assert loaded(program, absent) == "[]"


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("from persium_ext import Persium; Persium().identity.get_me()", id="client"),
        pytest.param("from persium_ext.cli import main; main(['me'])", id="command"),
    ],
)
def test_a_call_that_succeeds_loads_nothing_for_others(program: str, sandbox: Sandbox) -> None:
    """What only failures, dates, downloads, mocks and tasks need is not loaded."""
    absent = [
        "anyio.from_thread",
        "asyncio",
        "dateutil",
        "difflib",
        "persium_ext._calls.download",
        "persium_ext._calls.with_response",
        "persium_ext._http.asyncio_stream",
        "persium_ext.doctor",
        "persium_ext.otel",
        "persium_ext.sandbox",
        "persium_ext.testing",
        "trio.lowlevel",
    ]

    assert loaded(program, absent, sandbox.environ) == "[]"
    assert sandbox.api_requests == 1


def loaded(program: str, absent: Sequence[str], environ: Mapping[str, str] | None = None) -> str:
    """Run *program*, and return which of the modules *absent* it has loaded."""
    show = f"import sys; print([name for name in {absent} if name in sys.modules])"
    blocked = "import sys; sys.modules['trio'] = None"  # httpcore imports it where it is installed
    done = subprocess.run(
        [sys.executable, "-c", f"{blocked}\n{program}\n{show}"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **(environ or {})},
    )
    return done.stdout.splitlines()[-1]


def test_names_of_the_package() -> None:
    """Consoles, ``import *`` and ``hasattr`` know every name before it is imported."""
    space: dict[str, object] = {}
    exec("from persium_ext import *", space)  # noqa: S102  # what a console does

    assert {"Persium", "AsyncPersium", *vars(errors)["__all__"]} <= space.keys() & {
        *dir(persium_ext)
    }
    assert space["Persium"] is persium_ext.Persium
    assert persium_ext.__version__
    for missing in ("Nothing", "_nothing"):
        assert not hasattr(persium_ext, missing)
