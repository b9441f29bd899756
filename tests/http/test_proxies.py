"""Proxies: which URLs they are for, and what an error states about them."""

from __future__ import annotations

import os
from typing import Any

import pytest

from persium_ext import ApiConnectionError, PersiumError, SettingsError, TokenEndpointUnavailable
from persium_ext._http.proxies import Proxy, bypasses, environment_proxy
from tests.support.concurrency import Concurrency
from tests.support.wire import Wire, http, unused_origin

FAR: dict[str, Any] = {"token_url": "https://auth.invalid/t", "api_base_url": "https://api.invalid"}
NO_PASSWORD = b"407 Proxy Authentication Required"


@pytest.mark.parametrize(
    ("no_proxy", "host", "covered"),
    [
        pytest.param("", "api.example", False, id="nothing"),
        pytest.param(" , ", "api.example", False, id="separators"),
        pytest.param("*", "api.example", True, id="all"),
        pytest.param("a.example, *", "10.1.2.3", True, id="all, among others"),
        pytest.param("api.example", "api.example", True, id="a name"),
        pytest.param("API.Example", "api.EXAMPLE", True, id="a name, in any mix of cases"),
        pytest.param("api.example.", "api.example", True, id="a name with a final dot"),
        pytest.param("api.example", "api.example.", True, id="a host with a final dot"),
        pytest.param("example", "api.example", True, id="a domain"),
        pytest.param(".example", "api.example", True, id="a domain with a dot"),
        pytest.param("*.example", "api.example", True, id="a domain with an asterisk"),
        pytest.param(".api.example", "api.example", True, id="a name with a dot"),
        pytest.param("pi.example", "api.example", False, id="the end of a name"),
        pytest.param("api.example", "example", False, id="a longer name"),
        pytest.param("a.example,b.example", "b.example", True, id="with commas"),
        pytest.param("a.example b.example\tc.example", "c.example", True, id="with blanks"),
        pytest.param(".", "api.example", False, id="a dot"),
        pytest.param("10.1.2.3", "10.1.2.3", True, id="an IPv4 address"),
        pytest.param("2.3", "10.1.2.3", False, id="the end of an address"),
        pytest.param("10.0.0.0/8", "10.1.2.3", True, id="an IPv4 range"),
        pytest.param("10.1.2.9/8", "10.1.2.3", True, id="an IPv4 range by any of its addresses"),
        pytest.param("11.0.0.0/8", "10.1.2.3", False, id="another IPv4 range"),
        pytest.param("10.0.0.0/64", "10.1.2.3", False, id="not a range"),
        pytest.param("10.0.0.0/8", "api.example", False, id="a range and a name"),
        pytest.param("fd07:b51a:cc66:f0::/64", "fd07:b51a:cc66:f0::1", True, id="an IPv6 range"),
        pytest.param("fd07:b51a:cc66:f0::/64", "fd07:b51a:cc66:f1::1", False, id="another one"),
        pytest.param("[fd07::]/64", "fd07::1", True, id="an IPv6 range in brackets"),
        pytest.param("[fd07::/64]", "fd07::1", True, id="an IPv6 range wholly in brackets"),
        pytest.param("::1", "[::1]", True, id="an IPv6 address"),
        pytest.param("[::1]", "::1", True, id="an IPv6 address in brackets"),
        pytest.param("0:0:0:0:0:0:0:1", "::1", True, id="an IPv6 address written out"),
        pytest.param("::/0", "10.1.2.3", False, id="all IPv6 addresses"),
        pytest.param("api.example:8443", "api.example", True, id="a name with the port"),
        pytest.param("api.example:443", "api.example", False, id="a name with another port"),
        pytest.param("example:8443", "api.example", True, id="a domain with the port"),
        pytest.param("10.1.2.3:8443", "10.1.2.3", True, id="an IPv4 address with the port"),
        pytest.param("10.1.2.3:443", "10.1.2.3", False, id="an IPv4 address with another port"),
        pytest.param("10.0.0.0/8:8443", "10.1.2.3", True, id="a range with the port"),
        pytest.param("[::1]:8443", "::1", True, id="an IPv6 address with the port"),
        pytest.param("[::1]:443", "::1", False, id="an IPv6 address with another port"),
        pytest.param("*:443", "api.example", False, id="all, with another port"),
        pytest.param("https://api.example", "api.example", False, id="a URL"),
    ],
)
def test_no_proxy(no_proxy: str, host: str, covered: bool) -> None:  # noqa: FBT001  # a column
    """``NO_PROXY`` has names, domains, addresses and ranges, here compared with port 8443."""
    assert bypasses(no_proxy, host, 8443) is covered


