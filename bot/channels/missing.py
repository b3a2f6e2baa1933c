"""What an officer wrote and a messenger did not deliver after all: an errand has it noted in the ticket.

Whether words can arrive is told when they are handed over (bot/channels/reaching.py). But a platform may refuse them
later, and WhatsApp takes much that it then reports as failed (Cloud API, "Error codes": synchronous and asynchronous).
"""

import re
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels import texts
from bot.channels.models import Reach
from bot.outbox.models import NewItem
from bot.outbox.repository import enqueue

MISSED: Final = "missed"  # the errand's kind; payload: the message's id and what officers are told
_KEY: Final = re.compile(r"say:(\d{1,18}):")
_TOLD: Final = {Reach.CLOSED: texts.MISSED_CLOSED, Reach.LEFT: texts.MISSED_LEFT}
_CODES: Final = {"131047": Reach.CLOSED}
_REASON_MAX: Final = 120


def said_key(message_id: int, place: int, person: str) -> str:
    """The key of the row that carries a part of an officer's message to somebody's messenger."""
    return f"say:{message_id}:{place}:{person}"[:100]


def told(channel: str, reach: Reach | None, reason: str = "") -> str:
    """What officers read: a known cause in their words, else the platform's `reason`."""
    if reach in _TOLD:
        return _TOLD[reach].format(channel=texts.CHANNELS[channel])
    return texts.MISSED_OTHER.format(channel=texts.CHANNELS[channel], reason=reason[:_REASON_MAX])


def reach_of(error: str) -> Reach | None:
    """The cause that a receipt's error ("131047 Re-engagement message") stands for, where we have words for it."""
    return _CODES.get(error.partition(" ")[0])


async def note_missed(connection: AsyncConnection, channel: str, key: str, text: str, *, at: datetime) -> None:
    """Have officers told, once for each message and messenger, if the row with this key carried their words."""
    found = _KEY.match(key)
    if found is not None:
        payload = {"message": int(found[1]), "text": text}
        await enqueue(connection, [NewItem(MISSED, f"missed:{found[1]}:{channel}", at, payload)], at=at)
