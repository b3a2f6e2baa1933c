"""All SQL of officers, their sessions, failed sign-ins and the audit log."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Row,
    Select,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import RowId, UtcDateTime, metadata
from bot.officers.models import AuditEntry, AuditQuery, Browser, Officer, Role, Session, Stage

officers: Final = Table(
    "officers",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("display_name", String(100), nullable=False),
    Column("email", String(254), nullable=True, unique=True),
    Column("role", String(20), nullable=False),
    Column("password_hash", String(255), nullable=True),
    Column("must_change", Boolean, nullable=False),
    Column("totp_secret", String(64), nullable=True),
    Column("totp_last_step", RowId, nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime, nullable=True),
    Column("last_sign_in_at", UtcDateTime, nullable=True),
)

officer_recovery_codes: Final = Table(
    "officer_recovery_codes",
    metadata,
    Column("officer_id", RowId, ForeignKey("officers.id"), primary_key=True),
    Column("digest", String(64), primary_key=True),
)

officer_sessions: Final = Table(
    "officer_sessions",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("officer_id", RowId, ForeignKey("officers.id"), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("stage", String(10), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
    Index("ix_officer_sessions_officer", "officer_id"),
)

# `key` is a keyed digest of a name or an address: people type passwords and mail addresses into the wrong field.
sign_in_attempts: Final = Table(
    "sign_in_attempts",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_sign_in_attempts_key", "key", "at"),
)

# Lines are added and read; nothing here changes or removes one.
audit_log: Final = Table(
    "audit_log",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(100), nullable=False),
    Column("details", JSON, nullable=False),
    Index("ix_audit_log_at", "at", "id"),
    Index("ix_audit_log_actor", "actor", "id"),
    Index("ix_audit_log_action", "action", "id"),
    Index("ix_audit_log_subject", "subject", "id"),
)


async def insert_officer(connection: AsyncConnection, **values: Any) -> Officer:  # noqa: ANN401 - columns of the table
    """Store an account. Raises IntegrityError when the name or the address is somebody's already."""
    return _officer((await connection.execute(insert(officers).values(**values).returning(officers))).one())


async def find_officer(
    connection: AsyncConnection, officer_id: int | None = None, *, name: str | None = None, email: str | None = None
) -> Officer | None:
    """The account with this id, name or address, or None."""
    wanted = {"id": officer_id, "name": name, "email": email}
    filters = [officers.c[column] == value for column, value in wanted.items() if value is not None]
    row = (await connection.execute(select(officers).where(*filters))).first() if filters else None
    return _officer(row) if row else None


async def lock_officer(connection: AsyncConnection, officer_id: int) -> Officer | None:
    """The account, held until the transaction ends, so that one code is never taken twice."""
    statement = select(officers).where(officers.c.id == officer_id).with_for_update()
    row = (await connection.execute(statement)).first()
    return _officer(row) if row else None


async def list_officers(connection: AsyncConnection) -> list[Officer]:
    """All accounts by name."""
    return [_officer(row) for row in await connection.execute(select(officers).order_by(officers.c.name))]


async def count_officers(connection: AsyncConnection) -> int:
    """How many accounts there are."""
    return int((await connection.execute(select(func.count()).select_from(officers))).scalar_one())


async def update_officer(connection: AsyncConnection, officer_id: int, **values: Any) -> None:  # noqa: ANN401 - columns
    """Change an account."""
    await connection.execute(update(officers).where(officers.c.id == officer_id).values(**values))


async def replace_recovery_codes(connection: AsyncConnection, officer_id: int, digests: Iterable[str]) -> None:
    """From now on these codes work, and no earlier ones."""
    await connection.execute(delete(officer_recovery_codes).where(officer_recovery_codes.c.officer_id == officer_id))
    rows = [{"officer_id": officer_id, "digest": digest} for digest in digests]
    if rows:
        await connection.execute(insert(officer_recovery_codes), rows)


async def use_recovery_code(connection: AsyncConnection, officer_id: int, digest: str) -> bool:
    """Take a recovery code out; False when there is none such."""
    mine = (officer_recovery_codes.c.officer_id == officer_id, officer_recovery_codes.c.digest == digest)
    done = await connection.execute(delete(officer_recovery_codes).where(*mine))
    return bool(done.rowcount)


async def count_recovery_codes(connection: AsyncConnection, officer_id: int) -> int:
    """How many recovery codes are left."""
    mine = officer_recovery_codes.c.officer_id == officer_id
    return int((await connection.execute(select(func.count()).where(mine))).scalar_one())


async def insert_session(
    connection: AsyncConnection, officer_id: int, token_hash: str, stage: Stage, browser: Browser, *, at: datetime
) -> None:
    """Store a session."""
    values = {"officer_id": officer_id, "token_hash": token_hash, "stage": stage.value, "created_at": at, "seen_at": at}
    from_where = {"address": browser.address[:64], "agent": browser.agent[:200]}
    await connection.execute(insert(officer_sessions).values(**values, **from_where))


