"""One API call: options, request, outcome, body, decoding."""
