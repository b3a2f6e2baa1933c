"""Encoders: texts to unit vectors. The project's own runs on numpy; any other SentenceTransformer is loaded by name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.features import FeatureHasher, Features, FeatureSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Matrix = NDArray[np.float32]

CONFIG: Final = "config.json"
VOCABULARY: Final = "vocabulary.txt"
WEIGHTS: Final = "embeddings.npy"
SCALES: Final = "scales.npy"
OWN_FILES: Final = (CONFIG, VOCABULARY, WEIGHTS, SCALES)
# E5 models are trained with these words before their texts and lose several points without (their model cards).
E5_PROMPTS: Final = {"query": "query: ", "passage": "passage: "}


class EncoderMissing(Exception):
    """There is no encoder where one was named; the message says what to do."""


class Encoder(Protocol):
    """Gives float32 rows of length one, (texts, dimension); a text without words may give a zero row.

    `reads` says what it wants of an analysed question: its "content" words, or "natural" text.
    """

    dimension: int
    fingerprint: str

    @property
    def reads(self) -> Literal["content", "natural"]:
        """The kind of text that is wanted."""
        ...

    def queries(self, texts: Sequence[str]) -> Matrix:
        """Vectors of questions."""
        ...

    def passages(self, texts: Sequence[str]) -> Matrix:
        """Vectors of what is searched."""
        ...


@dataclass(frozen=True)
class EmbeddingTable:
    """Rows of int8 with one scale each (float16): a quarter of the size, and no figure moves by more than its noise."""

    rows: NDArray[np.int8]
    scales: NDArray[np.float16]

    @classmethod
    def of(cls, table: Matrix) -> EmbeddingTable:
        """Quantise float32 rows, the largest figure of each to 127."""
        scales = (np.abs(table).max(axis=1) / 127).astype(np.float16)
        divisors = np.where(scales > 0, scales, 1).astype(np.float32)
        return cls(np.clip(np.rint(table / divisors[:, None]), -127, 127).astype(np.int8), scales)

    def floats(self) -> Matrix:
        """All rows as float32."""
        return self.rows.astype(np.float32) * self.scales.astype(np.float32)[:, None]

    def bag(self, found: Features) -> Matrix:
        """The weighted sum of the rows of one text, scaled to length one."""
        weights = found.weights * self.scales[found.ids].astype(np.float32)
        total: Matrix = weights @ self.rows[found.ids].astype(np.float32)
        length = float(np.sqrt(total @ total))
        return total / length if length > 0 else total


class TrainedEncoder:
    """The project's own encoder: static word vectors and hashed n-grams, summed. Holds no torch."""

    reads: Final = "content"

    def __init__(self, hasher: FeatureHasher, table: EmbeddingTable, fingerprint: str) -> None:
        self.hasher = hasher
        self.table = table
        self.fingerprint = fingerprint
        self.dimension = int(table.rows.shape[1])

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open a folder that `save_table` wrote; the rows stay on disk until they are used.

        Raises:
            EncoderMissing: when a file is not there.
        """
        if missing := [name for name in OWN_FILES if not (folder / name).is_file()]:
            raise EncoderMissing(f"{folder} has no {', '.join(missing)}: run `./arkas train encoder`")
        rows = np.load(folder / WEIGHTS, mmap_mode="r")
        return cls(load_hasher(folder), EmbeddingTable(rows, np.load(folder / SCALES)), folder_hash(folder))

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The words that have a row of their own: the frequent ones of the texts that it learned from."""
        return self.hasher.vocabulary

    def queries(self, texts: Sequence[str]) -> Matrix:
        """(texts, dimension)."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return np.stack([self.table.bag(self.hasher(t)) for t in texts])

    def passages(self, texts: Sequence[str]) -> Matrix:
        """(texts, dimension): both sides are read alike."""
        return self.queries(texts)


class HubEncoder:
    """Any SentenceTransformer, by folder or by name, with its prompts for questions and passages."""

    reads: Final = "natural"

    def __init__(self, name: str, prompts: Mapping[str, str] | None = None) -> None:
        from sentence_transformers import SentenceTransformer  # seconds to import, and most never need it

        self._model: SentenceTransformer = SentenceTransformer(name, device="cpu")
        stated = {k: v for k, v in self._model.prompts.items() if v}
        self._prompts = {**(E5_PROMPTS if "e5" in name.lower() else {}), **stated, **(prompts or {})}
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.fingerprint = hashlib.sha256(f"{name}\0{sorted(self._prompts.items())}".encode()).hexdigest()

    def queries(self, texts: Sequence[str]) -> Matrix:
        """(texts, dimension), each read with the model's query prompt."""
        return self._encode(texts, "query")

    def passages(self, texts: Sequence[str]) -> Matrix:
        """(texts, dimension), each read with the model's passage (or document) prompt."""
        return self._encode(texts, "passage" if "passage" in self._prompts else "document")

    def _encode(self, texts: Sequence[str], kind: str) -> Matrix:
        prompt = self._prompts.get(kind, "")
        found = self._model.encode(list(texts), prompt=prompt, normalize_embeddings=True, convert_to_numpy=True)
        return np.asarray(found, dtype=np.float32).reshape(len(texts), self.dimension)


def open_encoder(name: Path | str) -> Encoder:
    """The project's own encoder when `name` is a folder of one, else the SentenceTransformer of that name.

    Raises:
        EncoderMissing: when a folder was named that is not there or holds no model.
    """
    folder = Path(name)
    if is_own(folder):
        return TrainedEncoder.load(folder)
    if folder.is_absolute() and not (folder / "modules.json").exists():
        raise EncoderMissing(f"{folder} holds no encoder: run `./arkas train encoder`")
    return HubEncoder(str(name))


def is_own(folder: Path) -> bool:
    """Whether a folder holds an encoder that the project trained."""
    return (folder / WEIGHTS).is_file()


def load_hasher(folder: Path) -> FeatureHasher:
    """The feature space of a trained encoder's folder."""
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    vocabulary = (folder / VOCABULARY).read_text(encoding="utf-8").split("\n")
    return FeatureHasher([w for w in vocabulary if w], FeatureSettings(**config["features"]))


def save_table(folder: Path, hasher: FeatureHasher, table: EmbeddingTable) -> None:
    """Write a trained encoder's own files into an existing folder."""
    config = {"dimension": int(table.rows.shape[1]), "features": hasher.settings.as_dict()}
    (folder / CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    (folder / VOCABULARY).write_text("\n".join(hasher.vocabulary) + "\n", encoding="utf-8")
    np.save(folder / WEIGHTS, table.rows)
    np.save(folder / SCALES, table.scales)


def folder_hash(folder: Path) -> str:
    """SHA-256 (hex) over a trained encoder's own files."""
    digest = hashlib.sha256()
    for name in OWN_FILES:
        digest.update(file_hash(folder / name))
    return digest.hexdigest()


def file_hash(path: Path) -> bytes:
    """SHA-256 of a file, worked out once for as long as the file is the same."""
    status = path.stat()
    return _hash_of(path, status.st_ino, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _hash_of(path: Path, *_: int) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()
