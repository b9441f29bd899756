"""Settings: where they come from, and what is wrong with them."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest

from persium_ext._text.secret import Secret
from persium_ext.errors import SettingsError
from persium_ext.settings import Settings, url_problem

ENVIRON = {
    "TOKEN_URL": "https://auth.example/realms/persium/protocol/openid-connect/token",
    "API_BASE_URL": "https://api.example/v1/",
    "CLIENT_ID": "acme",
    "CLIENT_SECRET": "hush",
}


def test_plain_variables() -> None:
    """The four variables are enough; the base URL loses the slash at its end."""
    settings = Settings.resolve(ENVIRON)

    assert settings.token_url == ENVIRON["TOKEN_URL"]
    assert settings.api_base_url == "https://api.example/v1"
    assert settings.client_id == "acme"
    assert settings.secret.read() == Secret("hush")


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an argument it is ``os.environ`` that is read."""
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)

    assert Settings.resolve().client_id == "acme"


def test_precedence() -> None:
    """An argument wins over PERSIUM_X, and that over X; an empty variable is none."""
    environ = {**ENVIRON, "PERSIUM_CLIENT_ID": "prefixed", "PERSIUM_CLIENT_SECRET": ""}

    assert Settings.resolve(environ).client_id == "prefixed"
    assert Settings.resolve(environ).secret.read().reveal() == "hush"
    assert Settings.resolve(environ, client_id="argument").client_id == "argument"


def test_everything_missing_is_named_at_once() -> None:
    """One error lists the four settings, and how to give each."""
    with pytest.raises(SettingsError) as caught:
        Settings.resolve({})

    assert [problem.split()[0] for problem in caught.value.problems] == [
        "TOKEN_URL",
        "API_BASE_URL",
        "CLIENT_ID",
        "CLIENT_SECRET",
    ]
    assert "set CLIENT_ID or PERSIUM_CLIENT_ID, or pass client_id=" in str(caught.value)


@pytest.mark.parametrize(
    ("client_id", "words"),
    [
        (" acme", "control characters in it, or white space"),
        ("ac\x00me", "control characters in it, or white space"),
        ("acme\n", "a line end in it: remove it"),
        ("'acme'", "quotes around it: remove them"),
    ],
)
def test_client_id_that_was_copied(client_id: str, words: str) -> None:
    """What came along with a copied client id is named."""
    with pytest.raises(SettingsError, match=f"CLIENT_ID has {words}"):
        Settings.resolve(ENVIRON, client_id=client_id)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        pytest.param({"PERSIUM_CLIENT_ID": ""}, "PERSIUM_CLIENT_ID is set, but empty", id="empty"),
        pytest.param({"CLIENT_ID": ""}, "CLIENT_ID is set, but empty", id="without a prefix"),
        pytest.param({"CLIENTID": "x"}, "CLIENTID is set: was it meant?", id="misspelt"),
        pytest.param({"client_id": "x"}, "client_id is set: was it meant?", id="lower case"),
        pytest.param({"PERSIUM_CLIENT_IDS": "x"}, "PERSIUM_CLIENT_IDS is set", id="with a prefix"),
    ],
)
def test_variable_that_was_meant(variables: dict[str, str], words: str) -> None:
    """A missing setting names the variable that is empty or misspelt, and not its value."""
    environ = {name: value for name, value in ENVIRON.items() if name != "CLIENT_ID"}

    with pytest.raises(SettingsError) as caught:
        Settings.resolve(environ | variables)

    assert f" ({words}" in str(caught.value)


