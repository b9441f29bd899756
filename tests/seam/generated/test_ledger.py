"""The API of a vendor, about as large as most: all of it is generated, proved, typed and called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codegen import __main__ as codegen

HERE = Path(__file__).parent / "ledger"
Run = Callable[..., None]


def test_ledger(
    run: Run,
    run_calls: Run,
    run_pyright: Run,
    root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is proved without a rest, called as the document says, and right in a typed program.

    One test, so that the package is generated once, whatever the number of workers.
    """
    cache = root / ".cache" / "mypy-ledger"  # kept between runs: most modules are not ours
    options = ["--strict", "--config-file=", "--cache-dir", cache, "--follow-imports=silent"]
    document, output = HERE / "openapi.yaml", tmp_path / "persium_api"

    status = codegen.main(["--spec", str(document), "--output", str(output)])

    assert (status, capsys.readouterr().err) == (0, "")
    run_calls(tmp_path, HERE / "calls.py")
    run(tmp_path, "mypy", *options, "persium_api/facade", HERE / "consumer.py", cwd=tmp_path)
    run_pyright(tmp_path, HERE / "consumer.py")