@pytest.mark.parametrize(
    ("variables", "url", "shown"),
    [
        pytest.param({}, "https://api.example", None, id="none"),
        pytest.param(
            {"https": "http://p:1", "http": "http://q:1", "all": "http://r:1"},
            "https://api.example",
            "http://p:1 (set by HTTPS_PROXY)",
            id="of the scheme",
        ),
        pytest.param(
            {"https": "", "all": "p:1"},
            "https://api.example",
            "http://p:1 (set by ALL_PROXY)",
            id="of all schemes, without a scheme of its own",
        ),
        pytest.param({"http": "http://p:1"}, "https://api.example", None, id="of another scheme"),
        pytest.param(
            {"all": "http://p:1", "no": "api.example:443"},
            "https://api.example",
            None,
            id="not 443",
        ),
        pytest.param(
            {"all": "http://p:1", "no": "api.example:80"}, "http://api.example", None, id="not 80"
        ),
        pytest.param({"all": "http://p:1"}, "https://[::1]:8", None, id="this machine"),
    ],
)
def test_environment_proxy(variables: dict[str, str], url: str, shown: str | None) -> None:
    """The variable of the scheme takes precedence over ``ALL_PROXY``."""
    proxy = environment_proxy(url, direct=["[::1]"], variables=variables)

    assert (str(proxy) if proxy else None) == shown


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        pytest.param("http://proxy.example", None, id="http"),
        pytest.param("HTTPS://proxy.example:3128/", None, id="https"),
        pytest.param("socks5h://[::1]:1080", None, id="socks5h"),
        pytest.param("http://dom\\user:hunter2@p.example:1", None, id="password"),
        pytest.param("http://user:hunter2%23x@p.example:1", None, id="escaped password"),
        pytest.param("foo://user:hunter2@p.example", "has to start with", id="scheme"),
        pytest.param("p.example:3128", "has to start with", id="no scheme"),
        pytest.param("http://", "has to have the form", id="no host"),
        pytest.param("", "has to have the form", id="empty"),
        pytest.param("http://user:hunter2#x@p.example:1", "%23 for #", id="# in a password"),
        pytest.param("http://user:2#x@p.example:1", "%23 for #", id="# after digits"),
        pytest.param("http://user:2/x@p.example:1", "%23 for #", id="/ after digits"),
        pytest.param("http://user:2?x@p.example:1", "%23 for #", id="? after digits"),
        pytest.param("http://user:hunter2@p.example:port", "form", id="port"),
        pytest.param("http://user:hunter2@[::1", "form", id="bracket"),
        pytest.param("http://user:hunter2\n@p.example", "form", id="control character"),
        pytest.param("http://user:hunter2\udcff@p.example", "form", id="not UTF-8"),
        pytest.param("http://user:hunter2@xn--/", "form", id="host"),
        pytest.param(3128, "has to have the form", id="a number"),
    ],
)
def test_problem(url: Any, problem: str | None) -> None:
    """A URL that is not that of a proxy is a problem, and no part of it is quoted."""
    proxy = Proxy(source="HTTPS_PROXY", url=url)
    found = proxy.problem

    assert (found is None) is (problem is None)
    assert str(problem or None) in str(found)
    assert str(found).startswith("HTTPS_PROXY has to" if problem else "None")
    assert "hunter2" not in f"{found} {proxy!r} {'' if problem else proxy}"


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "all_proxy"])
@pytest.mark.usefixtures("no_jitter")
def test_proxy_of_the_environment_is_named(
    concurrency: Concurrency, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """An error names the proxy that could not be reached, and its variable."""
    proxy = unused_origin()
    monkeypatch.setenv(variable, proxy.replace("http://", "http://user:hunter2@"))

    [error] = concurrency.session(**FAR).outcomes(times=1)

    assert isinstance(error, TokenEndpointUnavailable)
    place = f"POST https://auth.invalid/t through the proxy {proxy} (set by {variable.upper()})"
    assert f"{place}: Connection refused" in str(error)
    assert f"the proxy can't be reached: check {variable.upper()}" in str(error.hint)


@pytest.mark.usefixtures("no_jitter")
def test_proxy_of_one_endpoint(
    concurrency: Concurrency, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What bypasses the proxy is reached directly, and an error of the rest names the proxy."""
    proxy = unused_origin()
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    arguments = {**wire.settings, "api_base_url": FAR["api_base_url"]}

    [error] = concurrency.session(**arguments).outcomes(times=1)

    assert isinstance(error, ApiConnectionError)
    assert f"https://api.invalid/me through the proxy {proxy} (set by HTTPS_PROXY)" in str(error)
    assert len(wire.token_requests) == 1


@pytest.mark.usefixtures("no_jitter")
def test_variable_that_changes(
    concurrency: Concurrency, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client keeps the proxy of its first call to a server; a new client has the new one."""
    proxies = [unused_origin(), unused_origin()]
    arguments = {**wire.settings, "api_base_url": FAR["api_base_url"]}
    monkeypatch.setenv("HTTPS_PROXY", proxies[0])
    session = concurrency.session(**arguments)
    session.outcomes(times=1)

    monkeypatch.setenv("HTTPS_PROXY", proxies[1])
    errors = session.outcomes(times=1) + concurrency.session(**arguments).outcomes(times=1)

    assert [proxy in str(error) for proxy, error in zip(proxies, errors, strict=True)] == [True] * 2


def test_variable_that_is_removed_by_another_thread(
    concurrency: Concurrency, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that is listed, and gone when it is read, counts as absent."""
    decode = os.environ.decodevalue
    monkeypatch.setenv("FTP_PROXY", "first")
    monkeypatch.setenv("HTTPS_PROXY", unused_origin())

    def observed(raw: Any) -> str:
        value = decode(raw)
        if value == "first" and "HTTPS_PROXY" in os.environ:
            del os.environ["HTTPS_PROXY"]
        return value

    monkeypatch.setattr(os.environ, "decodevalue", observed)
    session = concurrency.session(**wire.settings)

    assert session.do().client_id == "me"
    assert "HTTPS_PROXY" not in os.environ


@pytest.mark.parametrize(
    ("status", "words", "requests"),
    [
        pytest.param(NO_PASSWORD, "requires a user name and a password", 1, id="407"),
        pytest.param(b"403 Forbidden", "does not allow this host", 1, id="403"),
        pytest.param(b"502 Bad Gateway", "check TOKEN_URL, and ask", 3, id="502"),
    ],
)
@pytest.mark.usefixtures("no_jitter")
def test_tunnel_that_is_refused(
    concurrency: Concurrency, wire: Wire, status: bytes, words: str, requests: int
) -> None:
    """The proxy's status decides about retries, and the hint names the proxy."""
    wire.api = http(status=status)
    session = concurrency.session(**FAR, proxy=wire.settings["api_base_url"])

    [error] = session.outcomes(times=1)

    assert isinstance(error, TokenEndpointUnavailable)
    assert f"(set by proxy): {status.decode()}" in str(error)
    assert words in str(error.hint)
    assert len(wire.api_requests) == error.attempts == requests


@pytest.mark.parametrize("at", ["token", "api"])
@pytest.mark.usefixtures("no_jitter")
def test_proxy_that_requires_a_password(concurrency: Concurrency, wire: Wire, at: str) -> None:
    """A 407 is the proxy's, also without a tunnel: neither the settings nor the API are wrong."""
    setattr(wire, at, http(b"<html>", status=NO_PASSWORD))
    session = concurrency.session(**wire.settings)

    [error] = session.outcomes(times=1)

    kinds: dict[str, type[PersiumError]]
    kinds = {"token": TokenEndpointUnavailable, "api": ApiConnectionError}
    assert isinstance(error, kinds[at])
    assert "the proxy requires a user name and a password" in str(error.hint)
    assert len(getattr(wire, f"{at}_requests")) == error.attempts == 1


@pytest.mark.parametrize("value", ["localhost,::1,fd07:b51a:cc66:f0::/64", "[::1]", "a b/c"])
def test_no_proxy_without_a_proxy(
    concurrency: Concurrency, wire: Wire, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """Whatever ``NO_PROXY`` holds, it is no reason to fail."""
    monkeypatch.setenv("NO_PROXY", value)

    assert concurrency.session(**wire.settings).do().client_id == "me"


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("HTTPS_PROXY", "foo://127.0.0.1", "HTTPS_PROXY has to start with one of http:// https://"),
        ("https_proxy", "http://user:hunter2#x@127.0.0.1:1", "HTTPS_PROXY has to have the form"),
        ("ALL_PROXY", "socks5://127.0.0.1:1", "ALL_PROXY) requires the package socksio"),
    ],
)
def test_variable_that_is_wrong(
    concurrency: Concurrency, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    """A variable whose proxy can't be used is named."""
    monkeypatch.setenv(variable, value)

    [error] = concurrency.session(**FAR).outcomes(times=1)

    assert isinstance(error, SettingsError)
    assert words in str(error)
