"""Signing in: password, second factor, sessions. What fails is counted before it is tried, and slows the next down."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.database import Database
from bot.officers import repository, second_factor
from bot.officers.errors import NotSignedIn, SignInRefused, SignInThrottled, WrongFactor
from bot.officers.models import Browser, Officer, Session, Stage
from bot.officers.passwords import Passwords
from bot.officers.rules import (
    ADDRESS_THROTTLE,
    NAME_THROTTLE,
    PASSWORD_MAX,
    SessionPolicy,
    Throttle,
    session_lives,
    wait_until,
)
from bot.officers.service import actor_of

_TOUCH_EVERY: Final = timedelta(minutes=1)  # a session's last use is written at most this often


@dataclass(frozen=True)
class Opened:
    """A session that was just opened: its token is told once, to the browser."""

    token: str
    stage: Stage
    officer: Officer


class SignIn:
    """Opens, checks and ends sessions."""

    def __init__(
        self, database: Database, clock: Clock, passwords: Passwords, policy: SessionPolicy, *, key: str
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._policy = policy
        self._key = key.encode()

    async def with_password(self, name: str, password: str, browser: Browser, *, old: str | None = None) -> Opened:
        """Open a session, half of one where a second factor is asked for. `old` is the token that it replaces.

        Raises SignInRefused or SignInThrottled; the first takes the same time whether or not the name exists.
        """
        keys = self._keys(name.strip().lower(), browser)
        at = await self._count_failure(keys)
        async with self._database.read() as connection:
            officer = await repository.find_officer(connection, name=name.strip().lower()[:64])
        matches = await self._passwords.matches(officer.password_hash if officer else None, password[:PASSWORD_MAX])
        if officer is None or not matches or officer.disabled_at is not None:
            await self._note_refusal(officer)
            raise SignInRefused
        if self._passwords.outdated(officer.password_hash or ""):
            await self._hash_anew(officer, password)
        return await self._open(officer, browser, old=old, forgotten=keys, at=at)

    async def with_code(self, token: str, code: str, browser: Browser) -> Opened:
        """Complete a half session by a code of the app or a recovery code; its token changes.

        Raises NotSignedIn when the half session is over, WrongFactor or SignInThrottled.
        """
        found = await self._found(token, Stage.PASSWORD)
        if found is None:
            raise NotSignedIn
        _, officer = found
        keys = {self._digest(f"code:{officer.id}"): NAME_THROTTLE}
        at = await self._count_failure(keys)
        if not await self._take_code(officer.id, code):
            raise WrongFactor
        return await self._open(officer, browser, old=token, forgotten=keys, at=at, proved=True)

    async def with_identity(self, email: str, browser: Browser, *, old: str | None = None) -> Opened:
        """Open a session for the account of an address that an identity provider has verified. Raises SignInRefused."""
        async with self._database.read() as connection:
            officer = await repository.find_officer(connection, email=email.strip().lower())
        if officer is None or officer.disabled_at is not None:
            raise SignInRefused("Belum ada akun petugas dengan email itu. Hubungi admin.")
        return await self._open(officer, browser, old=old, forgotten={}, at=self._clock.now())

    async def session(self, token: str, stage: Stage = Stage.FULL) -> tuple[Session, Officer] | None:
        """The living session with this token and its officer, or None; that it was used is written down."""
        found = await self._found(token, stage)
        if found and self._clock.now() - found[0].seen_at >= _TOUCH_EVERY:
            async with self._database.write() as connection:
                await repository.touch_session(connection, found[0].id, at=self._clock.now())
        return found

    async def end(self, session: Session, officer: Officer) -> None:
        """Sign out."""
        async with self._database.write() as connection:
            await repository.delete_session(connection, session.id, officer_id=officer.id)
            await self._note(connection, officer, "session.ended")

    def csrf(self, token: str) -> str:
        """The token that forms of this session carry; it tells nothing about the session's own."""
        return hmac.new(self._key, f"csrf:{token}".encode(), hashlib.sha256).hexdigest()

    async def _found(self, token: str, stage: Stage) -> tuple[Session, Officer] | None:
        async with self._database.read() as connection:
            found = await repository.find_session(connection, _hashed(token))
        if found is None or found[0].stage is not stage:
            return None
        return found if session_lives(*found, self._clock.now(), self._policy) else None

    async def _open(
        self,
        officer: Officer,
        browser: Browser,
        *,
        old: str | None,
        forgotten: Mapping[str, Throttle],
        at: datetime,
        proved: bool = False,
    ) -> Opened:
        stage = Stage.PASSWORD if officer.has_second_factor and not proved else Stage.FULL
        token, now = secrets.token_urlsafe(32), self._clock.now()
        async with self._database.write() as connection:
            await self._forget(connection, forgotten, at)
            if old and (before := await repository.find_session(connection, _hashed(old))):
                await repository.delete_session(connection, before[0].id, officer_id=before[1].id)
            await repository.insert_session(connection, officer.id, _hashed(token), stage, browser, at=now)
            if stage is Stage.FULL:
                await repository.update_officer(connection, officer.id, last_sign_in_at=now)
                await self._note(connection, officer, "session.opened")
        return Opened(token, stage, officer)

    async def _count_failure(self, keys: Mapping[str, Throttle]) -> datetime:
        """Write a failure down beforehand, so that many tries at once do not slip through; success takes it back."""
        now = self._clock.now()
        async with self._database.write() as connection:
            for key, throttle in keys.items():
                failures = await repository.attempts(connection, key, since=now - throttle.window)
                until = wait_until(failures, throttle)
                if until is not None and now < until:
                    raise SignInThrottled
            await repository.insert_attempt(connection, keys, at=now)
        return now

    async def _forget(self, connection: AsyncConnection, keys: Mapping[str, Throttle], at: datetime) -> None:
        for key, throttle in keys.items():
            # Of an address only this try is taken back: others behind it may go on guessing.
            await repository.forget_attempts(connection, key, at=at if throttle is ADDRESS_THROTTLE else None)

    async def _take_code(self, officer_id: int, code: str) -> bool:
        async with self._database.write() as connection:
            officer = await repository.lock_officer(connection, officer_id)
            if officer is None or officer.totp_secret is None:
                return False
            step = second_factor.accepted_step(
                officer.totp_secret, code, now=self._clock.now(), last=officer.totp_last_step
            )
            if step is not None:
                await repository.update_officer(connection, officer_id, totp_last_step=step)
                return True
            digest = second_factor.recovery_digest(code, self._key)
            if not await repository.use_recovery_code(connection, officer_id, digest):
                return False
            await self._note(connection, officer, "officer.recovery_code_used")
            return True

    async def _hash_anew(self, officer: Officer, password: str) -> None:
        hashed = await self._passwords.hash(password)
        async with self._database.write() as connection:
            await repository.update_officer(connection, officer.id, password_hash=hashed)

    async def _note_refusal(self, officer: Officer | None) -> None:
        """Failures of an account stand in the log; of names that nobody has only the throttle's digests are kept."""
        if officer is not None:
            async with self._database.write() as connection:
                await self._note(connection, officer, "session.refused")

    async def _note(self, connection: AsyncConnection, officer: Officer, action: str) -> None:
        actor, at = actor_of(officer), self._clock.now()
        await repository.insert_audit(connection, at=at, actor=actor, action=action, subject=actor, details={})

    def _keys(self, name: str, browser: Browser) -> dict[str, Throttle]:
        # A browser that the officer has used before counts for itself: whoever guesses at a name elsewhere keeps
        # guesses out, and not the officer (OWASP, "Device Cookies").
        tried = f"known:{name}:{browser.known}" if browser.known else f"name:{name}"
        return {
            self._digest(tried): NAME_THROTTLE,
            self._digest(f"address:{browser.address}"): ADDRESS_THROTTLE,
        }

    def _digest(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()


def _hashed(token: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
