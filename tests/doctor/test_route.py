"""The way to an endpoint, and each of its failures."""

from __future__ import annotations

import base64
import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from persium_ext.doctor import Check, State
from persium_ext.doctor.check import run
from persium_ext.doctor.route import Route
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Clock
from tests.support.wire import Wire, http, unused_origin

from .conftest import ServeTls, Tunnel


def checks_of(url: str) -> dict[str, Check]:
    """The checks of the way to *url*, by their names."""
    route = Route(url, "TOKEN_URL", direct=["127.0.0.1"] if "127.0.0.1" in url else [], timeout=5)
    found = {check.name.removeprefix("API: "): check for check in run(route.steps("API"))}
    route.close()
    states = {check.state for check in found.values()}
    assert route.reached is (State.FAILED not in states or found["clock"].state is State.FAILED)
    return found


def failure_of(checks: dict[str, Check], name: str) -> str:
    """The cause and the fix of the check *name*; what comes after it was not tried."""
    error = checks[name].error
    assert error is not None
    after = list(checks.values())[list(checks).index(name) + 1 :]
    assert {check.state for check in after} <= {State.NOT_TRIED}
    return f"{error.args[0]} / {error.hint} / {str(error.docs_url).rpartition('#')[2]}"


def test_way(sandbox: Sandbox) -> None:
    """A way without TLS has neither authorities nor a certificate."""
    checks = checks_of(sandbox.api_base_url)

    assert {name: check.state.value for name, check in checks.items()} == {
        "proxy": "ok",
        "authorities": "not tried",
        "DNS": "ok",
        "TCP": "ok",
        "TLS": "not tried",
        "clock": "ok",
    }
    assert sandbox.token_requests == 0


def test_tls(serve_tls: ServeTls, trusted: Path) -> None:
    """TLS has a version, and its certificate an issuer and days that are left."""
    ends = datetime.now(UTC) + timedelta(days=9.5)

    checks = checks_of(serve_tls(not_after=ends).api_base_url)

    assert checks["authorities"].detail == f"SSL_CERT_FILE={trusted}"
    assert checks["TLS"].detail.startswith("TLSv1.3, certificate of Tests Ltd, valid for 9 days (")


def test_usual_authorities(serve_tls: ServeTls, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a variable the authorities are those of certifi, which do not know this one."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    checks = checks_of(serve_tls().api_base_url)

    assert checks["authorities"].detail == "those of certifi"
    assert "signed by an authority that is not trusted here" in failure_of(checks, "TLS")


@pytest.mark.usefixtures("trusted")
def test_expired(serve_tls: ServeTls) -> None:
    """An expired certificate is named as such."""
    start, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)

    checks = checks_of(serve_tls(not_before=start, not_after=end).api_base_url)

    assert "the certificate has expired" in failure_of(checks, "TLS")


@pytest.mark.usefixtures("trusted")
def test_other_host(serve_tls: ServeTls) -> None:
    """The certificate of another host is named as such."""
    checks = checks_of(serve_tls("other.example").api_base_url)

    assert "the certificate is another host's" in failure_of(checks, "TLS")


def test_no_tls(sandbox: Sandbox) -> None:
    """A port that does not speak TLS is named as such."""
    checks = checks_of(sandbox.api_base_url.replace("http:", "https:"))

    assert "does not speak TLS on that port" in failure_of(checks, "TLS")


@pytest.mark.parametrize(
    ("alert", "words"),
    [(70, "have no version of TLS in common"), (40, "(?i)handshake.failure")],
)
def test_alert(wire: Wire, alert: int, words: str) -> None:
    """A server that ends the handshake is a failure of TLS, with the reason that it gave."""
    wire.handshake = bytes([21, 3, 3, 0, 2, 2, alert])  # RFC 8446, section 6

    checks = checks_of(wire.settings_with("https")["api_base_url"])

    assert re.search(words, failure_of(checks, "TLS"))


