"""A time trap without a foreign captcha: a form carries the signed moment at which it was shown.

Nothing is thrown away: what comes too soon or too late is shown again with all that was typed, to be sent once more.
"""

import hashlib
from datetime import timedelta
from typing import Final

from itsdangerous import BadSignature, Signer

from bot.clock import Clock

SOONEST: Final = timedelta(seconds=2)  # four fields and a button; a browser that fills them in by itself takes longer
LATEST: Final = timedelta(days=1)
_PURPOSE: Final = "arkas-formulir"
_TOO_SOON: Final = "Formulir terkirim sangat cepat. Mohon periksa isinya, lalu tekan tombol kirim sekali lagi."
_TOO_OLD: Final = "Formulir ini sudah lama terbuka. Isinya masih ada; silakan tekan tombol kirim sekali lagi."


class FormStamps:
    """Makes stamps and judges them."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._signer = Signer(secret, salt=_PURPOSE, key_derivation="hmac", digest_method=hashlib.sha256)
        self._clock = clock

    def new(self) -> str:
        """A stamp of this moment."""
        return self._signer.sign(str(self._clock.now().timestamp())).decode()

    def problem(self, stamp: str) -> str:
        """Why a form with this stamp is not taken yet; empty when it is."""
        age = self._age(stamp)
        if age is None or age > LATEST:
            return _TOO_OLD
        return _TOO_SOON if age < SOONEST else ""

    def keep(self, stamp: str) -> str:
        """The stamp for showing the form again: the same one while it counts."""
        age = self._age(stamp)
        return self.new() if age is None or age > LATEST else stamp

    def _age(self, stamp: str) -> timedelta | None:
        try:
            shown = float(self._signer.unsign(stamp.encode("utf-8", "replace")))
        except BadSignature:
            return None
        return timedelta(seconds=self._clock.now().timestamp() - shown)
