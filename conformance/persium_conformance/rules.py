"""The rules that scenarios test."""

from typing import Final

RULES: Final = {
    "TP-1": "All calls, threads, tasks and client objects of a process that have the same "
    "credentials MUST share one token.",
    "TP-2": "A token MUST be reused while 30 seconds or more of its life remain, and MUST NOT be "
    "sent with less. Its life counts from when its request was sent.",
    "TP-3": "expires_in MUST be read from each answer; 300 is not a promise. A token that never "
    "had 30 seconds serves the calls that were waiting for it and MUST NOT be kept; one warning "
    "SHOULD say that every call now costs a token.",
    "TP-4": "While a token request is in flight, other callers MUST wait for it. They share its "
    "result, failure included.",
    "TP-5": "After a 401 from the API, the refused token, and only that one, MUST be dropped; the "
    "call is repeated once with a new one. A late 401 MUST NOT throw away a newer token.",
    "TP-6": "A second 401 for the same call is final. The error SHOULD report both challenges.",
    "TP-7": "A 400 or 401 from the token endpoint MUST NOT be retried.",
    "TP-8": "After a 429 or 503, a client that retries MUST wait for Retry-After, else back off "
    "with jitter; bounded in number and in total time.",
    "TP-9": "Secret and token MUST NOT reach a URL, log, dump of an object, error text or file, "
    "nor another origin.",
    "TP-10": "The token is opaque. Its expiry MUST NOT be read from inside it.",
    "WIRE": "Requests and answers are what openapi.yaml and RFC 6749 say, and a client takes what "
    "it does not know.",
}
"""The token policy as openapi.yaml states it, and WIRE for the shape of requests and answers."""
