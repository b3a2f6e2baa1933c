"""A reporter follows a mail's link, is asked, answers, finishes, and goes on: without scripts, on a small screen."""

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.accessibility import findings
from tests.acceptance.conftest import OFFICER_TOKEN, ROOT

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    + b"\0" * 64
)
MAILED_WITHIN = 30  # seconds
REPORT = {
    "email": "rina@sdn1.sch.id",
    "program": "ARKAS",
    "subject": "Tidak bisa tutup BKU bulan Juni",
    "details": "Tombol Tutup BKU abu-abu sejak kemarin siang.",
}
Mails = Callable[..., str]


@pytest.fixture
def number(base_url: str) -> int:
    answer = httpx.post(f"{base_url}/api/v1/tickets", json=REPORT | {"client_id": secrets.token_hex(8)}, timeout=30)
    answer.raise_for_status()
    return int(answer.json()["number"])


@pytest.fixture
def mails(var_dir: Path) -> Mails:
    """`./arkas mail` over the servers' own database."""

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "bot.cli", "mail", *words]
        environment = os.environ | {"ARKAS_VAR_DIR": str(var_dir)}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout

    return run


@pytest.fixture
def scriptless(browser: Browser, base_url: str) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, base_url=base_url, viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


def link_of_first_mail(mails: Mails, number: int) -> str:
    deadline = time.monotonic() + MAILED_WITHIN
    while not (listed := mails("list", "--ticket", str(number)).split()):
        assert time.monotonic() < deadline, "no mail was written"
        time.sleep(0.5)
    link = re.search(rf"https?://\S+(/tiket/{number}\?kunci=\S+)", mails("show", listed[0]))
    assert link
    return link[1]


def ask_as_officer(base_url: str, number: int, text: str) -> None:
    address = f"{base_url}/api/v1/officer/tickets/{number}/ask"
    headers = {"Authorization": f"Bearer {OFFICER_TOKEN}"}
    httpx.post(address, headers=headers, json={"text": text}, timeout=30).raise_for_status()


def test_link_of_the_mail_leads_through_the_life_of_a_ticket(
    scriptless: Page, base_url: str, number: int, mails: Mails
) -> None:
    link = link_of_first_mail(mails, number)
    ask_as_officer(base_url, number, "Mohon kirim NPSN dan tangkapan layarnya.")
    scriptless.goto(link)
    expect(scriptless.locator(".status")).to_contain_text("menunggu balasan dari pelapor")
    expect(scriptless.get_by_text("Tertutup otomatis", exact=True)).to_be_visible()
    scriptless.get_by_label("Balasan").fill("NPSN kami 20100001.")
    scriptless.get_by_label("Lampiran").set_input_files({"name": "layar.png", "mimeType": "image/png", "buffer": PNG})
    scriptless.get_by_role("button", name="Kirim balasan").click()
    expect(scriptless.get_by_role("status")).to_contain_text("Balasan sudah kami terima")
    expect(scriptless.locator(".status")).to_contain_text("sedang ditangani oleh petugas")
    expect(scriptless.locator(".talk")).to_contain_text("NPSN kami 20100001.")
    file = scriptless.get_by_role("link", name="layar.png").get_attribute("href")
    assert httpx.get(f"{base_url}{file}", timeout=30).content == PNG

    scriptless.get_by_role("button", name="Sudah selesai").click()
    expect(scriptless.locator(".status")).to_contain_text("Sudah Selesai")
    scriptless.get_by_role("button", name="Kendala masih terjadi").click()
    expect(scriptless.get_by_text(f"Lanjutan dari tiket #{number}")).to_be_visible()
    expect(scriptless.locator(".status")).to_contain_text("Dalam Antrean")


@pytest.mark.parametrize("width", [360, 1280])
def test_thread_stands_in_nobodys_way(browser: Browser, base_url: str, number: int, mails: Mails, width: int) -> None:
    ask_as_officer(base_url, number, "Mohon kirim NPSN.\n" + "https://contoh.example/" + "panjang" * 40)
    context = browser.new_context(base_url=base_url, viewport={"width": width, "height": 740})
    page = context.new_page()
    page.goto(link_of_first_mail(mails, number))
    found, widest = findings(page), page.evaluate("document.documentElement.scrollWidth")
    if folder := os.environ.get("ARKAS_TEST_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"tiket-{width}.png", full_page=True)
    context.close()
    assert found == []
    assert widest <= width


def test_articles_are_offered_while_the_subject_is_typed(phone: Page) -> None:
    phone.goto("/hubungi-kami")
    phone.get_by_label("Perihal").press_sequentially("tidak bisa tutup BKU", delay=10)
    offer = phone.locator("#subject-offer")
    expect(offer.get_by_role("link", name="Kendala tidak bisa tutup BKU")).to_be_visible()
    assert offer.get_by_role("link").count() <= 3
    assert findings(phone) == []
