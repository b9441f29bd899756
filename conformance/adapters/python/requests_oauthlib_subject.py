"""requests-oauthlib's backend application flow: a token is fetched by hand, once it has expired too."""

import os

import lines
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error, TokenExpiredError
from requests_oauthlib import OAuth2Session

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # the judge speaks plain HTTP


def connect() -> lines.Get:
    """Make a session that fetches with the credentials in the form."""
    session = OAuth2Session(client=BackendApplicationClient(client_id=lines.CLIENT_ID))

    def fetch() -> None:
        session.fetch_token(
            lines.TOKEN_URL, client_secret=lines.CLIENT_SECRET, include_client_id=True
        )

    def get(url: str) -> object:
        if not session.authorized:
            fetch()
        try:
            return session.get(url)
        except TokenExpiredError:
            fetch()
            return session.get(url)

    return get


lines.serve(connect, token_errors=(OAuth2Error,))
