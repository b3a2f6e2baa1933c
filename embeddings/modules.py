"""The project's encoder as a sentence-transformers module.

`SentenceTransformer(folder, trust_remote_code=True)` loads it like any other; the flag, because the module is this
project's and not the library's own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule
from torch import Tensor, nn

from embeddings.encoder import SCALES, WEIGHTS, EmbeddingTable, Matrix, load_hasher, save_table
from embeddings.features import FeatureHasher, packed


class WordsAndNgrams(InputModule):
    """Static word vectors and hashed character n-grams, summed and scaled to length one."""

    def __init__(self, hasher: FeatureHasher, table: Matrix) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.hasher = hasher
        self.embedding = nn.EmbeddingBag.from_pretrained(torch.from_numpy(table), freeze=False, mode="sum")

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: object) -> dict[str, Tensor]:
        """Feature numbers and weights of all texts end to end, and where each begins."""
        found, offsets = packed(self.hasher((prompt or "") + str(text)) for text in inputs)
        numbers, weights, starts = map(torch.from_numpy, (found.ids, found.weights, offsets))
        return {"feature_ids": numbers, "feature_weights": weights, "offsets": starts}

    def forward(self, features: dict[str, Any], **_: object) -> dict[str, Any]:
        """Adds `sentence_embedding`, (texts, dimension)."""
        total = self.embedding(features["feature_ids"], features["offsets"], features["feature_weights"])
        return features | {"sentence_embedding": nn.functional.normalize(total, dim=-1)}

    @property
    def max_seq_length(self) -> int:
        """No text is too long for a sum."""
        return 1_000_000

    def get_embedding_dimension(self) -> int:
        """The length of a vector."""
        return int(self.embedding.embedding_dim)

    def save(self, output_path: str, *_: object, **__: object) -> None:
        """Write the four files that the numpy encoder reads too."""
        table = self.embedding.weight.detach().cpu().numpy()
        save_table(Path(output_path), self.hasher, EmbeddingTable.of(table))

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", *_: object, **__: object) -> Self:
        """Read a folder that `save` wrote."""
        folder = Path(model_name_or_path, subfolder)
        table = EmbeddingTable(np.load(folder / WEIGHTS), np.load(folder / SCALES))
        return cls(load_hasher(folder), table.floats())


def save_sentence_transformer(folder: Path, hasher: FeatureHasher, table: Matrix) -> None:
    """Write an encoder so that both `SentenceTransformer` and `open_encoder(folder)` load it."""
    model = SentenceTransformer(modules=[WordsAndNgrams(hasher, table)], device="cpu")
    model.save(str(folder), create_model_card=False)
    check_layout(folder)


def check_layout(folder: Path) -> None:
    """Fail loudly when a version of sentence-transformers writes another layout.

    Raises:
        RuntimeError: when the folder's `modules.json` does not name this module.
    """
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    if [m["type"] for m in modules] != [f"{__name__}.{WordsAndNgrams.__name__}"]:
        raise RuntimeError(f"{folder}/modules.json names other modules than were saved: {modules}")
