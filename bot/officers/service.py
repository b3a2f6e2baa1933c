"""Accounts of officers: made, changed, closed. Each deed stands in the audit log, in the same transaction."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.database import Database
from bot.officers import repository, second_factor
from bot.officers.errors import InvalidOfficer, LastAdmin, OfficerTaken, UnknownOfficer, WrongFactor, WrongPassword
from bot.officers.models import Officer, Role, Session
from bot.officers.passwords import Passwords, pronounceable_password
from bot.officers.rules import check_password, parse_name
from bot.people.rules import parse_email


@dataclass(frozen=True)
class NewOfficer:
    """What an account begins with. Without a password one is invented, which has to be changed at the first sign-in."""

    name: str
    display_name: str
    role: Role
    email: str = ""
    password: str | None = None


class OfficerService:
    """What may be done with accounts. `by` is the actor who stands in the audit log."""

    def __init__(self, database: Database, clock: Clock, passwords: Passwords, *, key: str) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._key = key.encode()

    async def none_yet(self) -> bool:
        """Whether nobody could sign in, because there is no account at all."""
        async with self._database.read() as connection:
            return await repository.count_officers(connection) == 0

    async def all(self) -> list[Officer]:
        """All accounts by name."""
        async with self._database.read() as connection:
            return await repository.list_officers(connection)

    async def find(self, name: str) -> Officer:
        """The account with this name. Raises UnknownOfficer."""
        async with self._database.read() as connection:
            return await _named(connection, name)

    async def by_id(self, officer_id: int) -> Officer:
        """The account with this number. Raises UnknownOfficer."""
        async with self._database.read() as connection:
            officer = await repository.find_officer(connection, officer_id)
        if officer is None:
            raise UnknownOfficer
        return officer

    async def create(self, new: NewOfficer, *, by: str) -> tuple[Officer, str | None]:
        """Make an account; returns it with the password that was invented for it, if one was.

        Raises InvalidOfficer, InvalidEmail, WeakPassword or OfficerTaken.
        """
        invented = pronounceable_password() if new.password is None else None
        values = self._checked(new) | {"password_hash": await self._passwords.hash(new.password or invented or "")}
        now = self._clock.now()
        async with self._database.write() as connection:
            try:
                officer = await repository.insert_officer(
                    connection, **values, must_change=invented is not None, created_at=now
                )
            except IntegrityError as error:
                raise OfficerTaken from error
            await self._note(connection, by, "officer.created", officer, role=officer.role.value)
        return officer, invented

    def _checked(self, new: NewOfficer) -> dict[str, Any]:
        name, shown = parse_name(new.name), _display_name(new.display_name)
        if new.password is not None:
            check_password(new.password, name, shown, new.email)
        return {"name": name, "display_name": shown, "role": new.role.value, "email": _address(new.email)}

    async def change(self, name: str, *, display_name: str, role: Role, email: str, by: str) -> Officer:
        """Change what an account says; another role holds from the next click on.

        Raises UnknownOfficer, InvalidOfficer, InvalidEmail, OfficerTaken or LastAdmin.
        """
        values = {"display_name": _display_name(display_name), "role": role.value, "email": _address(email)}
        async with self._database.write() as connection:
            officer = await _named(connection, name)
            if role is not Role.ADMIN:
                await _keep_an_admin(connection, officer)
            try:
                await repository.update_officer(connection, officer.id, **values)
            except IntegrityError as error:
                raise OfficerTaken from error
            changed = [field for field, value in values.items() if value != getattr(officer, field)]
            await self._note(connection, by, "officer.changed", officer, fields=changed, role=role.value)
            return await _named(connection, name)

    async def disable(self, name: str, *, by: str) -> None:
        """Close an account and end its sessions. Raises UnknownOfficer or LastAdmin."""
        async with self._database.write() as connection:
            officer = await _named(connection, name)
            await _keep_an_admin(connection, officer)
            await repository.update_officer(connection, officer.id, disabled_at=self._clock.now())
            await repository.delete_sessions(connection, officer.id)
            await self._note(connection, by, "officer.disabled", officer)

    async def enable(self, name: str, *, by: str) -> None:
        """Open a closed account again. Raises UnknownOfficer."""
        async with self._database.write() as connection:
            officer = await _named(connection, name)
            await repository.update_officer(connection, officer.id, disabled_at=None)
            await self._note(connection, by, "officer.enabled", officer)

    async def reset(self, name: str, *, by: str, password: str | None = None) -> str | None:
        """Give a new password, take the second factor off and end all sessions; returns an invented password.

        For who lost the one or the other. Raises UnknownOfficer or WeakPassword.
        """
        invented = pronounceable_password() if password is None else None
        officer = await self.find(name)
        if password is not None:
            check_password(password, officer.name, officer.display_name, officer.email or "")
        hashed = await self._passwords.hash(password or invented or "")
        values = {"password_hash": hashed, "must_change": invented is not None, "totp_secret": None}
        async with self._database.write() as connection:
            await repository.update_officer(connection, officer.id, **values, totp_last_step=None)
            await repository.replace_recovery_codes(connection, officer.id, ())
            await repository.delete_sessions(connection, officer.id)
            await self._note(connection, by, "officer.reset", officer)
        return invented

    async def change_password(self, officer: Officer, present: str, new: str, *, session: int) -> None:
        """Change one's own password; all other sessions end. Raises WrongPassword or WeakPassword."""
        if not await self._passwords.matches(officer.password_hash, present):
            raise WrongPassword
        check_password(new, officer.name, officer.display_name, officer.email or "", present)
        hashed = await self._passwords.hash(new)
        async with self._database.write() as connection:
            await repository.update_officer(connection, officer.id, password_hash=hashed, must_change=False)
            await repository.delete_sessions(connection, officer.id, besides=session)
            await self._note(connection, actor_of(officer), "officer.password_changed", officer)

    async def turn_second_factor_on(self, officer: Officer, secret: str, code: str) -> list[str]:
        """Ask for codes from now on, once a first one proves the app; returns recovery codes. Raises WrongFactor."""
        step = second_factor.accepted_step(secret, code, now=self._clock.now(), last=None)
        if step is None:
            raise WrongFactor
        codes = second_factor.new_recovery_codes()
        digests = [second_factor.recovery_digest(each, self._key) for each in codes]
        async with self._database.write() as connection:
            await repository.update_officer(connection, officer.id, totp_secret=secret, totp_last_step=step)
            await repository.replace_recovery_codes(connection, officer.id, digests)
            await self._note(connection, actor_of(officer), "officer.second_factor_on", officer)
        return codes

    async def turn_second_factor_off(self, officer: Officer, password: str) -> None:
        """Ask for no codes any more. Raises WrongPassword."""
        if not await self._passwords.matches(officer.password_hash, password):
            raise WrongPassword
        async with self._database.write() as connection:
            await repository.update_officer(connection, officer.id, totp_secret=None, totp_last_step=None)
            await repository.replace_recovery_codes(connection, officer.id, ())
            await self._note(connection, actor_of(officer), "officer.second_factor_off", officer)

    async def recovery_codes_left(self, officer: Officer) -> int:
        """How many recovery codes an officer has left."""
        async with self._database.read() as connection:
            return await repository.count_recovery_codes(connection, officer.id)

    async def sessions(self, officer: Officer) -> list[Session]:
        """Where an officer is signed in, the last used first."""
        async with self._database.read() as connection:
            return await repository.sessions_of(connection, officer.id)

    async def revoke(self, officer: Officer, session: int | None, *, by: str) -> None:
        """End one session of an officer, or all of them."""
        async with self._database.write() as connection:
            if session is None:
                await repository.delete_sessions(connection, officer.id)
            else:
                await repository.delete_session(connection, session, officer_id=officer.id)
            await self._note(connection, by, "session.revoked", officer, session=session or "all")

    async def _note(
        self, connection: AsyncConnection, by: str, action: str, officer: Officer, **details: object
    ) -> None:
        at, subject = self._clock.now(), f"officer:{officer.name}"
        await repository.insert_audit(connection, at=at, actor=by, action=action, subject=subject, details=details)


def actor_of(officer: Officer) -> str:
    """How an officer is written in logs, as in the logs of tickets."""
    return f"officer:{officer.name}"


async def _named(connection: AsyncConnection, name: str) -> Officer:
    officer = await repository.find_officer(connection, name=name.strip().lower())
    if officer is None:
        raise UnknownOfficer
    return officer


async def _keep_an_admin(connection: AsyncConnection, officer: Officer) -> None:
    everybody = await repository.list_officers(connection)
    others = [each for each in everybody if each.role is Role.ADMIN and not each.disabled_at and each.id != officer.id]
    if officer.role is Role.ADMIN and not officer.disabled_at and not others:
        raise LastAdmin


def _display_name(text: str) -> str:
    shown = " ".join(text.split())
    if not 2 <= len(shown) <= 100 or not shown.isprintable():
        raise InvalidOfficer("Nama yang ditampilkan diisi 2-100 karakter, misalnya: Bu Rina")
    return shown


def _address(text: str) -> str | None:
    return parse_email(text).lower() if text.strip() else None