@pytest.mark.parametrize(
    "variables", [{}, {"CLIENTID": ""}, {"HOME": "x"}, {"CLIENT_SECRET_FILE": "x"}]
)
def test_no_variable_that_was_meant(variables: dict[str, str]) -> None:
    """Variables without a value, of other programs and of other settings are not named."""
    with pytest.raises(SettingsError) as caught:
        Settings.resolve(variables)

    assert "pass client_id=;" in f"{caught.value.args[0]};"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        pytest.param("https://api.example", None, id="https"),
        pytest.param("https://api.example:8443/v1", None, id="a port and a path"),
        pytest.param("http://localhost:8080", None, id="this machine by name"),
        pytest.param("http://127.0.0.1:8080", None, id="by address"),
        pytest.param("http://127.9.9.9", None, id="all of 127/8"),
        pytest.param("http://[::1]:8080", None, id="by its IPv6 address"),
        pytest.param("http://api.example", "https", id="http elsewhere"),
        pytest.param("http://127.0.0.1.evil.example", "https", id="a name like an address"),
        pytest.param("http://localhost.evil.example", "https", id="a name like localhost"),
        pytest.param("http://0.0.0.0", "https", id="any address is no loopback"),
        pytest.param("http://10.0.0.1", "https", id="a private address is no loopback"),
        pytest.param("https://user:pw@api.example", "user name", id="userinfo"),
        pytest.param("http://localhost@evil.example", "user name", id="a host in the userinfo"),
        pytest.param("https://@api.example", "user name", id="an empty userinfo"),
        pytest.param("http://localhost\\@evil.example", "characters", id="a backslash"),
        pytest.param("https://api.example/ x", "characters", id="a space"),
        pytest.param("https://api.example\r\nX: y", "a line end", id="a line end"),
        pytest.param("'https://api.example'", "quotes around it", id="quotes"),
        pytest.param("$API_BASE_URL", "is an expression", id="a variable"),
        pytest.param("https://äpi.example", "characters", id="not ASCII"),
        pytest.param("https://api.example/#top", "#fragment", id="a fragment"),
        pytest.param("https://api.example/#", "#fragment", id="an empty fragment"),
        pytest.param("https://api.example:port", "not a valid URL", id="a port that is no number"),
        pytest.param("https://[::1", "not a valid URL", id="half a bracket"),
        pytest.param("ftp://api.example", "of the form", id="another scheme"),
        pytest.param("api.example/v1", "of the form", id="no scheme"),
        pytest.param("https://a..b/t", "no valid host name: a..b", id="an empty label"),
        pytest.param(f"https://{'a' * 64}.example", "no valid host name", id="a long label"),
        pytest.param("https://%00.example", "no valid host name", id="an escape"),
        pytest.param("https://[::1].x", "valid", id="more than an address"),
        pytest.param("https://[v1.x]", "valid", id="an address of the future"),
        pytest.param("https://key_cloak.:8443", None, id="an underscore, and a dot at the end"),
        pytest.param("https://[2001:db8::1]:8443", None, id="an IPv6 address"),
        pytest.param("https:///v1", "of the form", id="no host"),
    ],
)
def test_urls(url: Any, problem: Any) -> None:
    """A URL that can't carry credentials safely is refused, and told why."""
    found = url_problem(url)

    assert found is None if problem is None else problem in (found or "")


def test_a_query_belongs_to_no_base_url() -> None:
    """TOKEN_URL is used as given, query and all; a base URL has none."""
    assert url_problem("https://auth.example/token?x=1") is None
    with pytest.raises(SettingsError, match=r"API_BASE_URL has a \?query"):
        Settings.resolve(ENVIRON, api_base_url="https://api.example?x=1")


def test_wrong_urls_are_named() -> None:
    """Both URLs are judged."""
    with pytest.raises(SettingsError) as caught:
        Settings.resolve(ENVIRON, token_url="http://a.example", api_base_url="b")

    assert [problem.split()[0] for problem in caught.value.problems] == [
        "TOKEN_URL",
        "API_BASE_URL",
    ]