def test_missing_bundle(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    """A bundle that does not exist is a failure of the authorities."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/bundle.pem")

    checks = checks_of(sandbox.api_base_url.replace("http:", "https:"))

    assert "SSL_CERT_FILE or SSL_CERT_DIR: " in failure_of(checks, "authorities")


def test_no_such_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that DNS does not know has advice of its own."""

    def getaddrinfo(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", getaddrinfo)

    failure = failure_of(checks_of("https://api.invalid/v1"), "DNS")

    assert failure.startswith("api.invalid:443: Name or service not known / the host in TOKEN_URL")


def test_refused() -> None:
    """A port where nobody listens has advice of its own."""
    failure = failure_of(checks_of(unused_origin()), "TCP")

    assert (
        "Connection refused / no server listens there: check host and port in TOKEN_URL" in failure
    )


def test_name_that_no_dns_can_have() -> None:
    """A label of a host name that is too long is a failure, not a bug."""
    assert failure_of(checks_of(f"https://{'a' * 64}.example"), "DNS")


@pytest.mark.parametrize(
    ("seconds", "words"), [(3600, "3600 s ahead of"), (-3600, "3600 s behind")]
)
def test_clock(wire: Wire, clock: Clock, seconds: float, words: str) -> None:
    """A clock that differs much from the server's is a failure; the way can be used."""
    date = datetime.fromtimestamp(clock.wall - seconds, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    wire.api = http(headers=f"Date: {date}\r\n".encode())

    failure = failure_of(checks_of(wire.settings["api_base_url"]), "clock")

    assert failure.startswith(f"the clock of this machine is {words} that of the server / ")


@pytest.mark.parametrize("response", [http(), http(headers=b"Date: soon\r\n"), b"nonsense"])
def test_no_date(wire: Wire, response: bytes) -> None:
    """Without a readable Date the clock is not compared."""
    wire.api = response

    checks = checks_of(wire.settings["api_base_url"])

    assert checks["clock"].state is State.NOT_TRIED
    assert checks["clock"].detail == "the server sends no Date"


@pytest.mark.usefixtures("trusted")
def test_proxy(serve_tls: ServeTls, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy DNS and TCP are those of the proxy, and TLS is that of the endpoint."""
    port = serve_tls("api.example").api_base_url.rpartition(":")[2].partition("/")[0]
    with Tunnel(int(port)) as tunnel:
        monkeypatch.setenv("HTTPS_PROXY", tunnel.url.replace("//", "//user:pa%3Ass@"))
        checks = checks_of("https://api.example/v1")

    assert {check.state for check in checks.values()} == {State.OK}
    assert checks["proxy"].detail.endswith("(set by HTTPS_PROXY)")
    assert checks["DNS"].detail.startswith("127.0.0.1 is 127.0.0.1 (")
    assert tunnel.heads[0].startswith(b"CONNECT api.example:443 ")
    assert base64.b64encode(b"user:pa:ss") in tunnel.heads[0]
    assert "ss@" not in str([check.fields for check in checks.values()])


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (b"407 No", "requires a user name and a password"),
        (b"403 No", "does not allow this host"),
        (b"502 No", "ask who operates the proxy"),
    ],
)
def test_proxy_that_refuses(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, status: bytes, hint: str
) -> None:
    """The status of a proxy has its own advice, without the password of the proxy."""
    wire.api = http(status=status)
    monkeypatch.setenv("HTTPS_PROXY", wire.settings["api_base_url"].replace("//", "//u:s3cret@"))

    failure = failure_of(checks_of("https://api.example"), "TCP")

    assert f"Tunnel connection failed: {status.decode()}" in failure
    assert hint in failure
    assert "s3cret" not in failure


def test_proxy_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no proxy listens, the failure names the proxy."""
    monkeypatch.setenv("HTTPS_PROXY", unused_origin())

    failure = failure_of(checks_of("https://api.example"), "TCP")

    assert "through the proxy http://127.0.0.1:" in failure
    assert "Connection refused / the proxy can't be reached: check HTTPS_PROXY" in failure


def test_proxy_with_a_wrong_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """A URL that no proxy has is a failure, which does not quote it."""
    monkeypatch.setenv("HTTPS_PROXY", "ftp://s3cret.example")

    failure = failure_of(checks_of("https://api.example"), "proxy")

    assert "HTTPS_PROXY has to start with" in failure
    assert "s3cret" not in failure


def test_proxy_of_another_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way through a SOCKS proxy is left to the calls."""
    monkeypatch.setenv("HTTPS_PROXY", "socks5://proxy.example:1080")

    checks = checks_of("https://api.example")

    assert list(checks) == ["proxy", "authorities"]
    assert checks["proxy"].detail.endswith("the way through it is not checked")
