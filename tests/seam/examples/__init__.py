"""Values made from a schema."""
