"""``persium explain``: the Troubleshooting page at the command line."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

import persium_ext
from persium_ext import errors

from .conftest import Run

PAGE = Path(__file__).parents[2] / "docs" / "troubleshooting.md"


def test_names(run: Run) -> None:
    """Without a name each section is listed with its heading."""
    ran = run("explain")

    assert ran.code == 0
    assert len(ran.out.splitlines()) == PAGE.read_text(encoding="utf-8").count("<a id=")
    assert "token-refused               The token endpoint refuses the credentials\n" in ran.out


@pytest.mark.parametrize(
    "name", ["api-401", "UnauthorizedError", f"{persium_ext.TROUBLESHOOTING}#api-401"]
)
def test_section(run: Run, name: str) -> None:
    """A section is found by its name, by the class of an error and by the address in its text."""
    ran = run("explain", name)

    assert ran.code == 0
    assert ran.out.startswith("The API rejects a new token\n===========================\n")
    assert "The API responds with an error" not in ran.out


def test_section_is_plain_text(run: Run) -> None:
    """Rows of a table are items, and a link to another section is the command that prints it."""
    out = run("explain", "token-endpoint-unavailable").out

    assert "Connection refused`\n    No server listens on the port (persium explain conn" in out
    assert "|" not in out


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("token-refussed", "did you mean token-refused?", id="misspelt"),
        pytest.param("TokenRefuse", "did you mean token-refused?", id="like a class"),
        pytest.param("weather", "there are settings, token-refused", id="unknown"),
    ],
)
def test_no_such_section(run: Run, name: str, hint: str) -> None:
    """A name that is nearly right gets a suggestion, another one the list."""
    ran = run("explain", name)

    assert ran.code == 2
    assert ran.err.startswith(f"persium: no such section\nhint: {hint}")


BASES = {errors.PersiumError, errors.TokenError}
KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind not in BASES]


@pytest.mark.parametrize("kind", KINDS)
def test_each_class_is_explained(run: Run, kind: type) -> None:
    """Whatever was raised, its class leads to a section."""
    assert run("explain", kind.__name__).code == 0


def test_class_that_the_page_leaves_out(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A status that a later document adds is explained as the others are."""
    monkeypatch.setattr(errors, "GoneError", type("GoneError", (errors.ApiStatusError,), {}), False)

    assert run("explain", "GoneError").out.startswith("The API responds with an error\n")


def test_page_of_the_package(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package has its own copy of the page."""
    page = '<a id="settings"></a>\n## Installed\n\nSee [the guide](guide.md).\n'
    (tmp_path / "troubleshooting.md").write_text(page)
    monkeypatch.setattr(resources, "files", lambda _: tmp_path)

    out = run("explain", "settings").out

    assert out.startswith("Installed\n=========\n")
    assert "the guide (https://" in out
    assert "/guide)" in out
