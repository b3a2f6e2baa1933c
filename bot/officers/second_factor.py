"""The second factor: time-based codes of an authenticator app (RFC 6238), and recovery codes for its loss."""

import hashlib
import hmac
import io
import secrets
from datetime import datetime
from typing import Final

import pyotp
import segno

ISSUER: Final = "ARKAS Bot"
_STEP: Final = 30  # seconds
_SKEW: Final = (-1, 0, 1)  # a phone's clock may be one step off
RECOVERY_CODES: Final = 10
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is read as another one


def new_secret() -> str:
    """A secret of 160 random bits, as authenticator apps take it."""
    return pyotp.random_base32()


def accepted_step(secret: str, code: str, *, now: datetime, last: int | None) -> int | None:
    """The time step that a code belongs to; None when it is wrong, too old, or not later than `last`, the one used."""
    maker, present = pyotp.TOTP(secret), int(now.timestamp()) // _STEP
    typed = "".join(code.split())
    for step in (present + skew for skew in _SKEW):
        if hmac.compare_digest(maker.generate_otp(step).encode(), typed.encode()) and (last is None or step > last):
            return step
    return None


def enrolment_address(secret: str, name: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def qr_svg(content: str) -> str:
    """A QR code as an SVG element without style attributes, black on white in every colour scheme."""
    drawn = io.BytesIO()
    code = segno.make(content, error="m", micro=False)
    code.save(drawn, kind="svg", xmldecl=False, svgns=False, omitsize=True, light="#fff", nl=False, svgclass="qr")
    return drawn.getvalue().decode()


def new_recovery_codes() -> list[str]:
    """Ten codes of 49 random bits each, to be shown once."""
    return [f"{_letters()}-{_letters()}" for _ in range(RECOVERY_CODES)]


def _letters() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(5))


def recovery_digest(code: str, key: bytes) -> str:
    """What is stored of a recovery code; keyed, so that a copied table cannot be tried out."""
    typed = "".join(code.lower().split()).replace("-", "")
    return hmac.new(key, f"recovery:{typed}".encode(), hashlib.sha256).hexdigest()
