"""What changed for users."""
