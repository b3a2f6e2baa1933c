"""The index on disk: one folder for each generation, swapped in one step.

var/index/CURRENT            the name of the generation that serves
var/index/<generation>/      its files; complete before CURRENT names it, gone once it no longer does
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import faiss
import numpy as np
from pydantic import TypeAdapter

from embeddings.bm25 import BM25
from embeddings.documents import Units
from embeddings.encoder import OWN_FILES, EncoderMissing, TrainedEncoder, open_encoder
from embeddings.fusion import load_fusion, save_fusion
from embeddings.index import FORMAT, Index, Meta
from embeddings.lexicon import lexicon_from_json, lexicon_to_json

CURRENT: Final = "CURRENT"
FUSION: Final = "fusion.json"
FIGURES: Final = "figures.json"  # cross-validated, beside the fusion of an encoder that has learned the articles


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
    values = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    if values.get("format") != FORMAT:
        raise IndexMismatch(f"{folder} has format {values.get('format')}, not {FORMAT}: run `./arkas index`")
    return TypeAdapter(Meta).validate_python(values)


def save_index(index: Index, target: Path, encoder_dir: Path) -> None:
    """Write a new generation, force it to the disk, then let CURRENT name it; older generations go."""
    target.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="making-", dir=target))
    try:
        _write(index, folder, encoder_dir)
        name = f"{index.meta.sources[:16] or 'corpus'}-{folder.name.removeprefix('making-')}"
        for path in (*folder.rglob("*"), folder):
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
        np.savez(folder / f"{name}.npz", starts=bm25.starts, units=bm25.units, impacts=bm25.impacts, idf=bm25.idf)
        _write_json(folder / f"{name}.json", list(bm25.rows))
    _write_json(folder / "documents.json", index.documents)
    _write_json(folder / "texts.json", index.units.texts)
    _write_json(folder / "spelling.json", {"vocabulary": index.vocabulary, "known": sorted(index.known)})
    _write_json(folder / "lexicon.json", lexicon_to_json(index.lexicon))
    if isinstance(index.encoder, TrainedEncoder):
        (folder / "encoder").mkdir()
        for name in OWN_FILES:
            shutil.copyfile(encoder_dir / name, folder / "encoder" / name)
    save_fusion(folder / FUSION, index.fusion)
    _write_json(folder / "meta.json", asdict(index.meta))


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


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
    meta = read_meta(folder)
    if sources is not None and meta.sources != sources:
        raise IndexMismatch(f"{target} was made of other articles, lexicon or encoder: run `./arkas index`")
    try:
        index = _read(folder, meta)
    except (OSError, ValueError, TypeError, KeyError, RuntimeError, BadZipFile, EncoderMissing) as error:
        raise IndexMismatch(f"{folder} cannot be read ({error}): run `./arkas index`") from error
    _check(index, folder)
    return index


def _read(folder: Path, meta: Meta) -> Index:
    arrays = np.load(folder / "units.npz")
    spelling = _read_json(folder / "spelling.json")
    documents = _read_json(folder / "documents.json")
    return Index(
        meta=meta,
        documents=tuple((number, title) for number, title in documents),
        units=Units(tuple(_read_json(folder / "texts.json")), arrays["fields"], arrays["documents"]),
        vectors=_read_vectors(folder),
        words=_read_bm25(folder, "words", len(arrays["fields"])),
        grams=_read_bm25(folder, "grams", len(arrays["fields"])),
        wholes=_read_bm25(folder, "wholes", len(documents)),
        lexicon=lexicon_from_json(_read_json(folder / "lexicon.json")),
        vocabulary=spelling["vocabulary"],
        known=frozenset(spelling["known"]),
        encoder=open_encoder(meta.encoder_name or folder / "encoder"),
        fusion=load_fusion(folder / FUSION),
    )


def _read_vectors(folder: Path) -> faiss.IndexFlatIP:
    vectors = faiss.read_index(str(folder / "vectors.faiss"))
    if not isinstance(vectors, faiss.IndexFlatIP):
        raise TypeError("its vectors are not stored for exact search")
    return vectors


def _read_bm25(folder: Path, name: str, size: int) -> BM25:
    arrays = np.load(folder / f"{name}.npz")
    rows = {token: row for row, token in enumerate(_read_json(folder / f"{name}.json"))}
    return BM25(rows, arrays["starts"], arrays["units"], arrays["impacts"], arrays["idf"], size)


def _read_json(path: Path) -> Any:  # noqa: ANN401 - JSON is anything
    return json.loads(path.read_text(encoding="utf-8"))


def _check(index: Index, folder: Path) -> None:
    """Raise IndexMismatch when the vectors are not those of the encoder and the units."""
    if index.encoder.fingerprint != index.meta.encoder or index.encoder.dimension != index.vectors.d:
        raise IndexMismatch(f"{folder} was made with another encoder: run `./arkas index`")
    if index.vectors.ntotal != len(index.units.texts):
        raise IndexMismatch(f"{folder} has {index.vectors.ntotal} vectors for {len(index.units.texts)} texts")
