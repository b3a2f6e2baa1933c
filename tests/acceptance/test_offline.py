"""The help center without a network: what was read, what can be found, and a report that is sent later."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.conftest import OFFICER_TOKEN

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

ARTICLE = "/artikel/124-tidak-bisa-tutup-bku"
QUESTION = "tidak bisa tutup BKU"


@pytest.fixture
def reader(browser: Browser, base_url: str) -> Iterator[Page]:
    """A page of somebody who has read one article; the worker is at its post."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, base_url=base_url, locale="id-ID")
    page = context.new_page()
    page.goto(ARTICLE)
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.reload()
    assert page.evaluate("!!navigator.serviceWorker.controller")
    yield page
    context.close()


def test_read_article_opens_and_words_find_articles_without_a_network(reader: Page) -> None:
    title = reader.locator("h1").inner_text()
    reader.context.set_offline(True)
    reader.reload()
    expect(reader.locator("h1")).to_have_text(title)
    reader.goto("/cari?q=tutup+bku")
    expect(reader.get_by_role("heading", level=1)).to_contain_text("tutup bku")
    saved = reader.get_by_role("listitem").filter(has_text="(tersimpan)")
    expect(saved).to_have_count(1)
    reader.goto("/tiket?nomor=1")
    expect(reader.locator("h1")).to_have_text("Sedang tanpa jaringan")
    reader.get_by_role("main").get_by_role("link").first.click()
    expect(reader.locator("h1")).to_have_text(title)


def test_widget_offers_articles_while_it_waits_and_sends_afterwards(reader: Page) -> None:
    reader.locator(".launcher").click()
    widget = reader.locator("arkas-chat")
    expect(widget.locator(".m.bot").first).to_be_visible()
    reader.context.set_offline(True)
    widget.get_by_label("Pesan").fill(QUESTION)
    widget.get_by_role("button", name="Kirim", exact=True).click()
    expect(widget.get_by_role("status")).to_contain_text("Menunggu jaringan")
    offer = widget.locator(".m.bot").filter(has_text="Sambil menunggu jaringan")
    expect(offer.locator(".cards li").first).to_contain_text("BKU")
    reader.context.set_offline(False)
    expect(widget.locator(".taps")).to_be_visible()
    expect(offer).to_have_count(0)
    expect(widget.locator(".m.user")).to_have_count(1)


def write_report(reader: Page, subject: str) -> None:
    reader.get_by_label("Alamat Email").fill("operator@sdn1.sch.id")
    reader.get_by_label("Program").select_option("ARKAS")
    reader.get_by_label("Perihal").fill(subject)
    reader.get_by_label("Detail Permasalahan").fill("Tombol tutup BKU tidak dapat ditekan sejak kemarin.")
    reader.get_by_role("button", name="KIRIM").click()
    expect(reader.locator("h1")).to_have_text("Laporan tersimpan di perangkat ini")


def test_report_sent_while_no_page_was_open_is_told_by_the_next(reader: Page, base_url: str) -> None:
    devtools = reader.context.new_cdp_session(reader)
    registered: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registered.extend(each["registrationId"] for each in told["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    reader.context.set_offline(True)
    reader.goto("/hubungi-kami")
    write_report(reader, "Dikirim tanpa halaman")
    reader.goto("about:blank")
    reader.context.set_offline(False)
    worker = {"origin": base_url, "registrationId": registered[-1]}
    devtools.send("ServiceWorker.dispatchSyncEvent", worker | {"tag": "reports", "lastChance": True})
    wait_for_ticket(reader, base_url, "Dikirim tanpa halaman")
    reader.goto("/")
    expect(reader.get_by_role("status").filter(has_text="“Dikirim tanpa halaman” sudah terkirim")).to_be_visible()


def wait_for_ticket(page: Page, base_url: str, subject: str) -> None:
    """Until officers see it; they, for no page of its reporter is open."""
    for _ in range(40):
        headers = {"Authorization": f"Bearer {OFFICER_TOKEN}"}
        listed = httpx.get(f"{base_url}/api/v1/officer/tickets", headers=headers, timeout=30).json()["tickets"]
        if subject in str(listed):
            return
        page.wait_for_timeout(250)
    pytest.fail(f"no ticket {subject!r}")


def test_report_written_without_a_network_is_sent_once_it_is_back(reader: Page, base_url: str) -> None:
    reader.context.set_offline(True)
    reader.goto("/hubungi-kami")
    first_key = reader.locator("[name=key]").input_value()
    reader.reload()
    assert reader.locator("[name=key]").input_value() != first_key  # two reports may not pass for one
    write_report(reader, "Ditulis tanpa jaringan")
    reader.context.set_offline(False)
    note = reader.get_by_role("status").filter(has_text="sudah terkirim")
    expect(note).to_be_visible(timeout=20_000)
    number = re.search(r"#(\d+)", note.inner_text())
    assert number
    ticket = httpx.get(f"{base_url}/api/v1/tickets/{number[1]}", timeout=30).json()
    assert ticket["subject"] == "Ditulis tanpa jaringan"
