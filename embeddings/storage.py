"""The index on disk: one folder for each generation, swapped in one step.

var/index/CURRENT            the name of the generation that serves
var/index/<generation>/      its files; complete before CURRENT names it, gone once it no longer does
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TypeVar
from zipfile import BadZipFile

import faiss
import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter
from pydantic_core import from_json, to_json  # writes megabytes in a seventh of the time of `json`

from embeddings.articles import ArticleCollection
from embeddings.bm25 import BM25, Frequent
from embeddings.documents import Units
from embeddings.encoder import OWN_FILES, EncoderMissing, TrainedEncoder, open_encoder
from embeddings.fusion import load_fusion, save_fusion
from embeddings.index import FORMAT, Index, Meta, Reading, Spelled
from embeddings.lexicon import lexicon_from_json, lexicon_to_json
from embeddings.shortlist import MANY

T = TypeVar("T")

CURRENT: Final = "CURRENT"
ARTICLES: Final = "articles.json"
READINGS: Final = "readings.json"
COLUMNS_OF_BM25: Final = ("starts", "units", "counts", "impacts", "idf")
ENCODER: Final = "encoder"  # the folder of the encoder in a generation
FUSION: Final = "fusion.json"
FIGURES: Final = "figures.json"  # cross-validated, beside the fusion of an encoder that has learned the articles


_COLLECTION: Final = TypeAdapter(ArticleCollection)
_META: Final = TypeAdapter(Meta)


class IndexMissing(Exception):
    """There is no index in the folder."""


class IndexMismatch(Exception):
    """The index was made by other code, or of another corpus or encoder, than is asked for."""


def generation(target: Path) -> Path:
    """The folder of the generation that serves.

    Raises:
        IndexMissing: when there is none.
    """
    try:
        name = (target / CURRENT).read_text(encoding="utf-8").strip()
    except OSError:
        raise IndexMissing(f"{target} holds no index: run `./arkas index`") from None
    if not name or not (target / name / "meta.json").is_file():
        raise IndexMissing(f"{target} names a generation that is not there: run `./arkas index`")
    return target / name


def read_meta(folder: Path) -> Meta:
    """What a generation was made of.

    Raises:
        IndexMismatch: when it was made by other code.
    """
    values = _undamaged(folder, lambda: _read_json(folder / "meta.json"))
    if values.get("format") != FORMAT:
        raise IndexMismatch(f"{folder} has format {values.get('format')}, not {FORMAT}: run `./arkas index`")
    return _META.validate_python(values)


def save_index(index: Index, target: Path, encoder_dir: Path, collection: ArticleCollection | None = None) -> None:
    """Write a new generation, force it to the disk, then let CURRENT name it; older generations go.

    With the articles that it is of, so that who serves it shows the very texts that it was made from.
    """
    target.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="making-", dir=target))
    try:
        _write(index, folder, encoder_dir)
        if collection is not None:
            (folder / ARTICLES).write_bytes(_COLLECTION.dump_json(collection))
        name = f"{index.meta.sources[:16] or 'corpus'}-{folder.name.removeprefix('making-')}"
        for path in (*folder.rglob("*"), folder):
            if path.is_dir() or path.stat().st_nlink == 1:  # what the generation before holds is on the disk already
                _sync(path)
        folder = folder.rename(target / name)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _point(target, name)
    for old in target.iterdir():
        if old.is_dir() and old.name != name:
            shutil.rmtree(old, ignore_errors=True)


def _write(index: Index, folder: Path, encoder_dir: Path) -> None:
    faiss.write_index(index.vectors, str(folder / "vectors.faiss"))
    np.savez(folder / "units.npz", fields=index.units.fields, documents=index.units.documents)
    for name, bm25 in (("words", index.words), ("grams", index.grams), ("wholes", index.wholes)):
        _write_bm25(folder, name, bm25.with_frequent() if bm25.size >= MANY else bm25)
    _write_json(folder / "documents.json", index.documents)
    _write_json(folder / "categories.json", index.categories)
    _write_json(folder / "texts.json", index.units.texts)
    _write_json(folder / READINGS, index.readings)
    _write_json(folder / "spelling.json", {"written": index.spelled.written, "asked": index.spelled.asked})
    _write_json(folder / "lexicon.json", lexicon_to_json(index.lexicon))
    if isinstance(index.encoder, TrainedEncoder):
        (folder / ENCODER).mkdir()
        for name in OWN_FILES:
            _put(encoder_dir / name, folder / ENCODER / name)
    save_fusion(folder / FUSION, index.fusion)
    _write_json(folder / "meta.json", asdict(index.meta))


def _write_bm25(folder: Path, name: str, bm25: BM25) -> None:
    for column in COLUMNS_OF_BM25:
        np.save(folder / f"{name}.{column}.npy", getattr(bm25, column))
    shape: dict[str, object] = {"tokens": list(bm25.rows), "k1": bm25.k1, "b": bm25.b}
    if bm25.frequent:
        np.save(folder / f"{name}.levels.npy", bm25.frequent.levels)
        shape |= {"frequent": list(bm25.frequent.places), "step": bm25.frequent.step}
    _write_json(folder / f"{name}.json", shape)


def _put(source: Path, target: Path) -> None:
    """A second name of a file of the generation before, which nothing ever writes to; else a copy."""
    try:
        if source.parent.parent.parent != target.parent.parent.parent:
            raise OSError("of another place, where it may be written to")
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _write_json(path: Path, value: object) -> None:
    path.write_bytes(to_json(value))


def _point(target: Path, name: str) -> None:
    pointer = target / f"{CURRENT}.new"
    pointer.write_text(name + "\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(target / CURRENT)
    _sync(target)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_index(target: Path, *, sources: str | None = None) -> Index:
    """Load the generation that serves; with `sources` (see `source_hash`) only when it was made of exactly these.

    Raises:
        IndexMissing: when there is none.
        IndexMismatch: when other code, another corpus or another encoder made it, or its files are damaged.
    """
    folder = generation(target)
    if sources is not None and read_meta(folder).sources != sources:
        raise IndexMismatch(f"{target} was made of other articles, lexicon or encoder: run `./arkas index`")
    return read_generation(folder)


def read_generation(folder: Path) -> Index:
    """Load one generation. Raises IndexMismatch, as `open_index` does."""
    meta = read_meta(folder)
    index = _undamaged(folder, lambda: _read(folder, meta))
    _check(index, folder)
    return index


def read_readings(folder: Path) -> tuple[Reading, ...]:
    """How a generation's units were read, for its renewal. Raises IndexMismatch."""
    rows = _undamaged(folder, lambda: _read_json(folder / READINGS))
    return tuple(Reading(roots, words) for roots, words in rows)


