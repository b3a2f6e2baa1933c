"""A few days of talks and tickets, counted on both databases."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.articles.repository import add_view, save_vote
from bot.calendar.service import ServiceHours
from bot.channels.repository import count_sent
from bot.clock import SettableClock
from bot.conversations import repository as talks
from bot.conversations.models import AskedQuestion, Conversation, ConversationEvent, EventKind
from bot.database import Database
from bot.insight.figures import Figures
from bot.insight.keeping import FIGURES, FigureKeeper
from bot.insight.models import Figure, Outcome, Period, Scope
from bot.insight.rules import bounds
from bot.insight.service import Insight
from bot.insight.sources_repository import records
from bot.insight.tables import Table
from bot.learning.models import VerdictKind
from bot.learning.repository import insert_verdict
from bot.outbox.recurring import Recurring
from bot.outbox.repository import enqueue_for_ever
from bot.outbox.worker import Worker
from bot.satisfaction.repository import save
from bot.tickets.repository import tickets
from tests.integration.desks import Desk

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

MONDAY = date(2026, 11, 23)  # the clock's day, 10.00 WIB
K = EventKind


@pytest.fixture
def desk(database: Database, clock: SettableClock) -> Desk:
    return Desk(database, clock)


@pytest.fixture
def keeper(database: Database, clock: SettableClock) -> FigureKeeper:
    return FigureKeeper(database, clock, ServiceHours(frozenset()))


@pytest.fixture
def insight(database: Database, clock: SettableClock) -> Insight:
    return Insight(database, clock, lambda: {42: "Cara menutup BKU"}, whatsapp_budget=1000)


async def talk(database: Database, clock: SettableClock, name: str, *events: EventKind, channel: str = "web") -> None:
    """Somebody writes now, and this happens about article 42, a minute apart."""
    async with database.write() as connection:
        await talks.insert_conversation(connection, Conversation(name, channel, "x", clock.now()))
        await talks.insert_message(
            connection, conversation_id=name, sender="user", text="tutup bku", created_at=clock.now()
        )
        asked = AskedQuestion(name, clock.now(), "tutup bku", "suggest", [(42, 0.83), (7, 0.1)])
        await talks.insert_question(connection, asked)
        for place, kind in enumerate(events):
            at = clock.now() + timedelta(minutes=place)
            await talks.insert_event(connection, name, ConversationEvent(kind, at, (42,)))


async def test_a_busy_day_is_read_a_few_talks_at_a_time(database: Database, clock: SettableClock) -> None:
    for name in "abc":
        await talk(database, clock, name, K.SUGGESTED, K.CHOSEN)
    span = bounds(MONDAY)
    async with database.read() as connection:
        whole, *apart = [
            [each async for each in records(connection, span, span, at_once=at_once)] for at_once in (200, 1, 2)
        ]
    assert [(len(events), len(asked)) for _, events, asked in whole] == [(2, 1)] * 3
    assert all(sorted(each, key=repr) == sorted(whole, key=repr) for each in apart)


async def counted(insight: Insight, first: date = MONDAY, last: date = MONDAY) -> Figures:
    return (await insight.compared(Period(first, last)))[0]


async def rows(insight: Insight, slug: str, scope: Scope | None = None, last: date = MONDAY) -> Any:  # noqa: ANN401
    _, found = await insight.report(Period(MONDAY, last), scope)
    named: dict[str, Table] = {each.slug: each for each in found}
    return named[slug].rows


async def test_a_day_of_talks(database: Database, clock: SettableClock, keeper: FigureKeeper, insight: Insight) -> None:
    await talk(database, clock, "a", K.SUGGESTED, K.CHOSEN, K.HELPED)
    await talk(database, clock, "b", K.SUGGESTED, K.CHOSEN)
    await talk(database, clock, "c", K.SUGGESTED, K.ESCALATED, channel="telegram")
    clock.advance(timedelta(minutes=5))
    await keeper.count_due()
    found = await counted(insight)
    assert [found.count(figure) for figure in (Figure.TALKS, Figure.QUESTIONS, Figure.PROBLEMS)] == [3, 3, 3]
    assert found.count(Figure.PROBLEMS, Outcome.PENDING.value) == 1
    assert (found.outcome(Outcome.CONFIRMED).part, found.outcome(Outcome.CONFIRMED).whole) == (1, 2)
    assert await rows(insight, "artikel") == [("42. Cara menutup BKU", 3, 2, 1, 0, 0, 0, 0, 0)]
    assert [row[:2] for row in await rows(insight, "kanal")] == [("Obrolan web", 2), ("Telegram", 1)]
    assert (await rows(insight, "kalibrasi"))[8] == pytest.approx(("80-90 %", 0.83, 0.5, 0.094, 0.905, 2), abs=0.001)


async def test_what_is_assumed_is_known_after_seven_days(
    database: Database, clock: SettableClock, keeper: FigureKeeper, insight: Insight
) -> None:
    await talk(database, clock, "a", K.SUGGESTED, K.CHOSEN)
    clock.advance(timedelta(minutes=5))
    await keeper.count_due()
    clock.advance(timedelta(days=8))
    await keeper.count_due()
    assert (await counted(insight)).outcome(Outcome.ASSUMED).part == 1


async def test_times_are_working_hours(desk: Desk, keeper: FigureKeeper, insight: Insight) -> None:
    number = (await desk.open()).number  # Monday 10.00
    desk.clock.advance(timedelta(hours=22))
    await desk.officers.answer(number, "budi", "Sedang kami periksa.")  # Tuesday 08.00: seven hours of service
    desk.clock.advance(timedelta(hours=2))
    await desk.officers.solve(number, "budi", "Sudah.")
    await keeper.count_due()
    tuesday = await counted(insight, MONDAY + timedelta(days=1), MONDAY + timedelta(days=1))
    first, solution = tuesday.duration(Figure.FIRST_REPLY, 0.5), tuesday.duration(Figure.SOLUTION, 0.5)
    assert first is not None
    assert solution is not None
    assert (first.minutes, solution.minutes) == (420, 540)
    assert ((await counted(insight)).count(Figure.OPENED), tuesday.count(Figure.OPENED)) == (1, 0)


async def test_silence_is_told_apart_from_a_solution(desk: Desk, keeper: FigureKeeper, insight: Insight) -> None:
    await desk.asked()
    for _ in range(49):
        await desk.after(hours=1)
    done = (await desk.open()).number
    await desk.tickets.done(done)
    await desk.reply(done, "Kendala masih terjadi, Pak. Mohon bantuannya.")
    spam = (await desk.open()).number
    await desk.officers.spam(spam, "budi")
    await keeper.count_due()
    found = await counted(insight, MONDAY, MONDAY + timedelta(days=3))
    assert {by: found.count(Figure.SOLVED, by) for by in ("silence", "reporter", "officer")} == {
        "silence": 1, "reporter": 1, "officer": 0,
    }  # fmt: skip
    assert [found.count(Figure.REMINDERS, step) for step in ("reminder_6h", "reminder_24h")] == [1, 1]
    assert (found.count(Figure.FOLLOWED_UP), found.count(Figure.OPENED)) == (1, 3)
    assert found.duration(Figure.SOLUTION, 0.5) is not None


async def decide(database: Database, clock: SettableClock, *kinds: VerdictKind) -> None:
    """An officer decides about the only question that was asked, and thinks again."""
    async with database.write() as connection:
        [question] = (await connection.execute(select(talks.asked_questions.c.id))).scalars()
        for kind in kinds:
            article = 42 if kind is VerdictKind.ARTICLE else None
            await insert_verdict(
                connection, question_id=question, kind=kind.value, article=article, text="tutup bku", officer="budi",
                at=clock.now(),
            )  # fmt: skip


async def test_opinions_views_and_the_budget(
    database: Database, clock: SettableClock, desk: Desk, keeper: FigureKeeper, insight: Insight
) -> None:
    number = (await desk.open()).number
    await talk(database, clock, "a")
    await decide(database, clock, VerdictKind.ARTICLE, VerdictKind.ARTICLE, VerdictKind.BOT_RIGHT)
    async with database.write() as connection:
        await save(connection, number, good=False, comment=None, source="mail", at=clock.now())
        await save_vote(connection, 42, helpful=True, reason=None, visitor="v", at=clock.now())
        await add_view(connection, 42, MONDAY)
        await count_sent(connection, "whatsapp", "2026-11")
    await keeper.count_due()
    assert [row[1] for row in await rows(insight, "kepuasan")] == [0, 1]
    assert await rows(insight, "artikel") == [("42. Cara menutup BKU", 0, 0, 0, 0, 1, 0, 1, 1)]
    assert await rows(insight, "whatsapp") == [("2026-11", 1, 1000, 0.001)]
    assert [row[0] for row in await rows(insight, "program", Scope(program="ARKAS"))] == ["ARKAS"]


async def test_a_program_narrows_the_tickets(desk: Desk, keeper: FigureKeeper, insight: Insight) -> None:
    await desk.open()
    await keeper.count_due()
    opened = [
        dict([row[:2] for row in await rows(insight, "tiket", Scope(program=p))])["Dibuka"] for p in ("ARKAS", "X")
    ]
    assert opened == [1, 0]


async def test_counting_again_changes_nothing(
    database: Database, clock: SettableClock, desk: Desk, keeper: FigureKeeper, insight: Insight
) -> None:
    await talk(database, clock, "a", K.SUGGESTED, K.CHOSEN, K.HELPED)
    await desk.open()
    await keeper.count(MONDAY)
    before = await insight.report(Period(MONDAY, MONDAY))
    await keeper.count(MONDAY)
    assert await insight.report(Period(MONDAY, MONDAY)) == before


async def test_days_that_are_settled_stay_whatever_is_erased(
    database: Database, clock: SettableClock, keeper: FigureKeeper, insight: Insight
) -> None:
    await talk(database, clock, "a", K.SUGGESTED, K.CHOSEN, K.HELPED)
    for _ in range(11):
        await keeper.count_due()
        clock.advance(timedelta(days=1))
    async with database.write() as connection:
        await connection.execute(talks.conversation_events.delete())
    await keeper.count_due()
    assert (await counted(insight)).outcome(Outcome.CONFIRMED).part == 1


async def test_an_old_installation_is_counted_in_rounds_by_one_errand_for_ever(
    database: Database, clock: SettableClock, keeper: FigureKeeper, insight: Insight
) -> None:
    old = {"email": "a@b.id", "program": "ARKAS", "subject": "x", "details": "y", "source": "form"}
    async with database.write() as connection:
        await connection.execute(insert(tickets).values(**old, created_at=clock.now() - timedelta(days=45)))
        for _ in range(2):
            await enqueue_for_ever(connection, [FIGURES], at=clock.now())
    worker = Worker(database, clock, {FIGURES: Recurring(clock, keeper.round)})
    assert [await worker.run_once() for _ in range(4)] == [1, 1, 1, 0]
    assert (await counted(insight, MONDAY - timedelta(days=45))).count(Figure.OPENED) == 1
    clock.advance(timedelta(minutes=10))
    assert await worker.run_once() == 1
