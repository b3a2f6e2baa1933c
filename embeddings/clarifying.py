"""What to ask when a question fits too many articles: which categories, or which articles, and how they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from embeddings.analysis import Analyzer
from embeddings.index import Index
from embeddings.ranking import Option, RankedArticle

MOST_OPTIONS: Final = 3  # as many as a person compares on a phone
MOST_WORDS: Final = 3

Articles = tuple[RankedArticle, ...]


class Roots(NamedTuple):
    """A word for each root, and in how many titles that is."""

    words: dict[str, str]
    titles: Counter[str]


class Clarifier:
    """Makes options of the articles of one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._read = Analyzer(index.lexicon)
        named = zip(index.documents, index.categories, strict=True)
        self._categories = {number: category for (number, _), category in named}

    def __call__(self, articles: Sequence[RankedArticle]) -> tuple[Option, ...]:
        """Between what to choose: categories when the articles are of several, else the articles themselves."""
        groups = self._groups(articles)
        best = sorted(groups.items(), key=lambda g: -_sum(g[1]))[:MOST_OPTIONS]
        roots = [self._roots(group) for _, group in best]
        return tuple(
            Option(name, round(_sum(group), 4), group, self._telling(own, roots[:at] + roots[at + 1 :]))
            for at, ((name, group), own) in enumerate(zip(best, roots, strict=True))
        )

    def _groups(self, articles: Sequence[RankedArticle]) -> dict[str, Articles]:
        found: dict[str, Articles] = {}
        for article in articles:
            category = self._categories.get(article.id, "")
            found[category] = (*found.get(category, ()), article)
        one_kind = len(found) == 1 or "" in found
        return {f"{a.title or a.id}": (a,) for a in articles} if one_kind else found

    def _roots(self, articles: Articles) -> Roots:
        """The titles' words by their roots, and how many titles have each."""
        stem, found = self._index.lexicon.stemmer.stem, Roots({}, Counter())
        for article in articles:
            words = {stem(word): word for word in self._read(article.title).content}
            found.words.update(words)
            found.titles.update(words.keys())
        return found

    def _telling(self, own: Roots, others: Sequence[Roots]) -> tuple[str, ...]:
        telling = [root for root in own.words if not any(root in other.words for other in others)]
        weight = self._index.wholes.weight
        best = sorted(telling, key=lambda root: (-own.titles[root], -weight(root)))[:MOST_WORDS]
        return tuple(own.words[root] for root in best)


def _sum(articles: Articles) -> float:
    return sum(a.confidence for a in articles)
