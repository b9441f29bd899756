"""The commands: each takes the parsed arguments, and prints what it found."""

from __future__ import annotations

import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from shlex import quote
from typing import TYPE_CHECKING

from ._faults import add_fault
from ._output import as_json, as_table, flush, write
from ._parser import UsageError

if TYPE_CHECKING:
    from persium_ext.client import Persium
    from persium_ext.sandbox import Sandbox


def me(args: Namespace) -> None:
    """Show who is calling."""
    with _client(args) as persium:
        _print(persium.identity.get_me().to_dict(), args)


def token(args: Namespace) -> None:
    """Show the facts of an access token; the token itself only when asked to."""
    with _client(args) as persium:
        found = persium.access_token()
    facts: dict[str, object] = {
        "token_type": found.token_type,
        "scope": found.scope,
        "expires_in": int(found.expires_in),
        "expires_at": found.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if args.show_token:
        facts["access_token"] = found.reveal()
    _print(facts, args)


def sandbox(args: Namespace) -> None:
    """Serve until Ctrl-C or SIGTERM; print the settings as lines for a shell."""
    from persium_ext.sandbox import Sandbox  # noqa: PLC0415  # keeps the other commands quick

    served = Sandbox(port=args.port, token_port=args.token_port)
    served.token_life = args.token_life
    for words in args.fault:
        add_fault(served, words)
    with _until_stopped() as stopped:
        try:
            served.start()
        except OSError as error:
            raise UsageError(f"can't listen on port {args.port}: {error.strerror}") from error
        try:
            _announce(served)
            while not stopped.wait(0.2):  # not for ever: on Windows that would hold back Ctrl-C
                pass
        finally:
            served.stop()


def _announce(served: Sandbox) -> None:
    for name, value in served.environ.items():
        write(sys.stdout, f"export {name}={quote(value)}")
    flush(sys.stdout)
    write(sys.stderr, f"persium: the API is served at {served.api_base_url} until Ctrl-C")


@contextmanager
def _until_stopped() -> Generator[threading.Event]:
    """Hand out an event that Ctrl-C and SIGTERM set."""
    stopped = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _client(args: Namespace) -> Generator[Persium]:
    """Make the client that the arguments ask for, and with ``--sandbox`` what it talks to."""
    from persium_ext.client import Persium  # noqa: PLC0415  # keeps the start quick

    if args.sandbox:
        from persium_ext.sandbox import Sandbox  # noqa: PLC0415  # the same

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
        ) as persium:
            yield persium


@contextmanager
def _environment_ignored() -> Generator[None]:
    """Take away the variables that would lead a call of loopback astray: proxies, authorities."""
    taken = {
        name: os.environ.pop(name)
        for name in list(os.environ)
        if name.lower().endswith("_proxy") or name in {"SSL_CERT_FILE", "SSL_CERT_DIR"}
    }
    try:
        yield
    finally:
        os.environ.update(taken)


def _print(fields: Mapping[str, object], args: Namespace) -> None:
    write(sys.stdout, as_json(fields) if args.json else as_table(fields))
