"""Like questions come together, and a group is named by the words that only it has."""

import numpy as np
import pytest

from bot.learning.clustering import LIKE, grouped

WORDS = [
    ("billing", "pajak", "gagal"),
    ("billing", "pajak", "ditolak"),
    ("bku", "kunci", "gagal"),
    ("kode", "billing", "gagal"),
    ("bku", "kunci", "bulan"),
]
TOPICS = (0, 0, 1, 0, 1)


def vectors(near: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """One axis for each topic, one for each question; questions of a topic are `near` to each other."""
    rows = np.zeros((len(WORDS), 2 + len(WORDS)), np.float32)
    for place, topic in enumerate(TOPICS):
        rows[place, topic], rows[place, 2 + place] = np.sqrt(near), np.sqrt(1 - near)
    return rows


def test_like_questions_come_together_under_their_own_words() -> None:
    first, second = grouped(vectors(near=0.7), WORDS)
    assert (set(first.members), set(second.members)) == ({0, 1, 3}, {2, 4})
    assert first.words[0] == "billing"
    assert set(second.words[:2]) == {"bku", "kunci"}


@pytest.mark.parametrize(("near", "groups"), [(LIKE - 0.1, 5), (LIKE + 0.1, 2)])
def test_the_cut_decides(near: float, groups: int) -> None:
    assert len(grouped(vectors(near), WORDS)) == groups


def test_what_is_said_anyway_names_no_group() -> None:
    words = [("bisa", "billing"), ("bisa", "billing"), ("bisa", "kunci"), ("bisa", "billing"), ("bisa", "kunci")]
    plain = grouped(vectors(near=0.7), words)
    assert {group.words[0] for group in plain} == {"billing", "kunci"}
    rare, _ = grouped(vectors(near=0.7), [("bisa", "pajak"), *words[1:]])
    assert rare.words.index("bisa") < rare.words.index("pajak")
    rare, _ = grouped(vectors(near=0.7), [("bisa", "pajak"), *words[1:]], {"bisa": 900, "billing": 3, "tidak": 100})
    assert rare.words == ("billing", "pajak", "bisa")
