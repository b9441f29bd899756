"""What the public classes are made of.

``config`` has the checked arguments of a client, and builds what sends its calls; ``front`` is what
``Persium`` and ``AsyncPersium`` share, and ``generated`` is ``persium.generated``.
"""
