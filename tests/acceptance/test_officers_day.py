"""An officer's whole day, by keyboard: reviewing, answering, asking, hours that pass, mails that come back, incidents.

The pictures of docs/screenshots are made here where ARKAS_TEST_SCREENSHOTS names a folder.
"""

import io
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from urllib.parse import unquote_plus

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from pyotp import TOTP

from bot.articles.models import Suggestions
from bot.conversations.models import EventKind
from bot.mail.models import Outcome
from bot.tickets.models import Ticket, TicketStatus, TicketSummary
from embeddings import Decision
from tests.acceptance.accessibility import findings
from tests.acceptance.console_house import PATIENCE, RunningHouse, laptop_page, running_house
from tests.integration.consoles import METRICS_TOKEN, PASSWORD
from tests.integration.desks import REPORT

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]

PICTURES = os.environ.get("ARKAS_TEST_SCREENSHOTS")


@pytest.fixture
def desk(tmp_path: Path, logged: io.StringIO) -> Iterator[RunningHouse]:  # noqa: ARG001 - logs from the start on
    with running_house(tmp_path) as house:
        yield house


@pytest.fixture
def page(browser: Browser, desk: RunningHouse) -> Iterator[Page]:
    with laptop_page(browser, desk) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        page.on("request", lambda request: ADDRESSES.append(request.url))
        yield page


ADDRESSES: list[str] = []  # all that the browser asked for
SEEN = {"/petugas/tiket", "/petugas/tinjauan", "/petugas/gangguan", "/petugas/laporan"}


def sign_in(page: Page, name: str = "penyelia") -> None:
    page.goto("/petugas")
    expect(page.get_by_label("Nama masuk")).to_be_focused(timeout=PATIENCE)  # or the first letter is lost
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def sign_in_again(page: Page, desk: RunningHouse, secret: str) -> None:
    """Sign in with a code of the authenticator app as well."""
    desk.after(seconds=31)  # no code is taken twice
    sign_in(page)
    expect(page.get_by_label("Kode dari aplikasi autentikator")).to_be_focused()
    page.keyboard.type(TOTP(secret).at(desk.house.clock.now()))
    keys(page, "Enter")
    expect(page.get_by_role("heading", name="Tiket", level=1)).to_be_visible(timeout=PATIENCE)


def turn_codes_on(page: Page, desk: RunningHouse) -> str:
    """Turn the second factor on and sign out; returns the app's secret."""
    keys(page, "g", "o")
    expect(page.get_by_role("heading", name="Profil saya")).to_be_visible()
    check(page, "profile")
    keys(page, "v")
    expect(page.get_by_label("Kode enam angka")).to_be_focused()
    check(page, "code")
    secret = page.locator("main code").inner_text()
    page.keyboard.type(TOTP(secret).at(desk.house.clock.now()))
    keys(page, "Enter")
    expect(page.get_by_role("heading", name="Kode pemulihan")).to_be_visible()
    check(page, "recovery-codes")
    page.get_by_role("button", name="Keluar").press("Enter")
    expect(page.get_by_text("Anda sudah keluar.")).to_be_visible()
    return secret


def keys(page: Page, *pressed: str) -> None:
    """Press keys outside of any field."""
    for key in pressed:
        page.keyboard.press(key)


