"""Runs requests-oauthlib's backend application flow, in which the application requests tokens."""

import os

import session
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error, TokenExpiredError
from requests_oauthlib import OAuth2Session

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # the suite uses plain HTTP


def connect() -> session.Get:
    """Make a session that sends the credentials in the form."""
    client = OAuth2Session(client=BackendApplicationClient(client_id=session.CLIENT_ID))

    def fetch() -> None:
        client.fetch_token(
            session.TOKEN_URL, client_secret=session.CLIENT_SECRET, include_client_id=True
        )

    def get(url: str) -> object:
        if not client.authorized:
            fetch()
        try:
            return client.get(url)
        except TokenExpiredError:
            fetch()
            return client.get(url)

    return get


session.serve(connect, token_errors=(OAuth2Error, ValueError))
