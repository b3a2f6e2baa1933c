"""What ships is whole, small, and says where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings import GENERAL_ENCODER, SHIPPED_ENCODER
from embeddings.encoder import TrainedEncoder
from embeddings.fusion import Fusion, load_fusion
from embeddings.general import SOURCES
from embeddings.provenance import differences
from embeddings.reranking import FILE, Learned
from embeddings.storage import FIGURES, FUSION


@pytest.mark.parametrize("folder", [GENERAL_ENCODER, SHIPPED_ENCODER])
def test_an_encoder_ships_with_what_was_learned(folder: Path) -> None:
    vectors = TrainedEncoder.load(folder).queries(["tutup bku", "menutup buku kas umum", "lupa kata sandi"])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    assert load_fusion(folder / FUSION) != Fusion()
    assert (folder / FIGURES).exists() == (folder == SHIPPED_ENCODER)


def test_the_second_look_ships_with_the_general_encoder() -> None:
    learned = Learned.load(GENERAL_ENCODER / FILE)
    assert learned.calibration.dense > 0
    asked = learned.translations
    when = asked.table[asked.asked["kapan"]]
    assert when[asked.said["#year"]] > when[asked.said["#name"]]


def test_the_weights_stay_small() -> None:
    files = [p for p in GENERAL_ENCODER.parent.rglob("*") if p.is_file()]
    assert sum(p.stat().st_size for p in files) <= 25_000_000


def test_the_general_weights_are_the_files_that_their_training_wrote() -> None:
    told = list(differences(GENERAL_ENCODER, {}))
    assert [line for line in told if "is not what" in line or "nothing says" in line] == []


def test_every_source_is_attributed() -> None:
    text = (GENERAL_ENCODER.parent / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert [name for name in SOURCES if name.replace("__", "/", 1) not in text] == []
