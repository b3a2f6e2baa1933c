"""Making an index of the articles, and telling whether one is still right."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from embeddings.articles import ArticleCollection
from embeddings.documents import Document, documents_of
from embeddings.encoder import OWN_FILES, folder_hash, is_own, open_encoder
from embeddings.fusion import Fusion, load_fusion
from embeddings.index import FORMAT, Index, code_hash, make_index
from embeddings.lexicon import Lexicon, lexicon_hash, load_lexicon, load_outside
from embeddings.renewal import renewed
from embeddings.storage import (
    ENCODER,
    FUSION,
    IndexMismatch,
    IndexMissing,
    generation,
    read_generation,
    read_meta,
    read_readings,
    save_index,
)

Progress = Callable[[str], None]


def build_index(
    collection: ArticleCollection,
    *,
    encoder_dir: Path,
    lexicon_dir: Path,
    target: Path,
    progress: Progress | None = None,
    anew: bool = False,
) -> None:
    """Build an index of all articles and put it in the place of the one that `target` holds.

    Where that one was made with the same encoder and lexicon, only texts that it does not hold are read and encoded,
    unless all shall be made `anew`.

    Raises:
        EncoderMissing: when `encoder_dir` holds none.
        LexiconErrors: when the lexicon is wrong.
    """
    say = progress or (lambda _: None)
    sources = source_hash(collection, encoder_dir=encoder_dir, lexicon_dir=lexicon_dir)
    lexicon, fusion = load_lexicon(lexicon_dir), load_fusion(encoder_dir / FUSION)
    material = Material(documents_of(collection), outside_questions(lexicon_dir), fusion, sources)
    old = None if anew else renewable(target, lexicon, encoder_dir)
    if old:
        say(f"renewing the index of {len(collection.articles)} articles")
        save_index(_renewed(old, material), target, generation(target) / ENCODER, collection)
        return
    say(f"reading {len(collection.articles)} articles")
    index = _made(material, lexicon, encoder_dir)
    say(f"saving {len(index.units.texts)} units of {len(index.documents)} articles")
    save_index(index, target, encoder_dir, collection)


@dataclass(frozen=True)
class Material:
    """What an index is made of, besides the encoder and the lexicon."""

    documents: tuple[Document, ...]
    outside: tuple[str, ...]
    fusion: Fusion
    sources: str


def outside_questions(lexicon_dir: Path) -> tuple[str, ...]:
    """The questions of the lexicon that no article answers."""
    return tuple(q for questions in load_outside(lexicon_dir).values() for q in questions)


def _made(material: Material, lexicon: Lexicon, encoder_dir: Path) -> Index:
    return make_index(
        material.documents,
        outside=material.outside,
        encoder=open_encoder(encoder_dir),
        lexicon=lexicon,
        fusion=material.fusion,
        sources=material.sources,
        encoder_name="" if is_own(encoder_dir) else str(encoder_dir),
    )


def _renewed(old: Index, material: Material) -> Index:
    return renewed(old, material.documents, outside=material.outside, fusion=material.fusion, sources=material.sources)


def renewable(target: Path, lexicon: Lexicon, encoder_dir: Path) -> Index | None:
    """The index that serves, with its readings, where this code made it with the same lexicon and encoder of our own.

    One by name is made anew: whether a name still means the same model cannot be told from here.
    """
    try:
        folder = generation(target)
        if read_meta(folder).code != code_hash() or not is_own(encoder_dir):
            return None
        index = read_generation(folder)
        same = index.lexicon == lexicon and index.meta.encoder == folder_hash(encoder_dir)
        return replace(index, readings=read_readings(folder)) if same else None
    except (IndexMissing, IndexMismatch):
        return None


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
