"""Clients that other generators make of ``openapi.yaml``: generated, built and run."""
