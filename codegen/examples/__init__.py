"""Values that are valid against a schema, made from it."""
