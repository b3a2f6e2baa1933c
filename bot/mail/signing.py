"""The signs by which an answer finds its ticket: a reply address, Message-IDs and a marker that nobody can make up.

itsdangerous signs in base64, which mixes cases; some servers fold the local part of an address to lower case, and it
may hold 64 characters only (RFC 5321, 4.5.3.1.1). So the signature here is base32: 16 letters, 80 bits of HMAC-SHA256.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from typing import Final

_NUMBER: Final = r"([1-9][0-9]{0,17})"
_SIGNATURE: Final = r"([a-z2-7]{16})"
_TOKEN: Final = re.compile(rf"\bt{_NUMBER}-{_SIGNATURE}(?![a-z2-7])", re.IGNORECASE)
_MESSAGE_ID: Final = re.compile(rf"<tiket\.{_NUMBER}\.([a-z2-7]{{16}})\.{_SIGNATURE}@", re.IGNORECASE)
_MARKER: Final = re.compile(rf"\[tiket:{_NUMBER}:{_SIGNATURE}\]", re.IGNORECASE)


def _letters(digest: bytes) -> str:
    return base64.b32encode(digest[:10]).decode("ascii").lower()


class TicketMarks:
    """Makes and reads the signs. Each kind is signed for its own purpose, so that one cannot stand in for another."""

    def __init__(self, secret: str, domain: str) -> None:
        self._secret = secret.encode()
        self._domain = domain

    def _sign(self, purpose: str, text: str) -> str:
        return _letters(hmac.new(self._secret, f"arkas-mail:{purpose}:{text}".encode(), hashlib.sha256).digest())

    def _holds(self, purpose: str, text: str, signature: str) -> bool:
        return hmac.compare_digest(self._sign(purpose, text), signature.lower())

    def reply_token(self, number: int) -> str:
        """The part of a reply address that stands for a ticket: "t12345-abcdefghijklmnop"."""
        return f"t{number}-{self._sign('address', str(number))}"

    def number_of_address(self, address: str) -> int | None:
        """The ticket of a signed reply address, or None."""
        local = address.rpartition("@")[0]
        signed = ((int(m[1]), m[2]) for m in _TOKEN.finditer(local))
        return next((n for n, signature in signed if self._holds("address", str(n), signature)), None)

    def message_id(self, number: int, key: str) -> str:
        """A Message-ID of ours: always the same for the same ticket and key, so that a repeat can be recognised."""
        body = f"{number}.{_letters(hashlib.sha256(key.encode()).digest())}"
        return f"<tiket.{body}.{self._sign('message-id', body)}@{self._domain}>"

    def numbers_of_references(self, text: str) -> Iterator[int]:
        """The tickets of our own Message-IDs within `text`, in order."""
        for match in _MESSAGE_ID.finditer(text):
            if self._holds("message-id", f"{match[1]}.{match[2].lower()}", match[3]):
                yield int(match[1])

    def own_message_ids(self, text: str) -> list[str]:
        """Our own Message-IDs within `text`, in order, as they were sent."""
        found = (m for m in _MESSAGE_ID.finditer(text))
        return [
            f"{m[0].lower()}{self._domain}>" for m in found if self._holds("message-id", f"{m[1]}.{m[2].lower()}", m[3])
        ]

    def marker(self, number: int) -> str:
        """The line at the end of each mail that survives quoting by clients that drop all else."""
        return f"[tiket:{number}:{self._sign('marker', str(number))}]"

    def numbers_of_markers(self, text: str) -> Iterator[int]:
        """The tickets of the markers within `text`, in order."""
        for match in _MARKER.finditer(text):
            if self._holds("marker", match[1], match[2]):
                yield int(match[1])
