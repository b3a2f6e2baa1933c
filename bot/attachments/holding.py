"""Files that were taken in while what they belong to could not be stored: kept by whoever sends it again."""

from dataclasses import asdict
from datetime import datetime
from typing import Final

from itsdangerous import BadSignature, URLSafeSerializer

from bot.attachments.models import StoredFile

_SALT: Final = "berkas-tertahan"


class HeldFiles:
    """Writes a file into a form and reads it back; nobody else can make one up."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeSerializer(secret, salt=_SALT)

    def write(self, file: StoredFile) -> str:
        """The file as a field's value."""
        written = self._signer.dumps(asdict(file) | {"created_at": file.created_at.isoformat()})
        return str(written)

    def read(self, value: str) -> StoredFile | None:
        """The file that a field holds; None when we did not write it."""
        try:
            values = self._signer.loads(value)
        except BadSignature:
            return None
        return StoredFile(**values | {"created_at": datetime.fromisoformat(values["created_at"])})
