from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import WIB
from bot.insight import rules
from bot.insight.models import Period, Share

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)  # a Wednesday, 12.00 WIB
DAY = date(2026, 11, 18)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_stays_between_nothing_and_all(counted: tuple[int, int]) -> None:
    share = rules.share_of(*counted)
    assert share.value is not None
    assert 0.0 <= share.low <= share.value <= share.high <= 1.0
    assert share.high - share.low > 0.0


@given(st.integers(1, 400), st.integers(2, 9))
def test_more_cases_narrow_the_interval(n: int, times: int) -> None:
    few, many = rules.share_of(n // 2, n), rules.share_of(n // 2 * times, n * times)
    assert many.high - many.low < few.high - few.low


def test_the_interval_is_wilsons() -> None:
    share = rules.share_of(10, 100)  # 0.0552 to 0.1744: R's prop.test(10, 100, correct = FALSE)
    assert (round(share.low, 4), round(share.high, 4)) == (0.0552, 0.1744)


def test_nothing_counted_is_no_share() -> None:
    assert rules.share_of(0, 0).value is None


def test_a_part_beyond_the_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="no part"):
        rules.share_of(3, 2)


def test_the_difference_is_newcombes() -> None:
    # Newcombe 1998, table II, method 10: 56/70 - 48/80 lies in 0.0524 to 0.3339.
    low, high = rules.difference(rules.share_of(56, 70), rules.share_of(48, 80)) or (0.0, 0.0)
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


@pytest.mark.parametrize(("now", "before", "differs"), [((80, 100), (50, 100), True), ((8, 10), (5, 10), False)])
def test_a_change_is_told_only_when_chance_does_not_explain_it(
    now: tuple[int, int], before: tuple[int, int], differs: bool
) -> None:
    assert rules.differs(rules.share_of(*now), rules.share_of(*before)) is differs


def test_no_change_is_told_against_nothing() -> None:
    assert not rules.differs(rules.share_of(9, 10), Share(0, 0, 0.0, 0.0))


@given(st.integers(0, 10**6))
def test_a_bucket_is_within_five_percent(minutes: int) -> None:
    found = rules.bucket(timedelta(minutes=minutes))
    assert abs(found - minutes) <= minutes * 0.05
    assert rules.bucket(timedelta(minutes=found)) == found


@given(st.lists(st.integers(0, 500), min_size=1, max_size=200), st.sampled_from([0.5, 0.9]))
def test_a_quantile_has_its_share_of_durations_below_it(durations: list[int], q: float) -> None:
    found = rules.quantile(Counter(durations), q)
    assert found is not None
    assert found.low <= found.minutes <= found.high
    assert sum(each <= found.minutes for each in durations) >= q * len(durations) - 0.5
    assert found.n == len(durations)


def test_no_durations_have_no_quantile() -> None:
    assert rules.quantile({}, 0.5) is None


@pytest.mark.parametrize(
    ("counted_after", "now_after", "stale"),
    [
        (None, timedelta(hours=1), True),
        (timedelta(hours=10), timedelta(hours=10, minutes=9), False),
        (timedelta(hours=10), timedelta(hours=10, minutes=10), True),
        (timedelta(days=3, hours=1), timedelta(days=3, hours=20), False),
        (timedelta(days=3, hours=1), timedelta(days=4, hours=1), True),
        (timedelta(days=9, hours=23), timedelta(days=11), True),
        (timedelta(days=10), timedelta(days=400), False),
    ],
)
def test_a_day_is_counted_until_nobody_can_come_back(
    counted_after: timedelta | None, now_after: timedelta, stale: bool
) -> None:
    midnight = datetime(2026, 11, 18, tzinfo=WIB)
    counted_at = None if counted_after is None else midnight + counted_after
    assert rules.is_stale(DAY, counted_at, midnight + now_after) is stale


def test_a_day_begins_at_midnight_in_jakarta() -> None:
    begins, ends = rules.bounds(DAY)
    assert (begins.astimezone(UTC).hour, ends - begins) == (17, timedelta(days=1))


@pytest.mark.parametrize("days", range(7))
def test_the_week_before_is_monday_to_sunday(days: int) -> None:
    monday = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
    assert rules.week_before(monday + timedelta(days=days)) == Period(date(2026, 11, 9), date(2026, 11, 15))


def test_the_period_before_is_as_long_and_ends_where_this_begins() -> None:
    assert Period(date(2026, 3, 1), date(2026, 3, 31)).before == Period(date(2026, 1, 29), date(2026, 2, 28))


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="begins"):
        Period(DAY, DAY - timedelta(days=1))