@pytest.mark.parametrize("line_end", ["", "\n", "\r\n"])
def test_a_secret_file_is_read_again_each_time(tmp_path: Path, line_end: str) -> None:
    """The line end doesn't count, and a rotated secret is seen; bytes inside stay."""
    file = tmp_path / "secret"
    file.write_text(" ön e " + line_end, newline="")
    environ = {**ENVIRON, "CLIENT_SECRET": "", "CLIENT_SECRET_FILE": str(file)}

    settings = Settings.resolve(environ)
    first = settings.secret.read().reveal()
    file.write_text("two" + line_end, newline="")

    assert (first, settings.secret.read().reveal()) == (" ön e ", "two")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(None, "No such file", id="no file"),
        pytest.param(b"", "it is empty", id="empty"),
        pytest.param(b"\n", "it is empty", id="a line end"),
        pytest.param(b"\xef\xbb\xbf\r\n", "it is empty", id="a byte order mark"),
        pytest.param(b"\xff\xfe", "it is not UTF-8", id="UTF-16"),
        pytest.param(b"hush\nhush", "the secret in it has a line end", id="two lines"),
        pytest.param(b'"hush"\n', "the secret in it has quotes around it", id="quotes"),
    ],
)
def test_a_secret_file_that_holds_none(tmp_path: Path, content: bytes | None, reason: str) -> None:
    """The file is named, and what is wrong with it, already when the client is made."""
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(SettingsError, match=f"CLIENT_SECRET_FILE: can't read .*{reason}"):
        Settings.resolve({**ENVIRON, "CLIENT_SECRET": ""}, client_secret_file=file)


def test_a_secret_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    """The mark that some editors write is no part of the secret."""
    file = tmp_path / "secret"
    file.write_bytes(b"\xef\xbb\xbfhush\r\n")

    settings = Settings.resolve({**ENVIRON, "CLIENT_SECRET": ""}, client_secret_file=file)

    assert settings.secret.read().reveal() == "hush"


@pytest.mark.parametrize("source", ["argument", "variable", "function", "unpickled"])
@pytest.mark.parametrize(
    ("secret", "words"),
    [
        pytest.param("hush\n", "has a line end in it", id="line end"),
        pytest.param("hush\r\n", "has a line end in it", id="CR LF"),
        pytest.param("hush\nhush", "has a line end in it", id="two lines"),
        pytest.param("\ufeffhush", "has a byte order mark in it", id="byte order mark"),
        pytest.param('"hush"', "has quotes around it", id="quotes"),
        pytest.param("'hush'", "has quotes around it", id="single quotes"),
        pytest.param("${{ secrets.HUSH }}", "is an expression", id="GitHub"),
        pytest.param("x${{hush}}y", "is an expression", id="GitHub, amid text"),
        pytest.param("${HUSH}", "is an expression", id="shell"),
        pytest.param("$CLIENT_SECRET", "is an expression", id="shell, without braces"),
        pytest.param("%CLIENT_SECRET%", "is an expression", id="Windows"),
        pytest.param("$(cat hush)", "is an expression", id="command"),
        pytest.param("{{ hush }}", "is an expression", id="template"),
        pytest.param("hush\udcff", "has bytes that are not UTF-8", id="other bytes"),
        pytest.param("hush\x00", "has control characters in it", id="NUL"),
        pytest.param("hush\u200b", "has control characters in it", id="zero width"),
    ],
)
def test_text_that_is_no_secret(
    monkeypatch: pytest.MonkeyPatch, source: str, secret: str, words: str
) -> None:
    """What came along with a copied secret is named, wherever it came from, and not the secret."""
    arguments: dict[str, Any] = {}
    environ, pickled = {**ENVIRON, "CLIENT_SECRET": secret}, b""
    if source == "argument":
        arguments["client_secret"] = Secret(secret)
    elif source == "function":
        arguments["client_secret"] = lambda: secret
    elif source == "unpickled":
        pickled = pickle.dumps(Settings.resolve(ENVIRON))
        monkeypatch.setattr("os.environ", environ)

    with pytest.raises(SettingsError, match=words) as caught:
        (pickle.loads(pickled) if pickled else Settings.resolve(environ, **arguments)).secret.read()  # noqa: S301  # ours

    assert "client_secret" in str(caught.value).lower()
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "secret",
    [
        '"',
        "'hush",
        'hu"sh"',
        "$hush",
        "{hush}",
        "a${b",
        "a$(b)c",
        "{{",
        " hush ",
        "p@ss wörd\u00f1",
    ],
)
def test_odd_secrets(secret: str) -> None:
    """What an administrator may have typed as a secret is one."""
    settings = Settings.resolve({**ENVIRON, "CLIENT_SECRET": secret})

    assert settings.secret.read().reveal() == secret


