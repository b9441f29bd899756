"""HTTP: messages, transports, response bodies, and what exceptions mean."""
