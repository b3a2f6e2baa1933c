"""What happens with an event of a channel: it becomes a turn of the talk, and the replies become rows of the outbox."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.attachments.service import AttachmentService
from bot.channels import albums, repository, texts
from bot.channels.commands import parse_command
from bot.channels.errands import Errands, Reply
from bot.channels.models import ChannelPerson, NewOutbound, Outcome, QueueItem, SentChoices
from bot.channels.people import ChannelPeople
from bot.channels.port import (
    BUBBLE_JSON,
    INBOUND_JSON,
    Bubble,
    Channel,
    ChannelError,
    Choice,
    FileTooBig,
    Inbound,
    InboundKind,
    MessageRefused,
    Shape,
)
from bot.channels.rendering import render, render_text
from bot.channels.sending import FAREWELL
from bot.channels.worker import Done, TryAgain
from bot.clock import Clock
from bot.conversations.models import InboundMessage, Message
from bot.conversations.service import ConversationService
from bot.database import Database
from bot.errors import InvalidInput

log = structlog.get_logger(__name__)

_DOUBLE_TAP: Final = timedelta(seconds=10)


class InboxHandler:
    """Answers the events of all channels. Repeating one finds the stored replies and writes the same rows again."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        channels: Mapping[str, Channel],
        conversations: ConversationService,
        attachments: AttachmentService,
        errands: Errands,
        *,
        public_url: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._channels = channels
        self._conversations = conversations
        self._attachments = attachments
        self._errands = errands
        self._people = ChannelPeople(database, clock)
        self._home = public_url.rstrip("/")

    async def handle(self, item: QueueItem) -> Done:
        """Answer one event. Raises TryAgain while a file cannot be fetched."""
        inbound = INBOUND_JSON.validate_python(item.body)
        channel = self._channels[inbound.channel]
        if inbound.kind is InboundKind.GROUP:
            return self._done(item, self._own(channel, texts.GROUP), key=f"group:{inbound.person}:{item.created_at:%j}")
        if inbound.kind is InboundKind.LEFT:
            return self._done(item, Reply(), left=True)
        await self._acknowledge(channel, inbound)
        inbound, rest = await self._whole_album(item, inbound)
        person = await self._people.known(inbound)
        return self._done(item, await self._reply(channel, inbound, person), seen=inbound, rest=rest)

    async def _whole_album(self, item: QueueItem, inbound: Inbound) -> tuple[Inbound, Sequence[int]]:
        if inbound.album is None:
            return inbound, ()
        async with self._database.read() as connection:
            return await albums.gathered(connection, item, inbound, self._attachments.most_files)

    async def give_up(self, item: QueueItem, error: str) -> Done:
        """Say that the message could not be worked, rather than leave the person waiting."""
        reply = self._own(self._channels[item.channel], texts.FAILED)
        return replace(self._done(item, reply), outcome=Outcome.DEAD, error=error)

    async def _acknowledge(self, channel: Channel, inbound: Inbound) -> None:
        try:
            await channel.acknowledge(inbound)
        except ChannelError as error:  # a courtesy: the answer matters more
            log.info("channel_acknowledge_failed", channel=channel.name, error=type(error).__name__)

    async def _reply(self, channel: Channel, inbound: Inbound, person: ChannelPerson) -> Reply:
        try:
            if inbound.kind is InboundKind.TAP:
                return await self._tapped(channel, inbound, person)
            if inbound.kind is InboundKind.EDITED:
                return self._own(channel, texts.EDITED)
            if inbound.kind is InboundKind.WORDLESS:
                return self._own(channel, texts.WORDLESS.get(inbound.note or "", texts.WORDLESS_OTHER))
            return await self._said(channel, inbound, person)
        except InvalidInput as error:
            return self._own(channel, error.detail)

    async def _tapped(self, channel: Channel, inbound: Inbound, person: ChannelPerson) -> Reply:
        sent, index = await self._sent_choices(inbound)
        choices = _choices(sent)
        if sent is None or not 0 <= index < len(choices):
            return self._own(channel, texts.CHOICE_GONE)
        if sent.tapped_choice == index and sent.tapped_at and self._clock.now() - sent.tapped_at < _DOUBLE_TAP:
            return Reply()  # the second tap of a double tap is an event of its own
        reply = await self._chosen(channel, inbound, person, choices[index].payload)
        return replace(reply, tapped=(sent.outbox_id, index))

    async def _sent_choices(self, inbound: Inbound) -> tuple[SentChoices | None, int]:
        row, _, place = (inbound.tap or "").partition(":")
        if not (row.isascii() and row.isdigit() and place.isascii() and place.isdigit() and len(row) < 19):
            return None, -1
        async with self._database.read() as connection:
            return await repository.find_sent(connection, inbound.channel, inbound.person, int(row)), int(place)

    async def _chosen(self, channel: Channel, inbound: Inbound, person: ChannelPerson, payload: str) -> Reply:
        if payload.startswith(texts.TYPED):
            return await self._turn(channel, inbound, person, InboundMessage(payload.removeprefix(texts.TYPED)))
        if texts.is_local(payload):
            return await self._errands.chosen(channel, person, payload)
        return await self._turn(channel, inbound, person, InboundMessage(payload=payload))

    async def _said(self, channel: Channel, inbound: Inbound, person: ChannelPerson) -> Reply:
        if inbound.media:
            return await self._sent_files(channel, inbound, person)
        text = inbound.text or ""
        command = parse_command(text)
        if command is not None and self._errands.knows(command):
            reply = await self._errands.run(channel, person, command)
            if reply is not None:
                return reply
        if command is not None:
            words, payload = self._errands.for_dialogue(command)
            return await self._turn(channel, inbound, person, InboundMessage(words, payload))
        numbered = await self._numbered(inbound, text)
        if numbered is not None:
            return await self._chosen(channel, inbound, person, numbered)
        return await self._turn(channel, inbound, person, InboundMessage(text))

    async def _numbered(self, inbound: Inbound, text: str) -> str | None:
        """The payload behind a typed number, where the last message offered its choices as numbers."""
        digits = text.strip().rstrip(".")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 2):
            return None
        async with self._database.read() as connection:
            sent = await repository.last_sent(connection, inbound.channel, inbound.person)
        choices = _choices(sent, Shape.NUMBERED)
        place = int(digits) - 1
        return choices[place].payload if 0 <= place < len(choices) else None

    async def _sent_files(self, channel: Channel, inbound: Inbound, person: ChannelPerson) -> Reply:
        limit = channel.capabilities.media_max_bytes
        try:
            if any((media.size or 0) > limit for media in inbound.media):
                raise FileTooBig
            files = await self._attachments.take_in([channel.fetch(media) for media in inbound.media])
        except FileTooBig:
            return self._own(
                channel, texts.FILE_TOO_LARGE.format(megabytes=limit // 1024**2, form=f"{self._home}/hubungi-kami")
            )
        except MessageRefused:
            return self._own(channel, texts.FILE_LOST)
        except ChannelError as error:
            raise TryAgain(type(error).__name__) from error
        return await self._turn(channel, inbound, person, InboundMessage(inbound.text, files=tuple(files)))

    async def _turn(self, channel: Channel, inbound: Inbound, person: ChannelPerson, message: InboundMessage) -> Reply:
        known = replace(message, client_id=f"{inbound.channel}:{inbound.event_id}"[:100])
        replies: Sequence[Message] = await self._conversations.receive_from_channel(person.conversation_id, known)
        return Reply(tuple(render(replies, channel.capabilities, self._home)))

    def _own(self, channel: Channel, text: str) -> Reply:
        return Reply(tuple(render_text(text, channel.capabilities))) if text else Reply()

    def _done(
        self,
        item: QueueItem,
        reply: Reply,
        *,
        key: str | None = None,
        left: bool = False,
        seen: Inbound | None = None,
        rest: Sequence[int] = (),
    ) -> Done:
        prefix = key or (f"{FAREWELL}{item.id}" if reply.erased else f"in:{item.id}")
        new = [
            NewOutbound(item.channel, item.person, f"{prefix}:{n}", BUBBLE_JSON.dump_python(bubble, mode="json"))
            for n, bubble in enumerate(reply.bubbles)
        ]

        async def write(connection: AsyncConnection) -> None:
            now = self._clock.now()
            if rest:
                await albums.finish(connection, rest, at=now)
            if seen is not None:  # with the answer, for one transaction less
                at = min(seen.sent_at or now, now)
                await repository.saw_person(connection, item.channel, item.person, at=at, alias=seen.alias)
            if left:
                await repository.person_left(connection, item.channel, item.person, at=now)
                await repository.cancel_outbound(connection, item.channel, item.person, at=now, error="left")
            if reply.tapped is not None:
                await repository.mark_tapped(connection, *reply.tapped, at=now)
            if reply.erased:
                await repository.erase_person(connection, item.channel, item.person)
            await repository.store_outbound(connection, new, at=now)

        # What was said stands in the talk by now; of the event only its id is still needed.
        return Done(write, values={"body": None})


def _choices(sent: SentChoices | None, shape: Shape | None = None) -> Sequence[Choice]:
    if sent is None:
        return ()
    bubble: Bubble = BUBBLE_JSON.validate_python(sent.body)
    return bubble.choices if shape is None or bubble.shape is shape else ()
