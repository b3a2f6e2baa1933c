"""All SQL of the metrics: what every process sees alike, because it stands in the database."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.repository import waiting
from bot.heartbeats.repository import last_beat
from bot.incidents.models import IncidentStatus
from bot.incidents.repository import incidents
from bot.mail.fetching import MAILBOX
from bot.mail.models import Outcome
from bot.mail.repository import received_mails
from bot.metrics.models import Standing
from bot.outbox.repository import health
from bot.tickets.repository import tickets


async def standing(connection: AsyncConnection, *, now: datetime) -> Standing:
    """How all of it stands."""
    by_status = select(tickets.c.status, func.count()).group_by(tickets.c.status)
    rows = await connection.execute(by_status)
    suspended = select(func.count()).where(received_mails.c.outcome == Outcome.SUSPENDED.value)
    open_ones = select(func.count()).where(incidents.c.status == IncidentStatus.OPEN.value)
    return Standing(
        tickets={row[0].lower(): row[1] for row in rows},
        outbox=await health(connection, now=now),
        queues=await waiting(connection),
        suspended=int((await connection.execute(suspended)).scalar_one()),
        mailbox_seen_at=await last_beat(connection, MAILBOX),
        incidents=int((await connection.execute(open_ones)).scalar_one()),
    )
