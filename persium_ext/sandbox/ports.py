"""The ports of a sandbox: one for each endpoint, closed while a fault keeps them closed."""

from __future__ import annotations

import math
import ssl
import threading

from .fault_spec import API, TOKEN
from .faults import Fault, Faults
from .server import Application, Server


class Ports:
    """Opens and closes the servers.

    Args:
        application: Returns the response to a request, at either port.
        faults: The faults that may close a port.
        api: Port of the API; 0 chooses a free one.
        token: Port of the token endpoint; if it is that of the API, they share it.
    """

    def __init__(self, application: Application, faults: Faults, *, api: int, token: int) -> None:
        self._application = application
        self._faults = faults
        self._numbers = {API: api, TOKEN: token}
        self.shared = api == token != 0
        self._servers: dict[tuple[str, ...], Server] = {}
        self._lock = threading.RLock()
        self._timers: list[threading.Timer] = []

    def number(self, endpoint: str) -> int:
        """Return the port of an endpoint; 0 where none was chosen yet."""
        return self._numbers[endpoint]

    def start(self, tls: ssl.SSLContext | None) -> None:
        """Listen, except where a fault keeps a port closed.

        Raises:
            OSError: A port is in use.
            RuntimeError: They are open already.
        """
        if self._servers:
            raise RuntimeError("the sandbox is running already")
        try:
            for places in [(API, TOKEN)] if self.shared else [(API,), (TOKEN,)]:
                server = Server(self._application, port=self._numbers[places[0]], tls=tls)
                self._numbers |= dict.fromkeys(places, server.server_port)
                self._servers[places] = server
        except OSError:
            self.stop()
            raise
        self.sync_ports()

    def stop(self) -> None:
        """End everything; a port that was to be opened later is opened at the next start."""
        with self._lock:
            timers, self._timers = self._timers, []
            servers, self._servers = self._servers, {}
        for timer in timers:
            timer.cancel()
            timer.function()
            timer.join()
        for server in servers.values():
            server.stop()

    def apply(self, fault: Fault) -> None:
        """Close ports as a new *fault* requires, and open them again when its time is over."""
        with self._lock:
            seconds = fault.parameters.get("seconds", math.inf) if fault.closes_port else math.inf
            if seconds < math.inf:
                timer = threading.Timer(seconds, fault.clear)
                timer.daemon = True
                timer.start()
                self._timers.append(timer)
            self.sync_ports()

    def sync_ports(self) -> None:
        """Close the ports that a fault keeps closed, and open the others."""
        with self._lock:
            for places, server in self._servers.items():
                if self._faults.close_port(*places):
                    server.close_port()
                else:
                    server.open_port()
