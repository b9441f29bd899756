"""The rules that scenarios test: the token policy, with the text of openapi.yaml, and WIRE."""

from typing import Final

RULES: Final = {
    "TP-1": "All calls, threads, tasks and client objects of a process with the same credentials "
    "MUST share one token.",
    "TP-2": "A token MUST be reused while 30 seconds or more remain, and MUST NOT be sent with "
    "less. Its lifetime counts from when its request was sent.",
    "TP-3": "expires_in MUST be read from each response. A token that never had 30 seconds is used "
    "for the calls that were waiting for it and MUST NOT be cached; one warning SHOULD report that "
    "every call now requests a token.",
    "TP-4": "While a token request is in flight, other callers MUST wait for it; they share its "
    "result, failure included. A failure without a response (timeout, proxy, TLS, a closed client) "
    "is shared only with callers that connect in the same way.",
    "TP-5": "After a 401 from the API, the rejected token, and only that one, MUST be dropped; the "
    "call is repeated once with a new one. A late 401 MUST NOT drop a newer token.",
    "TP-6": "A second 401 for the same call is final. The error SHOULD report both challenges.",
    "TP-7": "A 400 or 401 from the token endpoint MUST NOT be retried.",
    "TP-8": "After a 429 or 503, a client that retries MUST wait for Retry-After, else back off "
    "with jitter; retries are bounded in number and in total time.",
    "TP-9": "Secret and token MUST NOT reach a URL, log, text representation of an object, error "
    "text, serialised object or file, nor another origin.",
    "TP-10": "The token is opaque. Its expiry MUST NOT be read from inside it.",
    "WIRE": "Requests and responses match openapi.yaml and RFC 6749, and a client ignores members "
    "that it does not know.",
}
