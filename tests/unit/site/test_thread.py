"""The page behind the link in a mail, over the real tickets: strangers first, then the reporter."""

import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from itsdangerous import Signer

from bot.database import Database, upgrade
from bot.http import install_error_handlers
from bot.site.headers import SecurityHeaders
from bot.site.services import SiteServices
from bot.site.web import mount_site
from bot.tickets.desk import TicketDesk
from bot.tickets.links import TicketLinks
from bot.tickets.models import NewTicket, Reply, ReplyKind, Ticket, TicketEventKind, TicketStatus
from bot.tickets.service import TicketService
from tests.unit.site.memory import MemoryServices

pytestmark = pytest.mark.anyio

RINA = NewTicket("Rina@sdn1.sch.id", "ARKAS", "Tidak bisa <b>tutup</b> BKU", "Tombol abu-abu <script>alert(1)</script>")
BUDI = NewTicket("budi@sdn2.sch.id", "ARKAS", "Rahasia Budi", "Isi laporan Budi yang rahasia.")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 32
KEY = {"key": "kunci-formulir-1"}


@dataclass
class World:
    http: httpx.AsyncClient
    tickets: TicketService
    desk: TicketDesk
    links: TicketLinks
    services: MemoryServices

    async def open(self, new: NewTicket = RINA) -> tuple[Ticket, str]:
        ticket = await self.tickets.open(new)
        return ticket, self.links.path(ticket)

    async def ticket(self, number: int) -> Ticket:
        found = await self.tickets.find(number)
        assert found
        return found

    async def kinds(self, number: int) -> list[TicketEventKind]:
        return [event.kind for event in (await self.ticket(number)).events]

    async def says(self, path: str, text: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own options
        return await self.http.post(path, data={"aksi": "balas", "text": text} | KEY, **more)

    async def presses(self, path: str, button: str, text: str = "") -> httpx.Response:
        return await self.http.post(path, data={"aksi": button, "text": text} | KEY)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("threads") / "empty.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path.read_bytes()


@pytest.fixture
async def world(services: MemoryServices, empty_database: bytes, tmp_path: Path) -> AsyncIterator[World]:
    (tmp_path / "arkas.db").write_bytes(empty_database)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'arkas.db'}")
    tickets = TicketService(database, services.clock)
    services = replace(services, tickets=tickets)  # type: ignore[arg-type]
    app = FastAPI()
    install_error_handlers(app)
    mount_site(app, cast("SiteServices", services))
    app.add_middleware(SecurityHeaders)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://bantuan.example") as http:
        yield World(http, tickets, TicketDesk(database, services.clock), services.ticket_links, services)
    await database.close()


def is_refused(answer: httpx.Response) -> bool:
    return answer.status_code == 404 and "tidak dapat dibuka" in answer.text


# ---- strangers -------------------------------------------------------------------------------------------------------


async def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(world: World) -> None:
    ticket, path = await world.open()
    other, of_other = await world.open(BUDI)
    token, foreign = path.partition("=")[2], of_other.partition("=")[2]
    until, _, signature = token.partition(".")
    address = f"/tiket/{ticket.number}"
    wrong = [
        address, f"{address}?kunci=", f"{address}?kunci={token[:-1]}", f"{address}?kunci={foreign}",
        f"{address}?kunci={int(until) + 1}.{signature}", f"{address}?kunci={'9' * 400}.{signature}",
        f"{address}?kunci={until}.{signature}%C3%A9", f"{address}?kunci=%00.{signature}", f"{address}?kunci={until}.",
        f"/tiket/{other.number}?kunci={token}", f"/tiket/999999?kunci={token}", f"/tiket/abc?kunci={token}",
        f"/tiket/{'1' * 300}?kunci={token}",
    ]  # fmt: skip
    answers = [await world.http.get(each) for each in wrong]
    assert all(map(is_refused, answers))
    assert len({answer.text for answer in answers}) == 1
    for hidden in ("Rina@", "bu-abu", "Budi", ticket.status.value):
        assert hidden not in answers[0].text


async def test_nobody_acts_without_the_link(world: World) -> None:
    ticket, _ = await world.open()
    for button in ("balas", "lagi", "butuh", "selesai"):
        assert is_refused(await world.presses(f"/tiket/{ticket.number}?kunci=1.a", button, "Halo"))
    assert await world.kinds(ticket.number) == [TicketEventKind.OPENED]


