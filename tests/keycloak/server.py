"""One Keycloak on loopback: prepare it, start it, wait until it answers, stop it."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import trustme

from .distribution import CACHE, CannotRunError, unpacked
from .realm import CUSTOMER, REALM, first_secret, realm

HOST: Final = "127.0.0.1"
LEAST_MEMORY: Final = 900_000_000
LONGEST_START: Final = 300.0
ADMIN: Final = "admin"


class Keycloak:
    """A Keycloak with the realm ``persium``, in a folder of its own.

    A fresh one forgets what an earlier one in the same folder knew; a stopped one that is started
    again keeps realm, keys, secrets and ports.

    Args:
        name: Of its folder; two with one name must not run at once.
        port: For HTTP; 0 takes a free one.
        https_port: For HTTPS; 0 takes a free one.
    """

    def __init__(self, name: str, *, port: int = 0, https_port: int = 0) -> None:
        self._folder = CACHE / name
        self.port = port or _free_port()
        self._https_port = https_port or _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.secrets: dict[str, str] = {}
        self.admin_password = secrets.token_urlsafe(16)
        self.ca_file = self._folder / "ca.pem"
        self.http_url = f"http://{HOST}:{self.port}"
        self.https_url = f"https://localhost:{self._https_port}"
        self.issuer = f"{self.http_url}/realms/{REALM}"
        protocol = "protocol/openid-connect"
        self.token_url = f"{self.issuer}/{protocol}/token"
        self.https_token_url = f"{self.https_url}/realms/{REALM}/{protocol}/token"
        self.jwks_url = f"{self.issuer}/{protocol}/certs"
        self.introspection_url = f"{self.token_url}/introspect"

    def settings(self, client: str = CUSTOMER) -> dict[str, str]:
        """The arguments of a client of persium, but for the API."""
        secret = self.secrets.get(client) or first_secret(client)
        return {"token_url": self.token_url, "client_id": client, "client_secret": secret}

    def prepare(self) -> None:
        """Unpack it, and give it a fresh realm and a certificate.

        Raises:
            CannotRunError: It can't run here.
        """
        _check_machine()
        home = unpacked(self._folder)
        with self._alone():
            shutil.rmtree(home / "data" / "h2", ignore_errors=True)
        (home / "data" / "import").mkdir(parents=True, exist_ok=True)
        (home / "data" / "import" / f"{REALM}-realm.json").write_text(json.dumps(realm()))
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca_file))
        certificate = authority.issue_cert("localhost", HOST)
        certificate.private_key_pem.write_to_path(str(self._folder / "key.pem"))
        certificate.cert_chain_pems[0].write_to_path(str(self._folder / "certificate.pem"))

    def start(self) -> None:
        """Start it, and return when it answers; progress goes to standard error.

        Raises:
            CannotRunError: A port is in use, or it died.
        """
        for port in (self.port, self._https_port):
            _check_free(port)
        with self._alone() as lock, self.log_file.open("wb") as log:
            self._process = subprocess.Popen(
                self._command(),
                env={
                    **os.environ,
                    "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN,
                    "KC_BOOTSTRAP_ADMIN_PASSWORD": self.admin_password,
                    "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m",
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(lock,),  # it holds the lock for as long as it lives
            )
        self._wait_until_ready(self._process)

    def stop(self) -> None:
        """End it, and return when it is gone."""
        if self._process is not None:
            stop(self._process.pid, wait=self._process.wait)
            self._process = None

    @property
    def log_file(self) -> Path:
        """What it says."""
        return self._folder / "keycloak.log"

    @property
    def pid(self) -> int:
        """Its process, which is the java that kc.sh became."""
        if self._process is None:
            raise RuntimeError("Keycloak is not running")
        return self._process.pid

    @contextmanager
    def _alone(self) -> Generator[int]:
        """Lock the folder: two Keycloaks in one leave it broken."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise CannotRunError(
                    f"another Keycloak runs in {self._folder.name}: wait for it, or end it"
                ) from None
            yield lock.fileno()

    def _command(self) -> list[str]:
        home = unpacked(self._folder)
        return [
            str(home / "bin" / "kc.sh"),
            "start-dev",
            "--import-realm",
            "--cache=local",
            f"--hostname={self.http_url}",  # else a token asked for by HTTPS had another issuer
            f"--http-host={HOST}",
            f"--http-port={self.port}",
            f"--https-port={self._https_port}",
            f"--https-certificate-file={self._folder / 'certificate.pem'}",
            f"--https-certificate-key-file={self._folder / 'key.pem'}",
        ]

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        started = said = time.monotonic()
        while time.monotonic() - started < LONGEST_START:
            if process.poll() is not None:
                break
            if self._answers():
                _say(f"Keycloak answers after {time.monotonic() - started:.0f} s")
                return
            if time.monotonic() - said >= 5:
                said = time.monotonic()
                _say(
                    f"Keycloak is starting: {said - started:.0f} s (the first time takes a minute)"
                )
            time.sleep(0.25)
        self.stop()
        tail = self.log_file.read_text(errors="replace").strip().splitlines()[-15:]
        raise CannotRunError("Keycloak did not start; it said:\n  " + "\n  ".join(tail))

    def _answers(self) -> bool:
        try:
            answer = httpx.get(self.issuer, timeout=5, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200


def stop(pid: int, *, wait: object = None) -> None:
    """End the process group of a Keycloak that was started here: politely, then not."""
    for sign, patience in ((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0)):
        try:
            os.killpg(pid, sign)
        except ProcessLookupError:
            return
        if _gone(pid, wait, patience):
            return


def _gone(pid: int, wait: object, patience: float) -> bool:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if callable(wait):
            try:
                wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                return False
            return True
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.1)
    return False


def _check_machine() -> None:
    if shutil.which("java") is None:
        raise CannotRunError("Keycloak needs Java 17 or newer, and there is no java here")
    free = _available_memory()
    if free is not None and free < LEAST_MEMORY:
        raise CannotRunError(
            f"Keycloak needs {LEAST_MEMORY // 1_000_000} MB of memory, "
            f"and {free // 1_000_000} MB are free: end something else first"
        )


def _available_memory() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    sizes = [line.split()[1] for line in lines if line.startswith("MemAvailable")]
    return int(sizes[0]) * 1024 if sizes else None


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise CannotRunError(
                f"port {port} is in use: end what listens there, or choose another with --port"
            ) from None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201  # progress, for people
