"""The whole training, from texts to a folder that serves: general pairs, articles, fusion. Seeded throughout."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from embeddings.analysis import Analyzer
from embeddings.articles import ArticleCollection
from embeddings.calibrating import calibrated
from embeddings.crossfit import Example, Topics, cross_fit
from embeddings.documents import Document, documents_of
from embeddings.encoder import OWN_FILES, EmbeddingTable, Encoder, TrainedEncoder
from embeddings.evaluation import LabelledQuestion
from embeddings.evidence import EvidenceFinder
from embeddings.features import FeatureHasher, FeatureSettings
from embeddings.fusion import Fusion, load_fusion, save_fusion
from embeddings.general import general_pairs, held_out_questions
from embeddings.index import make_index
from embeddings.learning import cross_validated, learn_fusion, learn_plain_fusion
from embeddings.lexicon import Lexicon, load_lexicon, load_outside
from embeddings.modules import save_sentence_transformer
from embeddings.provenance import (
    ENCODER,
    GENERAL,
    PASSAGES,
    encoder_inputs,
    general_inputs,
    passages_inputs,
    record,
)
from embeddings.repeatable import repeatable
from embeddings.reranker_training import learn_reranker
from embeddings.reranking import FILE
from embeddings.storage import FIGURES, FUSION
from embeddings.trainable import TrainableEncoder, Words, random_table
from embeddings.training import (
    SEED,
    PairRecipe,
    Recipe,
    frequent_words,
    learn_articles,
    learn_pairs,
    lessons_of,
)
from embeddings.verdicts import TOPIC, Verdict, outside_verdicts, with_verdicts

Progress = Callable[[str], None]

DIMENSION: Final = 192
VOCABULARY: Final = 16_000
RARE: Final = 4  # times that a word of the general pairs must occur to get a row of its own


def silent(_: str) -> None:
    """Progress that nobody watches."""


@repeatable()
def train_general(
    collection: ArticleCollection, *, lexicon_dir: Path, data: Path, target: Path, progress: Progress = silent
) -> None:
    """Stage one: general Indonesian pairs of the public data under `data`, to a folder of its own.

    The articles only lend their words, so that these get rows; their questions are not used.

    Raises:
        FileNotFoundError: when `data` holds none of the sources.
        LexiconErrors: when the lexicon is wrong.
    """
    read = Analyzer(load_lexicon(lexicon_dir))
    progress("reading the general pairs")
    pairs = [(read(a).content, read(b).content) for a, b in general_pairs(data)]
    pairs = [(a, b) for a, b in pairs if a and b]
    own = frequent_words([t for x in lessons_of(documents_of(collection), read) for t in (x.title, *x.passages)])
    general = frequent_words([text for pair in pairs for text in pair], least=RARE, most=VOCABULARY)
    hasher = FeatureHasher(list(dict.fromkeys([*own, *general]))[:VOCABULARY], FeatureSettings())
    encoder = TrainableEncoder(hasher, random_table(hasher, DIMENSION, SEED))
    progress(f"learning from {len(pairs):,} general pairs, {hasher.size:,} features")
    learn_pairs(encoder, pairs, PairRecipe(), progress)
    target.mkdir(parents=True, exist_ok=True)
    save_sentence_transformer(target, hasher, encoder.floats())
    progress("learning the fusion for collections without questions")
    examples = passage_examples(TrainedEncoder.load(target), read.lexicon, held_out_questions(data))
    save_fusion(target / FUSION, learn_plain_fusion(examples))
    record(target, GENERAL, general_inputs(collection, lexicon_dir, data), (*OWN_FILES, FUSION))


@repeatable()
def train_passages(*, lexicon_dir: Path, data: Path, target: Path, progress: Progress = silent) -> None:
    """The second look at passages (see `embeddings.reranking`), to the folder of the general encoder.

    Raises:
        EncoderMissing: when `target` holds no encoder.
        FileNotFoundError: when `data` lacks a source.
        LexiconErrors: when the lexicon is wrong.
    """
    encoder, lexicon = TrainedEncoder.load(target), load_lexicon(lexicon_dir)
    learn_reranker(data, encoder=encoder, lexicon=lexicon, progress=progress).save(target / FILE)
    record(target, PASSAGES, passages_inputs(target, lexicon_dir, data), (FILE,))


def passage_examples(encoder: Encoder, lexicon: Lexicon, pairs: Sequence[tuple[str, str]]) -> list[Example]:
    """The evidence of questions among all the passages of the pairs."""
    rows = {passage: row for row, passage in enumerate(dict.fromkeys(p for _, p in pairs))}
    documents = [Document(id=row, text=passage) for passage, row in rows.items()]
    index = make_index(documents, encoder=encoder, lexicon=lexicon, fusion=Fusion())
    read, find = index.analyzer(), EvidenceFinder(index)
    return [Example(q, *find(read(q)), gold=rows[p], fold=0) for q, p in pairs]


@repeatable()
def train_encoder(
    collection: ArticleCollection,
    *,
    lexicon_dir: Path,
    base: Path,
    target: Path,
    verdicts: Sequence[Verdict] = (),
    asked: Sequence[LabelledQuestion] = (),
    progress: Progress = silent,
) -> None:
    """Stage two and the fusion: the articles' questions and the verdicts, on top of the general encoder in `base`.

    Saves a folder that `SentenceTransformer` loads (see `embeddings.modules`), with the learned fusion and the
    cross-validated figures beside it. `asked` are questions that say how sharp confidences are; nothing else is learned
    from them. The same articles, lexicon, base and machine give the same folder.

    Raises:
        EncoderMissing: when `base` holds no encoder.
        LexiconErrors: when the lexicon is wrong.
    """
    course = Course(TrainedEncoder.load(base), load_lexicon(lexicon_dir), progress)
    documents = with_verdicts(documents_of(collection), verdicts)
    topics = topics_with(load_outside(lexicon_dir), verdicts, documents_of(collection))
    progress("learning the fusion from questions held out in turn")
    examples = list(cross_fit(documents, topics, course.lexicon, course.train))
    progress("learning from all questions")
    encoder = course.train(documents, topics)
    target.mkdir(parents=True, exist_ok=True)
    save_sentence_transformer(target, encoder.hasher, encoder.table.floats())
    save_learned(target, examples)
    progress("learning how sure to be")
    outside = tuple(q for questions in topics.values() for q in questions)
    calibrate(target, documents, outside, course.lexicon, asked)
    inputs = encoder_inputs(collection, lexicon_dir, base, verdicts, asked)
    record(target, ENCODER, inputs, (*OWN_FILES, FUSION, FIGURES))


@repeatable()
def calibrate(
    encoder: Path,
    documents: Sequence[Document],
    outside: Sequence[str],
    lexicon: Lexicon,
    asked: Sequence[LabelledQuestion],
) -> None:
    """Learn the sharpness of a trained encoder's fusion again, and save it there."""
    fusion = load_fusion(encoder / FUSION)
    index = make_index(documents, outside=outside, encoder=TrainedEncoder.load(encoder), lexicon=lexicon, fusion=fusion)
    save_fusion(encoder / FUSION, calibrated(index, asked))


