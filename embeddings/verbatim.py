"""Questions that are asked word for word as an editor or an officer wrote them down: whoever wrote them said which
document answers them, so that no probability is needed for it. So are keywords, where no question says otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

from embeddings.documents import Field, Units
from embeddings.text import clean, tokens

NOBODY: Final = -1  # the document of a question that none answers
AS_WRITTEN: Final = 0.95  # P(the document answers): whoever wrote the question may have erred
# Two words ("perangkat lain") are shown among others; one alone ("antivirus") may begin anything.
_TWO_WORDS: Final = 0.7
_QUESTIONS: Final = (Field.TITLE, Field.QUESTION, Field.OUTSIDE)
_KEYWORDS: Final = (Field.ALIAS,)
_SEVERAL: Final = -2


class Written(NamedTuple):
    """The row of the document that a question was written for (NOBODY: none answers it), and how sure that is."""

    document: int
    sure: float


@dataclass(frozen=True)
class Verbatim:
    """The written questions' documents, by their words without case and signs."""

    documents: Mapping[str, int]

    @classmethod
    def of(cls, units: Units) -> Self:
        """What stands in an index; what stands with several documents tells nothing."""
        documents = _owners(units, _KEYWORDS) | _owners(units, _QUESTIONS)
        return cls({words: document for words, document in documents.items() if document != _SEVERAL})

    def __call__(self, text: str) -> Written | None:
        """What was written down of a cleaned text; None where nobody said anything, or but one word."""
        words = _words(text)
        document, gaps = self.documents.get(words), words.count(" ")
        if document is None or not gaps:
            return None
        return Written(document, AS_WRITTEN if gaps > 1 else _TWO_WORDS)


def _owners(units: Units, fields: Collection[Field]) -> dict[str, int]:
    found: dict[str, int] = {}
    for words, document in _written(units, fields):
        found[words] = document if found.get(words, document) == document else _SEVERAL
    return found


def _written(units: Units, fields: Collection[Field]) -> Iterator[tuple[str, int]]:
    for field in fields:
        for place in (units.fields == field).nonzero()[0].tolist():
            yield _words(clean(units.texts[place])), int(units.documents[place])


def _words(text: str) -> str:
    return " ".join(token.form for token in tokens(text))
