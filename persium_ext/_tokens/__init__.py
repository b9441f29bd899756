"""Tokens: one for each set of credentials in the process (TP-1 to TP-5).

``endpoint`` builds the token request and reads its response, ``access_token`` is a token and how
long it may be used, ``failure_backoff`` how long a failure is remembered, ``cache`` holds both for
each set of credentials. ``fetcher`` sends token requests and stores what they lead to, ``source``
gives a token to a call. Two flights are nested in it::

    call ─▶ TokenSource.token ──fresh──▶ token
                  │ none, or less than 30 s left
                  ▼
            flight of the source         its leader reads the secret
                  │
                  ▼
            flight of the CacheEntry     its leader lets the TokenFetcher ask the endpoint
                  │
                  ▼
            CacheEntry.store ──▶ every waiting call, of all sources with this secret

The outer flight belongs to one source, because each source reads its own secret, once for each
token request. The inner flight belongs to the credentials, so that all sources that read the same
secret share one request and one token.
"""
