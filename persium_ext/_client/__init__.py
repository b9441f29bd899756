"""What the public classes are made of.

``config`` has the checked arguments of a client, and builds what sends its calls; ``front`` has
what ``Persium`` and ``AsyncPersium`` share; ``generated`` is ``persium.generated``.
"""
