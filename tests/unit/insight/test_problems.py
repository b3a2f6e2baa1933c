from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversations.models import AskedQuestion, ConversationEvent, EventKind
from bot.insight.counting import count_problems
from bot.insight.models import Figure, Key, Outcome, Problem
from bot.insight.problems import problems_of

BEGIN = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
LATER = BEGIN + timedelta(days=30)
K = EventKind
Told = tuple[EventKind, tuple[int, ...], float]  # what, about which articles, how many minutes after the beginning
DAY = 24 * 60.0


def told(*events: Told, reason: str | None = None) -> list[ConversationEvent]:
    return [ConversationEvent(kind, BEGIN + timedelta(minutes=at), ids, reason) for kind, ids, at in events]


def outcomes(*events: Told, now: datetime = LATER) -> list[Outcome | None]:
    return [problem.outcome for problem in problems_of(told(*events), now)]


SHOWN: Told = (K.SUGGESTED, (1, 2, 3), 0)
READ: Told = (K.CHOSEN, (2,), 1)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([SHOWN, READ, (K.HELPED, (2,), 2)], [Outcome.CONFIRMED]),
        ([SHOWN, READ], [Outcome.ASSUMED]),
        ([SHOWN], [Outcome.UNSOLVED]),
        ([SHOWN, READ, (K.REJECTED, (2,), 2)], [Outcome.UNSOLVED]),
        ([SHOWN, READ, (K.REJECTED, (2,), 2), (K.SUGGESTED, (4,), 3), (K.CHOSEN, (4,), 4)], [Outcome.ASSUMED]),
        ([SHOWN, READ, (K.REJECTED, (2,), 2), (K.ESCALATED, (2,), 3)], [Outcome.ESCALATED]),
        ([SHOWN, (K.ESCALATED, (), 2), (K.TICKET_OPENED, (), 5)], [Outcome.ESCALATED]),
        ([(K.TICKET_OPENED, (), 5)], [Outcome.ESCALATED]),
        ([(K.CHOSEN, (7,), 0), (K.HELPED, (7,), 1)], [Outcome.CONFIRMED]),
        ([(K.REJECTED, (7,), 0)], []),
        ([], []),
    ],
)
def test_how_a_problem_ended(events: list[Told], expected: list[Outcome]) -> None:
    assert outcomes(*events) == expected


def test_cards_after_an_article_that_nobody_turned_down_are_another_problem() -> None:
    assert outcomes(SHOWN, READ, (K.SUGGESTED, (8, 9), 5), (K.CHOSEN, (8,), 6), (K.HELPED, (8,), 7)) == [
        Outcome.ASSUMED,
        Outcome.CONFIRMED,
    ]


def test_a_clear_answer_after_an_article_is_another_problem() -> None:
    assert len(outcomes(SHOWN, READ, (K.CHOSEN, (50,), 5))) == 2


def test_a_second_card_of_the_same_cards_is_the_same_problem() -> None:
    assert outcomes(SHOWN, READ, (K.CHOSEN, (3,), 5)) == [Outcome.ASSUMED]


@pytest.mark.parametrize(("days", "first"), [(3, Outcome.UNSOLVED), (8, Outcome.ASSUMED)])
def test_who_comes_back_with_the_same_matter_was_not_helped(days: int, first: Outcome) -> None:
    back = (K.SUGGESTED, (2,), days * DAY)
    assert outcomes(SHOWN, READ, back)[0] is first


def test_who_comes_back_with_another_matter_was_helped() -> None:
    assert outcomes(SHOWN, READ, (K.SUGGESTED, (90,), 3 * DAY))[0] is Outcome.ASSUMED


def test_who_comes_back_and_asks_for_a_person_was_not_helped() -> None:
    assert outcomes(SHOWN, READ, (K.ESCALATED, (), 3 * DAY))[0] is Outcome.UNSOLVED


@pytest.mark.parametrize(("days", "expected"), [(6.99, Outcome.PENDING), (7.01, Outcome.ASSUMED)])
def test_nothing_is_assumed_before_seven_days_have_passed(days: float, expected: Outcome) -> None:
    assert outcomes(SHOWN, READ, now=BEGIN + timedelta(minutes=1, days=days)) == [expected]


def asked(confidence: float, *, at: float) -> AskedQuestion:
    return AskedQuestion("t", BEGIN + timedelta(minutes=at), "x", "suggest", [(2, confidence), (1, 0.1)])


def test_each_problem_knows_how_sure_the_ranker_was_of_its_first_question() -> None:
    events = told(SHOWN, READ, (K.SUGGESTED, (8,), 5), (K.SUGGESTED, (9,), 6))
    first, second = problems_of(events, LATER, [asked(0.9, at=0.001), asked(0.4, at=5.001), asked(0.2, at=6.001)])
    assert (first.predicted, second.predicted) == ((2, 0.9), (2, 0.4))


def counted(*events: Told, confidence: float = 0.72, reason: str | None = None) -> Counter[Key]:
    counts = Counter[Key]()
    problems = problems_of(told(*events, reason=reason), LATER, [asked(confidence, at=0.001)])
    count_problems(counts, "web", problems, (BEGIN, BEGIN + timedelta(days=1)))
    return counts


def test_an_article_counts_once_a_problem() -> None:
    counts = counted(SHOWN, (K.SUGGESTED, (2, 5), 1), (K.CHOSEN, (2,), 2), (K.HELPED, (2,), 3))
    assert [counts[figure, "2", "web", ""] for figure in (Figure.SHOWN, Figure.CHOSEN, Figure.HELPED)] == [1, 1, 1]
    assert counts[Figure.SHOWN, "5", "web", ""] == 1


def test_a_prediction_counts_where_the_person_told_the_end() -> None:
    counts = counted(SHOWN, READ, (K.HELPED, (2,), 3))
    assert counts[Figure.PREDICTED, "7", "web", ""] == 1
    assert counts[Figure.PREDICTED_HELPED, "7", "web", ""] == 1
    assert counts[Figure.PREDICTED_SUM, "7", "web", ""] == 720


def test_a_prediction_of_the_wrong_article_did_not_help() -> None:
    counts = counted(SHOWN, (K.CHOSEN, (1,), 1), (K.HELPED, (1,), 3), confidence=1.0)
    assert (counts[Figure.PREDICTED, "9", "web", ""], counts[Figure.PREDICTED_HELPED, "9", "web", ""]) == (1, 0)


def test_who_just_leaves_says_nothing_about_the_ranker() -> None:
    assert not [key for key in counted(SHOWN, READ) if key[0] is Figure.PREDICTED]


def test_the_reason_of_an_escalation_counts() -> None:
    assert counted((K.ESCALATED, (), 0), reason="loop")[Figure.ESCALATIONS, "loop", "web", ""] == 1


def test_a_problem_counts_on_the_day_on_which_it_began() -> None:
    counts = Counter[Key]()
    count_problems(counts, "web", [Problem(BEGIN, BEGIN, outcome=Outcome.ASSUMED)], (LATER, LATER + timedelta(days=1)))
    assert not counts
