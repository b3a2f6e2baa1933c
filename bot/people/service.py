"""One person on many channels: joined only by proof, followed by their tickets, erased when they ask for it."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.conversations import repository as conversations_repository
from bot.database import Database
from bot.errors import CodeWrong, LinkCodeExpired, TooManyRequests
from bot.people import repository
from bot.people.models import CodeMailer, CodePurpose, IdentityKind, LinkCode
from bot.people.rules import parse_email

_LIFETIME: Final = timedelta(minutes=15)
_LINK_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is read as another one
_DIGITS: Final = "23456789"  # a code begins with one, so that no word is taken for it
_LINK_LENGTH: Final = 10  # 47 bits: with 15 minutes and one use, not to be guessed
_GUESSES: Final = 5  # of a six-digit code: one in 200,000 that a stranger hits it
_CODES_PER_HOUR: Final = 3  # to an address and from a talk; a day of guessing hits one code in 33,000
_CODES_PER_DAY: Final = 6
_TICKETS: Final = 10


class Forgetful(Protocol):
    """What remembers talks beside the database (bot.dialogue.port.Dialogue)."""

    async def forget(self, conversation_id: str) -> None:
        """Drop what is remembered of a conversation."""
        ...


class PeopleService:
    """What others may do with people."""

    def __init__(
        self, database: Database, clock: Clock, dialogue: Forgetful, mailer: CodeMailer | None, *, key: str, files: Path
    ) -> None:
        self._database = database
        self._clock = clock
        self._dialogue = dialogue
        self._mailer = mailer
        self._key = key.encode()
        self._files = files

    @property
    def mails(self) -> bool:
        """Whether an address can be proved here."""
        return self._mailer is not None

    async def make_link(self, conversation_id: str) -> LinkCode:
        """A code that takes this talk to another channel; whoever holds it is believed once, for 15 minutes."""
        code = secrets.choice(_DIGITS) + "".join(secrets.choice(_LINK_LETTERS) for _ in range(_LINK_LENGTH - 1))
        now = self._clock.now()
        async with self._database.write() as connection:
            await repository.insert_code(
                connection, CodePurpose.LINK, self._digest(code), conversation_id, at=now, expires_at=now + _LIFETIME
            )
        return LinkCode(code, now + _LIFETIME)

    async def redeem_link(self, code: str, conversation_id: str | None = None) -> str:
        """The talk that a code leads to; the talk in which it was typed becomes one person with it.

        Raises LinkCodeExpired for a code that is wrong, used or too old, without telling which.
        """
        now = self._clock.now()
        digest = self._digest(code.strip().upper())
        async with self._database.write() as connection:
            found = await repository.open_code(connection, CodePurpose.LINK, digest=digest, now=now)
            if found is None:
                raise LinkCodeExpired
            await repository.use_code(connection, found.id, at=now)
            person = await self._person(connection, found.conversation_id)
            if conversation_id is not None:
                await self._join(connection, person, IdentityKind.CONVERSATION, conversation_id)
        return found.conversation_id

    async def ask_email(self, conversation_id: str, address: str) -> str:
        """Send a code to an address; returns the address as it was understood.

        Raises InvalidEmail or TooManyRequests (three codes an hour and six a day, for a talk and for an address).
        """
        email = parse_email(address).lower()
        code = f"{secrets.randbelow(1_000_000):06}"
        now = self._clock.now()
        async with self._database.write() as connection:
            if self._mailer is None or await self._has_enough(connection, conversation_id, email):
                raise TooManyRequests
            await repository.insert_code(
                connection,
                CodePurpose.EMAIL,
                self._digest(code, conversation_id),
                conversation_id,
                at=now,
                expires_at=now + _LIFETIME,
                email=email,
            )
        await self._mailer.send_code(email, code)
        return email

    async def _has_enough(self, connection: AsyncConnection, conversation_id: str, email: str) -> bool:
        addresses = (email, self._hidden(email))
        for hours, most in ((1, _CODES_PER_HOUR), (24, _CODES_PER_DAY)):
            since = self._clock.now() - timedelta(hours=hours)
            if await repository.codes_since(connection, conversation_id, addresses, since=since) >= most:
                return True
        return False

    async def confirm_email(self, conversation_id: str, code: str) -> str:
        """Join the address that the code was sent to; returns it.

        Raises CodeWrong when the code is wrong or too old, or was guessed at five times.
        """
        async with self._database.write() as connection:
            email = await self._proved_email(connection, conversation_id, code)
            if email is not None:
                person = await self._person(connection, conversation_id)
                await self._join(connection, person, IdentityKind.EMAIL, email)
        if email is None:  # raised out here, so that the failure is counted and not rolled back
            raise CodeWrong
        return email

    async def _proved_email(self, connection: AsyncConnection, conversation_id: str, code: str) -> str | None:
        now = self._clock.now()
        found = await repository.open_code(connection, CodePurpose.EMAIL, conversation_id=conversation_id, now=now)
        if found is None or found.failures >= _GUESSES:
            return None
        if not hmac.compare_digest(found.digest, self._digest(code.strip(), conversation_id)):
            await repository.count_failure(connection, found.id)
            return None
        await repository.use_code(connection, found.id, at=now)
        return found.email

    def _digest(self, code: str, scope: str = "") -> str:
        # Keyed: six digits could be tried out against a plain digest in a moment.
        return hmac.new(self._key, f"{scope}:{code}".encode(), hashlib.sha256).hexdigest()

    def _hidden(self, email: str) -> str:
        return repository.HIDDEN + self._digest(email, "address")

    async def _person(self, connection: AsyncConnection, conversation_id: str) -> str:
        known = await repository.person_of(connection, IdentityKind.CONVERSATION, conversation_id)
        if known is not None:
            return known
        person, now = uuid.uuid4().hex, self._clock.now()
        await repository.insert_person(connection, person, at=now)
        await repository.insert_identity(connection, person, IdentityKind.CONVERSATION, conversation_id, at=now)
        return person

    async def _join(self, connection: AsyncConnection, person: str, kind: IdentityKind, value: str) -> None:
        owner = await repository.person_of(connection, kind, value)
        if owner is None:
            await repository.insert_identity(connection, person, kind, value, at=self._clock.now())
        elif owner != person:
            await repository.merge(connection, owner, person)

    async def ticket_numbers(self, conversation_id: str) -> list[int]:
        """The newest tickets of whoever leads this talk, on whatever channel they were opened; at most ten."""
        async with self._database.read() as connection:
            talks, emails = await self._known(connection, conversation_id)
            return await repository.ticket_numbers(connection, talks, emails, limit=_TICKETS)

    async def talks_of(self, conversation_id: str) -> list[str]:
        """All talks of whoever leads this one, itself among them."""
        async with self._database.read() as connection:
            return await repository.talks_of_person(connection, conversation_id)

    async def _known(self, connection: AsyncConnection, conversation_id: str) -> tuple[list[str], list[str]]:
        talks = await repository.talks_of_person(connection, conversation_id)
        person = await repository.person_of(connection, IdentityKind.CONVERSATION, conversation_id)
        known = await repository.identities_of(connection, person) if person else []
        return talks, [value for kind, value in known if kind is IdentityKind.EMAIL]

    async def erase(self, conversation_id: str) -> list[str]:
        """Erase what a person said and who they are, in all their talks; returns those talks.

        Messages stay as empty rows and the talk's events as they are, so that statistics stay whole. Tickets are the
        help desk's record and stay; files that belong to one stay with it. Nothing opens these talks any more.
        """
        talks = await self.talks_of(conversation_id)
        async with self._database.write() as connection:
            person = await repository.person_of(connection, IdentityKind.CONVERSATION, conversation_id)
            unused = await conversations_repository.erase(connection, talks, token_hash=secrets.token_hex(32))
            await repository.erase(connection, person, talks, self._hidden)
        self._remove(unused)
        for talk in talks:
            await self._dialogue.forget(talk)
        return talks

    def _remove(self, digests: Sequence[str]) -> None:
        for digest in digests:
            (self._files / digest[:2] / digest).unlink(missing_ok=True)
