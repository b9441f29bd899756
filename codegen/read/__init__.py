"""Read a document: YAML or JSON, and the lookups in it that every later step needs."""
