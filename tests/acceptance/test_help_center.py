"""The help center as a person meets it: on a small screen, by keyboard, without scripts, in the dark, on paper."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.accessibility import findings

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

ARTICLE = "/artikel/124-tidak-bisa-tutup-bku"
CATEGORY = "/kategori/tutup-edit-hapus-bku"
READ = ["/", CATEGORY, ARTICLE]
PAGES = [*READ, "/cari?q=tidak+bisa+tutup+bku", "/cari?q=zzz", "/hubungi-kami", "/tiket?nomor=1", "/chat", "/hilang"]
WIRE_BUDGET = 60 * 1024
WATCH_SHIFTS = """window.shift = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});"""


@pytest.fixture
def scriptless(browser: Browser, base_url: str) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, base_url=base_url, viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_stands_in_the_way_of_anybody(
    browser: Browser, base_url: str, path: str, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(base_url=base_url, color_scheme=scheme, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(path)
    found = findings(page)
    context.close()
    assert found == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_page_fits_its_screen_and_does_not_jump(browser: Browser, base_url: str, path: str, width: int) -> None:
    context = browser.new_context(base_url=base_url, viewport={"width": width, "height": 740})
    context.add_init_script(WATCH_SHIFTS)
    page = context.new_page()
    page.goto(path)
    page.wait_for_load_state("networkidle")
    widest, shift = page.evaluate("[document.documentElement.scrollWidth, window.shift]")
    context.close()
    assert widest <= width
    assert shift < 0.01


@pytest.mark.parametrize("path", READ)
def test_page_with_all_that_it_loads_is_light(phone: Page, path: str) -> None:
    line = phone.context.new_cdp_session(phone)
    line.send("Network.enable")
    sizes: list[int] = []
    line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    phone.goto(path)
    phone.wait_for_load_state("networkidle")
    assert len(sizes) >= 4  # the page, its style, and the two scripts
    assert sum(sizes) <= WIRE_BUDGET


def test_article_is_found_and_judged_by_keyboard_alone(phone: Page) -> None:
    phone.goto("/")
    phone.keyboard.press("Tab")
    expect(phone.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    for _ in range(10):
        phone.keyboard.press("Tab")
        if phone.evaluate("document.activeElement.id") == "q":
            break
    phone.keyboard.type("tidak bisa tutup bku")
    phone.keyboard.press("Enter")
    first = phone.locator(".results a").first
    expect(first).to_have_text("Kendala tidak bisa tutup BKU")
    first.focus()
    phone.keyboard.press("Enter")
    phone.wait_for_url(f"**{ARTICLE}")
    phone.get_by_role("button", name="Tidak").focus()
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("Apa yang kurang?")).to_be_focused()
    phone.keyboard.press("Tab")
    phone.keyboard.press("Space")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("status")).to_have_text("Terima kasih atas masukannya. Kami akan memperbaiki artikel ini.")
    assert phone.url.endswith(ARTICLE)  # the vote did not lead away


def test_search_says_what_it_took_a_slip_for(phone: Page) -> None:
    phone.goto("/cari?q=tutpu+bku")
    expect(phone.get_by_text("Menampilkan hasil untuk")).to_contain_text("tutup bku")
    expect(phone.locator(".results mark").first).to_be_visible()


def test_everything_works_without_scripts(scriptless: Page) -> None:
    scriptless.goto("/")
    scriptless.get_by_role("searchbox").fill("tidak bisa tutup bku")
    scriptless.get_by_role("button", name="Cari").click()
    scriptless.get_by_role("link", name="Kendala tidak bisa tutup BKU").first.click()
    scriptless.get_by_role("button", name="Tidak").click()
    scriptless.get_by_label("Sesuai, tetapi kurang lengkap").check()
    scriptless.get_by_role("button", name="Kirim masukan").click()
    expect(scriptless.get_by_role("status")).to_contain_text("Terima kasih")
    scriptless.locator(".launcher").click()
    for question in ("tidak bisa tutup BKU", "rekening koran"):
        scriptless.get_by_label("Tulis pesan").fill(question)
        scriptless.get_by_role("button", name="Kirim").click()
    expect(scriptless.get_by_role("link", name="Baca lengkap: Kendala tidak bisa tutup BKU")).to_be_visible()
    title = scriptless.locator(".cards strong").first.inner_text()
    scriptless.get_by_role("button", name="Pilih artikel 1").first.click()
    expect(scriptless.get_by_role("link", name=f"Baca lengkap: {title}")).to_be_visible()
    expect(scriptless.locator(".choices")).to_have_text(re.compile("Belum|Lanjut"))


def test_form_keeps_what_was_typed_and_gives_a_number(scriptless: Page) -> None:
    scriptless.goto("/hubungi-kami")
    scriptless.get_by_label("Alamat Email").fill("rina@gmail")
    scriptless.get_by_label("Program").select_option("ARKAS")
    scriptless.get_by_label("Perihal").fill("Tidak bisa tutup BKU bulan Juni")
    scriptless.get_by_label("Detail Permasalahan").fill("Tombol Tutup BKU abu-abu sejak kemarin siang.")
    scriptless.get_by_role("button", name="KIRIM").click()
    expect(scriptless.locator("#email-error")).to_contain_text("rina@gmail.com")
    expect(scriptless.get_by_label("Perihal")).to_have_value("Tidak bisa tutup BKU bulan Juni")
    scriptless.get_by_label("Alamat Email").fill("rina@gmail.com")
    scriptless.wait_for_timeout(2_000)  # nobody types four fields faster
    scriptless.get_by_role("button", name="KIRIM").click()
    expect(scriptless.get_by_role("heading", name="Mungkin artikel ini menjawab")).to_be_visible()
    expect(scriptless.locator(".offer a").first).to_contain_text("BKU")
    scriptless.get_by_role("button", name="Tetap kirim").first.click()
    expect(scriptless.get_by_role("heading", name="Terima kasih, laporan sudah kami terima")).to_be_visible()
    scriptless.get_by_role("link", name="Lihat status tiket").click()
    expect(scriptless.locator(".status")).to_contain_text("Dalam Antrean")
    expect(scriptless.locator(".rows")).to_contain_text("ri***@g***.com")


def test_on_paper_only_the_article_is_left(phone: Page) -> None:
    phone.goto(ARTICLE)
    phone.emulate_media(media="print")
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    for part in (".strip", ".top nav", ".launcher", ".vote", ".bottom", ".ask"):
        expect(phone.locator(part)).to_be_hidden()


def test_lost_person_is_led_on(phone: Page) -> None:
    answer = phone.goto("/artikel/tutup-bku-gagal")
    assert answer is not None
    assert answer.status == 404
    expect(phone.get_by_role("searchbox")).to_have_value("tutup bku gagal")
    phone.get_by_role("button", name="Cari").click()
    expect(phone.locator(".results a").first).to_contain_text("BKU")
