"""Erasing a person on every channel at once."""

from bot.channels import repository
from bot.channels.models import ChannelPerson
from bot.database import Database
from bot.people.service import PeopleService


class PersonEraser:
    """Erases what the channels keep, then what people said and who they are."""

    def __init__(self, database: Database, people: PeopleService) -> None:
        self._database = database
        self._people = people

    async def erase(self, conversation_id: str, *, besides: ChannelPerson | None = None) -> None:
        """Erase whoever leads this talk; `besides` is left for the caller, who still has to say goodbye there."""
        # Before the identities go: should we die in between, the repetition must still find all of them.
        talks = await self._people.talks_of(conversation_id)
        async with self._database.write() as connection:
            for talk in talks:
                for person in await repository.people_of(connection, talk):
                    if besides is None or (person.channel, person.person) != (besides.channel, besides.person):
                        await repository.erase_person(connection, person.channel, person.person)
        await self._people.erase(conversation_id)
