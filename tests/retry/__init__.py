"""When a request is sent again."""
