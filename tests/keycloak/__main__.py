"""`python -m tests.keycloak start|stop`: a Keycloak, and an API that takes its tokens, on a desk.

Progress goes to standard error; the settings go to standard output, for `eval`.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .distribution import CACHE, CannotRunError
from .realm import RESOURCE_SERVER
from .resource_server import ResourceServer
from .server import Keycloak, stop

NAME: Final = "desk"
NOTE: Final = CACHE / NAME / "running.json"


def main(words: Sequence[str] | None = None) -> int:
    """Do what *words* say; 1: it could not be done, and one line says why."""
    parser = argparse.ArgumentParser(prog="python -m tests.keycloak", description=__doc__)
    parser.add_argument("command", choices=["start", "stop", "api"])
    parser.add_argument("--port", type=int, default=8180, help="for HTTP")
    parser.add_argument("--https-port", type=int, default=8543, help="for HTTPS")
    chosen = parser.parse_args(words)
    try:
        if chosen.command == "start":
            _start(Keycloak(NAME, port=chosen.port, https_port=chosen.https_port))
        elif chosen.command == "stop":
            _stop()
        else:
            _serve(Keycloak(NAME, port=chosen.port, https_port=chosen.https_port))
    except CannotRunError as error:
        print(f"keycloak: {error}", file=sys.stderr)  # noqa: T201  # the answer to a person
        return 1
    return 0


def _start(keycloak: Keycloak) -> None:
    if _running():
        raise CannotRunError("it is running already: `make keycloak-stop` ends it")
    keycloak.prepare()
    keycloak.start()
    _write_note(keycloak=keycloak.pid)
    api = subprocess.Popen(
        [sys.executable, "-m", "tests.keycloak", "api", f"--port={keycloak.port}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _write_note(keycloak=keycloak.pid, api=api.pid)
    address = api.stdout.readline().strip() if api.stdout else ""
    if not address:
        _stop()
        raise CannotRunError("the API could not be started: see what it says above")
    settings = {**keycloak.settings(), "api_base_url": address}
    for name, value in settings.items():
        print(f"export {name.upper()}={shlex.quote(value)}")  # noqa: T201  # for eval
    print(f"# by HTTPS: export TOKEN_URL={keycloak.https_token_url}")  # noqa: T201  # the same
    print(f"#           export SSL_CERT_FILE={keycloak.ca_file}", flush=True)  # noqa: T201


def _serve(keycloak: Keycloak) -> None:
    """Serve the API until somebody ends this process; its address is the first line."""
    own = keycloak.settings(RESOURCE_SERVER)
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    with ResourceServer(
        issuer=keycloak.issuer,
        jwks_url=keycloak.jwks_url,
        introspection_url=keycloak.introspection_url,
        client_id=own["client_id"],
        client_secret=own["client_secret"],
    ) as api:
        print(api.api_base_url, flush=True)  # noqa: T201  # for whoever started this
        over.wait()


def _stop() -> None:
    """End what the note names, if it is still what was started; say nothing where there is none."""
    for pid in _running():
        stop(pid)
    NOTE.unlink(missing_ok=True)


def _running() -> list[int]:
    """The processes of the note that are alive, and still ours: a pid may have been given anew."""
    try:
        noted: dict[str, int] = json.loads(NOTE.read_text())
    except (OSError, ValueError):
        return []
    return [pid for pid in noted.values() if "keycloak" in _command_line(pid)]


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:
        return ""


def _write_note(**pids: int) -> None:
    scratch = NOTE.with_suffix(f".{os.getpid()}")
    scratch.write_text(json.dumps(pids))
    scratch.rename(NOTE)


if __name__ == "__main__":
    sys.exit(main())
