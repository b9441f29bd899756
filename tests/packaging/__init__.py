"""The wheel and the sdist: what is in them, and what they do in an empty environment."""
