"""The plugin for pytest, in runs of pytest of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from persium_ext import AsyncPersium, Persium, sandbox

pytest_plugins = ["pytester"]
USED = (AsyncPersium, Persium, sandbox)  # imported here: a run removes the modules that it imports


@pytest.fixture(autouse=True)
def _settings(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\naddopts = --strict-markers -W error -p no:cacheprovider\n"
        "asyncio_default_fixture_loop_scope = function"
    )


def passes(pytester: pytest.Pytester, text: str, *words: str, **outcomes: int) -> pytest.RunResult:
    """Run a test file; all of its tests pass, if no other *outcomes* are given."""
    pytester.makepyfile(text)
    result = pytester.runpytest_inprocess(*words)
    result.assert_outcomes(**(outcomes or {"passed": text.count("def test_")}))
    return result


def test_client(pytester: pytest.Pytester) -> None:
    """The client calls the sandbox, which knows what was asked."""
    passes(
        pytester,
        """
        def test_call(persium, persium_sandbox):
            persium.identity.get_me()
            assert [each.method for each in persium_sandbox.exchanges] == ["POST", "GET"]
            assert persium_sandbox.exchanges[1].headers["authorization"] == "***"
        """,
    )


def test_environment(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that the tested program makes calls the sandbox, whatever settings there are."""
    monkeypatch.setenv("PERSIUM_API_BASE_URL", "https://production.example")
    monkeypatch.setenv("CLIENT_SECRET_FILE", "/run/secret")
    passes(
        pytester,
        """
        from persium_ext import Persium

        def test_call(persium_sandbox):
            with Persium() as persium:
                assert persium.identity.get_me().client_id == persium_sandbox.client_id
            assert persium_sandbox.token_requests == 1
        """,
    )


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_anyio(pytester: pytest.Pytester, backend: str) -> None:
    """The asynchronous client works under anyio's plugin, and leaves no connection behind."""
    passes(
        pytester,
        f"""
        import gc
        import pytest

        @pytest.fixture
        def anyio_backend():
            return {backend!r}

        @pytest.mark.anyio
        async def test_call(async_persium):
            assert await async_persium.identity.get_me() == await async_persium.identity.get_me()

        def test_nothing_is_left():
            gc.collect()
        """,
    )


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_pytest_asyncio(pytester: pytest.Pytester, mode: str) -> None:
    """The asynchronous client works under pytest-asyncio, in both of its modes."""
    passes(
        pytester,
        """
        import gc
        import pytest

        @pytest.mark.asyncio
        async def test_call(async_persium):
            assert await async_persium.identity.get_me()

        def test_nothing_is_left():
            gc.collect()
        """,
        f"--asyncio-mode={mode}",
    )


def test_fault(pytester: pytest.Pytester) -> None:
    """A marker is a fault of the sandbox; the one that stands closest to the test is applied."""
    passes(
        pytester,
        """
        import pytest
        from persium_ext import ServiceUnavailableError, TooManyRequestsError

        @pytest.mark.persium_fault("throttle", at="getMe", times=1, retry_after=0)
        def test_retried(persium, persium_sandbox):
            persium.identity.get_me()
            assert persium_sandbox.operation_requests["getMe"] == 2

        @pytest.mark.persium_fault("throttle", at="api", retry_after=999)
        class TestClosest:
            @pytest.mark.persium_fault("server-error", at="api", status=401)
            def test_call(self, persium):
                with pytest.raises(Exception, match="401"):
                    persium.identity.get_me()
        """,
    )


def test_fault_without_a_fixture(pytester: pytest.Pytester) -> None:
    """A test with a fault has the sandbox, before its own fixtures make a client."""
    passes(
        pytester,
        """
        import pytest
        from persium_ext import ApiConnectionError, Persium

        @pytest.fixture
        def client():
            with Persium() as persium:
                yield persium.with_options(deadline=5)

        @pytest.mark.persium_fault("close", at="api")
        def test_call(client):
            with pytest.raises(ApiConnectionError):
                client.identity.get_me()
        """,
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("'thorttle'", "no fault 'thorttle'; there are refuse, reset"),
        ("'throttle', at='nowhere'", "no operation 'nowhere'; there are token, api"),
        ("'throttle', wait=3", "throttle has no such parameter; there are status"),
        ("", "missing 1 required positional argument"),
    ],
)
def test_wrong_fault(pytester: pytest.Pytester, arguments: str, words: str) -> None:
    """A fault that does not exist is an error of the test, in one line."""
    result = passes(
        pytester,
        f"""
        import pytest

        @pytest.mark.persium_fault({arguments})
        def test_call(persium):
            pass
        """,
        errors=1,
    )

    result.stdout.fnmatch_lines([f"@pytest.mark.persium_fault: *{words}*"])
    assert "_pytest_plugin.py" not in result.stdout.str()


def test_suites_without_persium_load_nothing(pytester: pytest.Pytester) -> None:
    """A suite that does not use the fixtures loads no part of persium but the plugin."""
    pytester.makepyfile(
        """
        import sys

        def test_nothing():
            ours = {name for name in sys.modules if name.startswith(("persium", "httpx", "respx"))}
            assert ours == {"persium_ext", "persium_ext._pytest_plugin"}
        """
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:respx", "-p", "no:anyio"],
        capture_output=True,
        text=True,
        check=False,
        cwd=pytester.path,
    )

    assert done.returncode == 0, done.stdout


def test_marker_is_described(pytester: pytest.Pytester) -> None:
    """``pytest --markers`` describes the marker."""
    result = pytester.runpytest_inprocess("--markers")

    result.stdout.fnmatch_lines(["@pytest.mark.persium_fault(kind, at=None*"])
