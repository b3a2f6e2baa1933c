"""Text in, ranked and calibrated help-center articles out. A library: it knows no web, no Rasa and no database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from embeddings.articles import (
    Article,
    ArticleCollection,
    ArticleErrors,
    ArticleProblem,
    Audience,
    Category,
    Grounding,
    Group,
    Link,
    Program,
    Section,
    Solver,
    plain_text,
)
from embeddings.building import build_index, index_is_current, source_hash
from embeddings.documents import CorpusErrors, Document, read_corpus
from embeddings.encoder import EncoderMissing
from embeddings.evaluation import LabelledQuestion
from embeddings.lexicon import Lexicon, LexiconErrors, load_lexicon
from embeddings.loading import dangling_references, load_articles
from embeddings.ranker import Ranker
from embeddings.ranking import Decision, RankedArticle, Ranking
from embeddings.replay import Replay, WorseIndex
from embeddings.serving import Served, named_generation, open_served
from embeddings.splitting import split_questions
from embeddings.storage import IndexMismatch, IndexMissing
from embeddings.verdicts import Verdict, VerdictErrors, append_verdict, read_verdicts

__all__ = [
    "GENERAL_ENCODER",
    "SHIPPED_ENCODER",
    "Article",
    "ArticleCollection",
    "ArticleErrors",
    "ArticleProblem",
    "Audience",
    "Category",
    "CorpusErrors",
    "Decision",
    "Document",
    "EncoderMissing",
    "Grounding",
    "Group",
    "IndexMismatch",
    "IndexMissing",
    "Lexicon",
    "LexiconErrors",
    "Link",
    "Program",
    "RankedArticle",
    "Ranker",
    "Ranking",
    "Replay",
    "Section",
    "Served",
    "Solver",
    "Verdict",
    "VerdictErrors",
    "WorseIndex",
    "append_verdict",
    "build_index",
    "dangling_references",
    "index_is_current",
    "load_articles",
    "load_lexicon",
    "named_generation",
    "open_served",
    "plain_text",
    "read_corpus",
    "read_verdicts",
    "source_hash",
    "split_questions",
    "train_encoder",
]


WEIGHTS: Final = Path(__file__).parent / "weights"
SHIPPED_ENCODER: Final = WEIGHTS / "articles"  # trained on the articles: what an index is built with by default
GENERAL_ENCODER: Final = WEIGHTS / "general"  # has seen no article: for other collections, and the base of training


def train_encoder(
    collection: ArticleCollection,
    *,
    lexicon_dir: Path,
    target: Path,
    base: Path = GENERAL_ENCODER,
    verdicts: Sequence[Verdict] = (),
    asked: Sequence[LabelledQuestion] = (),
    progress: Callable[[str], None] | None = None,
) -> None:
    """Train the project's own encoder; see `embeddings.pipeline.train_encoder`, which this loads torch for."""
    from embeddings.pipeline import silent
    from embeddings.pipeline import train_encoder as train

    say = progress or silent
    train(collection, lexicon_dir=lexicon_dir, base=base, target=target, verdicts=verdicts, asked=asked, progress=say)
