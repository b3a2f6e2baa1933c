"""A small help center: six articles in two categories, enough for every rule of the search."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings import ArticleCollection, build_index, load_articles
from embeddings.encoder import EmbeddingTable, save_table
from embeddings.features import FeatureHasher, FeatureSettings

CATEGORIES = """\
groups:
  - {slug: bku, name: BKU, description: Buku kas umum., categories: [tutup-bku, akun]}
categories:
  tutup-bku: {name: Tutup BKU, description: Menutup dan membuka BKU.}
  akun: {name: Akun, description: Masuk dan lupa kata sandi.}
"""
LINKS = 'formulir: {title: Formulir Layanan, url: "/hubungi-kami"}\n'
ARTICLES = {
    "tutup-bku/tidak-bisa-tutup": (1, "Kendala tidak bisa tutup BKU", ["min bku ko ga bs ditutup", "gagal tutup bku"]),
    "tutup-bku/cara-tutup": (2, "Bagaimana cara menutup BKU bulanan?", ["langkah menutup bku", "cara nutup bulan"]),
    "tutup-bku/hapus": (3, "Bagaimana cara mengajukan hapus BKU?", ["mau hapus bku maret", "hapus bku ke dinas"]),
    "akun/lupa-sandi": (4, "Bagaimana cara mengatasi lupa kata sandi?", ["lupa password arkas", "sandi salah terus"]),
    "akun/kode-aktivasi": (5, "Kendala kode aktivasi salah", ["kode aktivasi ditolak", "kode dari dinas invalid"]),
    "akun/email": (6, "Kendala email tidak terdaftar", ["email tidak terdaftar saat login", "email lama hilang"]),
}


def article_text(number: int, name: str, asked: list[str], folder: str, **changes: str) -> str:
    """A whole article file; `changes` replace lines of its front matter."""
    fields = {
        "id": str(number),
        "title": f'"{name}"',
        "category": folder,
        "program": "ARKAS",
        "solved_by": "[sekolah]",
        "questions": "\n" + "\n".join(f'  - "{q}"' for q in asked),
        "keywords": "[kas]",
        "error_messages": "[]",
        "versions": '["4.x"]',
        "valid_from": "null",
        "valid_until": "null",
        "grounding": "prior",
        "sources": "[]",
        "checked": "2026-11-21",
        "related": "[1, 2]",
        "audience": "[operator]",
    } | changes
    matter = "\n".join(f"{key}: {value}" for key, value in fields.items())
    body = f"{name} dijawab di sini, **singkat**.\n\nLebih lanjut.\n\n## Langkah\n\n1. Buka {{{{link:formulir}}}}.\n"
    return f"---\n{matter}\n---\n{body}"


@pytest.fixture
def articles_folder(tmp_path: Path) -> Path:
    root = tmp_path / "articles"
    for name, (number, title, questions) in ARTICLES.items():
        path = root / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(article_text(number, title, questions, path.parent.name), encoding="utf-8")
    (root / "categories.yml").write_text(CATEGORIES, encoding="utf-8")
    (root / "links.yml").write_text(LINKS, encoding="utf-8")
    return root


@pytest.fixture
def collection(articles_folder: Path) -> ArticleCollection:
    return load_articles(articles_folder)


@pytest.fixture
def lexicon_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "lexicon"
    folder.mkdir()
    (folder / "abbreviations.yml").write_text("ga: tidak\nbs: bisa\nno: nomor\n", encoding="utf-8")
    (folder / "slang.yml").write_text("nutup: menutup\npassword: kata sandi\n", encoding="utf-8")
    (folder / "renamed.yml").write_text("rakas: ARKAS\n", encoding="utf-8")
    (folder / "roots.yml").write_text("verbs: [tutup, hapus, aju, bisa, lupa, sekolah, terima]\n", encoding="utf-8")
    (folder / "domain_terms.yml").write_text("all: [bku, arkas, npsn, k7a]\n", encoding="utf-8")
    (folder / "synonyms.yml").write_text("kata sandi: [sandi]\n", encoding="utf-8")
    (folder / "fillers.yml").write_text("anywhere: [ko, dong, tolong]\nedges: [min, pak]\n", encoding="utf-8")
    return folder


@pytest.fixture
def encoder_folder(tmp_path: Path) -> Path:
    """An untrained encoder: random rows, which still tell texts apart."""
    import numpy as np

    folder = tmp_path / "encoder"
    folder.mkdir()
    hasher = FeatureHasher(["bku", "tutup", "hapus"], FeatureSettings(buckets=512))
    rows = np.random.default_rng(1).normal(size=(hasher.size, 32)).astype(np.float32)
    save_table(folder, hasher, EmbeddingTable.of(rows))
    return folder


@pytest.fixture
def index_folder(collection: ArticleCollection, encoder_folder: Path, lexicon_folder: Path, tmp_path: Path) -> Path:
    target = tmp_path / "index"
    build_index(collection, encoder_dir=encoder_folder, lexicon_dir=lexicon_folder, target=target)
    return target
