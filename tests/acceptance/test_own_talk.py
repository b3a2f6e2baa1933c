"""A person's own page in the widget and in the chat without scripts: go on elsewhere, come back, erase."""

import re

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.acceptance.accessibility import findings

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

TELEGRAM = r"https://t\.me/arkas_bot\?start=k_\d[A-Z0-9]{9}"
WHATSAPP = r"https://wa\.me/6281100000000\?text=KODE%20\d[A-Z0-9]{9}"


@pytest.fixture
def widget(phone: Page) -> Locator:
    phone.goto("/")
    phone.locator(".launcher").click()
    widget = phone.locator("arkas-chat")
    expect(widget.locator(".m.bot").first).to_be_visible()
    return widget


@pytest.fixture
def elsewhere(base_url: str) -> str:
    """A code that leads to a talk of another device, in which "kode aktivasi salah terus" was asked."""
    api = f"{base_url}/api/v1/conversations"
    talk = httpx.post(api, json={"channel": "web"}, timeout=30).json()
    owner = {"Authorization": f"Bearer {talk['token']}"}
    said = {"text": "kode aktivasi salah terus"}
    httpx.post(f"{api}/{talk['id']}/messages", json=said, headers=owner, timeout=30).raise_for_status()
    return str(httpx.post(f"{api}/{talk['id']}/link", headers=owner, timeout=30).json()["code"])


def say(widget: Locator, text: str) -> None:
    widget.get_by_label("Pesan").fill(text)
    widget.get_by_label("Pesan").press("Enter")


def test_talk_goes_on_in_messengers_and_comes_back_by_code(widget: Locator, elsewhere: str) -> None:
    opener = widget.get_by_role("button", name="Lainnya")
    opener.click()
    expect(widget.get_by_role("heading", name="Percakapan saya")).to_be_focused()
    for name, address in (("Telegram", TELEGRAM), ("WhatsApp", WHATSAPP)):
        link = widget.get_by_role("link", name=f"Lanjutkan di {name}")
        expect(link).to_have_attribute("href", re.compile(address))
    assert findings(widget.page) == []
    assert widget.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    widget.page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    opener.click()
    widget.get_by_label("Kode sambungan").fill("2XXXXXXXXX")
    widget.get_by_role("button", name="Lanjutkan percakapan").click()
    expect(widget.locator(".read [role=status]")).to_contain_text("kode baru")
    widget.get_by_label("Kode sambungan").fill(elsewhere)
    widget.get_by_role("button", name="Lanjutkan percakapan").click()
    expect(widget.locator(".m.user .t")).to_have_text("kode aktivasi salah terus")


def test_tickets_of_the_talk_are_listed_with_how_they_stand(widget: Locator, base_url: str) -> None:
    for words in ("mau bicara petugas", "rina@sdn1.sch.id", "ARKAS", "Tidak bisa sinkron", "Sejak kemarin gagal."):
        say(widget, words)
        expect(widget.locator(".m.user").last).to_contain_text(words)
        expect(widget.get_by_role("status")).to_have_text("")
    widget.get_by_role("button", name="Kirim", exact=True).and_(widget.locator(".tap")).click()
    number = widget.locator(".ticket b").inner_text()
    widget.get_by_role("button", name="Lainnya").click()
    mine = widget.locator(".read li").filter(has_text=number)
    expect(mine).to_contain_text("Dalam Antrean")
    expect(mine.get_by_role("link")).to_have_attribute("href", f"{base_url}/tiket?nomor={number[1:]}")
    assert findings(widget.page) == []


def test_typed_erasing_asks_first_and_leaves_nothing(widget: Locator) -> None:
    say(widget, "tidak bisa tutup BKU")
    expect(widget.locator(".m.user.late")).to_have_count(0)
    before = widget.page.evaluate("localStorage.getItem('arkas-chat')")
    say(widget, "/hapus")
    erase = widget.get_by_role("button", name="Hapus data saya")
    expect(erase).to_be_focused()
    expect(erase).to_be_in_viewport(ratio=1)
    erase.press("Enter")
    expect(widget.get_by_role("button", name="Batal")).to_be_focused()  # a key held too long erases nothing
    widget.get_by_role("button", name="Batal").press("Enter")
    expect(erase).to_be_focused()
    erase.press("Enter")
    widget.get_by_role("button", name="Ya, hapus semuanya").click()
    expect(widget.get_by_role("status")).to_have_text("Pesan dan identitas Bapak/Ibu sudah dihapus.")
    expect(widget.locator(".m.user")).to_have_count(0)
    assert widget.page.evaluate("localStorage.getItem('arkas-chat')") != before


def test_without_scripts_the_same_is_a_page(browser: Browser, base_url: str, elsewhere: str) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(f"/chat?sambung={elsewhere}")
    page.get_by_role("button", name="Lanjutkan percakapan").click()
    expect(page.locator(".from-user .said")).to_have_text("kode aktivasi salah terus")
    page.get_by_role("link", name="hapus data saya").click()
    page.get_by_role("button", name="Buat tautan").click()
    expect(page.get_by_role("link", name="Buka Telegram")).to_be_visible()
    page.get_by_role("button", name="Ya, hapus semuanya").click()
    expect(page.get_by_role("status")).to_contain_text("sudah dihapus")
    page.goto("/chat")
    expect(page.locator(".from-user")).to_have_count(0)
    context.close()
