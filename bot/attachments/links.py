"""Signed links to attachments, which work for a while and for one file."""

from datetime import datetime, timedelta
from typing import Final

from itsdangerous import Signer

from bot.clock import Clock
from bot.errors import LinkExpired, UnknownFile

_SALT: Final = "berkas"


class FileLinks:
    """Makes links and checks them. The clock is ours, so itsdangerous signs but does not tell the time."""

    def __init__(self, secret: str, clock: Clock, lifetime: timedelta) -> None:
        self._signer = Signer(secret, salt=_SALT)
        self._clock = clock
        self._lifetime = lifetime

    def path(self, file_id: str) -> str:
        """The address, without host, under which the file can be fetched for a while."""
        until = int((self._clock.now() + self._lifetime).timestamp())
        return f"/berkas/{file_id}?sampai={until}&tanda={self._signature(file_id, until)}"

    def check(self, file_id: str, until: int, signature: str) -> None:
        """Raise UnknownFile when we did not sign this, LinkExpired when its time is over."""
        if not self._signer.verify_signature(f"{file_id}.{until}".encode(), signature.encode()):
            raise UnknownFile
        if self._clock.now().timestamp() > until:
            raise LinkExpired

    def expires_at(self) -> datetime:
        """Until when a link that is made now works."""
        return self._clock.now() + self._lifetime

    def _signature(self, file_id: str, until: int) -> str:
        return self._signer.get_signature(f"{file_id}.{until}".encode()).decode()
