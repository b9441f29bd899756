"""A secret from a vault: a file that an agent renews, or a function.

For secrets that are rotated while the program runs. File or function are read for each token
request, so a rotated secret needs no restart. Prefer the file: Kubernetes, Docker and Vault Agent
write one, and the variable CLIENT_SECRET_FILE is all you need. The function below asks HashiCorp
Vault (KV version 2). It is a function of a module, so that a client with it can be pickled.

    VAULT_ADDR=https://vault.corp.example VAULT_TOKEN=... python vault_secret.py
"""

from __future__ import annotations

import os

import httpx

from persium_ext import Persium


def secret() -> str:
    """Return the current secret; an exception of it becomes a ``SettingsError``."""
    response = httpx.get(
        f"{os.environ['VAULT_ADDR']}/v1/secret/data/persium",
        headers={"X-Vault-Token": os.environ["VAULT_TOKEN"]},
        timeout=5,
    )
    found: str = response.raise_for_status().json()["data"]["data"]["client_secret"]
    return found


def client() -> Persium:
    """Return a client that has no secret of its own."""
    return Persium(client_secret=secret)


if __name__ == "__main__":
    with client() as persium:
        print(persium.identity.get_me().label)
