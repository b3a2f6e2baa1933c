"""One article held against all others, without reading those again: what the console asks at every save."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from shutil import copyfile
from threading import Lock
from typing import Final

from bot.articles.importing.swapping import Signature, signature, write_anew
from bot.articles.linting import bodies, completeness, fields
from bot.articles.linting.checking import Folders, Rule, surroundings
from bot.articles.linting.findings import Finding
from bot.articles.linting.likeness import KnownTexts
from bot.articles.linting.material import Material
from bot.articles.linting.questions import Place, places_of
from embeddings import Article, ArticleCollection, load_articles
from embeddings.loading import CATALOGUE_FILES, read_articles

# What can be said of one article; titles and questions, which two share, are looked at from its side below.
_RULES: Final[tuple[Rule, ...]] = (
    fields.counts, fields.repeats, fields.references, fields.sources, fields.dates,
    bodies.unfinished, bodies.length, bodies.first_sentence, bodies.form, bodies.ease, completeness.incomplete,
)  # fmt: skip


@dataclass(frozen=True)
class Twin:
    """A question that stands elsewhere too, in article `elsewhere`; None where it is one that measures the bot."""

    question: str
    other: str
    elsewhere: int | None


@dataclass(frozen=True)
class Held:
    """What is wrong with one article; `imported` ones may share titles and questions with others."""

    findings: tuple[Finding, ...]
    same_title: tuple[int, ...] = ()
    twins: tuple[Twin, ...] = ()
    imported: bool = False


@dataclass(frozen=True)
class _Known:
    """All that one article is held against, as the files were at `stamp`; texts are questions, held-out ones last."""

    stamp: tuple[Signature, ...]
    material: Material
    places: tuple[Place, ...]
    texts: KnownTexts


class Neighbours:
    """All articles as they lie, read again only when a file has changed. For many threads.

    The first article that is held costs what a whole lint does (`prepare` does it beforehand), others some hundredths
    of a second.
    """

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self._collection: tuple[Signature, ArticleCollection] | None = None
        self._known: _Known | None = None
        self._reading, self._gathering = Lock(), Lock()

    def collection(self) -> ArticleCollection:
        """All articles. Raises ArticleErrors."""
        with self._reading:
            now = signature(self._folders.articles)
            if self._collection is None or self._collection[0] != now:
                self._collection = now, load_articles(self._folders.articles)
            return self._collection[1]

    def prepare(self, *, today: date) -> None:
        """Read what the next article is held against. Raises ArticleErrors."""
        self._gathered(today)

    def held(self, path: Path, text: str, *, number: int, today: date) -> Held:
        """What is wrong with `text` as the file at `path` (relative) of article `number`. Raises ArticleErrors."""
        known = self._gathered(today)
        with tempfile.TemporaryDirectory(prefix="artikel-") as folder:
            root = Path(folder)
            for name in CATALOGUE_FILES:
                copyfile(self._folders.articles / name, root / name)
            write_anew(root / path, text)
            alone, problems = read_articles(root)
            unread = [Finding(root / p.path, p.line, "file", p.message) for p in problems if p.path == path]
            article = alone.articles.get(number)
            return _judged(article, unread, root, known, today) if article else Held(tuple(unread))

    def _gathered(self, today: date) -> _Known:
        with self._gathering:
            folders = self._folders
            stamp = tuple(map(signature, (folders.articles, folders.lexicon, folders.evaluation)))
            before = self._known
            if before is None or before.stamp != stamp:
                material = surroundings(folders, self.collection(), today=today, findings=[])
                places = places_of(material)
                asked = [*(place.text for place in places), *(held_out.text for held_out in material.evaluation)]
                texts = KnownTexts(asked, material.lexicon, before.texts if before else None)
                self._known = before = _Known(stamp, material, places, texts)
            return before


def _judged(article: Article, unread: list[Finding], root: Path, known: _Known, today: date) -> Held:
    others = known.material.collection
    collection = replace(others, articles={**others.articles, article.id: article})
    material = replace(known.material, root=root, collection=collection, today=today, only=article.id)
    return Held(
        tuple(sorted({*unread, *(finding for rule in _RULES for finding in rule(material))})),
        tuple(each.id for each in others.articles.values() if each.id != article.id and _titled(each, article)),
        tuple(_twins(article, known)),
        imported=article.id in material.imported,
    )


def _titled(one: Article, other: Article) -> bool:
    return one.title.casefold() == other.title.casefold()


def _twins(article: Article, known: _Known) -> Iterator[Twin]:
    own = KnownTexts(article.questions, known.material.lexicon)
    for position, question in enumerate(article.questions):
        for other in own.alike(question):
            if other < position:
                yield Twin(question, article.questions[other], article.id)
        for other in known.texts.alike(question):
            if other >= len(known.places):
                yield Twin(question, known.material.evaluation[other - len(known.places)].text, None)
            elif known.places[other].article.id != article.id:
                yield Twin(question, known.places[other].text, known.places[other].article.id)
