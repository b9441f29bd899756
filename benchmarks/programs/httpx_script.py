"""What a script without an SDK does: a token, and one call with it."""

import os

import httpx

form = {
    "grant_type": "client_credentials",
    "client_id": os.environ["CLIENT_ID"],
    "client_secret": os.environ["CLIENT_SECRET"],
}
with httpx.Client() as client:
    token = client.post(os.environ["TOKEN_URL"], data=form).raise_for_status().json()
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    me = client.get(f"{os.environ['API_BASE_URL']}/me", headers=bearer).raise_for_status().json()
print(f"{me['label']} ({me['client_id']})")
