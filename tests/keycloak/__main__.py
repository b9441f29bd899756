"""`python -m tests.keycloak start|stop`: run Keycloak, and an API that accepts its tokens, locally.

Progress goes to standard error; the settings go to standard output, for `eval`.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from . import locks
from .distribution import CACHE
from .machine import CannotRunError, say
from .processes import end_group
from .realm import RESOURCE_SERVER
from .resource_server import ResourceServer
from .server import Keycloak

DESK: Final = CACHE / "desk"


def main(words: Sequence[str] | None = None) -> int:
    """Run the command in *words*; return 1 after a one-line error."""
    parser = argparse.ArgumentParser(prog="python -m tests.keycloak", description=__doc__)
    parser.add_argument("command", choices=["start", "stop", "api"])
    parser.add_argument("--port", type=int, default=8180, help="for HTTP")
    parser.add_argument("--https-port", type=int, default=8543, help="for HTTPS")
    chosen = parser.parse_args(words)
    keycloak = Keycloak(DESK.name, port=chosen.port, https_port=chosen.https_port, outlive=True)
    try:
        if chosen.command == "start":
            _start(keycloak)
        elif chosen.command == "stop":
            _stop()
        else:
            _serve(keycloak)
    except CannotRunError as error:
        say(f"keycloak: {error}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _start(keycloak: Keycloak) -> None:
    """Start Keycloak and the API, unless they are running, and print the settings."""
    settings = DESK / "settings"
    if not (locks.holder(DESK / "lock") and locks.holder(DESK / "api.lock")):
        keycloak.prepare()
        keycloak.start()
        try:
            settings.write_text(_exports(keycloak, api_base_url=_start_api(keycloak.port)))
        except BaseException:
            keycloak.stop()
            raise
    print(settings.read_text(), end="", flush=True)  # noqa: T201  # for eval


def _exports(keycloak: Keycloak, *, api_base_url: str) -> str:
    settings = {**keycloak.settings(), "api_base_url": api_base_url}
    lines = [f"export {name.upper()}={shlex.quote(value)}" for name, value in settings.items()]
    lines += [
        f"# by HTTPS: export TOKEN_URL={shlex.quote(keycloak.https_token_url)}",
        f"#           export SSL_CERT_FILE={shlex.quote(str(keycloak.ca_file))}",
    ]
    return "".join(f"{line}\n" for line in lines)


def _start_api(port: int) -> str:
    """Start the API in a separate process, and return its base URL."""
    lock = locks.take(DESK / "api.lock")
    with (DESK / "api.log").open("wb") as log:
        api = subprocess.Popen(
            [sys.executable, "-m", "tests.keycloak", "api", f"--port={port}"],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
            pass_fds=[lock],
        )
    locks.note(lock, api.pid)
    os.close(lock)
    address = api.stdout.readline().strip() if api.stdout else ""
    if not address:
        raise CannotRunError(f"the API could not be started: {DESK / 'api.log'} says why")
    return address


def _serve(keycloak: Keycloak) -> None:
    """Serve the API until this process is terminated; the first line printed is its URL."""
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
        print(api.api_base_url, flush=True)  # noqa: T201  # for the process that started this
        over.wait()


def _stop() -> None:
    """Stop the API and Keycloak, if they are running."""
    for lock in (DESK / "api.lock", DESK / "lock"):
        pid = locks.holder(lock)
        if pid == 0:
            raise CannotRunError("it is being started: wait until it runs, or interrupt that")
        if pid:
            end_group(pid, gone=partial(_free, lock))


def _free(lock: Path) -> bool:
    return locks.holder(lock) is None


if __name__ == "__main__":
    sys.exit(main())
