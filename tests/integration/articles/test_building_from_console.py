"""The index that publishing builds in a process of its own: served when no worse, refused when worse, with figures."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from bot.editing.building import IndexBuilder
from bot.editing.errors import BuildFailed
from bot.settings import ROOT, Settings
from embeddings import Verdict, load_articles, named_generation
from embeddings.encoder import EmbeddingTable, save_table
from embeddings.features import FeatureHasher, FeatureSettings
from embeddings.fusion import Evidence, Fusion, save_fusion
from embeddings.storage import FUSION

pytestmark = pytest.mark.integration

CATEGORY = "akun-login-reset"
BACKWARDS = Fusion(weights={Evidence.WORD_WHOLE: -9.0, Evidence.GRAM_TITLE: -9.0})
KNOWN = [Verdict(question="kata sandi arkas saya lupa", article=40, at=datetime(2026, 11, 21, tzinfo=UTC), source="x")]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A help center of one category, with an encoder that has learned nothing."""
    data, encoder = tmp_path / "data", tmp_path / "encoder"
    shutil.copytree(ROOT / "data" / "articles" / CATEGORY, data / "articles" / CATEGORY)
    for name in ("categories.yml", "links.yml", "sources.yml"):
        shutil.copy(ROOT / "data" / "articles" / name, data / "articles" / name)
    (data / "lexicon").mkdir()
    encoder.mkdir()
    hasher = FeatureHasher(["sandi"], FeatureSettings(buckets=256))
    rows = np.random.default_rng(1).normal(size=(hasher.size, 16)).astype(np.float32)
    save_table(encoder, hasher, EmbeddingTable.of(rows))
    return Settings(data_dir=data, var_dir=tmp_path / "var", encoder=str(encoder))


def test_a_build_serves_is_refused_is_forced_and_fails(settings: Settings) -> None:
    builder, index = IndexBuilder(settings), settings.index_dir
    first = builder.build("", KNOWN)
    assert (first.refused, first.report) == (False, None)  # nothing served that could be compared
    serving = named_generation(index)
    save_fusion(Path(settings.encoder) / FUSION, BACKWARDS)
    edited = next((settings.articles_dir / CATEGORY).glob("*.md"))
    edited.write_text(edited.read_text(encoding="utf-8") + "\nDitambah.\n", encoding="utf-8")
    worse = builder.build("", KNOWN)
    assert worse.refused
    assert worse.report is not None
    assert worse.report["test"]["losses"] > 20
    asked = sum(len(article.questions) for article in load_articles(settings.articles_dir).articles.values())
    assert worse.report["questions"] == asked + len(KNOWN)
    assert named_generation(index) == serving
    assert not builder.build("uji coba", ()).refused
    assert named_generation(index) != serving
    (settings.articles_dir / CATEGORY / "rusak.md").write_text("tanpa front matter", encoding="utf-8")
    with pytest.raises(BuildFailed):
        builder.build("", ())
