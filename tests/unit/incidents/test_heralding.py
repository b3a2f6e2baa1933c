from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot.articles.models import ArticleCard
from bot.conversations.service import START_PAYLOAD
from bot.dialogue.port import Reply, Turn
from bot.incidents.heralding import HeraldedDialogue
from bot.incidents.models import Incident, IncidentStatus
from bot.incidents.rules import told_about

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
DOWN = Incident(1, IncidentStatus.OPEN, "Sinkron gagal", "Sedang diperbaiki.", "ARKAS", [7], NOON, NOON, {})


@dataclass
class Open:
    incidents: Sequence[Incident] = (DOWN,)

    async def told(self) -> Sequence[Incident]:
        return self.incidents

    async def about(self, articles: Sequence[int]) -> Incident | None:
        return told_about(articles, self.incidents)


@dataclass
class Cards:
    """Answers with the cards of these articles."""

    articles: Sequence[int] = (7, 8)
    forgotten: list[str] = field(default_factory=list)

    async def turn(self, turn: Turn) -> list[Reply]:  # noqa: ARG002 - the same to everything
        cards = tuple(ArticleCard(n, "t", "e", "c", f"/artikel/{n}", "p") for n in self.articles)
        return [Reply("Mungkin ini:", cards)]

    async def ready(self) -> bool:
        return True

    async def forget(self, conversation_id: str) -> None:
        self.forgotten.append(conversation_id)


async def said(turn: Turn, *, articles: Sequence[int] = (7, 8), incidents: Sequence[Incident] = (DOWN,)) -> list[str]:
    return [reply.text for reply in await HeraldedDialogue(Cards(articles), Open(incidents)).turn(turn)]


NEWS = "Sedang ada gangguan (ARKAS): Sinkron gagal.\n\nSedang diperbaiki."


async def test_the_greeting_tells() -> None:
    assert await said(Turn("a", None, START_PAYLOAD)) == [NEWS, "Mungkin ini:"]


async def test_the_greeting_tells_of_the_two_newest() -> None:
    assert len(await said(Turn("a", None, START_PAYLOAD), incidents=[DOWN] * 5)) == 3


async def test_the_answer_to_a_like_question_tells() -> None:
    assert await said(Turn("a", "sinkron gagal", None)) == [NEWS, "Mungkin ini:"]


@pytest.mark.parametrize(
    ("turn", "articles"),
    [
        (Turn("a", "pajak", None), (8, 7)),
        (Turn("a", "halo", None), ()),
        (Turn("a", None, '/choose_article{"article":"7"}'), (7,)),
    ],
)
async def test_other_turns_are_left_as_they_are(turn: Turn, articles: Sequence[int]) -> None:
    assert await said(turn, articles=articles) == ["Mungkin ini:"]


async def test_without_an_incident_nothing_is_said() -> None:
    assert await said(Turn("a", None, START_PAYLOAD), incidents=()) == ["Mungkin ini:"]


async def test_the_rest_is_passed_on() -> None:
    inner = Cards()
    outer = HeraldedDialogue(inner, Open())
    assert await outer.ready()
    await outer.forget("a")
    assert inner.forgotten == ["a"]
