"""Somebody who talks to the bot, by words and taps."""

import secrets
from dataclasses import dataclass, field

from bot.dialogue.payloads import parse_payload
from bot.dialogue.port import Reply, Turn
from bot.dialogue.rasa_client import RasaDialogue
from tests.integration.shelves import Desk


@dataclass
class Person:
    """Somebody who talks to the bot, by words and taps."""

    dialogue: RasaDialogue
    desk: Desk
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    replies: list[Reply] = field(default_factory=list)

    async def says(self, text: str) -> list[Reply]:
        self.replies = await self.dialogue.turn(Turn(self.id, text, None))
        return self.replies

    async def taps(self, title: str) -> list[Reply]:
        """Tap the button or card with this title in the last replies."""
        offered = {b.title: b.payload for r in self.replies for b in r.buttons}
        offered |= {c.title: c.payload for r in self.replies for c in r.articles}
        payload = offered[title]
        assert parse_payload(payload) is not None, f"{payload} is no payload that the client lets through"
        self.replies = await self.dialogue.turn(Turn(self.id, None, payload))
        return self.replies

    async def sends_files(self, *names: str) -> list[Reply]:
        self.replies = await self.dialogue.turn(Turn(self.id, None, None, attachments=names))
        return self.replies

    @property
    def text(self) -> str:
        return "\n".join(reply.text for reply in self.replies)

    @property
    def cards(self) -> list[int]:
        return [card.id for reply in self.replies for card in reply.articles]

    @property
    def buttons(self) -> list[str]:
        return [button.title for reply in self.replies for button in reply.buttons]

    @property
    def recorded(self) -> list[str]:
        return [kind.value for kind, _, _ in self.desk.diary.entries.get(self.id, [])]

    @property
    def reasons(self) -> list[str]:
        return [reason for _, _, reason in self.desk.diary.entries.get(self.id, []) if reason]
