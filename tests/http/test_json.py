"""JSON of responses, read strictly."""

from __future__ import annotations

import pytest

from persium_ext._http.json import DuplicateMemberError, read_json_object


def test_object() -> None:
    """Numbers, nested members and text of any script are read."""
    content = '{"a": [1, 2.5, -1e300], "ü": {"a": null}}'.encode()

    assert read_json_object(content) == {"a": [1, 2.5, -1e300], "ü": {"a": None}}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"[]", "not a JSON object", id="list"),
        pytest.param(b'{"a": NaN}', "NaN is not JSON", id="not a number"),
        pytest.param(b'{"a": -Infinity}', "-Infinity is not JSON", id="infinity"),
        pytest.param(b'{"a": 1e400}', "too large", id="too large"),
        pytest.param(b'{"a": 1', "delimiter", id="cut off"),
    ],
)
def test_not_an_object(content: bytes, words: str) -> None:
    """What is not a JSON object is a ValueError that says why."""
    with pytest.raises(ValueError, match=words):
        read_json_object(content)


def test_repeated_member() -> None:
    """A repeated member is an error of its own, at any depth."""
    with pytest.raises(DuplicateMemberError):
        read_json_object(b'{"a": {"b": 1, "b": 1}}')
