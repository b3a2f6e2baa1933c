"""Where articles are missing: questions that were not answered, or wrongly, in groups of like ones."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from bot.articles.serving import ServedArticles
from bot.clock import Clock
from bot.conversations.models import AskedQuestion, ConversationEvent, EventKind
from bot.conversations.repository import events_since
from bot.database import Database
from bot.learning import repository, rules
from bot.learning.clustering import grouped
from bot.learning.models import StoredVerdict, VerdictKind
from bot.tickets.models import Ticket, TicketEventKind
from bot.tickets.service import TicketService
from bot.tickets.state import folded
from bot.tickets.words import words_of
from embeddings.analysis import Analysis
from embeddings.documents import Field
from embeddings.index import Index

WINDOW: Final = timedelta(days=90)
_QUESTIONS_MAX: Final = 3_000
_GROUPS_MAX: Final = 60
_SAID: Final = frozenset({TicketEventKind.ANSWERED, TicketEventKind.SOLVED})


@dataclass(frozen=True)
class Unanswered:
    """A question that was not answered, or wrongly; `text` holds no personal data."""

    id: int
    text: str
    conversation_id: str
    ticket: int | None
    missing: bool  # an officer found that no article exists


@dataclass(frozen=True)
class Gap:
    """Like questions, the most typical first, with the tickets that they caused."""

    words: tuple[str, ...]
    questions: Sequence[Unanswered]

    @property
    def tickets(self) -> list[int]:
        """The tickets, each once."""
        return sorted({q.ticket for q in self.questions if q.ticket is not None})

    @property
    def missing(self) -> int:
        """Of how many an officer found that no article exists."""
        return sum(q.missing for q in self.questions)


@dataclass(frozen=True)
class Solution:
    """What a solved ticket gives to a draft."""

    subject: str
    answer: str


class GapService:
    """Finds gaps, and what closes them."""

    def __init__(self, database: Database, clock: Clock, served: ServedArticles, tickets: TicketService) -> None:
        self._database = database
        self._clock = clock
        self._served = served
        self._tickets = tickets

    async def gaps(self) -> list[Gap]:
        """The groups of the last 90 days: those that caused most tickets first, then the largest."""
        questions = await self.unanswered()
        found = await asyncio.to_thread(self._grouped, questions) if questions else []
        return sorted(found, key=lambda gap: (-len(gap.tickets), -gap.missing, -len(gap.questions)))[:_GROUPS_MAX]

    async def unanswered(self) -> list[Unanswered]:
        """Questions without the right answer, newest first."""
        since = self._clock.now() - WINDOW
        async with self._database.read() as connection:
            asked = await repository.questions_since(connection, since, limit=_QUESTIONS_MAX)
            verdicts = await repository.newest_verdicts(connection, since=since)
            happened: dict[str, list[ConversationEvent]] = defaultdict(list)
            for talk, event in await events_since(connection, since):
                happened[talk].append(event)
        found = (_unanswered(q, verdicts.get(q.id), happened[q.conversation_id]) for q in reversed(asked))
        return [question for question in found if question is not None]

    def _grouped(self, questions: Sequence[Unanswered]) -> list[Gap]:
        ranker = self._served.now().ranker
        analysed = [ranker.analyse(question.text) for question in questions]
        read = [analysis.content for analysis in analysed]
        vectors = ranker.index.encoder.queries([" ".join(words) for words in read])
        groups = grouped(np.asarray(vectors, np.float32), read, usual(_own_words(ranker.index), analysed))
        return [
            Gap(as_typed(group.words, [analysed[at] for at in group.members]), [questions[at] for at in group.members])
            for group in groups
        ]

    def nearest(self, question: str) -> tuple[str, list[int]]:
        """The category that a question most probably belongs to, and its nearest articles."""
        served = self._served.now()
        ids = [int(article.id) for article in served.ranker.rank(question, 3).articles]
        first = served.collection.articles[ids[0]].category if ids else next(iter(served.collection.categories))
        return first, ids

    async def solution(self, number: int) -> Solution | None:
        """What officers wrote last in a ticket, or None when nobody has answered it."""
        ticket = await self._tickets.find(number)
        answer = _answer(ticket) if ticket else ""
        return Solution(ticket.subject, answer) if ticket and answer else None


def _own_words(index: Index) -> Counter[str]:
    """How often each word stands in the articles' own questions, as they are typed."""
    own = (index.units.fields == Field.QUESTION).nonzero()[0].tolist()
    return Counter(word for unit in own for word in words_of(index.units.texts[unit]))


def usual(typed: Mapping[str, int], analysed: Sequence[Analysis]) -> dict[str, int]:
    """How often people say what is read as a word, in whichever of the ways that `analysed` holds."""
    ways = _ways(analysed)
    return {read: sum(typed.get(way, 0) for way in {read, *found}) for read, found in ways.items()}


def as_typed(words: Sequence[str], analysed: Sequence[Analysis]) -> tuple[str, ...]:
    """Words as most people typed them: who wrote "loading" does not look for "memuat"."""
    ways = _ways(analysed)
    return tuple(dict.fromkeys(ways[word].most_common(1)[0][0] if word in ways else word for word in words))


def _ways(analysed: Sequence[Analysis]) -> Mapping[str, Counter[str]]:
    """What was typed for each word that was read."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for word in (word for analysis in analysed for word in analysis.words):
        for read in word.read:
            found[read][word.typed.casefold()] += 1
    return found


def _answer(ticket: Ticket) -> str:
    taken_back = folded(ticket.events).recalled
    said = (event for event in reversed(ticket.events) if event.kind in _SAID and event.id not in taken_back)
    return next((text for event in said if (text := str(event.data.get("text", ""))).strip()), "")


def _unanswered(
    asked: AskedQuestion, verdict: StoredVerdict | None, events: Sequence[ConversationEvent]
) -> Unanswered | None:
    after = [event for event in events if event.at >= asked.at]
    text = rules.lesson_text(asked.question)
    if not text or not _failed(asked, verdict, after):
        return None
    ticket = next((event.ticket for event in after if event.ticket is not None), None)
    missing = verdict is not None and verdict.kind is VerdictKind.NO_ARTICLE
    return Unanswered(asked.id, text, asked.conversation_id, ticket, missing)


def _failed(asked: AskedQuestion, verdict: StoredVerdict | None, after: Sequence[ConversationEvent]) -> bool:
    """By the verdict where there is one: no article exists, or another one than was offered first is right."""
    if verdict is not None:
        first = asked.ranked[0][0] if asked.ranked and asked.decision != "abstain" else None
        wrong = verdict.kind is VerdictKind.ARTICLE and verdict.article != first
        return wrong or verdict.kind is VerdictKind.NO_ARTICLE
    kinds = {event.kind for event in after}
    return EventKind.ESCALATED in kinds and EventKind.HELPED not in kinds
