"""Bearer tokens (JWT, HS256) and the device's signature that renews one."""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

ALGORITHMS = ["HS256"]
CURVE_BYTES = 32


@dataclass(frozen=True)
class Token:
    """What a genuine token says; it may have expired."""

    id: str
    staff: str
    device: str
    issued_ms: int
    expires_ms: int


class Tokens:
    """Issues tokens and reads back genuine ones."""

    def __init__(self, key_hex: str) -> None:
        self._key = OctKey.import_key(bytes.fromhex(key_hex))

    def issue(self, staff: str, device: str, now: datetime, valid: timedelta) -> tuple[str, datetime]:
        """A new token and the instant at which it expires."""
        expires_at = now + valid
        claims = {
            "jti": secrets.token_hex(12),
            "sub": staff,
            "device": device,
            "iat": now.timestamp(),
            "exp": expires_at.timestamp(),
        }
        return jwt.encode({"alg": "HS256"}, claims, self._key), expires_at

    def read(self, text: str) -> Token | None:
        """The token, when this hub signed it; None otherwise. Expiry is for the caller to judge."""
        try:
            claims = jwt.decode(text, self._key, algorithms=ALGORITHMS).claims
            return Token(
                str(claims["jti"]),
                str(claims["sub"]),
                str(claims["device"]),
                int(float(claims["iat"]) * 1000),
                int(float(claims["exp"]) * 1000),
            )
        except (JoseError, KeyError, TypeError, ValueError):
            return None


def key_problem(public_key: Any) -> str | None:
    """Why a public JWK cannot serve as a device's key; None when it can."""
    if not isinstance(public_key, dict) or public_key.get("kty") != "EC" or public_key.get("crv") != "P-256":
        return "device_key must be the public JWK of an ECDSA key on P-256"
    if "d" in public_key:
        return "device_key must be the public key; keep the private key on the device"
    try:
        _public_key_of(public_key)
    except (ValueError, KeyError, TypeError):
        return "device_key has no point on P-256"
    return None


def only_public(public_key: dict[str, Any]) -> dict[str, Any]:
    """The members of a JWK that make the key, so that equal keys compare equal."""
    return {name: public_key[name] for name in ("kty", "crv", "x", "y")}


def is_signed_by(public_key: dict[str, Any], message: bytes, signature: str) -> bool:
    """Whether a base64url r||s signature over SHA-256 of a message was made with a device's key."""
    try:
        return is_signed_by_raw(public_key, message, _from_base64url(signature))
    except ValueError:
        return False


def is_signed_by_raw(public_key: dict[str, Any], message: bytes, raw: bytes) -> bool:
    """As `is_signed_by`, of the signature's own 64 bytes."""
    try:
        if len(raw) != 2 * CURVE_BYTES:
            return False
        r, s = int.from_bytes(raw[:CURVE_BYTES], "big"), int.from_bytes(raw[CURVE_BYTES:], "big")
        der = utils.encode_dss_signature(r, s)
        _public_key_of(public_key).verify(der, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False
    return True


def _public_key_of(public_key: dict[str, Any]) -> ec.EllipticCurvePublicKey:
    x, y = (int.from_bytes(_from_base64url(public_key[name]), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def _from_base64url(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("not base64url") from error
