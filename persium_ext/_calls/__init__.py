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

``call`` is the state of a call, ``body`` its body; ``request`` has the options of its client too.
``encode`` (with ``parameters`` and ``json_values``) writes what openapi.yaml describes, ``decode``
(with ``unions`` and ``scalars``) reads it.
Only ``executor`` does I/O.
"""
