"""Signed links by which a reporter rates a solved ticket: they open nothing else, so they may stand in a talk too."""

import hashlib
from datetime import timedelta
from typing import Final

from itsdangerous import Signer

from bot.clock import Clock

GOOD: Final = "puas"
BAD: Final = "belum"
_PURPOSE: Final = "arkas-nilai"
_LONGEST_MOMENT: Final = 12  # digits


class RatingLinks:
    """Makes tokens and addresses, and checks them."""

    def __init__(self, secret: str, clock: Clock, lifetime: timedelta, base: str = "") -> None:
        self._signer = Signer(secret, salt=_PURPOSE, key_derivation="hmac", digest_method=hashlib.sha256)
        self._clock = clock
        self._lifetime = lifetime
        self._base = base.rstrip("/")

    def path(self, number: int, *, token: str = "", vote: str = "") -> str:
        """The address without host. `token` is one that was found good: it is used on, so no link prolongs itself."""
        chosen = f"&suara={vote}" if vote else ""
        return f"/tiket/{number}/nilai?kunci={token or self._token(number)}{chosen}"

    def address(self, number: int, good: bool | None = None) -> str:
        """The whole address, with a vote chosen beforehand."""
        vote = "" if good is None else (GOOD if good else BAD)
        return self._base + self.path(number, vote=vote)

    def opens(self, number: int, token: str) -> bool:
        """Whether the token is ours, for this ticket, and still valid."""
        moment, _, signature = token.partition(".")
        readable = moment.isascii() and moment.isdigit() and len(moment) <= _LONGEST_MOMENT and signature.isascii()
        until = int(moment) if readable else 0
        genuine = self._signer.verify_signature(_signed(number, until), signature.encode("utf-8", "replace"))
        return genuine and self._clock.now().timestamp() <= until

    def _token(self, number: int) -> str:
        until = int((self._clock.now() + self._lifetime).timestamp())
        return f"{until}.{self._signer.get_signature(_signed(number, until)).decode()}"


def _signed(number: int, until: int) -> bytes:
    return f"{number}\n{until}".encode()
