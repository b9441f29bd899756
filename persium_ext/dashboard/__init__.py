"""The sandbox as a page: what clients do, live, and where they break the token policy.

>>> from persium_ext.dashboard import Dashboard
>>> from persium_ext.sandbox import Sandbox
>>> with Sandbox() as sandbox, Dashboard(sandbox) as dashboard:
...     dashboard.url.startswith("http://127.0.0.1:")
True

From a request to the sandbox to the page::

    events      an observation of the sandbox becomes an event, without secret and token
    advice      events become advice: which rule of the token policy was broken (pure)
    timeline    keeps the events, and wakes up who waits for new ones
    dashboard   serves page, state and buttons on a port of its own
    page.*      static; draws the state
"""

from __future__ import annotations

from .dashboard import Dashboard

__all__ = ["Dashboard"]
