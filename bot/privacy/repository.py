"""All SQL of privacy: what belongs to one person, in whatever table it lies, and what has been kept long enough."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.attachments.repository import attachments
from bot.backends.repository import remote_tickets
from bot.channels import repository as channels_repository
from bot.conversations import repository as conversations_repository
from bot.conversations.repository import asked_questions, conversation_events, conversations, messages, visitors
from bot.learning.repository import question_verdicts
from bot.mail.models import Outcome
from bot.mail.repository import received_mails, sent_mails
from bot.people import repository as people_repository
from bot.people.models import IdentityKind
from bot.people.repository import identities
from bot.privacy.models import ERASED_ADDRESS, ERASED_WORDS, Leftovers, Reach
from bot.satisfaction.repository import ticket_ratings
from bot.tickets.repository import find_ticket, ticket_events, tickets
from bot.tickets.search_repository import store_document
from bot.tickets.words import document_of

_PERSONAL_KEYS: Final = ("text", "sender")  # of an event's data; the rest is numbers, codes and officers


async def reach_of(connection: AsyncConnection, address: str) -> Reach:
    """What belongs to whoever has this address: by proof, or because a report or a site named it."""
    proved = identities.c.kind == IdentityKind.EMAIL.value, identities.c.value == address
    people = await _column(connection, select(identities.c.person_id).where(*proved))
    known = (await connection.execute(select(identities).where(identities.c.person_id.in_(people)))).all()
    emails = {address} | {row.value.lower() for row in known if row.kind == IdentityKind.EMAIL.value}
    talks = {row.value for row in known if row.kind == IdentityKind.CONVERSATION.value}
    talks |= set(await _column(connection, select(visitors.c.conversation_id).where(_one_of(visitors.c.email, emails))))
    reports = (await connection.execute(select(tickets).where(_one_of(tickets.c.email, emails)))).all()
    talks |= {row.conversation_id for row in reports if row.conversation_id}
    return Reach(
        emails=tuple(sorted(emails)),
        people=tuple(sorted(set(people))),
        talks=tuple(sorted(talks)),
        tickets=tuple(sorted(row.number for row in reports)),
        open_tickets=tuple(sorted(row.number for row in reports if row.status != "SOLVED")),
        mails=await _count_mails(connection, emails),
    )


def _one_of(column: ColumnElement[str], emails: Collection[str]) -> ColumnElement[bool]:
    return func.lower(column).in_(sorted(emails))


async def _column(connection: AsyncConnection, statement: Any) -> list[Any]:  # noqa: ANN401 - any select of one column
    return list((await connection.execute(statement)).scalars())


async def _count_mails(connection: AsyncConnection, emails: Collection[str]) -> int:
    sent = select(func.count()).where(_one_of(sent_mails.c.recipient, emails))
    received = select(func.count()).where(_one_of(received_mails.c.sender, emails))
    return sum([int((await connection.execute(count)).scalar_one()) for count in (sent, received)])


async def erase(connection: AsyncConnection, reach: Reach) -> Leftovers:
    """Empty all that a person said and is known by; rows, times and kinds stay, so that what is counted stays true."""
    for talk in reach.talks:
        for person in await channels_repository.people_of(connection, talk):
            await channels_repository.erase_person(connection, person.channel, person.person)
    said = await forget_talks(connection, reach.talks)
    for person_id in reach.people or (None,):
        await people_repository.erase(connection, person_id, reach.talks)
    for number in reach.tickets:
        await _erase_ticket(connection, number)
    files = await delete_files(connection, attachments.c.ticket_number.in_(reach.tickets))
    mails = await _erase_mails(connection, reach)
    return replace(said, files=(*said.files, *files), mails=tuple(mails))


async def forget_talks(connection: AsyncConnection, talks: Sequence[str]) -> Leftovers:
    """Empty talks, what was asked in them, and what officers copied out of them to teach."""
    if not talks:
        return Leftovers()
    asked = select(asked_questions.c.id).where(asked_questions.c.conversation_id.in_(talks))
    judged = update(question_verdicts).where(question_verdicts.c.question_id.in_(asked)).values(text="")
    verdicts = await _column(connection, judged.returning(question_verdicts.c.id))
    files = await conversations_repository.erase(connection, talks, token_hash=secrets.token_hex(32))
    return Leftovers(files=tuple(files), talks=tuple(talks), verdicts=tuple(sorted(verdicts)))


async def _erase_ticket(connection: AsyncConnection, number: int) -> None:
    mine = tickets.c.number == number
    nothing = {"email": ERASED_ADDRESS, "subject": ERASED_WORDS, "details": ERASED_WORDS}
    await connection.execute(update(tickets).where(mine).values(**nothing))
    events = (await connection.execute(select(ticket_events).where(ticket_events.c.ticket_number == number))).all()
    for event in events:
        data = _impersonal(event.data)
        if data != event.data:
            await connection.execute(update(ticket_events).where(ticket_events.c.id == event.id).values(data=data))
    await connection.execute(update(ticket_ratings).where(ticket_ratings.c.ticket_number == number).values(comment=""))
    await connection.execute(
        update(remote_tickets).where(remote_tickets.c.ticket_number == number).values(request=None)
    )
    ticket = await find_ticket(connection, number)
    if ticket is not None:
        await store_document(connection, number, document_of(ticket))


def _impersonal(data: dict[str, Any]) -> dict[str, Any]:
    return {key: ERASED_WORDS if key in _PERSONAL_KEYS and value else value for key, value in data.items()}


async def delete_files(connection: AsyncConnection, which: ColumnElement[bool]) -> list[str]:
    """Forget files; returns the digests whose content nobody else has."""
    gone = set(await _column(connection, delete(attachments).where(which).returning(attachments.c.sha256)))
    left = set(await _column(connection, select(attachments.c.sha256).where(attachments.c.sha256.in_(gone))))
    return sorted(gone - left)


async def _erase_mails(connection: AsyncConnection, reach: Reach) -> list[str]:
    sent = or_(_one_of(sent_mails.c.recipient, reach.emails), sent_mails.c.ticket_number.in_(reach.tickets))
    await connection.execute(update(sent_mails).where(sent).values(recipient=ERASED_ADDRESS, subject="", raw=b""))
    received = or_(_one_of(received_mails.c.sender, reach.emails), received_mails.c.ticket_number.in_(reach.tickets))
    return await _empty_received(connection, received, sender=ERASED_ADDRESS)


async def _empty_received(connection: AsyncConnection, which: ColumnElement[bool], **also: object) -> list[str]:
    """Empty incoming mails; their fingerprints stay, so that the same mail is not taken in once more."""
    nothing = {"subject": "", "text": "", **also}
    done = update(received_mails).where(which).values(**nothing).returning(received_mails.c.raw_sha256)
    return sorted(set(await _column(connection, done)))


async def silent_talks(connection: AsyncConnection, *, before: datetime, limit: int) -> list[str]:
    """Talks that hold words and in which nothing was said since a moment, at most `limit`."""
    last = func.max(messages.c.created_at)
    words = func.max(func.length(messages.c.text))
    statement = (
        select(messages.c.conversation_id)
        .group_by(messages.c.conversation_id)
        .having(last < before, words > 0)
        .limit(limit)
    )
    return await _column(connection, statement)


async def delete_old_files(connection: AsyncConnection, *, before: datetime) -> list[str]:
    """Forget files from before a moment, but for those of open tickets; returns digests as delete_files."""
    at_work = select(tickets.c.number).where(tickets.c.status != "SOLVED")
    free = or_(attachments.c.ticket_number.is_(None), attachments.c.ticket_number.not_in(at_work))
    return await delete_files(connection, (attachments.c.created_at < before) & free)


async def empty_suspended(connection: AsyncConnection, *, before: datetime) -> list[str]:
    """Empty suspended and discarded mails from before a moment; returns the hashes of their raw bytes."""
    kinds = received_mails.c.outcome.in_([Outcome.SUSPENDED.value, Outcome.DISCARDED.value])
    old = kinds & (received_mails.c.received_at < before) & (received_mails.c.text != "")
    return await _empty_received(connection, old, sender=ERASED_ADDRESS, outcome=Outcome.DISCARDED.value)


async def unnamed_files(connection: AsyncConnection, digests: Sequence[str]) -> list[str]:
    """Which of these contents no row names (any more)."""
    left = set(await _column(connection, select(attachments.c.sha256).where(attachments.c.sha256.in_(digests))))
    return [digest for digest in digests if digest not in left]


async def rows_of(connection: AsyncConnection, reach: Reach) -> dict[str, list[dict[str, Any]]]:
    """All rows of a person, by table, for giving out. Officers' notes are the desk's own and are left out."""
    events = ticket_events.c.ticket_number.in_(reach.tickets) & (ticket_events.c.kind != "note")
    received = _one_of(received_mails.c.sender, reach.emails)
    sent = _one_of(sent_mails.c.recipient, reach.emails)
    statements = {
        "identitas": select(identities.c.kind, identities.c.value, identities.c.confirmed_at).where(
            identities.c.person_id.in_(reach.people)
        ),
        "percakapan": select(conversations.c.id, conversations.c.channel, conversations.c.created_at).where(
            conversations.c.id.in_(reach.talks)
        ),
        "pesan": _told(messages, ("conversation_id", "sender", "text", "attachments", "created_at")).where(
            messages.c.conversation_id.in_(reach.talks)
        ),
        "kejadian_percakapan": _told(
            conversation_events, ("conversation_id", "kind", "at", "articles", "ticket")
        ).where(conversation_events.c.conversation_id.in_(reach.talks)),
        "tiket": _told(tickets, ("number", "email", "program", "subject", "details", "created_at", "status")).where(
            tickets.c.number.in_(reach.tickets)
        ),
        "kejadian_tiket": _told(ticket_events, ("ticket_number", "kind", "at", "data")).where(events),
        "penilaian": select(ticket_ratings).where(ticket_ratings.c.ticket_number.in_(reach.tickets)),
        "surat_masuk": _told(received_mails, ("received_at", "sender", "subject", "text")).where(received),
        "surat_keluar": _told(sent_mails, ("created_at", "recipient", "subject", "ticket_number")).where(sent),
    }
    return {name: await _rows(connection, statement) for name, statement in statements.items()}


def _told(table: Any, columns: Iterable[str]) -> Any:  # noqa: ANN401 - a table, and a select of it
    return select(*(table.c[name] for name in columns)).order_by(*table.primary_key.columns)


async def _rows(connection: AsyncConnection, statement: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any select
    return [dict(row) for row in (await connection.execute(statement)).mappings()]


async def files_of(connection: AsyncConnection, reach: Reach) -> list[tuple[str, str, str]]:
    """The files of a person as (id, name, SHA-256): those of the tickets, and those that were sent in talks."""
    mine = messages.c.conversation_id.in_(reach.talks)
    attached = await _column(connection, select(messages.c.attachments).where(mine))
    ids = [file["id"] for group in attached for file in group]
    which = or_(attachments.c.ticket_number.in_(reach.tickets), attachments.c.id.in_(ids))
    rows = await connection.execute(select(attachments).where(which).order_by(attachments.c.created_at))
    return [(row.id, row.name, row.sha256) for row in rows]
