from datetime import timedelta

import pytest

from bot.outbox.models import WorkerPolicy
from bot.outbox.rules import is_exhausted, retry_delay

POLICY = WorkerPolicy(first_delay=timedelta(seconds=10), longest_delay=timedelta(minutes=5), attempts=4)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 10), (2, 20), (3, 40), (6, 300), (5000, 300)])
def test_wait_doubles_up_to_the_longest(attempts: int, seconds: int) -> None:
    assert retry_delay(attempts, POLICY, 0.5) == timedelta(seconds=seconds)


def test_wait_is_spread_by_a_quarter_each_way() -> None:
    assert retry_delay(1, POLICY, 0.0) == timedelta(seconds=7.5)
    assert retry_delay(1, POLICY, 1.0) == timedelta(seconds=12.5)


@pytest.mark.parametrize(("attempts", "exhausted"), [(3, False), (4, True), (5, True)])
def test_errand_is_given_up_after_its_attempts(attempts: int, exhausted: bool) -> None:
    assert is_exhausted(attempts, POLICY) is exhausted
