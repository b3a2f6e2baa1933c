"""An incident from the burst to its end, as people and officers see it; and the report with its charts."""

import os
import re
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.settings import ROOT
from tests.acceptance.accessibility import findings

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

NOTICED_WITHIN = 60_000  # ms: the worker looks four times a minute
TITLE = "Kode billing tidak terbit"
WORDS = ("Kode billing pajak tidak terbit", "Kode billing pajak PPN tidak keluar di Coretax sejak pagi, muncul galat.")


def report(page: Page) -> int:
    """Somebody reports it; returns the ticket's number."""
    email = f"{uuid.uuid4().hex[:8]}@sdn1.sch.id"
    sent = {"email": email, "program": "ARKAS", "subject": WORDS[0], "details": WORDS[1]}
    answer = page.request.post("/api/v1/tickets", data=sent)
    assert answer.status == 201
    number: int = answer.json()["number"]
    return number


def wait_for(page: Page, path: str, text: str) -> None:
    """Read a page again until it says this."""
    for _ in range(NOTICED_WITHIN // 2000):
        page.goto(path)
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(2000)
    pytest.fail(f"{path} never said {text}")


def told_in_widget(browser: Browser, base_url: str) -> str:
    """What the widget greets somebody new with."""
    context = browser.new_context(base_url=base_url, service_workers="block", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto("/")
    page.locator(".launcher").click()
    widget = page.locator("arkas-chat")
    expect(widget.locator(".m.bot").first).to_be_visible()
    expect(widget.get_by_text(re.compile("ada yang bisa|Selamat|kendala", re.IGNORECASE)).first).to_be_visible()
    said = " ".join(widget.locator(".m.bot").all_inner_texts())
    context.close()
    return said


def test_an_incident_from_the_burst_to_its_end(
    console_page: Page, phone: Page, browser: Browser, base_url: str
) -> None:
    numbers = [report(phone) for _ in range(16)]
    wait_for(console_page, "/petugas/gangguan", "orang bertanya dalam dua jam")
    console_page.locator(".note a").first.click()
    console_page.get_by_label("Judul").fill(TITLE)
    console_page.get_by_label("Isi").fill("Layanan pajak sedang diperbaiki. Mohon tunggu kabar berikutnya.")
    assert findings(console_page) == []
    console_page.get_by_role("button", name="Benar gangguan, umumkan").press("Enter")
    expect(console_page.get_by_text("Pengumuman disimpan")).to_be_visible()

    for path in ("/", "/hubungi-kami", "/tiket"):
        wait_for(phone, path, TITLE)
    assert findings(phone) == []
    assert TITLE in told_in_widget(browser, base_url)

    for number in (numbers[0], numbers[-1]):  # one after the other, the newest first: the page may show a part of them
        wait_for(console_page, console_page.url, f"Tiket #{number}")
    row = console_page.locator(".attached li", has_text=f"Tiket #{numbers[0]}")
    row.get_by_role("button", name="Lepas").press("Enter")
    expect(console_page.get_by_text("tidak dikaitkan lagi otomatis")).to_be_visible()
    late = report(phone)
    wait_for(console_page, console_page.url, f"Tiket #{late}")

    console_page.on("dialog", lambda dialog: dialog.accept())
    console_page.get_by_label("Kabar penutup").fill("Layanan pajak sudah normal. Silakan coba kembali.")
    console_page.get_by_role("button", name="Akhiri dan kabari").press("Enter")
    expect(console_page.get_by_text("pelapor dikabari lewat email")).to_be_visible()
    phone.wait_for_timeout(4000)  # a banner may stay three seconds
    phone.goto("/hubungi-kami")
    expect(phone.get_by_text(TITLE)).to_have_count(0)
    statuses = {n: phone.request.get(f"/api/v1/tickets/{n}").json()["status"] for n in (numbers[0], late)}
    assert statuses == {numbers[0]: "Dalam Antrean", late: "Sudah Selesai"}


DRAWN = """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"""


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_the_report_is_drawn_and_can_be_read_without_the_drawing(
    console_page: Page, var_dir: Path, width: int, scheme: str
) -> None:
    report(console_page)
    command = [sys.executable, "-m", "bot.cli", "report", "--days", "1"]
    told = subprocess.check_output(command, cwd=ROOT, env=os.environ | {"ARKAS_VAR_DIR": str(var_dir)}, text=True)
    assert "Tiket dibuka" in told
    console_page.set_viewport_size({"width": width, "height": 800})
    console_page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    console_page.goto("/petugas/laporan")
    canvases = console_page.locator("canvas")
    expect(canvases.first).to_be_visible()
    assert canvases.count() >= 2
    assert all(canvas.evaluate(DRAWN) for canvas in canvases.all())
    assert console_page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    console_page.get_by_text("Tabel: Percakapan dan tiket").click()
    expect(console_page.get_by_role("table", name="Percakapan dan tiket")).to_be_visible()
    assert findings(console_page) == []
    answer = console_page.request.get("/petugas/laporan/tiket.csv")
    assert answer.text().startswith("\ufeff")
    assert "Dibuka" in answer.text()
