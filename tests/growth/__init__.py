"""The proof that a grown ``openapi.yaml`` needs nothing but ``make generate``.

``python -m tests.growth`` makes a copy of the checkout, adds ``additions.yaml`` to the copy's
``openapi.yaml``, generates, and runs ``make test`` there.
"""
