"""What the encoder learns from: general pairs first, then the articles' own questions. Imports torch."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from embeddings.analysis import Analyzer
from embeddings.documents import Document, passages
from embeddings.encoder import Matrix
from embeddings.noise import noisy
from embeddings.trainable import TrainableEncoder, Words

Progress = Callable[[str], None]

SEED: Final = 20_261_121
NEVER: Final = -1e4  # a logit that no softmax sees


@dataclass(frozen=True)
class Recipe:
    """How the encoder learns from articles: Adam on softmax losses over cosines times `scale`."""

    epochs: int = 7
    articles: int = 48  # in a batch
    questions: int = 4  # of each of them
    passages: int = 500  # of all articles, drawn anew for each batch
    rate: float = 0.005
    scale: float = 20.0
    noise: float = 0.15


@dataclass(frozen=True)
class PairRecipe:
    """How the encoder learns from general pairs."""

    epochs: int = 4
    batch: int = 512
    rate: float = 0.005
    scale: float = 20.0
    noise: float = 0.15


@dataclass(frozen=True)
class Lesson:
    """The analysed texts of one article."""

    title: Words
    questions: tuple[Words, ...]
    passages: tuple[Words, ...]


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


def learn_pairs(
    encoder: TrainableEncoder, pairs: Sequence[tuple[Words, Words]], recipe: PairRecipe, say: Progress
) -> Matrix:
    """Move the two texts of each pair together and away from the others of their batch (InfoNCE, both ways)."""
    torch.manual_seed(SEED)
    chance = random.Random(SEED)  # noqa: S311 - no secret
    optimizer = torch.optim.Adam(encoder.parameters(), lr=recipe.rate)
    steps = max(1, len(pairs) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.rate, total_steps=recipe.epochs * steps)
    for epoch in range(recipe.epochs):
        order = chance.sample(pairs, len(pairs))
        losses = []
        for step in range(steps):
            loss = _pair_loss(encoder, order[step * recipe.batch : (step + 1) * recipe.batch], recipe, chance)
            losses.append(_take_step(loss, optimizer, schedule))
        say(f"general pairs, epoch {epoch + 1} of {recipe.epochs}: loss {np.mean(losses):.3f}")
    return encoder.floats()


def _pair_loss(
    encoder: TrainableEncoder, batch: Sequence[tuple[Words, Words]], recipe: PairRecipe, chance: random.Random
) -> Tensor:
    left = [_maybe_noisy(a, recipe.noise, chance) for a, _ in batch]
    asked, found = encoder([*left, *(b for _, b in batch)]).split([len(batch), len(batch)])
    logits = asked @ found.T * recipe.scale
    # Texts that stand in a batch twice are no negatives of their own pairs.
    same = torch.from_numpy(_same([b for _, b in batch]) | _same([a for a, _ in batch]))
    logits = logits.masked_fill(same, NEVER)
    goal = torch.arange(len(batch))
    return (nn.functional.cross_entropy(logits, goal) + nn.functional.cross_entropy(logits.T, goal)) / 2


def _same(texts: Sequence[Words]) -> NDArray[np.bool_]:
    numbers: dict[Words, int] = {}
    rows = np.array([numbers.setdefault(text, len(numbers)) for text in texts])
    equal: NDArray[np.bool_] = (rows[:, None] == rows[None, :]) & ~np.eye(len(rows), dtype=bool)
    return equal


def _take_step(loss: Tensor, optimizer: torch.optim.Optimizer, schedule: torch.optim.lr_scheduler.LRScheduler) -> float:
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    schedule.step()
    return float(loss.detach())


def _maybe_noisy(words: Words, rate: float, chance: random.Random) -> Words:
    """With slips, half the time: half the people type well."""
    return tuple(noisy(words, chance, rate=rate)) if chance.random() < 1 / 2 else words


def frequent_words(texts: Iterable[Words], *, least: int = 2, most: int = 16_000) -> list[str]:
    """The words that occur at least `least` times, most frequent first, ties by the alphabet."""
    counts = Counter(word for text in texts for word in text)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [w for w, n in ranked[:most] if n >= least]


def learn_articles(
    encoder: TrainableEncoder, lessons: Sequence[Lesson], outside: Sequence[Words], recipe: Recipe, say: Progress
) -> Matrix:
    """Move questions towards their article's title, passages and other questions, and away from all others'.

    `outside` questions belong to no article: negatives for all.

    Every title is in every batch, so that no neighbouring article is missed as a negative; the positives of one
    question count together (their log-sum-exp), since one that fits is enough.
    """
    torch.manual_seed(SEED)
    chance = random.Random(SEED)  # noqa: S311 - no secret
    fields = _Fields(lessons, outside)
    optimizer = torch.optim.Adam(encoder.parameters(), lr=recipe.rate)
    steps = max(1, sum(len(x.questions) for x in lessons) // (recipe.articles * recipe.questions))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.rate, total_steps=recipe.epochs * steps)
    for epoch in range(recipe.epochs):
        losses = []
        for _ in range(steps):
            drawn = sorted(chance.sample(range(len(fields.passages)), min(recipe.passages, len(fields.passages))))
            loss = _loss(encoder, fields, drawn, _batch(lessons, recipe, chance), recipe)
            losses.append(_take_step(loss, optimizer, schedule))
        say(f"articles, epoch {epoch + 1} of {recipe.epochs}: loss {np.mean(losses):.3f}")
    return encoder.floats()


class _Fields:
    """All titles and passages, with the article that each belongs to; and what belongs to none."""

    def __init__(self, lessons: Sequence[Lesson], outside: Sequence[Words]) -> None:
        self.outside = list(outside)
        self.titles = [x.title for x in lessons]
        self.passages = [p for x in lessons for p in x.passages]
        self.title_owners = torch.arange(len(lessons))
        self.passage_owners = torch.tensor([i for i, x in enumerate(lessons) for _ in x.passages])


def _batch(lessons: Sequence[Lesson], recipe: Recipe, chance: random.Random) -> list[tuple[int, Words]]:
    """Some questions of some articles, half of them with slips."""
    numbers = [i for i, x in enumerate(lessons) if x.questions]
    chosen = chance.sample(numbers, min(recipe.articles, len(numbers)))

    def some(questions: Sequence[Words]) -> list[Words]:
        return chance.sample(questions, min(recipe.questions, len(questions)))

    return [(n, _maybe_noisy(q, recipe.noise, chance)) for n in chosen for q in some(lessons[n].questions)]


def _loss(
    encoder: TrainableEncoder,
    fields: _Fields,
    drawn: Sequence[int],
    batch: Sequence[tuple[int, Words]],
    recipe: Recipe,
) -> Tensor:
    owners = torch.tensor([number for number, _ in batch])
    parts = [[q for _, q in batch], fields.titles, [fields.passages[i] for i in drawn], fields.outside]
    asked, titles, bodies, outside = encoder([text for part in parts for text in part]).split(list(map(len, parts)))
    itself = torch.eye(len(batch), dtype=torch.bool)

    def towards(texts: Tensor, right: Tensor) -> Tensor:
        logits = asked @ torch.cat([texts, outside]).T * recipe.scale
        hidden = nn.functional.pad(itself, (0, logits.shape[1] - len(batch))) if texts is asked else None
        logits = logits if hidden is None else logits.masked_fill(hidden, NEVER)
        return _towards(logits, nn.functional.pad(right, (0, len(outside))))

    return (
        towards(titles, owners[:, None] == fields.title_owners)
        + towards(bodies, owners[:, None] == fields.passage_owners[list(drawn)])
        + towards(asked, (owners[:, None] == owners) & ~itself)
    )


def _towards(logits: Tensor, right: Tensor) -> Tensor:
    """Minus the log of the share of the softmax that falls on what is right, over the rows that have any."""
    rows = right.any(dim=1)
    whole = torch.logsumexp(logits, dim=1)
    share = torch.logsumexp(logits.masked_fill(~right, NEVER), dim=1)
    return nn.functional.relu(whole - share)[rows].mean()
