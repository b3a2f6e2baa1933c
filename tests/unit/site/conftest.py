"""The site over services that keep everything in memory."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import yaml
from fastapi import FastAPI

from bot.attachments.links import FileLinks
from bot.attachments.service import AttachmentService, Limits
from bot.calendar.service import ClosedDays, Overrides, ServiceHours
from bot.clock import SettableClock
from bot.http import install_error_handlers
from bot.satisfaction.links import RatingLinks
from bot.settings import Settings
from bot.site.headers import SecurityHeaders
from bot.site.services import SiteServices
from bot.site.web import mount_site
from bot.tickets.links import TicketLinks
from embeddings import load_articles
from tests.unit.site.memory import (
    NOON,
    MemoryArticles,
    MemoryPeople,
    MemoryRatings,
    MemoryServices,
    MemoryTalks,
    MemoryTickets,
)

MATTER: dict[str, Any] = {
    "program": "ARKAS", "solved_by": ["sekolah", "dinas"], "questions": [], "keywords": [], "error_messages": [],
    "versions": ["4.x"], "valid_from": None, "valid_until": None, "grounding": "official", "sources": ["S1"],
    "checked": "2026-11-21", "related": [], "audience": ["operator"],
}  # fmt: skip


def write_article(root: Path, number: int, slug: str, category: str, title: str, body: str, **matter: object) -> None:
    folder = root / category
    folder.mkdir(parents=True, exist_ok=True)
    values = MATTER | {"id": number, "title": title, "category": category} | matter
    values["checked"] = datetime.fromisoformat(str(values["checked"])).date()
    (folder / f"{slug}.md").write_text(f"---\n{yaml.safe_dump(values)}---\n{body}\n", encoding="utf-8")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    root = tmp_path / "articles"
    root.mkdir()
    catalogue = {
        "groups": [
            {
                "slug": "bku-pajak",
                "name": "BKU & pajak",
                "description": "Buku kas.",
                "categories": ["tutup-bku", "pajak"],
            }
        ],
        "categories": {
            "tutup-bku": {"name": "Tutup BKU", "description": "Menutup BKU bulanan."},
            "pajak": {"name": "Pajak", "description": "Menghitung pajak."},
        },
    }
    (root / "categories.yml").write_text(yaml.safe_dump(catalogue), encoding="utf-8")
    links = {"formulir": {"title": "Formulir Layanan", "url": "/hubungi-kami"}}
    (root / "links.yml").write_text(yaml.safe_dump(links), encoding="utf-8")
    write_article(
        root, 124, "tidak-bisa-tutup-bku", "tutup-bku", "Kendala tidak bisa tutup BKU",
        "BKU tertahan oleh <internet> atau nota.\n\n## Yang perlu diperiksa\n\n1. Jaringan\n2. {{link:formulir}}",
        grounding="prior", related=[7, 999],
    )  # fmt: skip
    write_article(
        root, 7, "tarif-pajak", "pajak", 'Tarif "PPN" & </script> 2024', "Tarif lama.",
        valid_until=datetime(2024, 12, 31, tzinfo=UTC).date(), versions=[], solved_by=["kpp"],
    )  # fmt: skip
    site = tmp_path / "site"
    site.mkdir()
    info = {
        "searches": ["tutup BKU"],
        "banner": {"text": "Alamat pindah.", "article": 124},
        "cards": [
            {"title": "Lama", "text": "Sudah lewat.", "url": "/x", "until": datetime(2026, 11, 22, tzinfo=UTC).date()},
            {"title": "PBJ belum selesai", "text": "Selesaikan.", "article": 178, "tone": "penting"},
        ],
    }
    (site / "info.yml").write_text(yaml.safe_dump(info), encoding="utf-8")
    return tmp_path


@pytest.fixture
def services(data_dir: Path) -> MemoryServices:
    clock, talks = SettableClock(NOON), MemoryTalks()
    people = MemoryPeople(talks)
    return MemoryServices(
        settings=Settings(
            _env_file=None,
            data_dir=data_dir,
            public_url="https://bantuan.example/",
            tickets_per_hour=3,
            telegram_bot="arkas_bot",
            whatsapp_number="6281100000000",
        ),
        clock=clock,
        articles=MemoryArticles(load_articles(data_dir / "articles")),
        attachments=AttachmentService(data_dir / "files", SettableClock(NOON), Limits(1000, 1500, 2)),
        file_links=FileLinks("rahasia-uji", clock, timedelta(days=7)),
        ticket_links=TicketLinks("rahasia-uji", clock, timedelta(days=180), "https://bantuan.example/"),
        rating_links=RatingLinks("rahasia-uji", clock, timedelta(days=180), "https://bantuan.example/"),
        satisfaction=MemoryRatings(),
        tickets=MemoryTickets(),
        conversations=talks,
        people=people,
        eraser=people,
        hours=ServiceHours(ClosedDays(Overrides(), joint_leave=True)),
    )


@pytest.fixture
async def http(services: MemoryServices) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_error_handlers(app)
    mount_site(app, cast("SiteServices", services))
    app.add_middleware(SecurityHeaders)

    @app.get("/rusak")
    async def broken() -> None:
        raise RuntimeError("rahasia dalam")

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://bantuan.example") as client:
        yield client
