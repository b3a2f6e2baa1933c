"""What lives as long as the process is left out of collections, and freed when its time is over."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot import heap


class Ring:
    """Holds itself, so that only a collection frees it."""

    def __init__(self) -> None:
        self.myself = self


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_is_there_is_left_out_of_later_collections() -> None:
    before = len(gc.get_objects())
    heap.settle()
    assert len(gc.get_objects()) < before / 10


def test_a_frozen_ring_that_nobody_needs_is_freed_the_next_time() -> None:
    ring = Ring()
    heap.settle()
    seen = weakref.ref(ring)
    del ring
    gc.collect()
    assert seen() is not None
    heap.settle()
    assert seen() is None


def test_what_came_after_is_collected_as_ever() -> None:
    heap.settle()
    seen = weakref.ref(Ring())
    gc.collect()
    assert seen() is None


def test_newer_things_are_left_out_too_and_their_garbage_is_freed() -> None:
    heap.settle()
    ring, kept = Ring(), Ring()
    seen, left = weakref.ref(ring), weakref.ref(kept)
    del ring
    heap.settle_newer()
    assert seen() is None
    assert left() is not None
    assert not any(each is kept for each in gc.get_objects())


def test_what_was_frozen_before_is_not_walked_through_for_newer_things() -> None:
    ring = Ring()
    heap.settle()
    seen = weakref.ref(ring)
    del ring
    heap.settle_newer()
    assert seen() is not None