def check(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing that hangs over; a picture at both widths where they are wanted."""
    page.wait_for_load_state("networkidle")
    assert findings(page) == []
    size = page.viewport_size
    for width, height in ((360, 740), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} hangs over at {width}"
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/console-{name}-{width}.png", full_page=width == 360)
    page.set_viewport_size(size or {"width": 1280, "height": 720})


def opened(desk: RunningHouse, subject: str, email: str = REPORT.email) -> int:
    desk.house.clock.advance(timedelta(seconds=1))
    return desk.do(desk.house.services.tickets.open(replace(REPORT, subject=subject, email=email))).number


def ticket_of(desk: RunningHouse, number: int) -> Ticket:
    ticket = desk.do(desk.house.services.tickets.find(number))
    assert ticket is not None
    return ticket


def templates(desk: RunningHouse, number: int) -> list[str]:
    """What was mailed about a ticket, oldest first."""
    return [mail.template for mail in reversed(desk.do(desk.house.services.mail.service.sent(ticket=number)))]


def reply_by_mail(desk: RunningHouse, number: int, text: str) -> int:
    """Answer the newest mail about a ticket, as a mail program does; returns the ticket that holds it now."""
    mails = desk.house.services.mail.service
    newest = message_from_bytes(desk.do(mails.sent(ticket=number))[0].raw)
    raw = (
        f"From: Rina <{REPORT.email}>\r\nTo: bantuan@arkas.example\r\nSubject: Re: {number}\r\n"
        f"Message-ID: <{number}.{len(text)}@sdn1.sch.id>\r\nIn-Reply-To: {newest['Message-ID']}\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
    received = desk.do(mails.receiver.receive(raw.encode(), source="test"))
    assert received.outcome in {Outcome.REPLIED, Outcome.OPENED}
    return received.ticket_number or 0


def escalated_talk(desk: RunningHouse, question: str) -> str:
    """A talk that ended with an officer, over since an hour."""
    talks = desk.house.services.conversations
    conversation, _, _ = desk.do(talks.start("web"))
    found = Suggestions(question, question, Decision.SUGGEST, (), ((124, 0.4), (122, 0.2)))
    desk.do(talks.record_question(conversation.id, found))
    desk.do(talks.record(conversation.id, EventKind.SUGGESTED, articles=[124, 122]))
    desk.do(talks.record(conversation.id, EventKind.ESCALATED, reason="two_rejections"))
    desk.house.clock.advance(timedelta(hours=1))
    return conversation.id


def open_ticket(page: Page, number: int) -> None:
    """Find a ticket by its number and open it."""
    keys(page, "g", "t")
    expect(page.get_by_role("heading", name="Tiket", level=1)).to_be_visible()
    keys(page, "/")
    page.keyboard.type(str(number))
    keys(page, "Enter")
    expect(page.get_by_role("cell", name=f"#{number}")).to_be_visible()
    keys(page, "j", "Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"#{number}")


def write(page: Page, deed: str, text: str) -> None:
    keys(page, deed)
    expect(page.get_by_label("Tulisan", exact=True)).to_be_focused()
    page.keyboard.type(text)
    keys(page, "Control+Enter")


def test_a_whole_day_by_keyboard(page: Page, desk: RunningHouse, logged: io.StringIO) -> None:
    talks = [
        escalated_talk(desk, each) for each in ("bku juni terkunci kok", "harga emas berapa", "kode aktivasi mana")
    ]
    assert len(set(talks)) == len(talks)
    first = opened(desk, "Tidak bisa tutup BKU")
    second, third = (
        opened(desk, "Kode aktivasi tidak diterima"),
        opened(desk, "Kode aktivasi belum ada", "lia@sdn2.sch.id"),
    )
    words = "Mohon kirim tangkapan layar seluruh jendela ARKAS."
    desk.do(
        desk.house.services.canned_replies.add("penyelia", "Minta tangkapan layar", words, shared=True, shares=True)
    )
    desk.after(minutes=1)
    page.goto("/petugas")
    check(page, "sign-in")
    sign_in(page)
    expect(page.get_by_role("heading", name="Tiket", level=1)).to_be_visible(timeout=PATIENCE)
    secret = turn_codes_on(page, desk)
    sign_in_again(page, desk, secret)
    take_from_the_list(page, desk, second)
    check(page, "inbox")

    keys(page, "g", "r")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    check(page, "review")
    for verdict in ("1", "o", "n"):
        before = page.locator("#pertanyaan").inner_text()
        keys(page, verdict)
        expect(page.locator("#pertanyaan", has_text=before)).to_have_count(0)

    answer_with_an_article(page, desk, first)
    ask_and_wait(page, desk, second, secret)
    follow_up_and_merge(page, desk, (first, third), secret)
    announce_an_incident(page)
    export(page)
    told_nobody(desk, logged.getvalue())


def take_from_the_list(page: Page, desk: RunningHouse, number: int) -> None:
    """Walk to a ticket and take it with one key; the list goes on where it was left."""
    row = page.get_by_role("row", name=re.compile(f"#{number}"))
    keys(page, "j", "j")
    expect(row.get_by_role("link")).to_be_focused()
    keys(page, "a")
    expect(page.get_by_text("1 tiket sudah diperbarui.")).to_be_visible()
    assert desk.house.services.tickets.state(ticket_of(desk, number)).assignee == "penyelia"
    keys(page, "k")
    expect(page.locator("[data-row] a").first).to_be_focused()


def answer_with_an_article(page: Page, desk: RunningHouse, number: int) -> None:
    """Taken back at first, then sent with an article's words."""
    open_ticket(page, number)
    expect(page.locator("#artikel").get_by_role("button", name="Sisipkan").first).to_be_visible()
    check(page, "ticket")
    write(page, "r", "Selamat siang, mohon dicoba lagi.")
    expect(page.get_by_text("Belum dikirim; masih dapat dibatalkan")).to_be_visible()
    keys(page, "u")
    expect(page.get_by_text("Dibatalkan. Tidak ada yang dikirim.")).to_be_visible()
    expect(page.get_by_label("Tulisan", exact=True)).to_have_value("Selamat siang, mohon dicoba lagi.")
    desk.after(seconds=30)
    assert templates(desk, number) == ["opened"]
    expect(page.locator("#artikel").get_by_role("button", name="Sisipkan").first).to_be_visible()
    expect(page.get_by_label("Tulisan", exact=True)).to_be_focused()
    keys(page, "Escape", "b")
    page.keyboard.type("tangkapan")
    keys(page, "Enter")
    expect(page.get_by_label("Tulisan", exact=True)).to_have_value(re.compile("Mohon kirim tangkapan layar"))
    keys(page, "Escape", "1")
    expect(page.get_by_label("Tulisan", exact=True)).to_have_value(re.compile("/artikel/"))
    check(page, "written")
    keys(page, "Control+Enter")
    expect(page.get_by_text("Jawaban dicatat dan segera dikirim.")).to_be_visible()
    desk.after(seconds=11)
    assert templates(desk, number) == ["opened", "answered"]
    sent = str(ticket_of(desk, number).events[-1].data["text"])
    assert "Mohon kirim tangkapan layar" in sent
    assert "/artikel/" in sent


def ask_and_wait(page: Page, desk: RunningHouse, number: int, secret: str) -> None:
    """Asked, reminded, answered by mail; asked again, and closed for silence."""
    open_ticket(page, number)
    keys(page, "i")
    expect(page.get_by_text("tanpa balasan tiket tertutup")).to_be_visible()
    page.keyboard.type("Mohon kirim NPSN sekolah.")
    keys(page, "Control+Enter")
    expect(page.get_by_text("Permintaan keterangan dicatat")).to_be_visible()
    desk.after(hours=6, seconds=11)
    assert templates(desk, number)[-1] == "reminder_6h"
    assert reply_by_mail(desk, number, "NPSN kami 20101234.") == number
    assert ticket_of(desk, number).status is TicketStatus.IN_PROGRESS
    sign_in_again(page, desk, secret)  # hours have passed: the session is over
    open_ticket(page, number)
    expect(page.get_by_text("20101234")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("Tampilkan NPSN"))).to_be_visible()
    check(page, "thread")
    write(page, "i", "Mohon kirim juga tangkapan layarnya.")
    expect(page.get_by_text("Permintaan keterangan dicatat")).to_be_visible()
    for hours in (6.1, 18, 24):
        desk.after(hours=hours)
    assert templates(desk, number)[-3:] == ["reminder_6h", "reminder_24h", "closed_for_silence"]


