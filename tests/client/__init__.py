"""What the public classes are made of."""
