import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from bot.clock import WIB
from bot.incidents import rules
from bot.incidents.models import Incident, IncidentStatus, Signal
from bot.incidents.rules import BurstPolicy, History

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)  # a Wednesday, 12.00 WIB
POLICY = BurstPolicy()
CALM = History(8.0, {1: 800, 2: 8}, dict.fromkeys(range(168), 8 * 10))  # ten an hour, all the week


@given(st.integers(0, 200), st.floats(0.001, 100))
def test_the_tail_is_poissons(n: int, expected: float) -> None:
    assert rules.tail(n, expected) == pytest.approx(poisson.sf(n - 1, expected), rel=1e-9, abs=1e-300)


@given(st.integers(1, 60), st.floats(0.01, 30), st.floats(0.01, 30))
def test_more_people_and_fewer_expected_are_less_likely(n: int, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert rules.tail(n, low) <= rules.tail(n, high)
    assert rules.tail(n + 1, high) <= rules.tail(n, high)


def test_a_rare_article_that_many_ask_about_is_a_burst() -> None:
    found = rules.bursts({2: 8, 1: 19}, CALM, NOON, POLICY)
    assert [burst.article for burst in found] == [2]
    assert found[0].expected < 0.5
    assert found[0].chance < 1e-6


@given(st.integers(0, 4))
def test_fewer_than_the_minimum_are_never_a_burst(people: int) -> None:
    assert rules.bursts({2: people}, CALM, NOON, POLICY) == []


@given(st.integers(5, 40), st.integers(0, 300))
def test_a_busy_day_never_makes_more_bursts(people: int, others: int) -> None:
    calm = rules.bursts({2: people}, CALM, NOON, POLICY)
    busy = rules.bursts({2: people, 1: others}, CALM, NOON, POLICY)
    assert not [burst for burst in busy if burst.article == 2] or calm


def test_everything_asked_five_times_as_often_is_a_busy_day_and_no_burst() -> None:
    history = History(8.0, dict.fromkeys(range(50), 27), dict.fromkeys(range(168), 8 * 10))
    assert rules.bursts(dict.fromkeys(range(50), 6), history, NOON, POLICY) == []


def test_without_a_history_many_more_people_are_needed() -> None:
    young = History(0.5, {}, {})
    assert rules.bursts({2: 14}, young, NOON, POLICY) == []
    assert rules.bursts({2: 15}, young, NOON, POLICY)


def test_expected_follows_weekday_and_hour() -> None:
    history = History(4.0, {1: 40}, {rules.hour_of_week(NOON): 40})
    assert rules.expected_in(history, NOON, NOON + timedelta(hours=2)) == pytest.approx(10)
    assert rules.expected_in(history, NOON + timedelta(minutes=30), NOON + timedelta(hours=1)) == pytest.approx(5)
    assert rules.expected_in(history, NOON + timedelta(days=1), NOON + timedelta(days=1, hours=2)) == 0


def test_the_week_begins_on_monday_at_midnight_in_jakarta() -> None:
    assert rules.hour_of_week(datetime(2026, 11, 16, 0, 59, tzinfo=WIB)) == 0


INCIDENT = Incident(1, IncidentStatus.OPEN, "Salur", "Sedang diperbaiki.", "ARKAS", [2], NOON, NOON, {})
REPORT = Signal("ticket", 1, 2, NOON)


@pytest.mark.parametrize(
    ("signal", "program", "incident", "expected"),
    [
        (REPORT, "ARKAS", INCIDENT, True),
        (REPORT, "Lainnya", INCIDENT, True),
        (REPORT, "SIPLah", INCIDENT, False),
        (REPORT, "SIPLah", replace(INCIDENT, program=None), True),
        (replace(REPORT, article=3), "ARKAS", INCIDENT, False),
        (replace(REPORT, at=NOON - timedelta(minutes=1)), "ARKAS", INCIDENT, False),
        (REPORT, "ARKAS", replace(INCIDENT, status=IncidentStatus.SUSPECTED), False),
        (REPORT, "ARKAS", replace(INCIDENT, status=IncidentStatus.SOLVED), False),
    ],
)
def test_what_belongs_to_an_incident(signal: Signal, program: str, incident: Incident, expected: bool) -> None:
    assert rules.belongs(signal, program, incident) is expected


@pytest.mark.parametrize(
    ("status", "ended", "known"),
    [
        (IncidentStatus.OPEN, None, True),
        (IncidentStatus.SUSPECTED, None, True),
        (IncidentStatus.DISMISSED, timedelta(hours=23), True),
        (IncidentStatus.DISMISSED, timedelta(hours=25), False),
        (IncidentStatus.SOLVED, timedelta(hours=1), True),
        (IncidentStatus.SOLVED, timedelta(hours=3), False),
    ],
)
def test_officers_are_told_once(status: IncidentStatus, ended: timedelta | None, known: bool) -> None:
    incident = replace(INCIDENT, status=status, ended_at=NOON - ended if ended else None)
    assert rules.is_known(2, [incident], NOON, POLICY) is known
    assert not rules.is_known(9, [incident], NOON, POLICY)


def test_a_question_is_about_an_incident_when_its_nearest_article_is() -> None:
    assert rules.told_about([2, 5], [INCIDENT]) is INCIDENT
    assert rules.told_about([5, 2], [INCIDENT]) is None
    assert rules.told_about([], [INCIDENT]) is None


Asked = tuple[datetime, int, str]  # when, about which article, by whom


def month(seed: int, *, days: int, busy: Sequence[int] = ()) -> list[Asked]:
    """Normal days of 500 questions about 190 articles, few of them often; three times as many on `busy` days."""
    chance = random.Random(seed)  # noqa: S311 - a test's people
    weights = [1 / (rank + 1) for rank in range(190)]
    found: list[Asked] = []
    for day, hour in product(range(days), range(24)):
        begins = datetime(2026, 9, 7, tzinfo=WIB) + timedelta(days=day, hours=hour)
        weekday = 1.0 if begins.weekday() < 5 else 0.25
        usual = 500 / 11 * weekday * (1.0 if 7 <= hour < 18 else 0.08) * (3 if day in busy else 1)
        n = max(round(chance.gauss(usual, usual**0.5 * 1.5)), 0)  # more uneven than Poisson, as people are
        articles = chance.choices(range(190), weights, k=n)
        found += [
            (begins + timedelta(minutes=chance.random() * 60), each, f"{begins}{m}") for m, each in enumerate(articles)
        ]
    return sorted(found)


def alarms(asked: list[Asked], since: datetime) -> list[tuple[datetime, int]]:
    """What is noticed, looking every half hour, each article once a day."""
    moments = [each[0] for each in asked]
    past = asked[: bisect_left(moments, since)]
    weeks = (since - moments[0]) / timedelta(weeks=1)
    by_hour = Counter(rules.hour_of_week(at) for at, _, _ in past)
    history = History(weeks, Counter(article for _, article, _ in past), by_hour)
    found: dict[tuple[int, date], datetime] = {}
    now = since
    while now < moments[-1]:
        now += timedelta(minutes=30)
        window = asked[bisect_left(moments, now - POLICY.window) : bisect_left(moments, now)]
        for burst in rules.bursts(
            Counter(article for article, _ in {each[1:] for each in window}), history, now, POLICY
        ):
            found.setdefault((burst.article, now.date()), now)
    return [(at, article) for (article, _), at in found.items()]


WEEKS = 28  # days of history before what is looked at
SINCE = datetime(2026, 9, 7, tzinfo=WIB) + timedelta(days=WEEKS)


def test_normal_weeks_with_a_deadline_raise_no_alarm() -> None:
    assert alarms(month(7, days=WEEKS + 14, busy=[WEEKS + 10, WEEKS + 11]), SINCE) == []


def test_an_outage_is_noticed_within_the_hour() -> None:
    begins = SINCE + timedelta(days=1, hours=10)
    outage = [(begins + timedelta(minutes=5 * n), 150, f"o{n}") for n in range(12)]
    found = alarms(sorted([*month(7, days=WEEKS + 3), *outage]), SINCE)
    assert [article for _, article in found] == [150]
    assert found[0][0] <= begins + timedelta(hours=1)
