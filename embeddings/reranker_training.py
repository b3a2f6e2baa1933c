"""How the second look is learned: from questions with their passages, in pools in which each passage is looked for.

What a question is judged by has not seen it: translations and network are learned without its group of pools when the
probabilities are calibrated. Imports torch.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn

from embeddings.analysis import Analyzer
from embeddings.documents import Document
from embeddings.encoder import Encoder
from embeddings.evaluation import FALSE_ABSTENTION
from embeddings.evidence import EvidenceFinder
from embeddings.fusion import COLUMNS, Evidence, Fusion, Matrix, softmax
from embeddings.index import Index, make_index
from embeddings.learning import OUTSIDE_SHARE, before_right, masses_of
from embeddings.lexicon import Lexicon
from embeddings.noise import noisy
from embeddings.passage_data import Asked, Passage, passage_pools, plain_texts
from embeddings.reranking import (
    LOOKED_AT,
    SIGNS,
    Calibration,
    Learned,
    Network,
    dense_of,
    inputs_of,
    signs_of,
    with_distances,
)
from embeddings.signals import SignalFinder, Weighed
from embeddings.text import fold_phrase
from embeddings.translation import SHAPES, Answered, Translations, learn_translations
from embeddings.wordstream import Shape, WordStream
from embeddings.wordvectors import WordVectors, learn_word_vectors

Progress = Callable[[str], None]

SEED: Final = 20_261_129
POOL: Final = 600  # passages
GROUPS: Final = 3  # of pools, each judged by what the others taught
SLIPS: Final = 0.3  # of the words of a misspelt question
LONGEST_ANSWER: Final = 80  # words of a sentence that answers
HIDDEN: Final = 24
EPOCHS: Final = 8
BATCH: Final = 64
RATE: Final = 3e-3
DECAY: Final = 1e-4
DROPOUT: Final = 0.2
UNANSWERED: Final = 0.1  # of the questions about a collection: fewer than a help desk is asked about other matters
STEPS: Final = 50  # of fitting a figure
NEVER: Final = -1e4  # a score that no softmax sees


@dataclass(frozen=True)
class Pool:
    """Passages that questions are looked for among, read; what each group learns is judged by the others."""

    passages: Sequence[Passage]
    index: Index
    stream: WordStream
    group: int


class Lesson(NamedTuple):
    """A question and the documents that were looked at: (documents, INPUTS), cosines, the right one's place or -1.

    `fresh` says that the encoder has not seen the passage.
    """

    inputs: Matrix
    dense: Matrix
    right: int
    asked: Weighed
    fresh: bool
    group: int


def learn_reranker(
    data: Path, *, encoder: Encoder, lexicon: Lexicon, without: frozenset[str] = frozenset(), progress: Progress
) -> Learned:
    """Learn all of it from the public data; passages `without` take no part in anything.

    `encoder` only adds its cosines, which are weighed on passages that it has not seen.

    Raises:
        FileNotFoundError: when `data` lacks a source.
    """
    raw = passage_pools(data, without, POOL)
    progress(f"learning the company of words from {sum(map(len, raw)):,} passages and the general texts")
    vectors = learn_word_vectors([fold_phrase(text) for text in plain_texts(data, raw)], SEED)
    progress("reading the passages")
    pools = [_read(passages, encoder, lexicon, at % GROUPS) for at, passages in enumerate(raw)]
    answered = [(p.group, pair) for p in pools for pair in answered_pairs(p)]
    lessons = []
    for group in range(GROUPS):
        progress(f"looking at the passages of group {group + 1} of {GROUPS}")
        translations = learn_translations([pair for g, pair in answered if g != group])
        lessons += [x for p in pools if p.group == group for x in lessons_of(p, vectors, translations)]
    progress(f"learning from {len(lessons):,} questions")
    calibration = _calibration(lessons)
    network = learn_network([x for x in lessons if x.right >= 0])
    return Learned(network, vectors, learn_translations([pair for _, pair in answered]), calibration)


def _read(passages: Sequence[Passage], encoder: Encoder, lexicon: Lexicon, group: int) -> Pool:
    documents = [Document(id=row, text=p.text) for row, p in enumerate(passages)]
    index = make_index(documents, encoder=encoder, lexicon=lexicon, fusion=Fusion())
    return Pool(passages, index, WordStream.of(documents, Analyzer(lexicon)), group)


def answered_pairs(pool: Pool) -> Iterator[Answered]:
    """Each question's words, with the roots and shapes of the sentence that holds its answer, or else of all."""
    read = Analyzer(pool.index.lexicon)
    for row, passage in enumerate(pool.passages):
        part = pool.stream.part(np.array([row]))
        for asked in passage.asked:
            answer = _answer(pool.stream, part.at, asked, passage, read)
            yield tuple(dict.fromkeys(read(asked.question).content)), answer


