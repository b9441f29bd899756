"""Checks around a release that no other tool does; the SDK itself needs none of them."""
