"""Whether values have the types of annotations, as a type checker would see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal, NotRequired, TypedDict

import attrs
import pytest

from codegen.prove.annotated import type_error_in


@attrs.define
class Model:
    """A model as upstream writes it."""

    a: int
    later: list[str] | None


class Given(TypedDict):
    """A dict that stands for a model."""

    a: int
    b: NotRequired[str]


NOW = datetime.now(UTC)
WRONG: Any = [2]


@pytest.mark.parametrize(
    ("value", "annotation", "error"),
    [
        ("a", str, None),
        ("a", Any, None),
        (None, None, None),
        (None, str | None, None),
        (1, float, None),
        (True, int, "the value: expected int, seen True"),
        (True, float, "the value: expected float, seen True"),
        (1.5, int, "the value: expected int, seen 1.5"),
        (None, str | int, "the value: expected str or int, seen None"),
        (NOW.date(), date, None),
        (NOW, date, f"the value: expected date, seen {NOW!r}"),
        ("a", Literal["a", "b"], None),
        ("c", Literal["a"], "the value: expected Literal, seen 'c'"),
        (["a", 1], Sequence[str], "/1: expected str, seen 1"),
        (["a"], list, None),
        ({"a": 1}, dict, None),
        ({"a/b": "x"}, Mapping[str, int], "/a~1b: expected int, seen 'x'"),
        ({"a": "x"}, str | dict[str, int], "/a: expected int, seen 'x'"),
        (Model(1, None), Model, None),
        (Model(1, ["a"]), Model | str, None),
        (Model(1, WRONG), Model, "/later/0: expected str, seen 2"),
        ("a", Model, "the value: expected Model, seen 'a'"),
        ({"a": 1, "b": "x"}, Given, None),
        ({"a": 1, "c": 1}, Given, "/c: expected a member of Given, seen none"),
        ({"b": "x"}, Given, "/a: expected no such member in Given, seen one"),
        ({"a": "x"}, Given, "/a: expected int, seen 'x'"),
        ("a", Given, "the value: expected Given, seen 'a'"),
    ],
)
def test_type_error(value: object, annotation: Any, error: str | None) -> None:
    """The first place without a promised type is named; numbers, flags and dates are told apart."""
    assert type_error_in(value, annotation) == error