def read_collection(folder: Path) -> ArticleCollection:
    """The articles that a generation was made of. Raises IndexMismatch."""
    return _undamaged(folder, lambda: _COLLECTION.validate_json((folder / ARTICLES).read_bytes()))


def _undamaged(folder: Path, read: Callable[[], T]) -> T:
    try:
        return read()
    except (OSError, ValueError, TypeError, KeyError, RuntimeError, BadZipFile, EncoderMissing) as error:
        raise IndexMismatch(f"{folder} cannot be read ({error}): run `./arkas index`") from error


def _read(folder: Path, meta: Meta) -> Index:
    arrays = np.load(folder / "units.npz")
    spelling = _read_json(folder / "spelling.json")
    documents = _read_json(folder / "documents.json")
    return Index(
        meta=meta,
        documents=tuple((number, title) for number, title in documents),
        categories=tuple(_read_json(folder / "categories.json")),
        units=Units(tuple(_read_json(folder / "texts.json")), arrays["fields"], arrays["documents"]),
        vectors=_read_vectors(folder),
        words=_read_bm25(folder, "words", len(arrays["fields"])),
        grams=_read_bm25(folder, "grams", len(arrays["fields"])),
        wholes=_read_bm25(folder, "wholes", len(documents)),
        lexicon=lexicon_from_json(_read_json(folder / "lexicon.json")),
        spelled=Spelled(spelling["written"], spelling["asked"]),
        encoder=open_encoder(meta.encoder_name or folder / ENCODER),
        fusion=load_fusion(folder / FUSION),
    )


def _read_vectors(folder: Path) -> faiss.IndexFlatIP:
    vectors = faiss.read_index(str(folder / "vectors.faiss"))
    if not isinstance(vectors, faiss.IndexFlatIP):
        raise TypeError("its vectors are not stored for exact search")
    return vectors


def _read_bm25(folder: Path, name: str, size: int) -> BM25:
    """Arrays stay on disk until they are looked at: of a large index most never is."""
    shape = _read_json(folder / f"{name}.json")
    starts, units, counts, impacts, idf = (_mapped(folder / f"{name}.{column}.npy") for column in COLUMNS_OF_BM25)
    rows = {token: row for row, token in enumerate(shape["tokens"])}
    frequent = None
    if "frequent" in shape:
        places = {row: at for at, row in enumerate(shape["frequent"])}
        frequent = Frequent(places, _mapped(folder / f"{name}.levels.npy"), shape["step"])
    return BM25(rows, starts, units, counts, impacts, idf, size, shape["k1"], shape["b"], frequent)


def _mapped(path: Path) -> NDArray[Any]:
    return np.asarray(np.load(path, mmap_mode="r"))


def _read_json(path: Path) -> Any:  # noqa: ANN401 - JSON is anything
    return from_json(path.read_bytes())


def _check(index: Index, folder: Path) -> None:
    """Raise IndexMismatch when the vectors are not those of the encoder and the units."""
    if index.encoder.fingerprint != index.meta.encoder or index.encoder.dimension != index.vectors.d:
        raise IndexMismatch(f"{folder} was made with another encoder: run `./arkas index`")
    if index.vectors.ntotal != len(index.units.texts):
        raise IndexMismatch(f"{folder} has {index.vectors.ntotal} vectors for {len(index.units.texts)} texts")
