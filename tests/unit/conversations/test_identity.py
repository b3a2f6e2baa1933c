from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.conversations.identity import Claim, Visitor, sign, verify
from bot.errors import IdentityRefused

KEY = "k" * 32
NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
LATER = int(NOW.timestamp()) + 3600
OPENSSL_SAYS = "969308fb9cf5558cd1723b0896e9ef19ae879587d41abaaa8e57ffd65bed1434"


def claim(user_id: str = "77", email: str = "rina@sdn1.sch.id", expires: int = LATER, key: str = KEY) -> Claim:
    return Claim(user_id, email, expires, sign(key, user_id, email, expires))


def test_right_signature_tells_who_it_is() -> None:
    assert verify(claim(), key=KEY, now=NOW) == Visitor("77", "rina@sdn1.sch.id")


def test_signature_is_what_the_manual_says() -> None:
    # printf '77\nrina@sdn1.sch.id\n1763704800' | openssl dgst -sha256 -hmac kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk
    assert sign(KEY, "77", "rina@sdn1.sch.id", 1763704800) == OPENSSL_SAYS


@pytest.mark.parametrize(
    "forged",
    [
        replace(claim(), email="lain@sdn1.sch.id"),
        replace(claim(), user_id="78"),
        replace(claim(), expires=LATER + 1),
        replace(claim(), signature=""),
        replace(claim(), signature="é" * 64),
        replace(claim(), signature=claim().signature.upper()),
        claim(key="x" * 32),
        claim(user_id="7\n7"),
        claim(email="bukan email"),
        claim(expires=int(NOW.timestamp())),
        claim(expires=int(NOW.timestamp()) + 2 * 86400),
    ],
)
def test_anything_else_is_refused(forged: Claim) -> None:
    with pytest.raises(IdentityRefused):
        verify(forged, key=KEY, now=NOW)


def test_without_a_key_nobody_is_believed() -> None:
    with pytest.raises(IdentityRefused):
        verify(claim(key=""), key="", now=NOW)
