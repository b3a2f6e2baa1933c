"""What is searched: documents of several fields, cut into units that are scored each on its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from embeddings.articles import Article, ArticleCollection, plain_text

SECTION: Final = 90  # words of a passage; a section of an article has some sixty
# Of collections whose sections are not known: cut at 90, 1.5 points fewer questions found their Wikipedia passage.
LONGEST_PASSAGE: Final = 250


class Field(IntEnum):
    """Where a unit stands in its document; the order is that of the units in an index."""

    TITLE = 0
    QUESTION = 1
    BODY = 2
    ALIAS = 3
    CONTEXT = 4
    OUTSIDE = 5  # questions that no document answers; they belong to none


class Document(BaseModel):
    """Anything that can be ranked: an article, or a line of a `--corpus` file. Unknown keys are passed over."""

    model_config = ConfigDict(frozen=True)

    id: int | str
    title: str = ""
    text: str
    questions: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    category: str = ""
    context: str = ""
    passage_words: int = LONGEST_PASSAGE  # the longest passage that `text` is cut into


@dataclass(frozen=True)
class Units:
    """Texts with their field and their document's row, sorted by field and then by document."""

    texts: tuple[str, ...]
    fields: NDArray[np.int8]
    documents: NDArray[np.int32]


class CorpusErrors(Exception):
    """A corpus file cannot be read; each problem names its line."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def document_of(article: Article, collection: ArticleCollection) -> Document:
    """An article as the search sees it."""
    category = collection.categories.get(article.category)
    sections = (f"{s.heading}\n{s.text}" for s in article.sections)
    return Document(
        id=article.id,
        title=article.title,
        text="\n\n".join(plain_text(part, collection.links) for part in (article.introduction, *sections)),
        questions=article.questions,
        aliases=(*article.keywords, *article.error_messages),
        category=category.name if category else article.category,
        context=f"{category.name}. {category.description} {article.program}" if category else article.program,
        passage_words=SECTION,
    )


def documents_of(collection: ArticleCollection) -> tuple[Document, ...]:
    """All articles of a collection, by id."""
    return tuple(document_of(a, collection) for a in collection.articles.values())


def read_corpus(path: Path) -> tuple[Document, ...]:
    """Documents of a JSON lines file; all keys but `id` and `text` may be missing.

    Raises:
        CorpusErrors: naming each line that is no document, and ids that stand twice.
    """
    found: dict[int | str, Document] = {}
    problems = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            document = Document.model_validate(json.loads(line))
        except (json.JSONDecodeError, ValidationError) as error:
            problems.append(f"{path}:{number}: {str(error).splitlines()[0]}")
            continue
        if document.id in found:
            problems.append(f"{path}:{number}: id {document.id} stands twice")
        found[document.id] = document
    if problems or not found:
        raise CorpusErrors(problems or [f"{path}:1: holds no document"])
    return tuple(found.values())


def units_of(documents: Sequence[Document], outside: Sequence[str] = ()) -> Units:
    """Every title, question, passage, alias and context of the documents; `outside` questions with document -1."""
    rows = sorted((u for row, d in enumerate(documents) for u in _units(row, d)), key=lambda u: u[:2])
    rows += [(int(Field.OUTSIDE), -1, question) for question in outside]
    fields, owners, texts = zip(*rows, strict=True) if rows else ((), (), ())
    return Units(tuple(texts), np.array(fields, np.int8), np.array(owners, np.int32))


def _units(row: int, document: Document) -> Iterator[tuple[int, int, str]]:
    fields: dict[Field, Iterable[str]] = {
        Field.TITLE: [document.title],
        Field.QUESTION: document.questions,
        Field.BODY: passages(document.text, document.passage_words),
        Field.ALIAS: document.aliases,
        Field.CONTEXT: [document.context],
    }
    for field, texts in fields.items():
        yield from ((int(field), row, text) for text in texts if text.strip())


def passages(text: str, longest: int = SECTION) -> Iterator[str]:
    """Paragraphs, short ones joined, long ones cut, so that none has more than so many words."""
    waiting: list[str] = []
    for paragraph in text.split("\n\n"):
        words = paragraph.split()
        if waiting and len(waiting) + len(words) > longest:
            yield " ".join(waiting)
            waiting = []
        waiting += words
        while len(waiting) > longest:
            yield " ".join(waiting[:longest])
            waiting = waiting[longest:]
    if waiting:
        yield " ".join(waiting)