async def find_session(connection: AsyncConnection, token_hash: str) -> tuple[Session, Officer] | None:
    """The session with this token and its officer, in one question, or None."""
    names = {f"s_{column.name}": column for column in officer_sessions.c}
    statement = (
        select(officers, *(column.label(label) for label, column in names.items()))
        .join(officer_sessions, officer_sessions.c.officer_id == officers.c.id)
        .where(officer_sessions.c.token_hash == token_hash)
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        return None
    found = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row by column
    return _session({name.removeprefix("s_"): found[name] for name in names}), _officer(row)


async def sessions_of(connection: AsyncConnection, officer_id: int) -> list[Session]:
    """An officer's sessions, the one that was used last first."""
    mine = officer_sessions.c.officer_id == officer_id
    statement = select(officer_sessions).where(mine).order_by(officer_sessions.c.seen_at.desc())
    return [_session(dict(row._mapping)) for row in await connection.execute(statement)]  # noqa: SLF001 - see above


async def touch_session(connection: AsyncConnection, session_id: int, *, at: datetime) -> None:
    """A session was used."""
    await connection.execute(update(officer_sessions).where(officer_sessions.c.id == session_id).values(seen_at=at))


async def delete_session(connection: AsyncConnection, session_id: int, *, officer_id: int) -> bool:
    """End one session of an officer; False when it is not his or hers, or over already."""
    mine = (officer_sessions.c.id == session_id, officer_sessions.c.officer_id == officer_id)
    return bool((await connection.execute(delete(officer_sessions).where(*mine))).rowcount)


async def delete_sessions(connection: AsyncConnection, officer_id: int, *, besides: int | None = None) -> int:
    """End all sessions of an officer, or all but one; returns how many."""
    statement = delete(officer_sessions).where(officer_sessions.c.officer_id == officer_id)
    if besides is not None:
        statement = statement.where(officer_sessions.c.id != besides)
    return (await connection.execute(statement)).rowcount


async def delete_old_sessions(connection: AsyncConnection, *, created_before: datetime, seen_before: datetime) -> None:
    """Forget sessions that are over by their age or for lack of use."""
    over = (officer_sessions.c.created_at < created_before) | (officer_sessions.c.seen_at < seen_before)
    await connection.execute(delete(officer_sessions).where(over))


async def insert_attempt(connection: AsyncConnection, keys: Iterable[str], *, at: datetime) -> None:
    """Remember a failed sign-in under each of these keys."""
    await connection.execute(insert(sign_in_attempts), [{"key": key, "at": at} for key in keys])


async def attempts(connection: AsyncConnection, key: str, *, since: datetime) -> list[datetime]:
    """When sign-ins failed under a key since a moment, oldest first."""
    statement = select(sign_in_attempts.c.at).where(sign_in_attempts.c.key == key, sign_in_attempts.c.at >= since)
    return list((await connection.execute(statement.order_by(sign_in_attempts.c.at))).scalars())


async def forget_attempts(connection: AsyncConnection, key: str, *, at: datetime | None = None) -> None:
    """Forget failed sign-ins under a key: all of them, or one."""
    statement = delete(sign_in_attempts).where(sign_in_attempts.c.key == key)
    await connection.execute(statement if at is None else statement.where(sign_in_attempts.c.at == at))


async def forget_old_attempts(connection: AsyncConnection, *, before: datetime) -> None:
    """Forget failed sign-ins from before a moment."""
    await connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.at < before))


async def insert_audit(
    connection: AsyncConnection, *, at: datetime, actor: str, action: str, subject: str, details: dict[str, Any]
) -> None:
    """Add a line to the audit log; within the caller's transaction, so that the deed and its line are one."""
    values = {"at": at, "actor": actor, "action": action, "subject": subject, "details": details}
    await connection.execute(insert(audit_log).values(**values))


async def audit_entries(connection: AsyncConnection, query: AuditQuery) -> list[AuditEntry]:
    """Lines of the audit log, newest first."""
    statement = _narrowed(select(audit_log), query).order_by(audit_log.c.id.desc()).limit(query.limit)
    rows = await connection.execute(statement)
    return [AuditEntry(row.id, row.at, row.actor, row.action, row.subject, row.details) for row in rows]


async def audit_actions(connection: AsyncConnection) -> list[str]:
    """The actions that stand in the log, for a choice of them."""
    statement = select(audit_log.c.action).distinct().order_by(audit_log.c.action)
    return list((await connection.execute(statement)).scalars())


def _narrowed(statement: Select[Any], query: AuditQuery) -> Select[Any]:
    equal = {"actor": query.actor, "action": query.action, "subject": query.subject}
    for name, value in equal.items():
        if value:
            statement = statement.where(audit_log.c[name] == value)
    if query.since:
        statement = statement.where(audit_log.c.at >= query.since)
    if query.until:
        statement = statement.where(audit_log.c.at < query.until)
    return statement.where(audit_log.c.id < query.before) if query.before else statement


def _officer(row: Row[Any]) -> Officer:
    return Officer(
        id=row.id,
        name=row.name,
        display_name=row.display_name,
        email=row.email,
        role=Role(row.role),
        password_hash=row.password_hash,
        must_change=row.must_change,
        totp_secret=row.totp_secret,
        totp_last_step=row.totp_last_step,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        last_sign_in_at=row.last_sign_in_at,
    )


def _session(values: dict[str, Any]) -> Session:
    return Session(
        id=values["id"],
        officer_id=values["officer_id"],
        stage=Stage(values["stage"]),
        created_at=values["created_at"],
        seen_at=values["seen_at"],
        address=values["address"],
        agent=values["agent"],
    )