def _answer(
    stream: WordStream, at: NDArray[np.int64], asked: Asked, passage: Passage, read: Analyzer
) -> tuple[str, ...]:
    place = passage.text.find(asked.answer) if asked.answer else -1
    if place >= 0:
        before = len([form for w in read(passage.text[:place]).words for form in w.read])
        here = min(before, len(at) - 1)
        begins = np.flatnonzero(stream.begins[at])
        first = int(begins[np.searchsorted(begins, here, side="right") - 1])
        last = int(min([*begins[begins > here], len(at)]))
        at = at[first:last]
    names = stream.root_names
    shapes = [SHAPES[Shape(s)] for s in stream.shapes[at[:LONGEST_ANSWER]].tolist() if s != Shape.LOWER]
    return (*(names[r] for r in stream.roots[at[:LONGEST_ANSWER]].tolist() if not names[r][:1].isdigit()), *shapes)


def lessons_of(pool: Pool, vectors: WordVectors, translations: Translations) -> Iterator[Lesson]:
    """The questions, every other one misspelt, among the passages that the first look finds."""
    read, evidence = pool.index.analyzer(), EvidenceFinder(pool.index)
    find = SignalFinder(pool.stream, Analyzer(pool.index.lexicon), vectors, translations)
    weights = first_weights()
    chance = random.Random(SEED)  # noqa: S311 - no secret
    for row, passage in enumerate(pool.passages):
        for asked in passage.asked:
            misspelt = chance.random() < 1 / 2
            slips = noisy(asked.question.split(), chance, rate=SLIPS)
            analysis = read(" ".join(slips) if misspelt else asked.question)
            if analysis.content:
                found, _ = evidence(analysis)
                rows = np.argsort(-(found @ weights), kind="stable")[:LOOKED_AT]
                weighed = find.weigh(analysis)
                place = np.flatnonzero(rows == row)
                right = int(place[0]) if len(place) else -1
                inputs = inputs_of(find, weighed, rows, found[rows])
                yield Lesson(inputs, dense_of(found[rows]), right, weighed, passage.fresh, pool.group)


def first_weights() -> Matrix:
    """What the first look of a lesson counts: words and n-grams of the passage, learned once on other passages."""
    weights = {Evidence.WORD_BODY: 9.6, Evidence.GRAM_BODY: 7.9, Evidence.WORD_WHOLE: -2.1}
    return np.array([weights.get(c, 0.0) for c in COLUMNS], np.float32)


