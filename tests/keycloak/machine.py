"""Requirements of Keycloak on this machine."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
OLDEST_JAVA: Final = 17
LEAST_MEMORY: Final = 900_000_000


class CannotRunError(Exception):
    """Keycloak can't run on this machine; the first line has the reason and what to do."""


def check() -> None:
    """Check that Java is installed and that there is enough memory.

    Raises:
        CannotRunError: There are not.
    """
    _check_java()
    free = _available_memory()
    if free is not None and free < LEAST_MEMORY:
        raise CannotRunError(
            f"Keycloak needs {LEAST_MEMORY // 1_000_000} MB of memory, "
            f"and {free // 1_000_000} MB are free: end something else first"
        )


def check_port(port: int) -> None:
    """Check that the port is free.

    Raises:
        CannotRunError: Somebody does.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise CannotRunError(
                f"port {port} is in use: end what listens there, "
                "or choose others with --port and --https-port"
            ) from None


def free_port() -> int:
    """Return a port that is free at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def say(words: str) -> None:
    """Report progress on standard error."""
    print(words, file=sys.stderr, flush=True)  # noqa: T201  # progress, for people


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")  # kc.sh looks there first
    java = shutil.which("java", path=str(Path(home, "bin")) if home else None)
    if java is None:
        place = " in JAVA_HOME" if home else ""
        raise CannotRunError(f"Keycloak needs Java 17 or newer, and there is no java here{place}")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version and int(version[1]) < OLDEST_JAVA:
        raise CannotRunError(
            f"Keycloak needs Java 17 or newer, and java is {version[1]}: "
            "install a newer one, and let JAVA_HOME name it"
        )


def _available_memory() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    sizes = [line.split()[1] for line in lines if line.startswith("MemAvailable")]
    return int(sizes[0]) * 1024 if sizes else None
