"""Text for people: what is safe to print, and a ``Secret``, which is not."""
