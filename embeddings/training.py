"""Training the project's own encoder. Imports torch: only what trains comes here."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from embeddings.analysis import Analyzer
from embeddings.articles import ArticleCollection
from embeddings.documents import documents_of, passages
from embeddings.encoder import Matrix
from embeddings.features import FeatureHasher, Features, FeatureSettings, packed
from embeddings.lexicon import load_lexicon
from embeddings.modules import save_sentence_transformer

Progress = Callable[[str], None]
Pair = tuple[str, str]

SEED: Final = 20_261_121
DIMENSION: Final = 192


@dataclass(frozen=True)
class Recipe:
    """How the encoder is trained: Adam on the in-batch softmax over cosines (InfoNCE, van den Oord et al. 2018)."""

    epochs: int = 12
    batch: int = 256
    rate: float = 0.01
    scale: float = 20.0


def train_encoder(
    collection: ArticleCollection, *, lexicon_dir: Path, target: Path, progress: Progress | None = None
) -> None:
    """Train on the articles' own questions and save a folder that `SentenceTransformer(target)` loads.

    The same articles, lexicon and machine give the same weights.

    Raises:
        LexiconErrors: when the lexicon is wrong.
    """
    say = progress or (lambda _: None)
    pairs = question_pairs(collection, Analyzer(load_lexicon(lexicon_dir)))
    hasher = FeatureHasher(frequent_words(pairs), FeatureSettings())
    say(f"training on {len(pairs):,} pairs, {hasher.size:,} features")
    table = fit(hasher, pairs, Recipe(), say)
    target.mkdir(parents=True, exist_ok=True)
    save_sentence_transformer(target, hasher, table)


def question_pairs(collection: ArticleCollection, read: Analyzer) -> list[Pair]:
    """Each question with its article's title, with another question, and with the article's first passage."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    pairs: list[Pair] = []
    for document in documents_of(collection):
        first = next(passages(document.text))
        others = chance.sample(document.questions, len(document.questions))
        for question, other in zip(document.questions, others, strict=True):
            pairs += [(question, document.title), (question, other), (question, first)]
    return [(" ".join(read(a).content), " ".join(read(b).content)) for a, b in pairs]


def frequent_words(pairs: Sequence[Pair], least: int = 2) -> list[str]:
    """Words that occur at least `least` times, most frequent first."""
    counts = Counter(word for pair in pairs for text in pair for word in text.split())
    return [w for w, n in counts.most_common() if n >= least]


def fit(hasher: FeatureHasher, pairs: Sequence[Pair], recipe: Recipe, say: Progress) -> Matrix:
    """The trained table, (features, DIMENSION)."""
    torch.manual_seed(SEED)
    bag = nn.EmbeddingBag(hasher.size, DIMENSION, mode="sum", sparse=True)
    nn.init.normal_(bag.weight, std=0.1)
    optimizer = torch.optim.SparseAdam(bag.parameters(), lr=recipe.rate)
    features = {text: hasher(text) for pair in pairs for text in pair}
    for epoch in range(recipe.epochs):
        losses = [_step(bag, optimizer, batch, features, recipe) for batch in _batches(pairs, recipe.batch, epoch)]
        say(f"epoch {epoch + 1} of {recipe.epochs}: loss {np.mean(losses):.3f}")
    return np.asarray(bag.weight.detach().numpy(), np.float32)


def _batches(pairs: Sequence[Pair], size: int, epoch: int) -> Iterator[list[Pair]]:
    order = list(pairs)
    random.Random(SEED + epoch).shuffle(order)  # noqa: S311 - no secret
    yield from (order[i : i + size] for i in range(0, len(order) - size // 2, size))


def _step(
    bag: nn.EmbeddingBag,
    optimizer: torch.optim.Optimizer,
    batch: Sequence[Pair],
    features: dict[str, Features],
    recipe: Recipe,
) -> float:
    left, right = (_encode(bag, [features[pair[side]] for pair in batch]) for side in (0, 1))
    scores = left @ right.T * recipe.scale
    # The same text twice in a batch is no negative of itself.
    texts = [pair[1] for pair in batch]
    same = torch.tensor([[a == b for b in texts] for a in texts]) & ~torch.eye(len(batch), dtype=torch.bool)
    goal = torch.arange(len(batch))
    loss = nn.functional.cross_entropy(scores.masked_fill(same, -1e4), goal)
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    return float(loss.detach())


def _encode(bag: nn.EmbeddingBag, rows: Sequence[Features]) -> Tensor:
    found, offsets = packed(rows)
    ids, weights, starts = map(torch.from_numpy, (found.ids, found.weights, offsets))
    return nn.functional.normalize(bag(ids, starts, weights), dim=-1)
