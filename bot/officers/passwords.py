"""Passwords: hashed with Argon2id, checked in the same time whether or not somebody has that name."""

import asyncio
import secrets
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.officers.rules import normal_password

_CONSONANTS, _VOWELS = "bcdfghjklmnprstwy", "aiueo"
_WORDS, _PER_WORD = 5, 3  # 15 syllables of 85: 96 bits


class Passwords:
    """Hashes and checks. One hash takes tens of milliseconds and 64 MiB by design, so it never runs in the loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    async def hash(self, password: str) -> str:
        """The hash to store."""
        return await asyncio.to_thread(self._hasher.hash, normal_password(password))

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether a password is the stored one. Without a stored one it takes as long, and is False."""
        return await asyncio.to_thread(self._verify, stored, normal_password(password))

    def outdated(self, stored: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def _verify(self, stored: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(stored or self._nobodys, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(secrets.token_hex(16))


def pronounceable_password() -> str:
    """A new password that can be read out and typed: five invented words, 96 random bits."""
    return "-".join("".join(_syllable() for _ in range(_PER_WORD)) for _ in range(_WORDS))


def _syllable() -> str:
    return secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS)
