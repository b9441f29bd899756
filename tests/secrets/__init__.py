"""Where could the secret or the token leak? A canary of each is searched for (TP-9)."""
