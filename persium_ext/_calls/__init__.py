"""One API call, from an operation to a typed value.

::

    Operation + arguments ──request──▶ Call
                                        │  Executor
                                        ▼
            retries ─▶ once more after a 401 ─▶ connection slot, token, transport
                                        │
                 Response or TransportError
                                        │  outcome
                            ┌───────────┴──────────┐
                            ▼                      ▼
                     decode: typed value     PersiumError

``call`` is the state of a call, ``body`` its body, ``options`` the options of its client;
``type_check`` names the member of a response that has the wrong type. Only ``executor`` does I/O.
"""
