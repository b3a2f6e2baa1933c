"""The console in a real browser: signing in, keys, the second factor, and what screen readers meet."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.accessibility import findings
from tests.acceptance.conftest import complaints_of

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

PAGES = (
    "/petugas/profil",
    "/petugas/profil/sandi",
    "/petugas/profil/kode",
    "/petugas/akun",
    "/petugas/audit",
    "/petugas/orang",
)


def test_pages_of_officers_meet_the_rules_for_all_readers(console_page: Page) -> None:
    for path in PAGES:
        for width in (1280, 360):
            console_page.set_viewport_size({"width": width, "height": 720})
            console_page.goto(path)
            assert findings(console_page) == [], (path, width)
            assert console_page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_menu_and_rows_are_worked_by_keys_alone(console_page: Page) -> None:
    console_page.goto("/petugas/profil")
    console_page.keyboard.press("g")
    console_page.keyboard.press("p")
    expect(console_page).to_have_url(re.compile("/petugas/akun$"))
    console_page.keyboard.press("j")
    console_page.keyboard.press("Enter")
    expect(console_page).to_have_url(re.compile(r"/petugas/akun/\d+$"))
    console_page.keyboard.press("?")
    dialog = console_page.get_by_role("dialog", name="Pintasan papan tombol")
    expect(dialog).to_be_visible()
    assert findings(console_page) == []
    dialog.get_by_label("Pintasan huruf aktif").uncheck()
    console_page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    console_page.keyboard.press("u")
    expect(console_page).to_have_url(re.compile(r"/petugas/akun/\d+$"))
    console_page.get_by_label("Nama tampil").fill("gp u j")
    expect(console_page.get_by_label("Nama tampil")).to_have_value("gp u j")


def test_account_made_by_hand_is_signed_in_with_and_closed(console_page: Page, browser: Browser, base_url: str) -> None:
    console_page.goto("/petugas/akun")
    console_page.keyboard.press("b")
    console_page.keyboard.type("tono")
    console_page.get_by_label("Nama tampil").fill("Pak Tono")
    console_page.get_by_label("Nama tampil").press("Control+Enter")
    password = console_page.locator("code").inner_text()
    console_page.get_by_role("link", name="Selesai").click()
    account = console_page.url
    context = browser.new_context(viewport={"width": 360, "height": 740}, base_url=base_url, locale="id-ID")
    page = context.new_page()
    complaints = complaints_of(page, base_url)
    sign_in(page, "tono", password)
    expect(page.get_by_role("heading", name="Ganti kata sandi")).to_be_visible()
    page.get_by_label("Kata sandi saat ini").fill(password)
    page.get_by_label("Kata sandi baru").fill("gajah terbang di atas awan")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Kata sandi diganti")
    console_page.goto(account)
    console_page.once("dialog", lambda dialog: dialog.accept())
    console_page.get_by_role("button", name="Tutup akun").click()
    expect(console_page.get_by_role("status")).to_contain_text("Akun ditutup")
    page.reload()
    expect(page.get_by_role("heading", name="Masuk sebagai petugas")).to_be_visible()
    assert findings(page) == []
    context.close()
    assert complaints == []


def sign_in(page: Page, name: str, password: str) -> None:
    page.goto("/petugas/masuk")
    page.get_by_label("Nama masuk").fill(name)
    page.get_by_label("Kata sandi").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/masuk" not in url)


def test_pages_work_without_scripts(browser: Browser, base_url: str, console_page: Page) -> None:
    state = console_page.context.storage_state()
    context = browser.new_context(base_url=base_url, java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto("/petugas/audit")
    page.get_by_label("Pelaku").fill("system:cli")
    page.get_by_role("button", name="Saring").click()
    expect(page.get_by_role("cell", name="Akun dibuat").first).to_be_visible()
    page.goto("/petugas/profil")
    page.get_by_role("link", name="Ganti kata sandi").click()
    page.get_by_label("Kata sandi saat ini").fill("salah")
    page.get_by_label("Kata sandi baru").fill("salah")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("tidak cocok")).to_be_visible()
    context.close()
