"""All SQL of people, their identities and the codes that prove them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    UniqueConstraint,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import RowId, UtcDateTime, metadata
from bot.people.models import Code, CodePurpose, IdentityKind
from bot.tickets.repository import tickets

HIDDEN: Final = "#"  # begins an address that was erased; no address does
_COUNTED: Final = timedelta(days=1)

people: Final = Table(
    "people",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
)

identities: Final = Table(
    "identities",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("person_id", String(32), ForeignKey("people.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("value", String(254), nullable=False),
    Column("confirmed_at", UtcDateTime, nullable=False),
    UniqueConstraint("kind", "value"),
)

person_codes: Final = Table(
    "person_codes",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("purpose", String(10), nullable=False),
    Column("digest", String(64), nullable=False, index=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False),
    Column("email", String(254), nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime, nullable=True),
    Column("failures", Integer, nullable=False),
    Index("ix_person_codes_conversation", "conversation_id", "purpose"),
    Index("ix_person_codes_email", "email"),
)


async def person_of(connection: AsyncConnection, kind: IdentityKind, value: str) -> str | None:
    """The person who is known by this identity, or None."""
    statement = select(identities.c.person_id).where(identities.c.kind == kind.value, identities.c.value == value)
    found: str | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def insert_person(connection: AsyncConnection, person_id: str, *, at: datetime) -> None:
    """Store a new person."""
    await connection.execute(insert(people).values(id=person_id, created_at=at))


async def insert_identity(
    connection: AsyncConnection, person_id: str, kind: IdentityKind, value: str, *, at: datetime
) -> None:
    """Store a proved identity. Raises IntegrityError when it is somebody's already."""
    await connection.execute(
        insert(identities).values(person_id=person_id, kind=kind.value, value=value, confirmed_at=at)
    )


async def identities_of(connection: AsyncConnection, person_id: str) -> list[tuple[IdentityKind, str]]:
    """By what a person is known."""
    statement = select(identities).where(identities.c.person_id == person_id).order_by(identities.c.id)
    return [(IdentityKind(row.kind), row.value) for row in await connection.execute(statement)]


async def talks_of_person(connection: AsyncConnection, conversation_id: str) -> list[str]:
    """All talks of whoever leads this one, itself among them."""
    person = await person_of(connection, IdentityKind.CONVERSATION, conversation_id)
    known = await identities_of(connection, person) if person else []
    return [value for kind, value in known if kind is IdentityKind.CONVERSATION] or [conversation_id]


async def merge(connection: AsyncConnection, kept: str, gone: str) -> None:
    """All that belonged to one person now belongs to the other."""
    await connection.execute(update(identities).where(identities.c.person_id == gone).values(person_id=kept))
    await connection.execute(delete(people).where(people.c.id == gone))


async def erase(
    connection: AsyncConnection,
    person_id: str | None,
    conversations: Sequence[str],
    hide: Callable[[str], str] | None = None,
) -> None:
    """Drop a person, all identities, and the codes of these talks.

    With `hide` it stays known how many were mailed to an address, which becomes what `hide` makes of it: for whoever
    erases themselves, or each erasure would give a stranger three more mails to an address and more guesses at them.
    """
    mine: ColumnElement[bool] = person_codes.c.conversation_id.in_(conversations)
    if hide is not None:
        await _hide_addresses(connection, mine, hide)
        mine = and_(mine, or_(person_codes.c.email.is_(None), person_codes.c.email.not_like(f"{HIDDEN}%")))
    await connection.execute(delete(person_codes).where(mine))
    await connection.execute(delete(identities).where(identities.c.person_id == person_id))
    await connection.execute(delete(people).where(people.c.id == person_id))


async def _hide_addresses(connection: AsyncConnection, mine: ColumnElement[bool], hide: Callable[[str], str]) -> None:
    told = select(person_codes.c.email).where(mine, person_codes.c.email.not_like(f"{HIDDEN}%")).distinct()
    for address in (await connection.execute(told)).scalars().all():
        hidden = {"email": hide(address), "digest": "", "used_at": person_codes.c.created_at}
        await connection.execute(update(person_codes).where(mine, person_codes.c.email == address).values(**hidden))


async def insert_code(
    connection: AsyncConnection,
    purpose: CodePurpose,
    digest: str,
    conversation_id: str,
    *,
    at: datetime,
    expires_at: datetime,
    email: str | None = None,
) -> None:
    """Store the digest of a new code; earlier ones of the same talk and purpose are worth nothing from now on.

    Those older than a day are forgotten: nothing counts them any more, and they hold addresses.
    """
    await connection.execute(delete(person_codes).where(person_codes.c.created_at < at - _COUNTED))
    same = (person_codes.c.conversation_id == conversation_id, person_codes.c.purpose == purpose.value)
    await connection.execute(update(person_codes).where(*same, person_codes.c.used_at.is_(None)).values(used_at=at))
    values = {"purpose": purpose.value, "digest": digest, "conversation_id": conversation_id, "email": email}
    await connection.execute(insert(person_codes).values(**values, created_at=at, expires_at=expires_at, failures=0))


async def open_code(
    connection: AsyncConnection,
    purpose: CodePurpose,
    *,
    now: datetime,
    digest: str | None = None,
    conversation_id: str | None = None,
) -> Code | None:
    """The unused code with this digest, or of this talk, whose time is not over. It stays locked (PostgreSQL)."""
    wanted = person_codes.c.digest == digest if digest else person_codes.c.conversation_id == conversation_id
    statement = (
        select(person_codes)
        .where(wanted, person_codes.c.purpose == purpose.value)
        .where(person_codes.c.used_at.is_(None), person_codes.c.expires_at > now)
        .order_by(person_codes.c.id.desc())
        .limit(1)
        .with_for_update()
    )
    row = (await connection.execute(statement)).first()
    return _code(row) if row else None


def _code(row: Row[Any]) -> Code:
    return Code(
        row.id, CodePurpose(row.purpose), row.digest, row.conversation_id, row.email, row.expires_at, row.failures
    )


async def use_code(connection: AsyncConnection, code_id: int, *, at: datetime) -> None:
    """A code works once."""
    await connection.execute(update(person_codes).where(person_codes.c.id == code_id).values(used_at=at))


async def count_failure(connection: AsyncConnection, code_id: int) -> None:
    """Count a wrong guess."""
    await connection.execute(
        update(person_codes).where(person_codes.c.id == code_id).values(failures=person_codes.c.failures + 1)
    )


async def codes_since(
    connection: AsyncConnection, conversation_id: str, addresses: Sequence[str], *, since: datetime
) -> int:
    """How many mail codes this talk asked for, or were sent to an address (as it is, and hidden), since a moment."""
    statement = select(func.count()).where(
        person_codes.c.purpose == CodePurpose.EMAIL.value,
        person_codes.c.created_at > since,
        or_(person_codes.c.conversation_id == conversation_id, person_codes.c.email.in_(addresses)),
    )
    return int((await connection.execute(statement)).scalar_one())


async def ticket_numbers(
    connection: AsyncConnection, conversations: Sequence[str], emails: Sequence[str], *, limit: int
) -> list[int]:
    """The newest tickets that were opened in these talks, or from these proved addresses."""
    lowered = [email.lower() for email in emails]
    theirs = or_(tickets.c.conversation_id.in_(conversations), func.lower(tickets.c.email).in_(lowered))
    statement = select(tickets.c.number).where(theirs).order_by(tickets.c.number.desc()).limit(limit)
    return [int(number) for number in (await connection.execute(statement)).scalars()]
