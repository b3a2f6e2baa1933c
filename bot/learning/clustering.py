"""Like questions together, named by their own words. Pure: vectors and words in, groups out."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Cosine to a group's mean from which a question belongs to it. Of pairs of held-out questions of one article 60 % are
# at least so near to each other under the shipped encoder, and 0.5 % of pairs of different articles.
LIKE: Final = 0.4
WORDS: Final = 4


@dataclass(frozen=True)
class Group:
    """Places of like questions, the one nearest to their middle first, and the words that tell them from the rest."""

    members: tuple[int, ...]
    words: tuple[str, ...]


def grouped(
    vectors: NDArray[np.float32], words: Sequence[Sequence[str]], usual: Mapping[str, int] | None = None
) -> list[Group]:
    """Leader clustering (Hartigan 1975): each question joins the likest group so far, or begins one.

    `vectors` are of length one. The order is that of the questions, so that the same ones give the same groups. `usual`
    tells how often words are said anyway, so that a few questions are not named by "bisa" and "tidak".
    """
    sums: list[NDArray[np.float32]] = []
    members: list[list[int]] = []
    for place, vector in enumerate(vectors):
        likeness = [float(vector @ _unit(total)) for total in sums]
        best = int(np.argmax(likeness)) if likeness else -1
        if best >= 0 and likeness[best] >= LIKE:
            sums[best] = sums[best] + vector
            members[best].append(place)
        else:
            sums.append(vector.copy())
            members.append([place])
    names = _names([[word for place in group for word in words[place]] for group in members], usual or {})
    middles = [_unit(total) for total in sums]
    return [
        Group(tuple(sorted(group, key=lambda place: -float(vectors[place] @ middle))), name)
        for group, middle, name in zip(members, middles, names, strict=True)
    ]


def _unit(total: NDArray[np.float32]) -> NDArray[np.float32]:
    length = float(np.linalg.norm(total))
    found: NDArray[np.float32] = total / (length or 1.0)
    return found


def _names(groups: Sequence[Sequence[str]], usual: Mapping[str, int]) -> list[tuple[str, ...]]:
    """For each group the words of the greatest class-based TF-IDF (Grootendorst 2022, arXiv 2203.05794).

    What is `usual` is one more class, which gets no name.
    """
    counts = [Counter(words) for words in groups]
    everywhere = sum(counts, Counter(usual))
    average = sum(everywhere.values()) / (len(groups) + bool(usual) or 1)

    def weight(count: Counter[str], word: str) -> float:
        return count[word] / max(1, count.total()) * math.log(1 + average / everywhere[word])

    return [tuple(sorted(c, key=lambda word: (-weight(c, word), word))[:WORDS]) for c in counts]
