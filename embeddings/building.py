"""Making an index of the articles, and telling whether one is still right."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from embeddings.articles import ArticleCollection
from embeddings.documents import documents_of
from embeddings.encoder import OWN_FILES, is_own, open_encoder
from embeddings.fusion import load_fusion
from embeddings.index import FORMAT, make_index
from embeddings.lexicon import lexicon_hash, load_lexicon, load_outside
from embeddings.storage import FUSION, IndexMismatch, IndexMissing, generation, read_meta, save_index

Progress = Callable[[str], None]


def build_index(
    collection: ArticleCollection,
    *,
    encoder_dir: Path,
    lexicon_dir: Path,
    target: Path,
    progress: Progress | None = None,
) -> None:
    """Build an index of all articles and put it in the place of the one that `target` holds.

    Raises:
        EncoderMissing: when `encoder_dir` holds none.
        LexiconErrors: when the lexicon is wrong.
    """
    say = progress or (lambda _: None)
    say(f"reading the lexicon and {len(collection.articles)} articles")
    index = make_index(
        documents_of(collection),
        outside=[q for questions in load_outside(lexicon_dir).values() for q in questions],
        encoder=open_encoder(encoder_dir),
        lexicon=load_lexicon(lexicon_dir),
        fusion=load_fusion(encoder_dir / FUSION),
        sources=source_hash(collection, encoder_dir=encoder_dir, lexicon_dir=lexicon_dir),
        encoder_name="" if is_own(encoder_dir) else str(encoder_dir),
    )
    say(f"saving {len(index.units.texts)} units of {len(index.documents)} articles")
    save_index(index, target, encoder_dir)


def source_hash(collection: ArticleCollection, *, encoder_dir: Path, lexicon_dir: Path) -> str:
    """SHA-256 (hex) over all that an index is made of: articles, lexicon, encoder, learned figures, format."""
    digest = hashlib.sha256(f"{FORMAT} {collection.content_hash} {lexicon_hash(lexicon_dir)} {encoder_dir}".encode())
    for name in (*OWN_FILES, FUSION):
        path = encoder_dir / name
        digest.update(hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"-")
    return digest.hexdigest()


def index_is_current(target: Path, *, sources: str) -> bool:
    """Whether `target` serves an index of exactly these sources (see `source_hash`)."""
    try:
        return read_meta(generation(target)).sources == sources
    except (IndexMissing, IndexMismatch):
        return False
