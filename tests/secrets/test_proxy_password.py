"""The password of a proxy: no error shows a part of it."""

from __future__ import annotations

from typing import Any

import pytest

from persium_ext import AsyncPersium, Persium, PersiumAuth, PersiumError, SettingsError
from tests.support.concurrency import Concurrency
from tests.support.wire import unused_origin

from .exposed import everything_logged, everything_of

URLS = [
    "http://user:hunter2#x@127.0.0.1:1",
    "http://user:hunter2/x@127.0.0.1:1",
    "http://user:x#hunter2@127.0.0.1:1",
    "http://user:hunter2@127.0.0.1:port",
    "foo://user:hunter2@127.0.0.1:1",
]
FAR = {"token_url": "https://auth.invalid/t", "api_base_url": "https://api.invalid"}


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("kind", [Persium, AsyncPersium, PersiumAuth])
def test_argument_that_is_wrong(kind: Any, url: str) -> None:
    """It is neither in the text nor in a local variable of a frame."""
    with pytest.raises(SettingsError, match="proxy has to") as caught:
        kind(**FAR, client_id="a", client_secret="b", proxy=url)

    assert "hunter2" not in "".join(everything_of(caught.value))


@pytest.mark.parametrize("url", [*URLS, "socks5://user:hunter2@127.0.0.1:1"])
def test_variable_that_is_wrong(
    concurrency: Concurrency, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """The same holds for a variable, which is read at the first call."""
    monkeypatch.setenv("HTTPS_PROXY", url)

    [error] = concurrency.session(**FAR).outcomes(times=1)

    assert isinstance(error, SettingsError)
    assert "hunter2" not in "".join(everything_of(error))


@pytest.mark.parametrize("by", ["argument", "variable"])
@pytest.mark.usefixtures("no_jitter")
def test_proxy_that_is_down(
    concurrency: Concurrency, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """An error and the log name the proxy without it."""
    url = unused_origin().replace("//", "//user:hunter2@")
    monkeypatch.setenv("HTTPS_PROXY", url)
    session = concurrency.session(**FAR, **({"proxy": url} if by == "argument" else {}))

    with everything_logged() as logged:
        [error] = session.outcomes(times=1)

    assert isinstance(error, PersiumError)
    assert "the proxy http://127.0.0.1:" in str(error)
    assert "hunter2" not in "".join([*everything_of(error), *logged])
