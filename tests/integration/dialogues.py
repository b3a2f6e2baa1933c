"""Dialogues that stand in for Rasa where the talk itself is not what is tested."""

import asyncio

from bot.dialogue.port import Button, DialogueUnavailable, Reply, Turn


class EchoDialogue:
    """Says what was said; remembers the turns; can be away or slow."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.away = False
        self.delay = 0.0

    async def turn(self, turn: Turn) -> list[Reply]:
        if self.away:
            raise DialogueUnavailable("away")
        await asyncio.sleep(self.delay)
        self.turns.append(turn)
        return [Reply(f"Anda berkata: {turn.text or turn.payload}", buttons=(Button("Ya", "/affirm"),))]

    async def ready(self) -> bool:
        return not self.away

    async def forget(self, conversation_id: str) -> None:
        self.turns = [turn for turn in self.turns if turn.conversation_id != conversation_id]


class HonestFallback(EchoDialogue):
    """Stands in for the ranker that answers alone."""

    async def turn(self, turn: Turn) -> list[Reply]:  # noqa: ARG002
        return [Reply("Asisten sedang terbatas; ini artikel terdekat.")]