@pytest.mark.parametrize(
    ("environ", "secret"),
    [
        ({"PERSIUM_CLIENT_SECRET_FILE": "FILE"}, "from the file"),
        ({"PERSIUM_CLIENT_SECRET": "mine", "CLIENT_SECRET_FILE": "FILE"}, "mine"),
        ({"PERSIUM_CLIENT_SECRET": "mine"}, "mine"),
        ({"PERSIUM_CLIENT_SECRET": "", "PERSIUM_CLIENT_SECRET_FILE": ""}, "hush"),
        ({"CLIENT_SECRET": "", "CLIENT_SECRET_FILE": "FILE"}, "from the file"),
    ],
)
def test_prefix_takes_precedence_for_secret_and_file(
    tmp_path: Path, environ: dict[str, str], secret: str
) -> None:
    """Variables with the prefix replace both of another program's."""
    file = tmp_path / "secret"
    file.write_text("from the file")
    paths = {name: value.replace("FILE", str(file)) for name, value in environ.items()}

    settings = Settings.resolve({**ENVIRON, **paths})

    assert settings.secret.read().reveal() == secret


@pytest.mark.parametrize("prefix", ["", "PERSIUM_"])
def test_two_sources_of_the_secret(prefix: str) -> None:
    """Nobody should have to guess which of two secrets is used."""
    with pytest.raises(SettingsError, match="remove one"):
        Settings.resolve(
            {
                **ENVIRON,
                f"{prefix}CLIENT_SECRET": "hush",
                f"{prefix}CLIENT_SECRET_FILE": "/run/secrets/x",
            }
        )


def test_an_argument_replaces_both_variables(tmp_path: Path) -> None:
    """A file that is passed wins over a secret of the environment."""
    file = tmp_path / "secret"
    file.write_text("from the file")

    settings = Settings.resolve(ENVIRON, client_secret_file=file)

    assert settings.secret.read().reveal() == "from the file"


def test_a_function_is_asked_each_time() -> None:
    """A function of the user's hands out the secret of the moment."""
    secrets = iter(["one", "two"])

    settings = Settings.resolve(ENVIRON, client_secret=lambda: next(secrets))

    assert [settings.secret.read().reveal() for _ in range(2)] == ["one", "two"]


@pytest.mark.parametrize("returned", [None, "", b"bytes", 5])
def test_a_function_that_returns_no_text(returned: Any) -> None:
    """What is no text is no secret."""
    settings = Settings.resolve(ENVIRON, client_secret=lambda: returned)

    with pytest.raises(SettingsError, match="returned no text"):
        settings.secret.read()


def test_scope_that_can_not_be_sent() -> None:
    """A scope that no request can carry is refused."""
    with pytest.raises(SettingsError, match="scope has control characters"):
        Settings.resolve(ENVIRON, scope="a\nb")


def test_a_function_that_fails() -> None:
    """Its failure is kept as the cause."""

    def broken() -> str:
        raise ConnectionError("vault is sealed")

    settings = Settings.resolve(ENVIRON, client_secret=broken)

    with pytest.raises(SettingsError, match="the function raised ConnectionError") as caught:
        settings.secret.read()
    assert isinstance(caught.value.__cause__, ConnectionError)


def test_a_secret_stays_to_itself() -> None:
    """A secret is compared by value, and neither shown, hashed nor pickled."""
    secret = Secret("hush")

    assert "hush" not in f"{secret!r} {secret!s} {Settings.resolve(ENVIRON)!r}"
    assert (secret == Secret("hush"), secret == Secret("other"), secret == "hush") == (
        True,
        False,
        False,
    )
    with pytest.raises(TypeError):
        hash(secret)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(secret)


def test_copies_hold_no_second_secret() -> None:
    """A copy of a secret, or of settings, is the object itself."""
    settings = Settings.resolve(ENVIRON)

    assert copy.deepcopy(settings) is settings
    for copied in (copy.copy, copy.deepcopy):
        secret = Secret("hush")
        assert copied(secret) is secret
