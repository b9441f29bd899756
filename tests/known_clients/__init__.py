"""The table of clients, and what it is made of."""
