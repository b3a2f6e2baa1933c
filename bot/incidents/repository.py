"""All SQL of incidents: they themselves, their tickets, and the signals in which bursts are noticed."""

from typing import Final

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from bot.database import RowId, UtcDateTime, metadata

incidents: Final = Table(
    "incidents",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("status", String(10), nullable=False),
    Column("title", String(150), nullable=False),
    Column("text", Text, nullable=False),
    Column("program", String(40), nullable=True),
    Column("articles", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("noticed_at", UtcDateTime, nullable=False),
    Column("opened_at", UtcDateTime, nullable=True),
    Column("opened_by", String(100), nullable=True),
    Column("ended_at", UtcDateTime, nullable=True),
    Column("ended_by", String(100), nullable=True),
    Column("solution", Text, nullable=False),
    Index("ix_incidents_status", "status", "id"),
    sqlite_autoincrement=True,
)

incident_tickets: Final = Table(
    "incident_tickets",
    metadata,
    Column("incident_id", RowId, ForeignKey("incidents.id"), primary_key=True),
    Column("ticket_number", RowId, ForeignKey("tickets.number"), primary_key=True, index=True),
    Column("attached_at", UtcDateTime, nullable=False),
    Column("detached_at", UtcDateTime, nullable=True),
)

# `hour` counts hours since 1970, so that both databases can add up hours of the week alike.
incident_signals: Final = Table(
    "incident_signals",
    metadata,
    Column("kind", String(10), primary_key=True),
    Column("source", RowId, primary_key=True, autoincrement=False),
    Column("article", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("hour", Integer, nullable=False),
    Column("conversation_id", String(32), nullable=True),
    Column("ticket_number", RowId, nullable=True),
    Index("ix_incident_signals_hour", "hour", "article"),
)
