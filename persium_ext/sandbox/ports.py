"""The ports of a sandbox: one for each endpoint, closed while a fault says so."""

from __future__ import annotations

import math
import ssl
import threading

from .fault_spec import Stage
from .faults import API, TOKEN, Fault, Faults
from .messages import Meeting
from .server import Application, Server


class Ports:
    """Opens and closes what listens.

    Args:
        application: Answers requests, at either port.
        faults: Which may close a port, or spoil a connection.
        api: Port of the API; 0 takes a free one.
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
        """The port of an endpoint; 0 where none was chosen yet."""
        return self._numbers[endpoint]

    def start(self, tls: ssl.SSLContext | None) -> None:
        """Listen, but where a fault keeps a port closed.

        Raises:
            OSError: A port is taken.
            RuntimeError: They are open already.
        """
        if self._servers:
            raise RuntimeError("the sandbox is running already")
        try:
            for places in [(API, TOKEN)] if self.shared else [(API,), (TOKEN,)]:
                self._servers[places] = self._server(places, tls)
        except OSError:
            self.stop()
            raise
        self.settle()

    def stop(self) -> None:
        """End everything; a port that was to be opened later is opened at the next start."""
        with self._lock:
            timers, self._timers = self._timers, []
            servers, self._servers = self._servers, {}
        for timer in timers:
            timer.cancel()
            timer.function()
            timer.join()
        endings = [threading.Thread(target=server.stop) for server in servers.values()]
        for ending in endings:
            ending.start()
        for ending in endings:
            ending.join()

    def strike(self, fault: Fault) -> None:
        """Let a new *fault* have its way with ports and connections."""
        with self._lock:
            for places, server in self._servers.items():
                if fault.fits(Stage.CONNECTION, places):
                    server.hang_up()
            if fault.seconds < math.inf:
                timer = threading.Timer(fault.seconds, fault.clear)
                timer.daemon = True
                timer.start()
                self._timers.append(timer)
            self.settle()

    def settle(self) -> None:
        """Close the ports that a fault wants closed, open the others."""
        with self._lock:
            for places, server in self._servers.items():
                if self._faults.hold(Stage.PORT, *places):
                    server.close_port()
                else:
                    server.open_port()

    def _server(self, places: tuple[str, ...], tls: ssl.SSLContext | None) -> Server:
        def greet() -> Meeting | None:
            fault = self._faults.strike(Stage.CONNECTION, *places)
            return None if fault is None else fault.meet()

        server = Server(self._application, port=self._numbers[places[0]], tls=tls, greet=greet)
        self._numbers |= dict.fromkeys(places, server.server_port)
        return server
