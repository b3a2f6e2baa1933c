"""A help center of three complete articles that the lint has nothing to say about, and ways to spoil it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.articles.linting import Folders, Report, lint
from bot.articles.writing import file_text

TODAY = date(2026, 11, 21)
CATEGORIES = """\
groups:
  - {slug: bku, name: BKU, description: Buku kas umum., categories: [tutup-bku]}
categories:
  tutup-bku: {name: Tutup BKU, description: Menutup dan membuka BKU.}
"""
BODY = """\
BKU ditutup setelah semua nota dan pajak bulan itu dicatat di aplikasi.

Pekerjaan ini memerlukan internet. Simpan dahulu cadangan data Bapak/Ibu.

## Yang perlu diperiksa

1. Buka menu **Penatausahaan**, lalu pilih bulan yang akan ditutup.
2. Cocokkan saldo tunai dengan uang di brankas sekolah.
3. Cocokkan saldo bank dengan rekening koran bulan itu.
4. Periksa apakah setiap nota sudah lengkap dengan bukti.
5. Catat pajak yang sudah disetor beserta nomornya.

## Siapa yang menyelesaikan

Sekolah menyelesaikan sendiri semua langkah di atas. Bila ada pengajuan yang masih menunggu, hubungi dinas.

## Sebelum menghubungi helpdesk

Siapkan foto layar, nama bulan, dan versi aplikasi. Kirim melalui {{link:formulir}}.
"""


def asked(number: int) -> list[str]:
    """Twenty questions of made-up words: no two of any articles are alike."""
    letters = random.Random(number)  # noqa: S311 - a fixed series is wanted
    return [" ".join("".join(letters.choices("abcdefghijklmnoprstuwy", k=7)) for _ in range(4)) for _ in range(20)]


@dataclass
class HelpCenter:
    """Folders on disk that a test spoils and then checks."""

    folder: Path

    @property
    def articles(self) -> Path:
        return self.folder / "articles"

    def fields(self, number: int = 1, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        return {
            "id": number,
            "title": f"Judul ke-{number}",
            "category": "tutup-bku",
            "program": "ARKAS",
            "solved_by": ["sekolah"],
            "questions": asked(number),
            "keywords": ["satu", "dua", "tiga"],
            "error_messages": [],
            "versions": ["4.x"],
            "valid_from": None,
            "valid_until": None,
            "grounding": "seed",
            "sources": ["S0"],
            "checked": "2026-11-01",
            "related": [n for n in (1, 2, 3) if n != number],
            "audience": ["operator"],
            "body": BODY,
        } | changes

    def write(self, number: int = 1, **changes: Any) -> Path:  # noqa: ANN401
        path = self.articles / "tutup-bku" / f"artikel-{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file_text(self.fields(number, **changes)), encoding="utf-8")
        return path

    def hold_out(self, *questions: str) -> Path:
        path = self.folder / "evaluation" / "held.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps({"id": i, "q": q}) + "\n" for i, q in enumerate(questions)), "utf-8")
        return path

    def lint(self, today: date = TODAY) -> Report:
        return lint(Folders(self.articles, self.folder / "lexicon", self.folder / "evaluation"), today=today)

    def findings(self, today: date = TODAY) -> list[str]:
        """What the lint says, with paths from the articles' folder."""
        return [str(replace(f, path=f.path.relative_to(self.folder))) for f in self.lint(today).findings]


@pytest.fixture
def help_center(tmp_path: Path) -> HelpCenter:
    center = HelpCenter(tmp_path)
    for number in (1, 2, 3):
        center.write(number)
    (center.articles / "categories.yml").write_text(CATEGORIES, encoding="utf-8")
    (center.articles / "links.yml").write_text('formulir: {title: Formulir, url: "/hubungi"}\n', encoding="utf-8")
    (center.articles / "sources.yml").write_text('S0: {title: "Buku panduan"}\n', encoding="utf-8")
    return center


@pytest.fixture
def line_of() -> Callable[[Path, str], int]:
    """The line (from 1) of the first that holds a text."""

    def found(path: Path, text: str) -> int:
        lines = path.read_text(encoding="utf-8").splitlines()
        return next(n for n, line in enumerate(lines, start=1) if text in line)

    return found
