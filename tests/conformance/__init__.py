"""The judge is sound, and what it says can be read."""
