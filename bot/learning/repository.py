"""All SQL of learning."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations.models import AskedQuestion, EventKind
from bot.conversations.repository import asked_question, asked_questions, conversation_events
from bot.database import RowId, UtcDateTime, metadata
from bot.learning.models import StoredReplay, StoredVerdict, VerdictKind, Why
from bot.learning.rules import EVERY, SETTLED, SKIPPED_FOR, UNSURE_BELOW

# Lines are added; what an officer decided last about a question counts.
question_verdicts: Final = Table(
    "question_verdicts",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("question_id", RowId, ForeignKey("asked_questions.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("article", Integer, nullable=True),
    Column("text", Text, nullable=False),
    Column("officer", String(100), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_question_verdicts_question", "question_id", "id"),
    Index("ix_question_verdicts_officer", "officer", "id"),
)

review_leases: Final = Table(
    "review_leases",
    metadata,
    Column("conversation_id", String(32), ForeignKey("conversations.id"), primary_key=True),
    Column("officer", String(100), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

replays: Final = Table(
    "replays",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("about", String(200), nullable=False),
    Column("report", JSON, nullable=False),
    Column("refused", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
)


def _happened(kind: EventKind) -> ColumnElement[bool]:
    same = conversation_events.c.conversation_id == asked_questions.c.conversation_id
    return exists().where(same, conversation_events.c.kind == kind.value)


def _rejected_twice() -> ColumnElement[bool]:
    events = conversation_events
    same = (events.c.conversation_id == asked_questions.c.conversation_id, events.c.reason.is_(None))
    count = select(func.count()).where(*same, events.c.kind == EventKind.REJECTED.value)
    return count.scalar_subquery() >= 2


def _came_back() -> ColumnElement[bool]:
    later, events = asked_questions.alias("later"), conversation_events
    here = asked_questions.c.conversation_id
    return exists().where(
        events.c.conversation_id == here,
        events.c.kind == EventKind.HELPED.value,
        events.c.at >= asked_questions.c.at,
        later.c.conversation_id == here,
        later.c.at > events.c.at,
    )


def _one_of(why: Why) -> ColumnElement[bool]:
    return asked_questions.c.id % EVERY[why] == 0


def _because(why: Why) -> ColumnElement[bool]:
    declined = asked_questions.c.decision == "abstain"
    unsure = and_(~declined, asked_questions.c.confidence < UNSURE_BELOW)
    return {
        Why.ESCALATED: _happened(EventKind.ESCALATED),
        Why.REJECTED: _rejected_twice(),
        Why.CAME_BACK: _came_back(),
        Why.UNSURE: and_(unsure, _one_of(Why.UNSURE)),
        Why.OUTSIDE: and_(declined, _one_of(Why.OUTSIDE)),
        Why.SAMPLE: _one_of(Why.SAMPLE),
    }[why]


def _last_verdicts() -> Select[Any]:
    return select(func.max(question_verdicts.c.id)).group_by(question_verdicts.c.question_id)


def _decided(officer: str, now: datetime) -> ColumnElement[bool]:
    """Whether the last line about a question settles it, or this officer has just skipped it."""
    lines = question_verdicts
    newer = lines.alias("newer")
    is_last = ~exists().where(newer.c.question_id == lines.c.question_id, newer.c.id > lines.c.id)
    settled = lines.c.kind.in_([kind.value for kind in SETTLED])
    mine = and_(lines.c.officer == officer, lines.c.at > now - SKIPPED_FOR)
    skipped = and_(lines.c.kind == VerdictKind.SKIPPED.value, mine)
    return exists().where(lines.c.question_id == asked_questions.c.id, settled & is_last | skipped)


def _leased_by_others(officer: str, now: datetime) -> ColumnElement[bool]:
    leases = review_leases
    same = leases.c.conversation_id == asked_questions.c.conversation_id
    return exists().where(same, leases.c.officer != officer, leases.c.until > now)


def _waiting(why: Why, officer: str, *, now: datetime, since: datetime, until: datetime) -> Select[Any]:
    asked = asked_questions
    return (
        select(asked)
        .where(asked.c.at > since, asked.c.at < until, asked.c.question != "", _because(why))
        .where(~_decided(officer, now), ~_leased_by_others(officer, now))
        .order_by(asked.c.at.desc(), asked.c.id.desc())
    )


async def waiting(
    connection: AsyncConnection, why: Why, officer: str, *, now: datetime, since: datetime, until: datetime, limit: int
) -> list[AskedQuestion]:
    """Questions that are to be reviewed for this reason, newest first."""
    statement = _waiting(why, officer, now=now, since=since, until=until).limit(limit)
    return [asked_question(row) for row in await connection.execute(statement)]


async def undecided_of(
    connection: AsyncConnection, conversation_id: str, officer: str, *, now: datetime
) -> list[AskedQuestion]:
    """The questions of a talk that are still to be decided, oldest first."""
    mine = (asked_questions.c.conversation_id == conversation_id, asked_questions.c.question != "")
    statement = select(asked_questions).where(*mine, ~_decided(officer, now)).order_by(asked_questions.c.id)
    return [asked_question(row) for row in await connection.execute(statement)]


async def is_because(connection: AsyncConnection, why: Why, question_id: int) -> bool:
    """Whether a question is reviewed for this reason."""
    statement = select(asked_questions.c.id).where(asked_questions.c.id == question_id, _because(why))
    return (await connection.execute(statement)).first() is not None


async def find_question(connection: AsyncConnection, question_id: int) -> AskedQuestion | None:
    """The question with this number, or None."""
    row = (await connection.execute(select(asked_questions).where(asked_questions.c.id == question_id))).first()
    return asked_question(row) if row else None


async def lease(
    connection: AsyncConnection, conversation_id: str, officer: str, *, now: datetime, until: datetime
) -> bool:
    """Take a talk for an officer, or keep it; False when another has it."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {"officer": officer, "until": until}
    statement = dialect.insert(review_leases).values(conversation_id=conversation_id, **values)
    free = (review_leases.c.officer == officer) | (review_leases.c.until <= now)
    taken = await connection.execute(
        statement.on_conflict_do_update(index_elements=["conversation_id"], set_=values, where=free)
    )
    return bool(taken.rowcount)