async def test_link_ends_with_its_time_and_no_answer_prolongs_it(world: World) -> None:
    _, path = await world.open()
    world.services.clock.advance(timedelta(days=100))
    on = (await world.presses(path, "selesai")).headers["location"]
    onto_new = (await world.presses(path, "lagi")).headers["location"]
    world.services.clock.advance(timedelta(days=79))
    assert (await world.http.get(path)).status_code == 200
    world.services.clock.advance(timedelta(days=2))
    assert [is_refused(await world.http.get(each)) for each in (path, on, onto_new)] == [True] * 3


async def test_signature_of_another_purpose_or_secret_opens_nothing(world: World) -> None:
    ticket, path = await world.open()
    until = path.partition("=")[2].partition(".")[0]
    for secret, salt, good in (
        ("rahasia-uji", "arkas-tiket-pelapor", True),
        ("rahasia-uji", "berkas", False),
        ("rahasia-lain", "arkas-tiket-pelapor", False),
    ):
        signer = Signer(secret, salt=salt, key_derivation="hmac", digest_method=hashlib.sha256)
        sign = signer.get_signature(f"{ticket.number}\n{ticket.email.casefold()}\n{until}".encode()).decode()
        answer = await world.http.get(f"/tiket/{ticket.number}?kunci={until}.{sign}")
        assert is_refused(answer) is not good


# ---- the reporter ----------------------------------------------------------------------------------------------------


async def test_thread_shows_who_wrote_when_and_leaves_nothing_behind(world: World) -> None:
    ticket, path = await world.open()
    world.services.clock.advance(timedelta(minutes=5))
    await world.desk.answer(ticket.number, "siti", "Silakan perbarui <i>ARKAS</i>.")
    await world.desk.note(ticket.number, "siti", "Catatan dalam: sekolah ini sering lapor.")
    answer = await world.http.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    for shown in (
        "Tidak bisa &lt;b&gt;tutup&lt;/b&gt; BKU", "&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;i&gt;ARKAS&lt;/i&gt;",
        "Tim Helpdesk", "Senin, 23 November 2026 pukul 12.05 WIB", TicketStatus.IN_PROGRESS.value,
    ):  # fmt: skip
        assert shown in answer.text
    for hidden in ("Catatan dalam", "siti", "<i>", "alert(1)</script>"):
        assert hidden not in answer.text


async def test_files_are_reached_by_signed_links_and_those_of_notes_by_none(world: World) -> None:
    ticket, path = await world.open()
    posted = await world.says(path, "", files=[("files", ("layar.png", PNG, "image/png"))])
    assert posted.status_code == 303
    event_id = (await world.ticket(ticket.number)).events[-1].id
    stored = (await world.tickets.files(ticket))[event_id or 0][0]
    await world.desk.note(ticket.number, "siti", "Simpan", files=[replace(stored, id="f" * 32, name="dalam.png")])
    html = (await world.http.get(path)).text
    signed = re.search(r'href="(/berkas/[^"]+)"', html)
    assert signed
    assert signed[1].replace("&amp;", "&") == world.services.file_links.path(stored.id)
    assert "layar.png" in html
    assert "dalam.png" not in html


