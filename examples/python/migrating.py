"""From requests, or curl in a script, to persium: before and after.

For programs that ask for tokens themselves. ``before`` is what most of them look like: a token for
each call, which the token endpoint throttles, no retry, no limit on time. ``after`` does the same
with one token for the whole process.

    curl -d grant_type=client_credentials -d client_id=$CLIENT_ID -d client_secret=$CLIENT_SECRET \
        $TOKEN_URL                              # before: the secret is in the list of processes
    curl -H "Authorization: Bearer $TOKEN" $API_BASE_URL/me
    persium me --json                           # after
"""

from __future__ import annotations

import os

import requests

from persium_ext import Persium

persium = Persium()


def before() -> str:
    """Ask for a token, then call."""
    form = {
        "grant_type": "client_credentials",
        "client_id": os.environ["CLIENT_ID"],
        "client_secret": os.environ["CLIENT_SECRET"],
    }
    token = requests.post(os.environ["TOKEN_URL"], data=form).json()["access_token"]  # noqa: S113
    headers = {"Authorization": f"Bearer {token}"}
    me = requests.get(f"{os.environ['API_BASE_URL']}/me", headers=headers)  # noqa: S113
    me.raise_for_status()
    return str(me.json()["label"])


def after() -> str:
    """Call."""
    return persium.identity.get_me().label


def between() -> str:
    """Call what has no method yet, by its path, with the same token."""
    return str(persium.request("GET", "/me").json()["label"])
