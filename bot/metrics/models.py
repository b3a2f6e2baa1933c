"""How the product stands at a moment, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.outbox.models import OutboxHealth


@dataclass(frozen=True)
class Standing:
    """What stands in the database: tickets by status, open rows of the channels' queues, mails, the outbox."""

    tickets: Mapping[str, int]
    outbox: OutboxHealth
    queues: Mapping[str, int]
    suspended: int
    mailbox_seen_at: datetime | None
    incidents: int
