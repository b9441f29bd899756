"""``openapi.yaml`` as a product: its files, its page, and what in it would break a client."""
