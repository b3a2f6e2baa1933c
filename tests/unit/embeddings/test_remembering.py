"""What is remembered is worked out once, and dies with its object, without Python's collector of rings."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings import open_served
from embeddings.analysis import Analyzer
from embeddings.encoder import TrainedEncoder
from embeddings.remembering import remembered
from embeddings.spelling import SpellingRepair


@pytest.fixture
def _no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


class Doubler:
    def __init__(self) -> None:
        self.asked: list[int] = []
        self.double = remembered(self._double, 2)

    def _double(self, number: int) -> int:
        self.asked.append(number)
        return 2 * number


def test_a_method_is_asked_once_for_what_it_remembers() -> None:
    doubler = Doubler()
    assert [doubler.double(n) for n in (3, 3, 4, 5, 3)] == [6, 6, 8, 10, 6]
    assert doubler.asked == [3, 4, 5, 3]


@pytest.mark.usefixtures("_no_collector")
def test_an_object_does_not_live_on_by_what_it_remembers() -> None:
    doubler = Doubler()
    seen, double = weakref.ref(doubler), doubler.double
    del doubler
    assert seen() is None
    with pytest.raises(ReferenceError):
        double(3)


@pytest.mark.usefixtures("_no_collector")
def test_a_replaced_ranker_is_gone_at_once_with_all_its_parts(index_folder: Path) -> None:
    served = open_served(index_folder)
    served.ranker.rank("min bku ga bs ditutp")
    index = served.ranker.index
    assert isinstance(index.encoder, TrainedEncoder)
    parts: list[object] = [
        served.ranker,
        index,
        index.encoder,
        index.encoder.hasher,
        index.lexicon,
        index.lexicon.stemmer,
    ]
    parts += [part for part in vars(served.ranker).values() if isinstance(part, Analyzer)]
    parts += [part for part in vars(parts[-1]).values() if isinstance(part, SpellingRepair)]
    seen = [weakref.ref(part) for part in parts]
    assert len(seen) == len(("ranker", "index", "encoder", "hasher", "lexicon", "stemmer", "analyzer", "spelling"))
    del served, index, parts
    assert [each() for each in seen] == [None] * len(seen)
