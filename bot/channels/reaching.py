"""Which messengers reach the person of a talk, and handing an officer's words to them, beside the mail.

For the ticket page: `Messengers.ways(ticket.conversation_id)` says where an answer arrives, and until when.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels import repository
from bot.channels.missing import said_key, told
from bot.channels.models import ChannelPerson, NewOutbound, Reach, Way
from bot.channels.port import BUBBLE_JSON, Capabilities
from bot.channels.rendering import render
from bot.clock import Clock
from bot.conversations.models import Message
from bot.database import Database
from bot.people.repository import talks_of_person

_WITHOUT: Final = frozenset({Reach.CLOSED, Reach.LEFT})


class Messengers:
    """The messengers that are on, from the desk's side. What is written here is sent by the outbox's worker."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        capabilities: Mapping[str, Capabilities],
        *,
        public_url: str,
        templates: bool,
    ) -> None:
        self._database = database
        self._clock = clock
        self._capabilities = capabilities
        self._home = public_url
        self._templates = templates

    async def ways(self, conversation_id: str) -> list[Way]:
        """How an officer's words would reach whoever leads this talk now, messenger by messenger.

        Empty for somebody of the web alone (or a ticket without a talk: do not ask). `Way.until` is when the platform
        stops taking free words (WhatsApp: 24 hours from the person's last message; None where it never does), and
        `Way.reach` what happens with words of now: FREE they arrive, TEMPLATE they arrive inside the approved template,
        CLOSED and LEFT they do not, only the mail goes.
        """
        async with self._database.read() as connection:
            return [self._way(person) for person in await self._people(connection, conversation_id)]

    async def tell(self, conversation_id: str, message: Message) -> list[str]:
        """Write a stored message to the outbox of every messenger of whoever leads the talk; repeating adds nothing.

        Returns, in an officer's words, where it does not arrive.
        """
        async with self._database.write() as connection:
            people = await self._people(connection, conversation_id)
            for person in people:
                if self._way(person).reach not in _WITHOUT:
                    await repository.store_outbound(connection, self._rows(person, message), at=self._clock.now())
        reached = [self._way(person).reach for person in people]
        return [told(person.channel, reach) for person, reach in zip(people, reached, strict=True) if reach in _WITHOUT]

    async def _people(self, connection: AsyncConnection, conversation_id: str) -> list[ChannelPerson]:
        """Everybody whom the talk's person is on a messenger, in whichever talk: a talk may have been carried over."""
        talks = await talks_of_person(connection, conversation_id)
        people = [person for talk in talks for person in await repository.people_of(connection, talk)]
        return [person for person in people if person.channel in self._capabilities]

    def _way(self, person: ChannelPerson) -> Way:
        window = self._capabilities[person.channel].window
        until = person.last_inbound_at + window if window and person.last_inbound_at else None
        if person.left_at is not None:
            return Way(person.channel, Reach.LEFT, until)
        if window is None or (until is not None and self._clock.now() < until):
            return Way(person.channel, Reach.FREE, until)
        return Way(person.channel, Reach.TEMPLATE if self._templates else Reach.CLOSED, until)

    def _rows(self, person: ChannelPerson, message: Message) -> Sequence[NewOutbound]:
        bubbles = render([message], self._capabilities[person.channel], self._home)
        return [
            NewOutbound(
                person.channel,
                person.person,
                said_key(message.id, place, person.person),
                BUBBLE_JSON.dump_python(bubble, mode="json"),
            )
            for place, bubble in enumerate(bubbles)
        ]
