"""One Keycloak on loopback: prepare it, start it, wait until it responds, stop it."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import time
from typing import Final

import httpx
import trustme

from . import locks
from .distribution import CACHE, VERSION, compiled, copy_to, environment, tail
from .machine import HOST, CannotRunError, check, check_port, free_port, say
from .processes import end, launch
from .realm import CUSTOMER, REALM, first_secret, realm

LONGEST_START: Final = 300.0
ADMIN: Final = "admin"


class Keycloak:
    """A Keycloak with the realm ``persium``, in its own folder.

    One that was prepared anew forgets what an earlier one in the same folder knew; a stopped one
    that is started again keeps realm, keys, secrets and ports.

    Args:
        name: Of its folder, which it has to itself from `prepare` on.
        port: For HTTP; 0 takes a free one.
        https_port: For HTTPS; 0 takes a free one.
        outlive: Whether it goes on when this process ends.
    """

    def __init__(
        self, name: str, *, port: int = 0, https_port: int = 0, outlive: bool = False
    ) -> None:
        self._folder = CACHE / name
        self._outlive = outlive
        self.port = port or free_port()
        self._https_port = https_port or free_port()
        self._lock = -1
        self._process: subprocess.Popen[bytes] | None = None
        self.secrets: dict[str, str] = {}
        self.admin_password = secrets.token_urlsafe(16)
        self.ca_file = self._folder / "ca.pem"
        self.log_file = self._folder / "keycloak.log"
        self.http_url = f"http://{HOST}:{self.port}"
        self.https_url = f"https://localhost:{self._https_port}"
        self.issuer = f"{self.http_url}/realms/{REALM}"
        protocol = "protocol/openid-connect"
        self.token_url = f"{self.issuer}/{protocol}/token"
        self.https_token_url = f"{self.https_url}/realms/{REALM}/{protocol}/token"
        self.jwks_url = f"{self.issuer}/{protocol}/certs"
        self.introspection_url = f"{self.token_url}/introspect"

    def settings(self, client: str = CUSTOMER) -> dict[str, str]:
        """Return the arguments of a client, without the API's."""
        secret = self.secrets.get(client) or first_secret(client)
        return {"token_url": self.token_url, "client_id": client, "client_secret": secret}

    def prepare(self) -> None:
        """Lock the folder, and create a Keycloak with a new realm and a certificate in it.

        Raises:
            CannotRunError: It can't run here, or another is running in that folder.
        """
        check()
        compiled()
        with locks.one_at_a_time(CACHE / "lock", waiting="waiting for another who prepares"):
            _sweep()
            self._folder.mkdir(exist_ok=True)
            self._lock = locks.take(self._folder / "lock")
        data = copy_to(self._folder) / "data" / "import"
        data.mkdir(parents=True)
        (data / f"{REALM}-realm.json").write_text(json.dumps(realm()))
        self._write_certificate()
        password = self._folder / "admin-password"
        password.touch(mode=0o600)
        password.write_text(f"{self.admin_password}\n")

    def start(self) -> None:
        """Start it, and return when it responds; progress goes to standard error.

        Raises:
            CannotRunError: A port is in use, or it died.
        """
        for port in (self.port, self._https_port):
            check_port(port)
        process = self._process = self._launch()
        locks.note(self._lock, process.pid)
        try:
            self._wait_until_ready(process)
        except BaseException:
            self._process = None
            end(process)
            raise

    def stop(self) -> None:
        """End it, and return when it is gone.

        Raises:
            CannotRunError: It had died before.
        """
        if self._process is None:
            return
        process, self._process = self._process, None
        died = process.poll() is not None
        end(process)
        if died:
            raise CannotRunError(f"Keycloak ended by itself; it said:{tail(self.log_file)}")

    @property
    def pid(self) -> int:
        """The first process of its group, kc.sh or java."""
        if self._process is None:
            raise RuntimeError("Keycloak is not running")
        return self._process.pid

    def _launch(self) -> subprocess.Popen[bytes]:
        return launch(
            self._command(),
            env={
                **environment(),
                "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN,
                "KC_BOOTSTRAP_ADMIN_PASSWORD": self.admin_password,
            },
            log=self.log_file,
            lock=self._lock,
            outlive=self._outlive,
        )

    def _command(self) -> list[str]:
        return [
            str(self._folder / f"keycloak-{VERSION}" / "bin" / "kc.sh"),
            "start",
            "--optimized",
            "--import-realm",
            "--cache=local",
            f"--hostname={self.http_url}",  # else a token asked for by HTTPS had another issuer
            "--http-enabled=true",
            f"--http-host={HOST}",
            f"--http-port={self.port}",
            f"--https-port={self._https_port}",
            f"--https-certificate-file={self._folder / 'certificate.pem'}",
            f"--https-certificate-key-file={self._folder / 'key.pem'}",
        ]

    def _write_certificate(self) -> None:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca_file))
        certificate = authority.issue_cert("localhost")  # tests reach another host by HOST
        certificate.private_key_pem.write_to_path(str(self._folder / "key.pem"))
        certificate.cert_chain_pems[0].write_to_path(str(self._folder / "certificate.pem"))

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        started = said = time.monotonic()
        while process.poll() is None and time.monotonic() - started < LONGEST_START:
            if self._answers():
                say(f"Keycloak answers after {time.monotonic() - started:.0f} s")
                return
            if time.monotonic() - said >= 5:
                said = time.monotonic()
                say(f"Keycloak is starting: {said - started:.0f} s (it may take a minute)")
            time.sleep(0.25)
        raise CannotRunError(f"Keycloak did not start; it said:{tail(self.log_file)}")

    def _answers(self) -> bool:
        try:
            answer = httpx.get(self.issuer, timeout=5, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200


def _sweep() -> None:
    """Remove the folders of test runs that have ended."""
    for lock in CACHE.glob("test-*/lock"):
        if locks.holder(lock) is None:
            shutil.rmtree(lock.parent)
