"""Where a message may lie whose sending has no known end: in the gaps between the numbers that we know."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.port import Trail
from bot.channels.telegram.finding import candidates


def trail(before: list[int], after: list[int]) -> Trail:
    return Trail(tuple(map(str, before)), tuple(map(str, after)))


def test_on_a_quiet_night_it_is_the_next_number_first() -> None:
    assert candidates(trail([4, 7], []))[0] == 8


def test_numbers_that_are_known_to_be_others_are_left_out() -> None:
    assert candidates(trail([7], [8, 10, 11]))[:3] == [9, 12, 13]


def test_what_passed_before_bounds_it_from_below() -> None:
    assert min(candidates(trail([3, 9, 5], [12]))) == 10


def test_what_people_wrote_meanwhile_may_lie_before_it() -> None:
    assert 7 + 40 in candidates(trail([7], []))


def test_without_a_beginning_nothing_is_guessed() -> None:
    assert candidates(trail([], [8, 9])) == []


def test_ids_that_are_no_numbers_tell_nothing() -> None:
    assert candidates(Trail(("", "a1", "²", "9" * 40, "5"), ("x",)))[0] == 6


numbers = st.lists(st.integers(min_value=1, max_value=60), max_size=20)


@given(numbers.filter(bool), numbers)
def test_candidates_are_few_rising_and_unknown(before: list[int], after: list[int]) -> None:
    found = candidates(trail(before, after))
    assert found == sorted(set(found))
    assert len(found) <= 40
    assert all(number > max(before) and number not in after for number in found)
