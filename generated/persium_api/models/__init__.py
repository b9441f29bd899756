"""Contains all the data models used in inputs/outputs"""

from .me import Me
from .token_error_response import TokenErrorResponse
from .token_request import TokenRequest
from .token_request_grant_type import TokenRequestGrantType
from .token_response import TokenResponse

__all__ = (
    "Me",
    "TokenErrorResponse",
    "TokenRequest",
    "TokenRequestGrantType",
    "TokenResponse",
)
