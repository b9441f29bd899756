"""What people get who install persium."""

from __future__ import annotations

import json
import sys
import tomllib
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from .conftest import ROOT, Environment, empty_environment, run

pytestmark = pytest.mark.slow
CONSUMER = ROOT / "tests" / "typing" / "consumer.py"


def names(wheel: Path) -> set[str]:
    """Everything in *wheel*."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_wheel_holds_both_packages_and_the_document(wheel: Path) -> None:
    """The wheel is typed, carries the document twice and the licence, and has one command."""
    found = names(wheel)

    assert {
        "persium_ext/py.typed",
        "persium_api/py.typed",
        "persium_api/openapi.yaml",
        "persium_api/openapi.json",
    } <= found
    info = next(name.split("/")[0] for name in found if name.endswith("/METADATA"))
    assert f"{info}/licenses/LICENSE" in found
    with zipfile.ZipFile(wheel) as archive:
        commands = archive.read(f"{info}/entry_points.txt").decode()
        document = archive.read("persium_api/openapi.yaml")
    assert "persium = persium_ext.cli:main" in commands
    assert "[pytest11]\npersium = persium_ext._pytest_plugin" in commands
    assert document == (ROOT / "openapi.yaml").read_bytes()


def test_wheel_holds_nothing_else(wheel: Path) -> None:
    """Tests, codegen and tools stay at home."""
    paths = [PurePosixPath(name) for name in names(wheel)]

    tops = {path.parts[0] for path in paths if not path.parts[0].endswith(".dist-info")}
    kinds = {path.suffix for path in paths if not path.parts[0].endswith(".dist-info")}
    assert tops == {"persium_ext", "persium_api"}
    code, data = {".py", ".typed", ".bash", ".zsh"}, {".yaml", ".json", ".md"}
    assert kinds == code | data | {".html", ".css", ".js"}


def test_every_module_is_in_the_wheel(wheel: Path) -> None:
    """No module of the two packages is left behind."""
    modules = [
        path.relative_to(folder).as_posix()
        for folder, package in ((ROOT, "persium_ext"), (ROOT / "generated", "persium_api"))
        for path in (folder / package).rglob("*.py")
    ]

    assert set(modules) <= names(wheel)


def test_sdist_has_no_tests_or_tools(unpacked: Path) -> None:
    """The sdist is what the wheel is built from, and no more."""
    assert {path.name for path in unpacked.iterdir()} == {
        ".gitignore",
        "CHANGELOG.md",
        "LICENSE",
        "PKG-INFO",
        "README.md",
        "SECURITY.md",
        "docs",
        "generated",
        "openapi.yaml",
        "persium_ext",
        "pyproject.toml",
    }


def test_installed_set_is_consistent(environment: Environment) -> None:
    """The locked versions satisfy what the wheel asks for."""
    environment.pip("check")


def test_installed_command_makes_a_call(environment: Environment) -> None:
    """``persium me --sandbox`` shows who is calling, without any setting."""
    assert "Acme Corp" in environment.run("persium", "me", "--sandbox")


def test_installed_command_speaks_json(environment: Environment) -> None:
    """``--json`` is for machines."""
    answer = json.loads(environment.run("persium", "me", "--sandbox", "--json"))

    assert answer["label"].startswith("Acme Corp")


def test_installed_command_prints_the_document(environment: Environment) -> None:
    """``persium spec`` has the document and its variant, without a YAML parser."""
    for variant, words in (("openapi", ()), ("openapi_without_token", ("--without-token",))):
        packaged = ROOT / "generated" / "persium_api" / f"{variant}.yaml"

        assert environment.run("persium", "spec", *words) == packaged.read_text("utf-8")


def test_installed_command_explains(environment: Environment) -> None:
    """``persium explain`` has the page that errors refer to."""
    assert "TokenRefused" in environment.run("persium", "explain", "token-refused")


def test_installed_packages_import_on_their_own(environment: Environment) -> None:
    """Nothing is imported that only the development environment has.

    ``otel`` is an extra, and the plugin of pytest is imported by pytest.
    """
    program = (
        "import importlib, pkgutil, persium_api, persium_ext\n"
        "for package in (persium_api, persium_ext):\n"
        "    for found in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        if not found.name.endswith(('__main__', '_pytest_plugin', '.otel')):\n"
        "            importlib.import_module(found.name)\n"
    )

    environment.run("python", "-W", "error", "-c", program)


def test_oldest_dependencies(wheel: Path, tmp_path: Path) -> None:
    """Threads and tasks make calls with the oldest dependencies that the wheel allows."""
    program = (
        "import asyncio\n"
        "from persium_ext import AsyncPersium, Persium\n"
        "from persium_ext.sandbox import Sandbox\n"
        "async def call():\n"
        "    async with AsyncPersium(**settings, share_token=False) as persium:\n"
        "        return await persium.identity.get_me()\n"
        "with Sandbox() as sandbox:\n"
        "    names = 'token_url', 'api_base_url', 'client_id', 'client_secret'\n"
        "    settings = {name: getattr(sandbox, name) for name in names}\n"
        "    assert Persium(**settings).identity.get_me() == asyncio.run(call())\n"
    )
    allowed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    environment = empty_environment(tmp_path)
    environment.pip("install", "--resolution", "lowest-direct", wheel, *allowed)

    environment.run("python", "-c", program)


def test_no_call_searches_for_a_missing_module(environment: Environment) -> None:
    """A search of all of ``sys.path`` costs more than anything else in a call, and is repeated."""
    program = (
        "import asyncio, sys\n"
        "from persium_ext import AsyncPersium, Persium\n"
        "from persium_ext.sandbox import Sandbox\n"
        "missing = []\n"
        "class Recorder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        missing.append(name)\n"
        "async def calls():\n"
        "    async with AsyncPersium(**settings) as persium:\n"
        "        await persium.identity.get_me()\n"
        "        sys.meta_path.append(Recorder())\n"
        "        await persium.identity.get_me()\n"
        "with Sandbox() as sandbox:\n"
        "    names = 'token_url', 'api_base_url', 'client_id', 'client_secret'\n"
        "    settings = {name: getattr(sandbox, name) for name in names}\n"
        "    asyncio.run(calls())\n"
        "    with Persium(**settings) as persium:\n"
        "        persium.identity.get_me()\n"
        "print(missing)\n"
    )

    assert environment.run("python", "-c", program) == "[]\n"


def test_mypy_knows_the_types(environment: Environment, tmp_path: Path) -> None:
    """``organisation_uuid`` is a ``UUID`` to ``mypy --strict``, and so on."""
    (tmp_path / "consumer.py").write_bytes(CONSUMER.read_bytes())
    python = environment.bin / "python"

    run(
        *(sys.executable, "-m", "mypy", "--strict", "--python-executable", python),
        "consumer.py",
        cwd=tmp_path,
    )


def test_pyright_knows_the_types(environment: Environment, tmp_path: Path) -> None:
    """The same to pyright in strict mode."""
    (tmp_path / "consumer.py").write_bytes(CONSUMER.read_bytes())
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    python = environment.bin / "python"

    run(sys.executable, "-m", "pyright", "--pythonpath", python, cwd=tmp_path)
