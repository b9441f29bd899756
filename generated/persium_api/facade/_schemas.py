"""The members of each model: names in JSON, attributes in Python, schemas."""

from __future__ import annotations

from typing import Final as _Final

from .. import models as _models
from . import _schema as _s

__all__: list[str] = []

Me: _Final[_s.Model] = _s.Model(
    _models.Me,
    lambda: (
        (
            _s.Member("client_id", "client_id", _s.TEXT, required=True),
            _s.Member("organisation_uuid", "organisation_uuid", _s.UUID, required=True),
            _s.Member("label", "label", _s.TEXT, required=True),
            _s.Member("all_organisations", "all_organisations", _s.BOOLEAN, required=True),
        ),
        _s.ANY,
    ),
    extensible=True,
)

TokenErrorResponse: _Final[_s.Model] = _s.Model(
    _models.TokenErrorResponse,
    lambda: (
        (
            _s.Member("error", "error", _s.TEXT, required=True),
            _s.Member("error_description", "error_description", _s.TEXT, required=False),
            _s.Member("error_uri", "error_uri", _s.TEXT, required=False),
        ),
        _s.ANY,
    ),
    extensible=True,
)

TokenRequest: _Final[_s.Model] = _s.Model(
    _models.TokenRequest,
    lambda: (
        (
            _s.Member(
                "grant_type", "grant_type", _s.Choice(_models.TokenRequestGrantType), required=True
            ),
            _s.Member("client_id", "client_id", _s.TEXT, required=True),
            _s.Member("client_secret", "client_secret", _s.TEXT, required=True),
            _s.Member("scope", "scope", _s.TEXT, required=False),
        ),
        _s.ANY,
    ),
)

TokenResponse: _Final[_s.Model] = _s.Model(
    _models.TokenResponse,
    lambda: (
        (
            _s.Member("access_token", "access_token", _s.TEXT, required=True),
            _s.Member("expires_in", "expires_in", _s.INTEGER, required=True),
            _s.Member("token_type", "token_type", _s.TEXT, required=True),
            _s.Member("scope", "scope", _s.TEXT, required=False),
        ),
        _s.ANY,
    ),
    extensible=True,
)

by_class: _Final[dict[type, _s.Model]] = {
    _models.Me: Me,
    _models.TokenErrorResponse: TokenErrorResponse,
    _models.TokenRequest: TokenRequest,
    _models.TokenResponse: TokenResponse,
}
"""The schema of each model."""
