"""The table of options is what the signature and the docstring of ``Persium`` say."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest

from persium_ext import Persium, RetryPolicy, SettingsError
from website.options import rows, shown, table

ROWS = [[cell.strip() for cell in line.split(" | ")] for line in table(Persium).splitlines()[2:]]
PARAMETERS = inspect.signature(Persium).parameters


def test_every_argument_has_a_row() -> None:
    """The names are those of the signature, in its order."""
    assert [row[0].strip("`| ") for row in ROWS] == list(PARAMETERS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("`| "))
def test_default_is_that_of_the_signature(row: list[str]) -> None:
    """What stands in the column is the default, as Python code."""
    shown = eval(row[1].strip("`"), {"RetryPolicy": RetryPolicy})  # noqa: S307  # our own table

    assert shown == PARAMETERS[row[0].strip("`| ")].default


def test_variables_are_those_of_the_settings() -> None:
    """Every variable that a missing setting names is in the table."""
    with pytest.raises(SettingsError) as caught:
        Persium()

    named = {problem.split()[0] for problem in caught.value.problems}
    assert named <= {name for row in ROWS for name in row[3].replace("`", "").split(", ")}
    assert named


def _limited(*, wait: float = 2.5, size: int = 1_000, name: str | None = None) -> None:
    """Limit something.

    Args:
        wait: Seconds to wait, at most
            ten (``WAIT_TIME`` or ``WAIT``).
        size: Bytes of it.
        name: Its name.

    Raises:
        ValueError: Something is wrong.
    """


def test_row_has_unit_and_variable() -> None:
    """The first word of a description is the unit, and what looks like a variable is one."""
    assert list(rows(_limited)) == [
        (
            "`wait`",
            "`2.5`",
            "seconds",
            "`WAIT_TIME`",
            "Seconds to wait, at most ten (`WAIT_TIME` or `WAIT`).",
        ),
        ("`size`", "`1_000`", "bytes", "", "Bytes of it."),
        ("`name`", "`None`", "", "", "Its name."),
    ]


def test_default_is_short() -> None:
    """A value with the defaults of its class is shown without them; another one with them."""
    assert shown(RetryPolicy()) == "RetryPolicy()"
    assert shown(RetryPolicy(attempts=1)).startswith("RetryPolicy(attempts=1, ")


def _silent(*, wait: float = 1.0) -> None: ...


@pytest.mark.parametrize("function", [_silent])
def test_argument_without_description_is_an_error(function: Callable[..., object]) -> None:
    """An argument that the docstring leaves out stops the build."""
    with pytest.raises(KeyError, match="wait"):
        table(function)