async def leased_talk(connection: AsyncConnection, officer: str, *, now: datetime) -> str | None:
    """The talk that an officer has, or None."""
    mine = (review_leases.c.officer == officer, review_leases.c.until > now)
    statement = select(review_leases.c.conversation_id).where(*mine).order_by(review_leases.c.until.desc())
    found: str | None = (await connection.execute(statement.limit(1))).scalar()
    return found


async def give_up_leases(connection: AsyncConnection, officer: str, *, now: datetime) -> None:
    """An officer has no talk any more; leases that are over go too."""
    over = (review_leases.c.officer == officer) | (review_leases.c.until <= now)
    await connection.execute(delete(review_leases).where(over))


async def insert_verdict(connection: AsyncConnection, **values: Any) -> StoredVerdict:  # noqa: ANN401 - columns
    """Add what an officer decided."""
    row = (await connection.execute(insert(question_verdicts).values(**values).returning(question_verdicts))).one()
    return _verdict(row)


async def verdicts_on(connection: AsyncConnection, question_ids: Sequence[int]) -> list[StoredVerdict]:
    """All lines about these questions, oldest first."""
    lines = question_verdicts
    statement = select(lines).where(lines.c.question_id.in_(question_ids)).order_by(lines.c.id)
    return [_verdict(row) for row in await connection.execute(statement)]


async def last_of_officer(connection: AsyncConnection, officer: str, *, since: datetime) -> StoredVerdict | None:
    """What an officer decided last and did not take back, or None."""
    lines = question_verdicts
    newer = lines.alias("newer")
    is_last = ~exists().where(newer.c.question_id == lines.c.question_id, newer.c.id > lines.c.id)
    mine = (lines.c.officer == officer, lines.c.at > since, lines.c.kind != VerdictKind.WITHDRAWN.value)
    row = (await connection.execute(select(lines).where(*mine, is_last).order_by(lines.c.id.desc()).limit(1))).first()
    return _verdict(row) if row else None


async def count_by_officer(connection: AsyncConnection, officer: str, *, since: datetime) -> int:
    """How many questions an officer has decided since a moment."""
    lines = question_verdicts
    mine = (lines.c.officer == officer, lines.c.at >= since, lines.c.kind.in_([kind.value for kind in SETTLED]))
    statement = select(func.count(lines.c.question_id.distinct())).where(*mine, lines.c.id.in_(_last_verdicts()))
    return int((await connection.execute(statement)).scalar_one())


async def verdicts_after(connection: AsyncConnection, after: int) -> list[StoredVerdict]:
    """All lines with a number above `after`, oldest first."""
    lines = question_verdicts
    statement = select(lines).where(lines.c.id > after).order_by(lines.c.id)
    return [_verdict(row) for row in await connection.execute(statement)]


async def newest_verdicts(connection: AsyncConnection, *, since: datetime) -> dict[int, StoredVerdict]:
    """What counts for each question asked since a moment, by question; none for what was skipped or taken back."""
    lines = question_verdicts
    statement = (
        select(lines)
        .join(asked_questions, asked_questions.c.id == lines.c.question_id)
        .where(asked_questions.c.at >= since)
        .order_by(lines.c.id)
    )
    found: dict[int, StoredVerdict] = {}
    for row in await connection.execute(statement):
        if row.kind != VerdictKind.SKIPPED.value:
            found[row.question_id] = _verdict(row)
    return {number: verdict for number, verdict in found.items() if verdict.kind in SETTLED}


async def questions_since(connection: AsyncConnection, since: datetime, *, limit: int) -> list[AskedQuestion]:
    """The newest questions that were ranked since a moment, oldest first; without those that were erased."""
    asked = asked_questions
    statement = select(asked).where(asked.c.at >= since, asked.c.question != "").order_by(asked.c.id.desc())
    return [asked_question(row) for row in await connection.execute(statement.limit(limit))][::-1]


async def insert_replay(connection: AsyncConnection, **values: Any) -> None:  # noqa: ANN401 - columns of the table
    """Keep what a replay told."""
    await connection.execute(insert(replays).values(**values))


async def newest_replays(connection: AsyncConnection, limit: int) -> list[StoredReplay]:
    """The replays that were run last, newest first."""
    rows = await connection.execute(select(replays).order_by(replays.c.id.desc()).limit(limit))
    return [_replay(row) for row in rows]


async def find_replay(connection: AsyncConnection, replay_id: int) -> StoredReplay | None:
    """The replay with this number, or None."""
    row = (await connection.execute(select(replays).where(replays.c.id == replay_id))).first()
    return _replay(row) if row else None


def _replay(row: Row[Any]) -> StoredReplay:
    report: Mapping[str, Any] = row.report
    return StoredReplay(row.id, row.at, row.actor, row.about, report, row.refused, row.reason)


def _verdict(row: Row[Any]) -> StoredVerdict:
    kind = VerdictKind(row.kind)
    return StoredVerdict(row.id, row.question_id, kind, row.article, row.text, row.officer, row.at)
