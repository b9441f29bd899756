"""HTTP with httpx, behind plain values: the one room that another HTTP library would replace.

``Transport`` sends a ``Request`` and returns a ``Response`` or a ``TransportError``, both values of
``messages``. It masks a ``Secret`` and knows no token.
"""
