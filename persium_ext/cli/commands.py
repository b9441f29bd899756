"""The commands: each takes the parsed arguments, and prints its result."""

from __future__ import annotations

import os
import signal
import sys
from argparse import Namespace
from collections.abc import Generator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from shlex import quote
from threading import Event, Thread
from typing import TYPE_CHECKING

from .faults import add_fault
from .output import as_json, as_table, flush, write, write_bytes
from .report import UsageError

if TYPE_CHECKING:
    from persium_ext.client import Persium
    from persium_ext.sandbox import Sandbox


def token(args: Namespace) -> None:
    """Print the properties of an access token; the token itself only with ``--show-token``."""
    with client(args) as persium:
        token = persium.access_token()
    fields: dict[str, object] = {
        "token_type": token.token_type,
        "scope": token.scope,
        "expires_in": int(token.expires_in),
        "expires_at": token.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if args.show_token:
        fields["access_token"] = token.reveal()
    print_fields(fields, args)


def sandbox(args: Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM, or until a program ends; return its exit code.

    Without a program, the settings are printed as lines for a shell.
    """
    from persium_ext.sandbox import Sandbox  # noqa: PLC0415  # the other commands start faster without it

    served = Sandbox(port=args.port, token_port=args.token_port)
    served.token_life = args.token_life
    for words in args.fault:
        add_fault(served, words)
    if args.program:
        from .program import run  # noqa: PLC0415  # the other commands start faster without it

        with _listening(served, args), _page(served, args):
            return run(args.program, served.environ)
    with _until_stopped() as stopped, _listening(served, args), _page(served, args):
        _announce(served)
        while not stopped.wait(0.2):  # an endless wait would block Ctrl-C on Windows
            pass
    return 0


@contextmanager
def _listening(served: Sandbox, args: Namespace) -> Generator[None]:
    try:
        served.start()
    except OSError as error:
        raise UsageError(f"can't listen on port {args.port}: {error.strerror}") from error
    try:
        yield
    finally:
        served.stop()


def spec(args: Namespace) -> None:
    """Print the OpenAPI document, byte for byte as it is packaged."""
    from importlib import resources  # noqa: PLC0415  # keeps the other commands quick

    variant = "openapi_without_token" if args.without_token else "openapi"
    document = resources.files("persium_api") / f"{variant}.{args.format}"
    write_bytes(sys.stdout, document.read_bytes())


def completion(args: Namespace) -> None:
    """Print the script that completes this command line in a shell, made by ``make completion``."""
    from importlib import resources  # noqa: PLC0415  # keeps the other commands quick

    script = resources.files("persium_ext.cli") / "completions" / f"persium.{args.shell}"
    write_bytes(sys.stdout, script.read_bytes())


def _announce(served: Sandbox) -> None:
    for name, value in served.environ.items():
        write(sys.stdout, f"export {name}={quote(value)}")
    flush(sys.stdout)
    write(sys.stderr, f"persium: the API is served at {served.api_base_url} until Ctrl-C")


@contextmanager
def _page(served: Sandbox, args: Namespace) -> Generator[None]:
    """Serve the page of ``--ui``, and print its address."""
    if not args.ui:
        yield
        return
    from persium_ext.dashboard import Dashboard  # noqa: PLC0415  # needed with --ui only

    try:
        dashboard = Dashboard(served, port=args.ui_port)
    except OSError as error:
        raise UsageError(f"can't listen on port {args.ui_port}: {error.strerror}") from error
    with dashboard:
        write(sys.stderr, f"persium: the page is at {dashboard.url}")
        yield


@contextmanager
def _until_stopped() -> Generator[Event]:
    """Yield an event that Ctrl-C and SIGTERM set."""
    stopped = Event()

    def stop(_number: int, _frame: object) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def client(args: Namespace) -> Generator[Persium]:
    """Build the client that the arguments describe, and with ``--sandbox`` its server."""
    with nullcontext() if args.sandbox else _certificates_read_meanwhile():
        from persium_ext.client import Persium  # noqa: PLC0415  # --help starts faster without it

    if args.sandbox:
        from persium_ext.sandbox import Sandbox  # noqa: PLC0415  # the other commands start faster without it

        with (
            _environment_ignored(),
            Sandbox() as sandbox,
            Persium(
                token_url=sandbox.token_url,
                api_base_url=sandbox.api_base_url,
                client_id=sandbox.client_id,
                client_secret=sandbox.client_secret,
                timeout=args.timeout,
                deadline=args.deadline,
                share_token=False,
            ) as persium,
        ):
            yield persium
    else:
        with Persium(
            token_url=args.token_url,
            api_base_url=args.api_base_url,
            client_id=args.client_id,
            client_secret_file=args.client_secret_file,
            timeout=args.timeout,
            deadline=args.deadline,
            share_token=False,  # no attempt of --wait-for gets the failure of the one before
        ) as persium:
            yield persium


@contextmanager
def _certificates_read_meanwhile() -> Generator[None]:
    """Read the certificates of the authorities in a thread: it needs no lock of the interpreter."""
    from persium_ext._http.tls import tls_context  # noqa: PLC0415  # the same
    from persium_ext.errors import SettingsError  # noqa: PLC0415  # the same

    def read() -> None:
        with suppress(SettingsError):  # the call reports it
            tls_context(verify=True)

    reader = Thread(target=read)
    reader.start()
    yield
    reader.join()


@contextmanager
def _environment_ignored() -> Generator[None]:
    """Remove the variables that would redirect calls of loopback: proxies, authorities."""
    removed = {
        name: os.environ.pop(name)
        for name in list(os.environ)
        if name.lower().endswith("_proxy") or name in {"SSL_CERT_FILE", "SSL_CERT_DIR"}
    }
    try:
        yield
    finally:
        os.environ.update(removed)


def print_fields(fields: Mapping[str, object], args: Namespace) -> None:
    """Print a result: a table, with ``--json`` one object."""
    write(sys.stdout, as_json(fields) if args.json else as_table(fields))
