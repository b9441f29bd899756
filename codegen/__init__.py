"""From ``openapi.yaml`` to ``generated/persium_api``: upstream's own output, and a typed facade."""