def follow_up_and_merge(page: Page, desk: RunningHouse, numbers: tuple[int, int], secret: str) -> None:
    """Solved, followed up by a mail, and a like ticket merged into the follow-up."""
    first, third = numbers
    sign_in_again(page, desk, secret)
    open_ticket(page, first)
    write(page, "s", "Sudah kami bantu. Terima kasih.")
    expect(page.get_by_text("Tiket diselesaikan")).to_be_visible()
    desk.after(seconds=11)
    follow_up = reply_by_mail(desk, first, "Kendala masih terjadi, Pak. Tombolnya tetap abu-abu.")
    assert follow_up > third
    assert desk.house.services.tickets.state(ticket_of(desk, follow_up)).follows == first
    open_ticket(page, third)
    keys(page, "m")
    page.keyboard.type(str(follow_up))
    keys(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"#{follow_up}")
    check(page, "merged")
    keys(page, "g", "t")
    page.get_by_role("heading", name="Tiket", level=1).wait_for()
    keys(page, "v", "a")
    expect(page.get_by_role("link", name="Semua")).to_have_attribute("aria-current", "page")
    check(page, "all")
    assert ticket_of(desk, third).summary() == TicketSummary(
        third, TicketStatus.SOLVED.value, "Kode aktivasi belum ada"
    )


