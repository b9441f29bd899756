"""Settings, from arguments and from the environment."""
