"""Verification of an OpenID Connect ID token: signature, issuer, audience, lifetime and nonce.

allauth skips the signature of a token fetched over TLS; here it is always checked (OpenID Connect Core 3.1.3.7).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt

# Asymmetric only: with HS256 among them, whoever knows the public key could sign.
ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "RS384", "RS512"]
LEEWAY = 60  # seconds two clocks may differ
REQUIRED = ["iss", "sub", "aud", "exp", "iat", "nonce"]


class Refused(Exception):
    """The token is not to be believed. The text is for the log."""


def read(token: str, *, keys: Mapping[str, Any], issuer: str, client_id: str) -> dict[str, Any]:
    """The claims of a token signed by one of the provider's `keys` (its JWK set). Raises Refused."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        found = jwt.PyJWKSet.from_dict(dict(keys)).keys
        key = next((key for key in found if key.key_id == kid), found[0] if len(found) == 1 and kid is None else None)
        if key is None:
            raise Refused(f"no key {kid!r}")
        claims: dict[str, Any] = jwt.decode(
            token, key.key, ALGORITHMS, issuer=issuer, audience=client_id, leeway=LEEWAY, options={"require": REQUIRED}
        )
    except (jwt.PyJWTError, TypeError, ValueError, AttributeError, KeyError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != client_id:
        raise Refused("meant for another client (azp)")
    if not isinstance(claims["sub"], str) or not claims["sub"]:
        raise Refused("sub is not a name")
    return claims


def is_strong(claims: Mapping[str, Any], *, acr: list[str], amr: list[str]) -> bool:
    """Did the provider itself ask for a second factor, in one of the words the operator has named?"""
    methods = claims.get("amr")
    return claims.get("acr") in acr or bool(set(amr) & set(methods if isinstance(methods, list) else []))
