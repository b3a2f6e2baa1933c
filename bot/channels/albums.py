"""Albums: several files that a person sent at once arrive as events of their own, and become one message.

Telegram sends each photo of an album as an update with the same `media_group_id` (Bot API, "Message"), within a second.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.models import Outcome, QueueItem
from bot.channels.port import INBOUND_JSON, Inbound
from bot.channels.queue_repository import channel_inbox

PATIENCE: Final = timedelta(seconds=1.5)  # what an album's first event waits for the others


async def gathered(
    connection: AsyncConnection, item: QueueItem, first: Inbound, most: int
) -> tuple[Inbound, Sequence[int]]:
    """The event with the files of its album, at most `most`, and the rows of the others. What is more stays waiting."""
    theirs = and_(channel_inbox.c.channel == item.channel, channel_inbox.c.person == item.person)
    others = and_(theirs, channel_inbox.c.done_at.is_(None), channel_inbox.c.id != item.id)
    rows = await connection.execute(
        select(channel_inbox.c.id, channel_inbox.c.body).where(others).order_by(channel_inbox.c.position)
    )
    read = [(int(row.id), INBOUND_JSON.validate_python(row.body)) for row in rows]
    same = [(row_id, event) for row_id, event in read if event.album == first.album][: most - 1]
    media = (*first.media, *(each for _, event in same for each in event.media))
    text = first.text or next((event.text for _, event in same if event.text), None)
    return replace(first, media=media, text=text), [row_id for row_id, _ in same]


async def finish(connection: AsyncConnection, rows: Sequence[int], *, at: datetime) -> None:
    """Note that these rows were answered with their album's first."""
    values = {"done_at": at, "outcome": Outcome.DONE.value, "body": None}
    await connection.execute(update(channel_inbox).where(channel_inbox.c.id.in_(rows)).values(**values))