class _Trained(nn.Module):
    """The network as it is trained, over standardised inputs."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.straight = nn.Linear(inputs, 1, bias=False)
        self.inward = nn.Linear(inputs, HIDDEN)
        self.outward = nn.Linear(HIDDEN, 1, bias=False)
        self.dropout = nn.Dropout(DROPOUT)
        nn.init.zeros_(self.straight.weight)
        nn.init.normal_(self.outward.weight, 0, 0.05)

    def forward(self, standard: Tensor) -> Tensor:
        """(questions, documents) from (questions, documents, inputs)."""
        hidden = self.dropout(torch.relu(self.inward(standard)))
        scores: Tensor = (self.straight(standard) + self.outward(hidden)).squeeze(-1)
        return scores


def learn_network(lessons: Sequence[Lesson]) -> Network:
    """Maximise the likelihood of the right document among those that were looked at."""
    torch.manual_seed(SEED)
    inputs = with_distances(_padded(lessons))
    middle, spread = inputs.mean(axis=(0, 1)), inputs.std(axis=(0, 1)) + 1e-3
    standard = torch.from_numpy((inputs - middle) / spread)
    right = torch.tensor([x.right for x in lessons])
    trained = _Trained(standard.shape[-1])
    lengths = torch.tensor([len(x.inputs) for x in lessons])
    _learn(trained, standard, right, torch.arange(LOOKED_AT) >= lengths[:, None])
    one, two, three = (layer.weight.detach().numpy() for layer in (trained.straight, trained.inward, trained.outward))
    bias = trained.inward.bias.detach().numpy()
    return Network(middle, spread, one[0].copy(), np.ascontiguousarray(two.T), bias.copy(), three[0].copy())


def _learn(trained: _Trained, standard: Tensor, right: Tensor, beyond: Tensor) -> None:
    optimizer = torch.optim.AdamW(trained.parameters(), lr=RATE, weight_decay=DECAY)
    steps = max(1, len(right) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=EPOCHS * steps)
    for _ in range(EPOCHS):
        order = torch.randperm(len(right))
        for step in range(steps):
            chosen = order[step * BATCH : (step + 1) * BATCH]
            scores = trained(standard[chosen]).masked_fill(beyond[chosen], NEVER)
            loss = nn.functional.cross_entropy(scores, right[chosen])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()


def _padded(lessons: Sequence[Lesson]) -> Matrix:
    """(lessons, LOOKED_AT, INPUTS); where a pool has fewer documents the last one stands again."""
    rows = [np.pad(x.inputs, ((0, LOOKED_AT - len(x.inputs)), (0, 0)), mode="edge") for x in lessons]
    return np.stack(rows).astype(np.float32)


def _calibration(lessons: Sequence[Lesson]) -> Calibration:
    """Probabilities for what networks of the other groups score."""
    judged = []
    for group in range(GROUPS):
        network = learn_network([x for x in lessons if x.right >= 0 and x.group != group])
        judged += [(x, network) for x in lessons if x.group == group]
    scored = [(network.scores(x.inputs), x) for x, network in judged]
    sharpness, _ = _fit_softmax([(s, x) for s, x in scored if x.right >= 0], dense=False)
    fresh = [(s * np.float32(sharpness), x) for s, x in scored if x.right >= 0 and x.fresh]
    _, dense = _fit_softmax(fresh, dense=True)
    calibration = Calibration(sharpness=sharpness, dense=dense / sharpness)
    return _with_signs(calibration, judged)


def _fit_softmax(scored: Sequence[tuple[Matrix, Lesson]], *, dense: bool) -> tuple[float, float]:
    """What to multiply scores by, or else cosines before they are added: the likelihood's maximum."""
    if not scored:
        return 1.0, 0.0
    figure = torch.tensor(0.0 if dense else 1.0, requires_grad=True)
    optimizer = torch.optim.LBFGS([figure], max_iter=STEPS, line_search_fn="strong_wolfe")
    scores = torch.from_numpy(np.stack([_filled(s, NEVER) for s, _ in scored]))
    cosines = torch.from_numpy(np.stack([_filled(x.dense, 0) for _, x in scored]))
    right = torch.tensor([x.right for _, x in scored])

    def closure() -> float:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(scores + figure * cosines if dense else figure * scores, right)
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    found = float(figure.detach())
    return (1.0, found) if dense else (found, 0.0)


def _filled(figures: Matrix, value: float) -> Matrix:
    return np.pad(figures, (0, LOOKED_AT - len(figures)), constant_values=value).astype(np.float32)


def _with_signs(calibration: Calibration, judged: Sequence[tuple[Lesson, Network]]) -> Calibration:
    """Whether any document answers, learned by taking the right one away; and the bars that follow from it."""
    signs: list[Matrix] = []
    answered: list[bool] = []
    befores: list[float] = []
    for lesson, network in judged:
        for right, x in ((lesson.right, lesson), (-1, _without_right(lesson))):
            shares = _shares(calibration, network, x)
            signs.append(signs_of(x.inputs, shares, x.asked))
            answered.append(right >= 0)
            befores += [before_right(shares, right)] if right >= 0 else []
    inside = np.array(answered)
    weight = np.where(inside, (1 - OUTSIDE_SHARE) / inside.sum(), OUTSIDE_SHARE / (~inside).sum()) * len(inside)
    fit = LogisticRegression(max_iter=1000).fit(np.stack(signs), inside, sample_weight=weight)
    weights = dict(zip(SIGNS, fit.coef_[0].tolist(), strict=True))
    bias = float(fit.intercept_[0]) + _odds(1 - UNANSWERED) - _odds(1 - OUTSIDE_SHARE)
    found = replace(calibration, sign_weights=weights, bias=bias, masses=masses_of(befores))
    sure = [found.answerable(s) for s, a in zip(signs, answered, strict=True) if a]
    return replace(found, abstain_below=float(np.quantile(sure, FALSE_ABSTENTION)))


def _odds(share: float) -> float:
    """In logs: what a share adds to a logistic regression's bias (the prior correction of King and Zeng 2001)."""
    return math.log(share / (1 - share))


def _shares(calibration: Calibration, network: Network, x: Lesson) -> Matrix:
    dense = calibration.dense * x.dense if x.fresh else 0 * x.dense
    return softmax((network.scores(x.inputs) + dense) * np.float32(calibration.sharpness))


def _without_right(x: Lesson) -> Lesson:
    if x.right < 0:
        return x
    return x._replace(inputs=np.delete(x.inputs, x.right, axis=0), dense=np.delete(x.dense, x.right), right=-1)
