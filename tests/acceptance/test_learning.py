"""Learning by keyboard: ten talks reviewed in a row, and an article edited until people read it."""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.articles.linting import Folders
from bot.articles.models import Suggestions
from bot.conversations.models import EventKind
from bot.editing.models import Built
from bot.editing.shelf import Shelf
from bot.settings import ROOT
from embeddings import Decision, load_articles, read_verdicts
from embeddings.verdicts import latest
from tests.acceptance.accessibility import findings
from tests.acceptance.console_house import RunningHouse, laptop_page, running_house
from tests.integration.consoles import PASSWORD

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]

PUBLISHED_WITHIN = 120_000  # ms: all articles are linted twice
PICTURES = os.environ.get("ARKAS_TEST_SCREENSHOTS")
QUESTIONS = (
    "bku juni ga bisa ditutup", "lupa kata sandi arkas", "kode aktivasi ditolak terus", "harga emas hari ini",
    "cara geser anggaran", "dana bos belum masuk", "salah input nota kemarin", "sinkron gagal terus",
    "meterai elektronik tidak terbaca", "siapa menang pemilu",
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningHouse]:
    with running_house(tmp_path) as house:
        yield house


@pytest.fixture
def page(browser: Browser, desk: RunningHouse) -> Iterator[Page]:
    with laptop_page(browser, desk) as page:
        yield page


def sign_in(page: Page) -> None:
    page.goto("/petugas")
    page.get_by_label("Nama masuk").fill("admin")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/masuk" not in url)


async def talks(desk: RunningHouse) -> None:
    """Ten talks that ended at an officer, over since an hour."""
    conversations = desk.house.services.conversations
    for question in QUESTIONS:
        conversation, _, _ = await conversations.start("web")
        found = desk.house.services.articles.suggest(question)
        await conversations.record_question(
            conversation.id, Suggestions(**{**vars(found), "decision": Decision.SUGGEST})
        )
        await conversations.record(conversation.id, EventKind.ESCALATED, reason="two_rejections")
    desk.house.clock.advance(timedelta(hours=1))


def look(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing that hangs over; pictures where they are wanted."""
    assert findings(page) == []
    for width, height in ((360, 740), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} hangs over at {width}"
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


def press(page: Page, key: str) -> None:
    """One key, and the page that comes of it."""
    with page.expect_navigation():
        page.keyboard.press(key)


def test_ten_verdicts_by_keyboard(desk: RunningHouse, page: Page) -> None:
    desk.do(talks(desk))
    sign_in(page)
    page.keyboard.press("g")
    press(page, "r")
    question = page.locator("#pertanyaan")
    expect(question).to_have_text(QUESTIONS[-1])
    look(page, "tinjauan")
    first = page.locator(".pick").first.get_attribute("value")
    press(page, "o")
    press(page, "u")
    expect(question).to_have_text(QUESTIONS[-1])
    for key in ("o", "n", "1", "b", "2", "1", "o", "n", "1"):
        press(page, key)
    expect(question).to_have_text(QUESTIONS[0])
    page.keyboard.press("/")
    page.keyboard.type("hapus bku bulan lalu")
    press(page, "Enter")
    found = page.locator(".pick").first.get_attribute("value") or ""
    press(page, "1")
    expect(page.locator("main")).to_contain_text("Tidak ada percakapan yang menunggu")
    expect(page.locator("#kemajuan b").first).to_have_text("10")
    lines = latest(read_verdicts(desk.house.services.settings.var_dir / "verdicts.jsonl"))
    taught = {line.question: line.article for line in lines}
    assert len(taught) == 9  # one was "the bot was right"
    assert taught[QUESTIONS[0]] == int(found.removeprefix("article:"))
    assert taught[QUESTIONS[-1]] is None
    assert first


def test_an_article_is_edited_until_it_is_published(desk: RunningHouse, page: Page, tmp_path: Path) -> None:
    root = tmp_path / "articles"
    shutil.copytree(ROOT / "data" / "articles", root)

    class Builder:
        """Stands for the index: what it is asked to build is what lies there."""

        def build(self, force: str, known: object) -> Built:  # noqa: ARG002
            titles.append(load_articles(root).articles[40].title)
            return Built(refused=False, report=None)

    titles: list[str] = []
    editor = desk.house.services.editor
    editor._shelf = Shelf(Folders(root, ROOT / "data" / "lexicon", tmp_path / "none"))
    editor._builder = Builder()
    sign_in(page)
    page.goto("/petugas/artikel")
    look(page, "artikel")
    page.keyboard.press("/")
    page.keyboard.type("lupa kata sandi")
    press(page, "Enter")
    page.get_by_role("link", name="lupa kata sandi ARKAS").click()
    page.get_by_label("Isi (Markdown)").press("Control+End")
    page.keyboard.type("\n\nTulisan **baru** di akhir.")
    expect(page.locator("#pratinjau strong", has_text="baru")).to_be_visible()
    page.get_by_label("Judul", exact=True).fill("Bagaimana memulihkan kata sandi ARKAS?")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("#kabar")).to_contain_text("Draf disimpan")
    look(page, "artikel-sunting")
    with page.expect_navigation(timeout=PUBLISHED_WITHIN):
        page.keyboard.press("t")
    expect(page.locator("#kabar")).to_contain_text("Artikel diterbitkan")
    assert titles == ["Bagaimana memulihkan kata sandi ARKAS?"]
    assert "Tulisan **baru** di akhir." in load_articles(root).articles[40].body
    press(page, "h")
    page.get_by_text(re.compile(r"Perubahan \(\d+ baris\)")).first.click()
    expect(page.locator("ins").first).to_be_visible()
    look(page, "artikel-riwayat")
