"""Who stands at the other end of a channel, and which talk is led with them."""

import secrets
import uuid

from sqlalchemy.exc import IntegrityError

from bot.channels import repository
from bot.channels.models import ChannelPerson
from bot.channels.port import Inbound
from bot.clock import Clock
from bot.conversations.models import Conversation
from bot.conversations.repository import insert_conversation
from bot.conversations.rules import hash_token
from bot.database import Database


class ChannelPeople:
    """Finds people by their account, and begins a talk with those who are new."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def known(self, inbound: Inbound) -> ChannelPerson:
        """The person who did this, stored with a talk of their own when they are new."""
        async with self._database.read() as connection:
            found = await repository.find_person(connection, inbound.channel, inbound.person)
        if found is not None:
            return found
        try:
            return await self._begin(inbound)
        except IntegrityError:  # another process was quicker; now they are known
            return await self.known(inbound)

    async def _begin(self, inbound: Inbound) -> ChannelPerson:
        # Nobody holds the token: the talk is opened by the platform's signature, until it is carried to the web.
        closed = hash_token(secrets.token_urlsafe(32))
        talk = Conversation(uuid.uuid4().hex, inbound.channel, closed, self._clock.now())
        at = inbound.sent_at or self._clock.now()
        person = ChannelPerson(inbound.channel, inbound.person, talk.id, at, alias=inbound.alias)
        async with self._database.write() as connection:
            await insert_conversation(connection, talk)
            await repository.insert_person(connection, person)
        return person