async def test_reply_sent_twice_is_stored_once_and_stops_the_clock(world: World) -> None:
    ticket, path = await world.open()
    await world.desk.ask_information(ticket.number, "siti", "Mohon kirim NPSN.")
    html = (await world.http.get(path)).text
    for moment in ("Senin, 23 November 2026 pukul 18.00", "Selasa, 24 November 2026 pukul 12.00",
                   "Rabu, 25 November 2026 pukul 12.00"):  # fmt: skip
        assert moment in html
    answers = [await world.says(path, "NPSN 20100001") for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert (await world.kinds(ticket.number)).count(TicketEventKind.REPORTER_REPLIED) == 1
    page = await world.http.get(answers[0].headers["location"])
    assert "Balasan sudah kami terima" in page.text
    assert "Tertutup otomatis" not in page.text
    assert TicketStatus.IN_PROGRESS.value in page.text


async def test_key_of_another_tickets_reply_tells_nothing_about_it(world: World) -> None:
    mine, path = await world.open()
    _, of_other = await world.open(BUDI)
    await world.says(of_other, "Kata Budi")
    answer = await world.says(path, "Kata Rina")
    assert answer.headers["location"].startswith(f"/tiket/{mine.number}?")
    assert (await world.kinds(mine.number))[-1] is TicketEventKind.REPORTER_REPLIED


async def test_still_needing_help_stops_the_clock_once(world: World) -> None:
    ticket, path = await world.open()
    assert "Masih butuh bantuan" not in (await world.http.get(path)).text
    await world.desk.ask_information(ticket.number, "siti", "Mohon kirim NPSN.")
    assert "Masih butuh bantuan" in (await world.http.get(path)).text
    for _ in range(2):
        assert (await world.presses(path, "butuh")).status_code == 303
    assert (await world.kinds(ticket.number)).count(TicketEventKind.KEPT_OPEN) == 1
    assert world.tickets.state(await world.ticket(ticket.number)).closes_at is None


@pytest.mark.parametrize("text", ["", "Masih sama.", "Terima kasih"])
async def test_closed_ticket_goes_on_in_one_new_ticket(world: World, text: str) -> None:
    ticket, path = await world.open()
    await world.presses(path, "selesai")
    assert "Kendala masih terjadi" in (await world.http.get(path)).text
    places = [(await world.presses(path, "lagi", text)).headers["location"] for _ in range(2)]
    assert len(set(places)) == 1
    follow_up = (await world.ticket(ticket.number)).events[-1].data["number"]
    page = await world.http.get(places[0])
    assert f"Tiket #{follow_up}" in page.text
    assert f"Lanjutan dari tiket #{ticket.number}" in page.text
    assert "dilanjutkan dalam tiket baru" in page.text
    assert "Sudah selesai" in page.text
    assert await world.tickets.find(cast("int", follow_up) + 1) is None
    assert f"/tiket/{follow_up}?kunci=" in (await world.http.get(path)).text


async def test_old_page_finishes_no_follow_up(world: World) -> None:
    ticket, path = await world.open()
    await world.presses(path, "selesai")
    await world.presses(path, "lagi")
    await world.presses(path, "selesai")
    follow_up = cast("int", (await world.ticket(ticket.number)).events[-1].data["number"])
    assert (await world.ticket(follow_up)).status is TicketStatus.QUEUED


async def test_merged_ticket_shows_nothing_of_the_other_reporter(world: World) -> None:
    ticket, path = await world.open()
    other, of_other = await world.open(BUDI)
    await world.desk.merge(ticket.number, "siti", into=other.number)
    place = (await world.says(path, "Kata Rina di tiket gabungan")).headers["location"]
    assert place.startswith(f"/tiket/{ticket.number}?")
    html = (await world.http.get(place)).text
    assert f"Digabungkan ke tiket #{other.number}" in html
    assert "rahasia" not in html.lower()
    assert f"/tiket/{other.number}?" not in html
    html = (await world.http.get(of_other)).text
    assert "Kata Rina" not in html
    assert "Rina@" not in html
    assert "diterima Tim Helpdesk" in html


async def test_mail_from_the_reporter_is_part_of_the_thread_and_machines_are_not(world: World) -> None:
    ticket, path = await world.open()
    await world.tickets.reply(ticket.number, Reply("Dari surat", "rina@sdn1.sch.id", "mail"))
    machine = Reply("Saya sedang cuti", "rina@sdn1.sch.id", "mail", ReplyKind.AUTO_REPLY)
    await world.tickets.reply(ticket.number, machine)
    html = (await world.http.get(path)).text
    assert "Dari surat" in html
    assert "cuti" not in html


# ---- what cannot be used ---------------------------------------------------------------------------------------------


async def test_empty_reply_is_explained_beside_its_field(world: World) -> None:
    ticket, path = await world.open()
    answer = await world.says(path, "  \n ")
    assert answer.status_code == 422
    assert 'id="text-error"' in answer.text
    assert 'value="kunci-formulir-1"' in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert await world.kinds(ticket.number) == [TicketEventKind.OPENED]


async def test_unusable_file_is_explained_and_the_words_are_kept(world: World) -> None:
    ticket, path = await world.open()
    answer = await world.says(path, "Ini <tangkapannya>", files=[("files", ("virus.png", b"MZ" + b"\0" * 60, ""))])
    assert answer.status_code == 422
    assert 'id="files-error"' in answer.text
    assert "Ini &lt;tangkapannya&gt;</textarea>" in answer.text
    assert await world.kinds(ticket.number) == [TicketEventKind.OPENED]


async def test_body_without_end_is_refused_before_it_is_stored(world: World) -> None:
    ticket, path = await world.open()
    answer = await world.says(path, "x" * 2_000_000)
    assert answer.status_code == 413
    assert "</html>" in answer.text
    assert await world.kinds(ticket.number) == [TicketEventKind.OPENED]


async def test_too_many_replies_keep_what_was_typed(world: World) -> None:
    _, path = await world.open()
    for _ in range(18):
        assert (await world.presses(path, "butuh")).status_code == 303
    answer = await world.says(path, "Kata yang tidak boleh hilang")
    assert answer.status_code == 422
    assert "Permintaan terlalu sering" in answer.text
    assert "Kata yang tidak boleh hilang</textarea>" in answer.text
