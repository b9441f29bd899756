"""What the client makes of every fault that the sandbox can show."""
