"""The whole path of a school operator with a cheap telephone: from a question to a ticket, and back over the API."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.conftest import OFFICER_TOKEN

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]

ANSWERED_WITHIN = 30_000  # milliseconds: the first turn of a fresh Rasa is slow
QUESTIONS_MAX = 6  # program, subject, details, confirmation, and room for a repeat


class Talk:
    """A person in front of the widget."""

    def __init__(self, page: Page) -> None:
        self.widget = page.locator("arkas-chat")
        self.bubbles = self.widget.locator(".m.bot")
        self.heard: list[str] = []

    def says(self, text: str) -> str:
        def type_and_send() -> None:
            self.widget.get_by_label("Pesan").fill(text)
            self.widget.get_by_role("button", name="Kirim", exact=True).click()

        return self._after(type_and_send)

    def taps(self, title: str) -> str:
        return self._after(self.button(title).click)

    def chooses(self) -> str:
        """Tap the first card of the newest list."""
        return self._after(self.widget.locator(".cards").last.locator(".pick").first.click)

    def button(self, title: str) -> Locator:
        return self.widget.locator(".tap").get_by_text(title, exact=True)

    def sees_cards(self) -> bool:
        return self.bubbles.last.locator(".pick").count() > 1

    def _after(self, act: Callable[[], None]) -> str:
        """Do something, and return what the bot says to it."""
        before = self.bubbles.count()
        act()
        expect(self.bubbles.nth(before)).to_be_visible(timeout=ANSWERED_WITHIN)
        expect(self.widget.get_by_role("status")).to_have_text("", timeout=ANSWERED_WITHIN)
        texts = self.bubbles.locator(".t").all_inner_texts()
        new, self.heard = texts[len(self.heard) :], texts
        return "\n".join(new)


@pytest.fixture
def talk(phone: Page) -> Talk:
    phone.goto("/")
    phone.locator(".launcher").click()
    talk = Talk(phone)
    expect(talk.bubbles.first).to_be_visible(timeout=ANSWERED_WITHIN)
    talk.heard = talk.bubbles.locator(".t").all_inner_texts()
    return talk


def reject_twice(talk: Talk) -> str:
    """Choose, say that it did not help, choose once more, and say so again."""
    if talk.sees_cards():
        talk.chooses()
    talk.says("belum terjawab")
    more = talk.taps("Tidak sesuai")
    assert talk.widget.locator(".cards").last.locator(".pick").count() >= 1, more
    talk.chooses()
    return talk.says("belum terjawab")


def finish_form(talk: Talk, asked: str) -> None:
    """Answer whatever the form still asks for; what the talk has told already it may leave out."""
    answers: dict[str, Callable[[], str]] = {
        "Mohon diperiksa": lambda: talk.taps("Kirim"),
        "di program apa": lambda: talk.taps("ARKAS"),
        "Apa perihalnya": lambda: talk.says("Tidak bisa tutup BKU bulan Juni"),
        "Tadi Bapak/Ibu bercerita": lambda: talk.says("Tombol Tutup BKU abu-abu sejak Senin, NPSN 20100001"),
        "Ceritakan kendalanya": lambda: talk.says("Tombol Tutup BKU abu-abu sejak Senin, NPSN 20100001"),
    }
    for _ in range(QUESTIONS_MAX):
        if talk.widget.locator(".ticket").count():
            return
        known = next((answer for question, answer in answers.items() if question in asked), None)
        assert known is not None, f"the form asks for something unforeseen: {asked}"
        asked = known()
    assert talk.widget.locator(".ticket").count() == 1


def test_question_cards_choice_two_rejections_form_ticket(phone: Page, base_url: str, talk: Talk) -> None:
    talk.says("tidak bisa tutup BKU")
    expect(talk.widget.locator(".cards").first).to_contain_text("Kendala tidak bisa tutup BKU")
    assert "tiket" in reject_twice(talk)

    assert "email" in talk.taps("Ya, buatkan tiket")
    assert "email" in talk.says("rina bendahara di gmail")
    assert talk.widget.locator(".ticket").count() == 0
    finish_form(talk, talk.says("rina.bendahara@gmail.com"))

    number = talk.widget.locator(".ticket b").inner_text().removeprefix("#")
    ticket = httpx.get(f"{base_url}/api/v1/tickets/{number}").json()
    assert str(ticket["number"]) == number
    assert ticket["status"] == "Dalam Antrean"
    assert ticket["email"] == "ri***@g***.com"
    assert "BKU" in ticket["subject"]
    answer_as_officer(base_url, number, "Silakan perbarui ARKAS dulu.")
    expect(talk.widget.locator(".m.officer .t")).to_contain_text("Silakan perbarui ARKAS dulu.", timeout=20_000)
    phone.goto(f"/tiket?nomor={number}")
    expect(phone.locator(".status")).to_contain_text("Sedang Diproses")


def answer_as_officer(base_url: str, number: str, text: str) -> None:
    answer = httpx.post(
        f"{base_url}/api/v1/officer/tickets/{number}/answer",
        headers={"Authorization": f"Bearer {OFFICER_TOKEN}"},
        json={"text": text},
        timeout=30,
    )
    answer.raise_for_status()


def test_person_is_reached_without_a_detour(talk: Talk) -> None:
    talk.says("tidak bisa tutup BKU")
    assert "email" in talk.says("hubungkan ke petugas")
    talk.says("batal")
    assert talk.widget.locator(".ticket").count() == 0
