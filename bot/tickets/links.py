"""Signed links by which a reporter, and nobody else, opens the whole of a ticket: one per ticket and address.

The token stands in the query, which no log of ours holds (bot/requests.py), and works for a long but finite time.
"""

import hashlib
from datetime import timedelta
from typing import Final

from itsdangerous import Signer

from bot.clock import Clock
from bot.tickets.models import Ticket

_PURPOSE: Final = "arkas-tiket-pelapor"
_NOBODY: Final = ""  # whoever asks for an absent ticket is checked against this, so that both answers take as long
_LONGEST_MOMENT: Final = 12  # digits


class TicketLinks:
    """Makes tokens and addresses, and checks them."""

    def __init__(self, secret: str, clock: Clock, lifetime: timedelta, base: str = "") -> None:
        self._signer = Signer(secret, salt=_PURPOSE, key_derivation="hmac", digest_method=hashlib.sha256)
        self._clock = clock
        self._lifetime = lifetime
        self._base = base.rstrip("/")

    def path(self, ticket: Ticket, *, like: str = "") -> str:
        """The address, without host, under which the ticket's reporter can open it for a while.

        `like` is a token that was found good; the new one ends with it, so that no link prolongs itself.
        """
        until = like.partition(".")[0] or str(int((self._clock.now() + self._lifetime).timestamp()))
        signature = self._signer.get_signature(_signed(ticket.number, ticket.email, int(until))).decode()
        return f"/tiket/{ticket.number}?kunci={until}.{signature}"

    def address(self, ticket: Ticket) -> str:
        """The whole address, as it stands in a mail."""
        return self._base + self.path(ticket)

    def opens(self, ticket: Ticket | None, number: int, token: str) -> bool:
        """Whether the token is ours, for this ticket and its reporter's address, and still valid."""
        moment, _, signature = token.partition(".")
        readable = moment.isascii() and moment.isdigit() and len(moment) <= _LONGEST_MOMENT and signature.isascii()
        until = int(moment) if readable else 0
        message = _signed(number, ticket.email if ticket else _NOBODY, until)
        genuine = self._signer.verify_signature(message, signature.encode("utf-8", "replace"))
        return genuine and ticket is not None and self._clock.now().timestamp() <= until


def _signed(number: int, email: str, until: int) -> bytes:
    return f"{number}\n{email.casefold()}\n{until}".encode()