def announce_an_incident(page: Page) -> None:
    keys(page, "g", "g")
    expect(page.get_by_role("heading", name="Gangguan", level=1)).to_be_visible()
    check(page, "incidents")
    keys(page, "u")
    page.keyboard.type("Sinkronisasi ARKAS gagal")
    keys(page, "Tab")
    page.keyboard.type("Sedang diperbaiki. Mohon tunggu kabar pukul 15.00 WIB.")
    keys(page, "Control+Enter")
    expect(page.get_by_text("Gangguan diumumkan")).to_be_visible()
    check(page, "incident")
    page.goto("/")
    expect(page.get_by_text("Sinkronisasi ARKAS gagal").first).to_be_visible()
    page.goto("/petugas")


def export(page: Page) -> None:
    keys(page, "g", "w")
    expect(page.get_by_role("heading", name="Laporan", level=1)).to_be_visible()
    check(page, "report")
    check_the_rest(page)
    page.goto("/petugas/laporan")
    link = page.locator("a[href*='.csv']").first
    link.focus()
    with page.expect_download() as download:
        keys(page, "Enter")
    assert download.value.path().read_text(encoding="utf-8-sig").startswith("Tanggal,Percakapan")


def check_the_rest(page: Page) -> None:
    """Every other page of the menu, by its address."""
    menu = {link.get_attribute("href") or "" for link in page.locator(".menu a").all()}
    assert menu > SEEN
    for path in sorted(menu - SEEN):
        page.goto(path)
        check(page, path.rpartition("/")[2])


def told_nobody(desk: RunningHouse, log: str) -> None:
    """Audit log, logs, metrics and addresses name tickets and officers, and nobody's data."""
    token = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    told = {
        "audit": str(desk.do(desk.house.audited())),
        "log": log,
        "metrics": " ".join(re.findall(r"{[^}]*}", httpx.get(f"{desk.url}/metrics", headers=token).text)),
        "addresses": unquote_plus(" ".join(ADDRESSES)),
    }
    for where, sign in {"audit": "ticket:", "log": "/petugas/tiket/", "metrics": "{number}"}.items():
        assert sign in told[where]
    assert len(ADDRESSES) > 100
    persons = (REPORT.email, REPORT.email.partition("@")[0] + "@", "20101234", "lia@sdn2.sch.id")
    assert [(where, person) for where, text in told.items() for person in persons if person in text] == []
