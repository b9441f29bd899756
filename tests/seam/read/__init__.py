"""Reading a document."""
