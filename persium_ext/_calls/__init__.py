"""One API call, from an operation to a typed value.

::

    Operation + arguments ──encode───▶ Call
                                        │  Executor
                                        ▼
            retries ─▶ once more after a 401 ─▶ connection slot, token, transport
                                        │
                 Response or TransportError
                                        │  outcome
                            ┌───────────┴──────────┐
                            ▼                      ▼
                     decode: typed value     PersiumError

``call`` builds a call and is its state, ``body`` its body. ``encode`` (with ``styles``,
``encode_body`` and ``json_values``) writes what openapi.yaml describes, ``decode`` (with
``unions`` and ``scalars``) reads it; ``errors`` and ``error_text`` describe what went wrong.
Only executors do I/O.
"""
