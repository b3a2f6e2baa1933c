"""Making an index of the articles, and telling whether one is still right."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from embeddings.articles import ArticleCollection
from embeddings.documents import Document, documents_of
from embeddings.encoder import OWN_FILES, file_hash, folder_hash, is_own, open_encoder
from embeddings.fusion import Fusion, load_fusion
from embeddings.index import FORMAT, Index, code_hash, make_index
from embeddings.lexicon import Lexicon, lexicon_hash, load_lexicon
from embeddings.renewal import renewed
from embeddings.replay import (
    PastQuestion,
    Replay,
    Side,
    WorseIndex,
    fresh_questions,
    made_side,
    past_questions,
    replay,
    served_side,
)
from embeddings.storage import (
    ENCODER,
    FUSION,
    IndexMismatch,
    IndexMissing,
    generation,
    read_collection,
    read_generation,
    read_meta,
    read_readings,
    save_index,
)
from embeddings.verdicts import Verdict, outside_verdicts, verdicts_hash, with_verdicts

Progress = Callable[[str], None]


def build_index(
    collection: ArticleCollection,
    *,
    encoder_dir: Path,
    lexicon_dir: Path,
    target: Path,
    verdicts: Sequence[Verdict] = (),
    progress: Progress | None = None,
    anew: bool = False,
    judge: bool = False,
    force: str = "",
    known: Sequence[PastQuestion] = (),
    tell: Callable[[Replay], None] | None = None,
) -> None:
    """Build an index of all articles and put it in the place of the one that `target` holds.

    Where that one was made with the same encoder and lexicon, only texts that it does not hold are read and encoded,
    unless all shall be made `anew`. With `judge`, both are asked all past questions first, those whose answer is
    `known` otherwise among them; `force` is the reason why a worse one shall serve all the same. `tell` gets what came
    of it.

    Raises:
        EncoderMissing: when `encoder_dir` holds none.
        LexiconErrors: when the lexicon is wrong.
        WorseIndex: when significantly more past questions are lost than gained, and nothing is changed.
    """
    say = progress or (lambda _: None)
    old = None if anew else renewable(target, lexicon_dir, encoder_dir)
    material = material_of(collection, encoder_dir, lexicon_dir, verdicts, old)
    say(f"{'renewing the index of' if old else 'reading'} {len(collection.articles)} articles")
    index = _renewed(old, material) if old else _made(material, encoder_dir)
    side = made_side(index, material.documents, verdicts)
    if judge and (report := compared(target, side, verdicts, known)):
        if tell:
            tell(report)
        _decide(report, force, say)
    say(f"saving {len(index.units.texts)} units of {len(index.documents)} articles")
    save_index(side.index, target, generation(target) / ENCODER if old else encoder_dir, collection)


def candidate(
    collection: ArticleCollection, *, encoder_dir: Path, lexicon_dir: Path, verdicts: Sequence[Verdict], target: Path
) -> Side:
    """What `build_index` would put into `target`. Raises as it does."""
    old = renewable(target, lexicon_dir, encoder_dir)
    material = material_of(collection, encoder_dir, lexicon_dir, verdicts, old)
    return made_side(_renewed(old, material) if old else _made(material, encoder_dir), material.documents, verdicts)


def compared(target: Path, new: Side, verdicts: Sequence[Verdict], known: Sequence[PastQuestion] = ()) -> Replay | None:
    """Past questions asked of what `target` serves and of what would take its place; None when it serves nothing."""
    old = serving(target)
    if old is None:
        return None
    return replay(old, new, past_questions(old, new, verdicts, known), fresh_questions(old, verdicts))


def serving(target: Path) -> Side | None:
    """The side that `target` serves, or None."""
    try:
        folder = generation(target)
        index = replace(read_generation(folder), readings=read_readings(folder))
        return served_side(index, read_collection(folder))
    except (IndexMissing, IndexMismatch):
        return None


def _decide(report: Replay, force: str, say: Progress) -> None:
    if report.worse and not force.strip():
        raise WorseIndex(report)
    for line in report.lines():
        say(line)
    if report.worse:
        say(f"replaced all the same: {force}")


def material_of(
    collection: ArticleCollection,
    encoder_dir: Path,
    lexicon_dir: Path,
    verdicts: Sequence[Verdict] = (),
    old: Index | None = None,
) -> Material:
    """All that an index is made of, read; the lexicon from an `old` index of the same. Raises LexiconErrors."""
    documents = documents_of(collection)
    lexicon = old.lexicon if old else load_lexicon(lexicon_dir)
    return Material(
        with_verdicts(documents, verdicts),
        (*lexicon.outside, *outside_verdicts(verdicts, documents)),
        lexicon,
        load_fusion(encoder_dir / FUSION),
        source_hash(collection, encoder_dir=encoder_dir, lexicon_dir=lexicon_dir, verdicts=verdicts),
    )


@dataclass(frozen=True)
class Material:
    """What an index is made of, besides the encoder."""

    documents: tuple[Document, ...]
    outside: tuple[str, ...]
    lexicon: Lexicon
    fusion: Fusion
    sources: str


def _made(material: Material, encoder_dir: Path) -> Index:
    return make_index(
        material.documents,
        outside=material.outside,
        encoder=open_encoder(encoder_dir),
        lexicon=material.lexicon,
        fusion=material.fusion,
        sources=material.sources,
        encoder_name="" if is_own(encoder_dir) else str(encoder_dir),
    )


def _renewed(old: Index, material: Material) -> Index:
    return renewed(old, material.documents, outside=material.outside, fusion=material.fusion, sources=material.sources)


def renewable(target: Path, lexicon_dir: Path, encoder_dir: Path) -> Index | None:
    """The index that serves, with its readings, where this code made it with the same lexicon and encoder of our own.

    One by name is made anew: whether a name still means the same model cannot be told from here.
    """
    try:
        folder = generation(target)
        if read_meta(folder).code != code_hash() or not is_own(encoder_dir):
            return None
        index = read_generation(folder)
        same = index.lexicon.sources == lexicon_hash(lexicon_dir) and index.meta.encoder == folder_hash(encoder_dir)
        return replace(index, readings=read_readings(folder)) if same else None
    except (IndexMissing, IndexMismatch):
        return None


def source_hash(
    collection: ArticleCollection, *, encoder_dir: Path, lexicon_dir: Path, verdicts: Sequence[Verdict] = ()
) -> str:
    """SHA-256 (hex) over all that an index is made of: articles, lexicon, verdicts, encoder, fusion, format."""
    data = f"{collection.content_hash} {lexicon_hash(lexicon_dir)} {verdicts_hash(verdicts)}"
    digest = hashlib.sha256(f"{FORMAT} {data} {encoder_dir}".encode())
    for name in (*OWN_FILES, FUSION):
        path = encoder_dir / name
        digest.update(file_hash(path) if path.is_file() else b"-")
    return digest.hexdigest()


def index_is_current(target: Path, *, sources: str) -> bool:
    """Whether `target` serves an index of exactly these sources (see `source_hash`)."""
    try:
        return read_meta(generation(target)).sources == sources
    except (IndexMissing, IndexMismatch):
        return False
