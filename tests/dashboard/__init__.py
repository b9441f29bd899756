"""The page of the sandbox: events, advice, its server, and the page in a browser."""
