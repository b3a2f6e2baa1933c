"""Training the project's own encoder. Imports torch: only what trains comes here."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from embeddings.analysis import Analyzer
from embeddings.articles import ArticleCollection
from embeddings.documents import Document, documents_of, passages
from embeddings.encoder import Matrix
from embeddings.features import FeatureHasher, FeatureSettings
from embeddings.lexicon import load_lexicon
from embeddings.modules import save_sentence_transformer
from embeddings.noise import noisy
from embeddings.trainable import TrainableEncoder, random_table

Progress = Callable[[str], None]
Words = tuple[str, ...]

SEED: Final = 20_261_121
DIMENSION: Final = 256
NEVER: Final = -1e4  # a logit that no softmax sees


@dataclass(frozen=True)
class Recipe:
    """How the encoder learns from articles: Adam on softmax losses over cosines times `scale`."""

    epochs: int = 24
    articles: int = 48  # in a batch
    questions: int = 4  # of each of them
    rate: float = 0.003
    scale: float = 20.0
    noise: float = 0.15


@dataclass(frozen=True)
class Lesson:
    """The analysed texts of one article."""

    title: Words
    questions: tuple[Words, ...]
    passages: tuple[Words, ...]


def train_encoder(
    collection: ArticleCollection, *, lexicon_dir: Path, target: Path, progress: Progress | None = None
) -> None:
    """Train on the articles' own questions and save a folder that `SentenceTransformer(target)` loads.

    The same articles, lexicon and machine give the same weights.

    Raises:
        LexiconErrors: when the lexicon is wrong.
    """
    say = progress or (lambda _: None)
    lessons = lessons_of(documents_of(collection), Analyzer(load_lexicon(lexicon_dir)))
    hasher = FeatureHasher(frequent_words(texts_of(lessons)), FeatureSettings())
    encoder = TrainableEncoder(hasher, random_table(hasher, DIMENSION, SEED))
    learn_articles(encoder, lessons, Recipe(), say)
    target.mkdir(parents=True, exist_ok=True)
    save_sentence_transformer(target, hasher, encoder.floats())


def lessons_of(documents: Iterable[Document], read: Analyzer) -> list[Lesson]:
    """Documents as the encoder will meet them."""
    return [
        Lesson(
            read(d.title).content,
            tuple(read(q).content for q in d.questions),
            tuple(read(p).content for p in (*passages(d.text), *d.aliases)),
        )
        for d in documents
    ]


def texts_of(lessons: Iterable[Lesson]) -> list[Words]:
    """All texts of the lessons."""
    return [text for lesson in lessons for text in (lesson.title, *lesson.questions, *lesson.passages)]


def frequent_words(texts: Iterable[Words], *, least: int = 2, most: int = 16_000) -> list[str]:
    """The words that occur at least `least` times, most frequent first, ties by the alphabet."""
    counts = Counter(word for text in texts for word in text)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [w for w, n in ranked[:most] if n >= least]


def learn_articles(encoder: TrainableEncoder, lessons: Sequence[Lesson], recipe: Recipe, say: Progress) -> Matrix:
    """Move questions towards their article's title, passages and other questions, and away from all others'.

    Every title and every passage of the collection is in every batch, so that no neighbouring article is missed as a
    negative; the positives of one question count together (their log-sum-exp), since one that fits is enough.
    """
    torch.manual_seed(SEED)
    chance = random.Random(SEED)  # noqa: S311 - no secret
    fields = _Fields(lessons)
    optimizer = torch.optim.Adam(encoder.parameters(), lr=recipe.rate)
    steps = max(1, sum(len(x.questions) for x in lessons) // (recipe.articles * recipe.questions))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.rate, total_steps=recipe.epochs * steps)
    for epoch in range(recipe.epochs):
        losses = []
        for _ in range(steps):
            loss = _loss(encoder, fields, _batch(lessons, recipe, chance), recipe)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        say(f"articles, epoch {epoch + 1} of {recipe.epochs}: loss {np.mean(losses):.3f}")
    return encoder.floats()


class _Fields:
    """All titles and passages, with the article that each belongs to."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self.titles = [x.title for x in lessons]
        self.passages = [p for x in lessons for p in x.passages]
        self.title_owners = torch.arange(len(lessons))
        self.passage_owners = torch.tensor([i for i, x in enumerate(lessons) for _ in x.passages])


def _batch(lessons: Sequence[Lesson], recipe: Recipe, chance: random.Random) -> list[tuple[int, Words]]:
    """Some questions of some articles, half of them with slips."""
    numbers = [i for i, x in enumerate(lessons) if x.questions]
    chosen = chance.sample(numbers, min(recipe.articles, len(numbers)))
    found = []
    for number in chosen:
        questions = lessons[number].questions
        for question in chance.sample(questions, min(recipe.questions, len(questions))):
            rate = recipe.noise if chance.random() < 0.5 else 0.0  # half the people type well
            found.append((number, tuple(noisy(question, chance, rate=rate))))
    return found


def _loss(encoder: TrainableEncoder, fields: _Fields, batch: Sequence[tuple[int, Words]], recipe: Recipe) -> Tensor:
    owners = torch.tensor([number for number, _ in batch])
    vectors = encoder([*(q for _, q in batch), *fields.titles, *fields.passages])
    asked, titles, bodies = vectors.split([len(batch), len(fields.titles), len(fields.passages)])
    itself = torch.eye(len(batch), dtype=torch.bool)
    return (
        _towards(asked @ titles.T * recipe.scale, owners[:, None] == fields.title_owners)
        + _towards(asked @ bodies.T * recipe.scale, owners[:, None] == fields.passage_owners)
        + _towards((asked @ asked.T * recipe.scale).masked_fill(itself, NEVER), (owners[:, None] == owners) & ~itself)
    )


def _towards(logits: Tensor, right: Tensor) -> Tensor:
    """Minus the log of the share of the softmax that falls on what is right, over the rows that have any."""
    rows = right.any(dim=1)
    whole = torch.logsumexp(logits, dim=1)
    share = torch.logsumexp(logits.masked_fill(~right, NEVER), dim=1)
    return nn.functional.relu(whole - share)[rows].mean()