def topics_with(topics: Topics, verdicts: Sequence[Verdict], documents: Sequence[Document]) -> Topics:
    """The topics of outside questions, and the questions that verdicts put outside as one more."""
    decided = tuple(outside_verdicts(verdicts, documents))
    return {**topics, TOPIC: (*topics.get(TOPIC, ()), *decided)} if decided else topics


@dataclass(frozen=True)
class Course:
    """Stage two for any documents: always from the same base, so that no fold has seen what it is judged by."""

    base: TrainedEncoder
    lexicon: Lexicon
    progress: Progress

    def train(self, documents: Sequence[Document], topics: Topics) -> TrainedEncoder:
        """An encoder that has learned from these documents and outside topics."""
        read = Analyzer(self.lexicon)
        lessons = lessons_of(documents, read)
        outside: list[Words] = [read(q).content for questions in topics.values() for q in questions]
        encoder = TrainableEncoder(self.base.hasher, self.base.table.floats())
        learn_articles(encoder, lessons, outside, Recipe(), self.progress)
        return TrainedEncoder(self.base.hasher, EmbeddingTable.of(encoder.floats()), "in training")


def save_learned(target: Path, examples: Sequence[Example]) -> None:
    """Write the fusion that is learned from all examples, and the figures that each fold's own got from the others'."""
    save_fusion(target / FUSION, learn_fusion(examples))
    figures = json.dumps(cross_validated(examples), indent=1)
    (target / FIGURES).write_text(figures + "\n", encoding="utf-8")
