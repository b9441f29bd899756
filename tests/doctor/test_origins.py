"""Where settings come from, what they shadow, and the shape of the secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from persium_ext._text.secret import Secret
from persium_ext.doctor import Origin, origins

SECRET = "s3cret-of-the-client"


def origin_of(name: str, environ: dict[str, str], **arguments: Any) -> Origin:
    """The origin of one setting."""
    return next(each for each in origins(arguments, environ) if each.name == name)


@pytest.mark.parametrize(
    ("arguments", "environ", "source", "shadows"),
    [
        ({}, {}, None, ()),
        ({}, {"CLIENT_ID": "a"}, "CLIENT_ID", ()),
        ({}, {"CLIENT_ID": "a", "PERSIUM_CLIENT_ID": "b"}, "PERSIUM_CLIENT_ID", ("CLIENT_ID",)),
        ({"client_id": "c"}, {"CLIENT_ID": "a"}, "client_id=", ("CLIENT_ID",)),
        ({"client_id": None}, {"CLIENT_ID": "a", "PERSIUM_CLIENT_ID": ""}, "CLIENT_ID", ()),
    ],
)
def test_source(
    arguments: dict[str, Any], environ: dict[str, str], source: str | None, shadows: Any
) -> None:
    """An argument comes before a variable with the prefix, and that before one without."""
    found = origin_of("CLIENT_ID", environ, **arguments)

    assert (found.source, found.shadows) == (source, shadows)


@pytest.mark.parametrize(
    ("names", "source", "shadows"),
    [
        (("CLIENT_SECRET_FILE",), "CLIENT_SECRET_FILE", ()),
        (
            ("CLIENT_SECRET", "PERSIUM_CLIENT_SECRET_FILE"),
            "PERSIUM_CLIENT_SECRET_FILE",
            ("CLIENT_SECRET",),
        ),
    ],
)
def test_source_of_the_secret(names: tuple[str, ...], source: str, shadows: Any) -> None:
    """Of the secret and its file, the variables with the prefix take precedence together."""
    found = origin_of("CLIENT_SECRET", dict.fromkeys(names, "/nowhere"))

    assert (found.source, found.shadows) == (source, shadows)


def test_text() -> None:
    """An origin names its source and what it takes precedence over."""
    environ = {"CLIENT_ID": "a", "PERSIUM_CLIENT_ID": "b"}

    assert str(origin_of("CLIENT_ID", environ)) == "from PERSIUM_CLIENT_ID, in place of CLIENT_ID"
    assert str(origin_of("CLIENT_ID", {})) == "missing"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("https://a.example/b", "https://a.example/b"),
        ("https://u:s3cret@a.example/b", "https://a.example/b and more, which is not shown"),
        ("https://a.example/b?key=s3cret", "https://a.example/b and more, which is not shown"),
        ("s3cret", "not a URL"),
        ("http://[s3cret", "not a URL"),
    ],
)
def test_url(value: str, shown: str) -> None:
    """A URL is shown without a user name, a password and a query."""
    assert origin_of("TOKEN_URL", {"TOKEN_URL": value}).shown == shown


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        (SECRET, "20 characters"),
        (f" {SECRET}", "21 characters, with white space at its ends"),
        ("<your secret>", "13 characters, which look like a placeholder"),
        ("changeme", "8 characters, which look like a placeholder"),
    ],
)
def test_shape_of_the_secret(secret: str, shown: str) -> None:
    """Of the secret only length and shape are shown, whatever source it has."""
    given = origin_of("CLIENT_SECRET", {}, client_secret=Secret(secret))
    variable = origin_of("CLIENT_SECRET", {"CLIENT_SECRET": secret})

    assert given.shown == variable.shown == shown
    assert secret not in f"{given!r} {given} {variable!r} {variable}"


def test_file(tmp_path: Path) -> None:
    """Of a file the path, the owner and the mode are shown; its line end does not count."""
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    file.chmod(0o640)

    shown = origin_of("CLIENT_SECRET", {"CLIENT_SECRET_FILE": str(file)}).shown

    assert shown == f"20 characters; the file {file}, owner {file.owner()}, mode 0640"


def test_owner_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container an owner may have no name: its number is shown."""

    def owner(_: Path) -> str:
        raise KeyError

    monkeypatch.setattr(Path, "owner", owner)
    file = tmp_path / "secret"
    file.write_text(SECRET, encoding="utf-8")

    shown = origin_of("CLIENT_SECRET", {"CLIENT_SECRET_FILE": str(file)}).shown

    assert f"owner {file.stat().st_uid}, " in shown


def test_file_that_is_missing() -> None:
    """A file that can't be read is named."""
    found = origin_of("CLIENT_SECRET", {}, client_secret_file="/nowhere/secret")

    assert found.shown == "0 characters; the file /nowhere/secret can't be read"
