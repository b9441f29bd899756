"""Plain clients of a token endpoint: each request is counted."""

from __future__ import annotations

import pytest

from benchmarks.fleet.grants import main, measure
from persium_ext.sandbox import Sandbox


def test_tokens(sandbox: Sandbox) -> None:
    """Granted and refused requests are told apart, and together are all."""
    sandbox.answer("requestToken", status=503, times=1)

    found = measure(sandbox.environ, connections=2, seconds=0.2)

    assert found.refused == 1
    assert len(found.times) + 1 == sandbox.token_requests


def test_table(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each number of connections has a line, without the secret."""
    for name, value in sandbox.environ.items():
        monkeypatch.setenv(name, value)

    main(["--seconds", "0.1"])

    printed = capsys.readouterr().out
    assert [line.split()[1] for line in printed.splitlines()[4:]] == ["1", "8", "32"]
    assert sandbox.client_secret not in printed
