"""Reviewing talks: which question is next, and what an officer decides about it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.articles.service import ArticleService
from bot.clock import WIB, Clock
from bot.conversations.models import AskedQuestion
from bot.conversations.repository import events_of, messages_after, questions_of
from bot.database import Database
from bot.learning import repository, rules
from bot.learning.errors import ReviewedByAnother, UnknownQuestion, WrongVerdict
from bot.learning.labelled import LabelledFile
from bot.learning.models import Progress, Review, Reviewed, StoredVerdict, VerdictKind, Why
from embeddings import Verdict

_MESSAGES_MAX = 400
_COUNTED_MAX = 100


class ReviewService:
    """The queue of questions to review, for all officers together."""

    def __init__(self, database: Database, clock: Clock, articles: ArticleService, labelled: LabelledFile) -> None:
        self._database = database
        self._clock = clock
        self._articles = articles
        self._labelled = labelled
        self._appending = asyncio.Lock()

    async def next(self, officer: str) -> Review | None:
        """The next question for an officer, whose talk nobody else gets meanwhile; None when nothing waits.

        First what is left of the talk that the officer has; then talks by the reason for which they are reviewed.
        """
        now = self._clock.now()
        async with self._database.write() as connection:
            talk = await repository.leased_talk(connection, officer, now=now)
            left = await repository.undecided_of(connection, talk, officer, now=now) if talk else []
            if left:
                return await self._review(connection, left[0], await _why(connection, left[0]))
            await repository.give_up_leases(connection, officer, now=now)
            for why in Why:
                for asked in await self._waiting(connection, why, officer, limit=1):
                    await self._hold(connection, asked, officer)
                    first = await repository.undecided_of(connection, asked.conversation_id, officer, now=now)
                    return await self._review(connection, first[0], why)
        return None

    async def find(self, question_id: int, officer: str) -> Review:
        """A question by its number, to decide it anew. Raises UnknownQuestion or ReviewedByAnother."""
        async with self._database.write() as connection:
            asked = await _found(connection, question_id)
            await self._hold(connection, asked, officer)
            return await self._review(connection, asked, await _why(connection, asked))

    async def decide(
        self, question_id: int, kind: VerdictKind, officer: str, article: int | None = None
    ) -> StoredVerdict:
        """Store a verdict, which replaces an earlier one, and teach it.

        Raises UnknownQuestion, ReviewedByAnother, or WrongVerdict when the article is missing or gone.
        """
        named = kind is VerdictKind.ARTICLE
        if named != (article is not None) or (named and article not in self._articles.collection.articles):
            raise WrongVerdict
        async with self._database.write() as connection:
            asked = await _found(connection, question_id)
            await self._hold(connection, asked, officer)
            stored = await self._store(connection, asked, kind, officer, article)
        await self.teach()
        return stored

    async def undo(self, officer: str) -> int | None:
        """Take back what an officer decided last today; returns the question, which is to be decided anew."""
        today = _midnight(self._clock.now())
        async with self._database.write() as connection:
            last = await repository.last_of_officer(connection, officer, since=today)
            if last is None:
                return None
            asked = await _found(connection, last.question_id)
            await repository.give_up_leases(connection, officer, now=self._clock.now())
            await self._hold(connection, asked, officer)
            await self._store(connection, asked, VerdictKind.WITHDRAWN, officer, None)
        await self.teach()
        return last.question_id

    async def progress(self, officer: str) -> Progress:
        """How many questions an officer decided today, and how many wait for one."""
        async with self._database.read() as connection:
            today = await repository.count_by_officer(connection, officer, since=_midnight(self._clock.now()))
            found: set[int] = set()
            for why in Why:
                if len(found) < _COUNTED_MAX:
                    found |= {q.id for q in await self._waiting(connection, why, officer, limit=_COUNTED_MAX)}
        return Progress(today, min(len(found), _COUNTED_MAX), more=len(found) >= _COUNTED_MAX)

    async def teach(self) -> None:
        """Add to the labelled file what it lacks of the database's verdicts."""
        async with self._appending:
            after = await asyncio.to_thread(self._labelled.last_row)
            async with self._database.read() as connection:
                new = await repository.verdicts_after(connection, after)
                all_of_them = await repository.verdicts_on(connection, [v.question_id for v in new])
            await asyncio.to_thread(self._labelled.append, _lessons(new, all_of_them))

    async def _waiting(self, connection: AsyncConnection, why: Why, officer: str, *, limit: int) -> list[AskedQuestion]:
        now = self._clock.now()
        since, until = now - rules.WINDOW, now - rules.QUIET
        return await repository.waiting(connection, why, officer, now=now, since=since, until=until, limit=limit)

    async def _hold(self, connection: AsyncConnection, asked: AskedQuestion, officer: str) -> None:
        now = self._clock.now()
        if not await repository.lease(connection, asked.conversation_id, officer, now=now, until=now + rules.LEASE):
            raise ReviewedByAnother

    async def _store(
        self, connection: AsyncConnection, asked: AskedQuestion, kind: VerdictKind, officer: str, article: int | None
    ) -> StoredVerdict:
        text = rules.lesson_text(asked.question)
        values = {"question_id": asked.id, "kind": kind.value, "article": article, "text": text, "officer": officer}
        return await repository.insert_verdict(connection, **values, at=self._clock.now())

    async def _review(self, connection: AsyncConnection, asked: AskedQuestion, why: Why) -> Review:
        talk = asked.conversation_id
        questions = await questions_of(connection, talk)
        lines = await repository.verdicts_on(connection, [q.id for q in questions])
        last = {line.question_id: line for line in lines}
        settled = {number: line for number, line in last.items() if line.kind in rules.SETTLED}
        return Review(
            asked,
            why,
            [Reviewed(question, settled.get(question.id)) for question in questions],
            await messages_after(connection, talk, limit=_MESSAGES_MAX),
            await events_of(connection, talk),
        )


def _lessons(new: Sequence[StoredVerdict], lines: Sequence[StoredVerdict]) -> list[Verdict]:
    found = []
    for verdict in new:
        earlier = [line for line in lines if line.question_id == verdict.question_id and line.id < verdict.id]
        settling = [line for line in earlier if line.kind is not VerdictKind.SKIPPED]
        taught_before = bool(settling) and settling[-1].kind in rules.TEACHING
        lesson = rules.lesson_of(verdict, taught_before=taught_before)
        found += [lesson] if lesson else []
    return found


async def _found(connection: AsyncConnection, question_id: int) -> AskedQuestion:
    asked = await repository.find_question(connection, question_id)
    if asked is None or not asked.question:
        raise UnknownQuestion
    return asked


async def _why(connection: AsyncConnection, asked: AskedQuestion) -> Why:
    for why in Why:
        if await repository.is_because(connection, why, asked.id):
            return why
    return Why.SAMPLE


def _midnight(now: datetime) -> datetime:
    return now.astimezone(WIB).replace(hour=0, minute=0, second=0, microsecond=0)
