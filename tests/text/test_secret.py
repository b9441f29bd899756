"""``Secret.redact``: every spelling of a value is masked, at little cost."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from persium_ext._text.secret import REDACTED, Secret

VALUE = "p+a&s<s>w'o\"rd /\\77%é"
Write = Callable[[str], str]


def dotnet(value: str) -> str:
    """Write *value* as System.Text.Json does."""
    return "".join(c if c.isalnum() and c.isascii() else f"\\u{ord(c):04X}" for c in value)


def go(value: str) -> str:
    """Write *value* as encoding/json of Go does."""
    text = json.dumps(value, ensure_ascii=False)[1:-1]
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def percent(value: str) -> str:
    """Write each byte of *value* as an escape of a URL, in either case."""
    return "".join(f"%{b:02x}" if b % 2 else f"%{b:02X}" for b in value.encode())


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(str, id="as it is"),
        pytest.param(quote, id="a path"),
        pytest.param(quote_plus, id="a form"),
        pytest.param(lambda v: json.dumps(v)[1:-1], id="JSON"),
        pytest.param(lambda v: repr(v)[1:-1], id="Python"),
    ],
)
def test_usual_spellings_are_masked_where_they_are(write: Write) -> None:
    """The words of the server around the value stay."""
    assert Secret(VALUE).redact(f"bad {write(VALUE)} here") == f"bad {REDACTED} here"


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(dotnet, id=".NET"),
        pytest.param(go, id="Go"),
        pytest.param(html.escape, id="HTML"),
        pytest.param(lambda v: html.escape(v).replace("&#x27;", "&apos;"), id="XML"),
        pytest.param(lambda v: html.escape(html.escape(v)), id="HTML in HTML"),
        pytest.param(lambda v: html.escape(json.dumps(v)[1:-1]), id="JSON in HTML"),
        pytest.param(lambda v: json.dumps(dotnet(v))[1:-1], id="JSON in JSON"),
        pytest.param(lambda v: "".join(f"&#{ord(c):06}" for c in v), id="decimal references"),
        pytest.param(lambda v: "".join(f"&#X{ord(c):X};" for c in v), id="hexadecimal references"),
        pytest.param(lambda v: "".join(f"\\x{b:02x}" for b in v.encode()), id="bytes of Python"),
        pytest.param(percent, id="percent escapes of any case"),
        pytest.param(lambda v: quote(quote_plus(v)), id="a form in a URL"),
    ],
)
def test_text_with_another_spelling_is_masked_as_a_whole(write: Write) -> None:
    """Whatever mixture of escapes the value is written with, a text that has it is not shown."""
    assert Secret(VALUE).redact(f"bad {write(VALUE)} here") == REDACTED
    assert Secret(VALUE).redact(f"bad {write(VALUE[1:])} here") != REDACTED


@pytest.mark.parametrize("before", [0, 65_536 - 40, 65_536, 200_000])
def test_long_texts_are_searched_to_their_end(before: int) -> None:
    """A value is found wherever it begins in a text of many windows."""
    text = "x" * before + dotnet(VALUE) + "y" * 100_000

    assert Secret(VALUE).redact(text) == REDACTED


def test_long_value_in_a_long_text() -> None:
    """A value of 64 KiB, each character of which is escaped, is found as well."""
    value = "+-" * 32_768

    assert Secret(value).redact("x" * 1_000_000 + dotnet(value)) == REDACTED


@pytest.mark.parametrize(
    "text",
    ["", "100 % &nbsp; C:\\temp &#x110000; %zz \\u12 + &#99999999;", "pässword%", "p+a&amp;s"],
)
def test_other_text_stays(text: str) -> None:
    """Escapes of something else are left as they are."""
    assert Secret(VALUE).redact(text) == text


def test_value_without_ascii() -> None:
    """A value of other letters is masked where it stands, and is not found in every text."""
    assert Secret("éèéè").redact("%20 éèéè") == f"%20 {REDACTED}"
    assert Secret("éèéè").redact("%20") == "%20"
    assert Secret("éè").redact("%20 éè") == REDACTED
    assert Secret("éè").redact("%20") == "%20"


def test_masking_does_not_multiply() -> None:
    """A value that a text has very often makes no long text of masks."""
    often = "abab " * 1_000

    assert Secret("abab").redact(often) == often.replace("abab", REDACTED)
    assert Secret("abab").redact(often + "abab") == REDACTED


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("p", "POST http://127.0.0.1:9/token: Connection refused", id="one letter"),
        pytest.param("7", "HTTP 407 Proxy Authentication Required", id="a digit"),
        pytest.param("not", "nothing, knot, cannot", id="a word in other words"),
        pytest.param("p", "100 %25 http &amp; C:\\temp", id="a text with escapes"),
        pytest.param("", "no value", id="no value at all"),
    ],
)
def test_short_value_is_not_revealed(value: str, text: str) -> None:
    """Words that happen to have a very short value in them stay: a mask there would reveal it."""
    assert Secret(value).redact(text) == text


@pytest.mark.parametrize("value", ["p", "7", "not", "a-b", "-a", "p+", '"'])
@pytest.mark.parametrize(
    "write",
    [
        pytest.param("client_secret={}&scope=x".format, id="a form"),
        pytest.param("http://auth.example/{}/token".format, id="a path"),
        pytest.param("bad secret {}".format, id="the last word"),
        pytest.param(lambda v: json.dumps({"secret": v}), id="JSON"),
        pytest.param(lambda v: repr(f"first\n{v}\n"), id="a line in Python's repr"),
        pytest.param(lambda v: quote(f"client_secret={v}", safe=""), id="a form in a URL"),
        pytest.param(lambda v: html.escape(f'<b title="{v}">'), id="HTML"),
        pytest.param(dotnet, id=".NET"),
    ],
)
def test_text_with_a_short_value_is_masked_as_a_whole(value: str, write: Write) -> None:
    """A very short value that stands alone hides the text: what is left could reveal it."""
    assert Secret(value).redact(write(value)) == REDACTED
