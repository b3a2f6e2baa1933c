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
