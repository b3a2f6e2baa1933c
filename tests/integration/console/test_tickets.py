"""Working tickets in the console."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.mail.models import Outcome, ReceivedMail
from bot.officers.models import Role
from bot.tickets.models import NewTicket, Reply, Ticket, TicketStatus
from tests.integration.consoles import House
from tests.integration.desks import REPORT
from tests.integration.pdfs import PdfUpload, pdf

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

HOME = "/petugas/tiket"


async def opened(house: House, report: NewTicket = REPORT) -> Ticket:
    house.clock.advance(timedelta(seconds=1))
    return await house.services.tickets.open(report)


async def ticket_of(house: House, number: int) -> Ticket:
    ticket = await house.services.tickets.find(number)
    assert ticket is not None
    return ticket


async def version(house: House, number: int) -> int:
    return house.services.tickets.state(await ticket_of(house, number)).version


async def test_inbox_shows_searches_and_masks(house: House) -> None:
    ticket = await opened(house, replace(REPORT, subject="Saldo <b>salah</b> NPSN 20101234"))
    await opened(house)
    officer = house.browser(Role.OFFICER)
    page = await officer.get(HOME, q="saldo")
    assert f"#{ticket.number}" in page.text
    assert f"#{ticket.number + 1}" not in page.text
    assert "<mark>Saldo</mark>" in page.text
    assert "rina@sdn1.sch.id" not in page.text
    assert "20101234" not in page.text
    assert "<b>salah" not in page.text
    for query in (
        {"tampilan": "mine"},
        {"dari": "kemarin", "urut": "x", "tampilan": "y"},
        {"q": '"'},
        {"status": "SOLVED"},
    ):
        assert (await officer.get(HOME, **query)).status_code == 200
    assert (await officer.get(HOME, posisi="x")).status_code == 422


async def test_saved_views_are_ones_own(house: House) -> None:
    officer, other = house.browser(Role.OFFICER), house.browser(Role.SUPERVISOR)
    await officer.submit("/petugas/tampilan", nama="SIPLah mendesak", alamat="program=SIPLah&prioritas=mendesak")
    assert "SIPLah mendesak" in (await officer.get(HOME)).text
    assert "SIPLah mendesak" not in (await other.get(HOME)).text
    await other.submit("/petugas/tampilan/1/hapus")
    assert "SIPLah mendesak" in (await officer.get(HOME)).text


async def test_open_list_hears_of_changes(house: House) -> None:
    officer = house.browser(Role.OFFICER)
    await opened(house)
    since = house.clock.now().isoformat()
    assert "berubah di daftar" not in (await officer.get(f"{HOME}/kabar", sejak=since)).text
    await opened(house)
    assert "1 tiket baru atau berubah" in (await officer.get(f"{HOME}/kabar", sejak=since)).text


async def test_bulk_does_what_it_can_and_tells_the_rest(house: House) -> None:
    first, second, third = [(await opened(house)).number for _ in range(3)]
    officer, desk = house.browser(Role.OFFICER), house.services.desk
    seen = house.clock.now().isoformat()
    house.clock.advance(timedelta(seconds=5))
    await desk.answer(second, "sari", "Sudah.")
    numbers = [str(first), str(second), str(third), "99999999"]
    answer = await officer.submit(
        f"{HOME}/massal", nomor=numbers, dilihat=seen, tindakan="prioritas", nilai_prioritas="mendesak"
    )
    assert "2 tiket sudah diperbarui" in answer.text
    assert "2 tiket tidak diubah" in answer.text
    assert [house.services.tickets.state(await ticket_of(house, each)).priority.value for each in (first, second)] == [
        "mendesak", "normal",
    ]  # fmt: skip
    seen = (house.clock.now() + timedelta(seconds=1)).isoformat()
    fields = {"nomor": [str(first), str(third)], "dilihat": seen}
    for deed, value in (("tugaskan", "petugas"), ("program", "SIPLah"), ("selesai", "")):
        done = await officer.submit(f"{HOME}/massal", tindakan=deed, **{f"nilai_{deed}": value}, **fields)
        assert done.status_code == 303, done.text
    assert (await ticket_of(house, first)).status is TicketStatus.SOLVED
    assert (await officer.submit(f"{HOME}/massal", tindakan="gabung", nilai_gabung="", **fields)).status_code == 422


async def test_answer_can_be_taken_back_and_is_typed_on(house: House) -> None:
    number = (await opened(house)).number
    officer = house.browser(Role.OFFICER)
    seen = await version(house, number)
    done = await officer.submit(f"{HOME}/{number}/tulis", isi="Silakan coba lagi.", tindakan="jawab", versi=str(seen))
    assert done.status_code == 303
    page = (await officer.get(f"{HOME}/{number}")).text
    event = re.search(r'name="peristiwa" value="(\d+)"', page)
    assert "belum dikirim" in page
    assert event is not None
    back = await officer.submit(f"{HOME}/{number}/batal", peristiwa=event[1])
    again = (await officer.get(back.headers["location"])).text
    assert re.search(r"<textarea[^>]*>Silakan coba lagi.</textarea>", again)
    assert (await ticket_of(house, number)).status is TicketStatus.QUEUED


async def test_nothing_typed_is_lost_when_somebody_was_quicker(house: House) -> None:
    number = (await opened(house)).number
    officer = house.browser(Role.OFFICER)
    seen = await version(house, number)
    await house.services.tickets.reply(number, Reply("Sudah bisa ternyata", REPORT.email, "mail"))
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
    answer = await officer.submit(
        f"{HOME}/{number}/tulis", isi="Tulisan panjang", tindakan="tanya", versi=str(seen),
        files={"berkas": ("layar.png", png, "image/png")},
    )  # fmt: skip
    assert answer.status_code == 409
    assert "Tulisan panjang</textarea>" in answer.text
    assert "layar.png" in answer.text
    kept = re.search(r'name="tersimpan" value="([^"]+)"', answer.text)
    assert kept is not None
    newer = re.search(r'name="versi" value="(\d+)"', answer.text)
    assert newer is not None
    sent = await officer.submit(
        f"{HOME}/{number}/tulis", isi="Tulisan panjang", tindakan="tanya", versi=newer[1], tersimpan=kept[1]
    )
    assert sent.status_code == 303
    ticket = await ticket_of(house, number)
    assert ticket.status is TicketStatus.WAITING_FOR_REPORTER
    files = (await house.services.tickets.files(ticket))[ticket.events[-1].id or 0]
    assert [file.name for file in files] == ["layar.png"]
    preview = await officer.get(f"/petugas/berkas/{files[0].id}")
    assert preview.content == png
    assert "sandbox" in preview.headers["content-security-policy"]
    assert (await house.stranger().get(f"/petugas/berkas/{files[0].id}")).status_code in {303, 401}


async def test_pdf_is_shown_as_pictures_of_its_pages(house: House) -> None:
    uploads = [PdfUpload("surat.pdf", pdf(2)), PdfUpload("rusak.pdf", b"%PDF-1.7\n")]
    files = await house.services.attachments.take_in(uploads)
    ticket = await house.services.tickets.open(REPORT, files=files)
    officer = house.browser(Role.OFFICER)
    pages = f"/petugas/berkas/{files[0].id}/halaman"
    assert f'hx-get="{pages}"' in (await officer.get(f"{HOME}/{ticket.number}")).text
    whole = await officer.get(pages)
    assert "<h1>surat.pdf</h1>" in whole.text
    assert f'src="{pages}/2"' in whole.text
    part = await officer.http.get(pages, headers={"HX-Request": "true"})
    assert (part.text.strip()[:2], "<h1>" in part.text) == ("<p", False)
    picture = await officer.get(f"{pages}/2")
    assert picture.content[8:12] == b"WEBP"
    assert "sandbox" in picture.headers["content-security-policy"]
    assert ("officer:petugas", "file.read", f"file:{files[0].id}") in await house.audited()
    assert (await officer.get(f"/petugas/berkas/{files[0].id}")).status_code == 404, "never as a PDF"
    for wrong in ("0", "3", "31"):
        assert (await officer.get(f"{pages}/{wrong}")).status_code in {404, 422}
    broken = await officer.get(f"/petugas/berkas/{files[1].id}/halaman")
    assert broken.status_code == 422
    assert "Unduh berkasnya" in broken.text
    part = await officer.http.get(f"/petugas/berkas/{files[1].id}/halaman", headers={"HX-Request": "true"})
    assert ("hx-retarget" in part.headers, "Unduh berkasnya" in part.text) == (False, True)


async def test_colleagues_see_each_other_on_a_ticket(house: House) -> None:
    number = (await opened(house)).number
    officer, other = house.browser(Role.OFFICER), house.browser(Role.SUPERVISOR)
    assert "membuka tiket" not in (await officer.submit(f"{HOME}/{number}/hadir", versi="1")).text
    assert "Bu Petugas sedang membuka tiket ini" in (await other.submit(f"{HOME}/{number}/hadir", versi="1")).text
    house.clock.advance(timedelta(minutes=1))
    assert "membuka tiket" not in (await other.submit(f"{HOME}/{number}/hadir", versi="1")).text
    await house.services.desk.assign(number, "sari", to="sari")
    assert "baru saja berubah" in (await other.submit(f"{HOME}/{number}/hadir", versi="1")).text


async def test_personal_data_stands_masked_in_a_ticket(house: House) -> None:
    number = (await opened(house, replace(REPORT, details="NPSN kami 20101234, HP 081234567890."))).number
    page = (await house.browser(Role.OFFICER).get(f"{HOME}/{number}")).text
    assert "Tampilkan" in page
    for personal in ("20101234", "081234567890", "rina@sdn1.sch.id"):
        assert personal not in page
    assert ("officer:petugas", "ticket.read", f"ticket:{number}") in await house.audited()


async def test_split_merge_link_and_change(house: House) -> None:
    first, second = (await opened(house)).number, (await opened(house)).number
    officer = house.browser(Role.OFFICER)
    form = (await officer.get(f"{HOME}/{first}/pisah")).text
    assert REPORT.details in form
    event, seen = str((await ticket_of(house, first)).events[0].id), str(await version(house, first))
    fields = {"peristiwa": event, "versi": seen, "perihal": "Masalah SIPLah"}
    short = await officer.submit(f"{HOME}/{first}/pisah", isi="pendek", **fields)
    assert "pendek</textarea>" in short.text
    done = await officer.submit(f"{HOME}/{first}/pisah", isi="Pesanan SIPLah belum selesai.", **fields)
    part = int(done.headers["location"].rpartition("/")[2])
    assert house.services.tickets.state(await ticket_of(house, part)).links == {first}
    await officer.submit(f"{HOME}/{second}/taut", tujuan=f"#{part}")
    seen = str(await version(house, second))
    await officer.submit(f"{HOME}/{second}/ubah", versi=seen, petugas="petugas", program="MARKAS", prioritas="tinggi")
    state = house.services.tickets.state(await ticket_of(house, second))
    assert (state.assignee, state.program, state.priority.value) == ("petugas", "MARKAS", "tinggi")
    seen = str(await version(house, second))
    await officer.submit(f"{HOME}/{second}/gabung", versi=seen, tujuan=str(first))
    assert (await ticket_of(house, second)).status is TicketStatus.SOLVED
    page = (await officer.get(f"{HOME}/{second}")).text
    assert f"menggabungkan ke tiket #{first}" in page


async def test_canned_replies_are_filled_in(house: House) -> None:
    number = (await opened(house)).number
    officer, supervisor = house.browser(Role.OFFICER), house.browser(Role.SUPERVISOR)
    wrong = await officer.submit("/petugas/balasan", judul="Salam", isi="Yth {npsn}")
    assert "{npsn} tidak dikenal" in wrong.text
    await officer.submit("/petugas/balasan", judul="Salam saya", isi="Tiket #{nomor}: {judul}")
    await supervisor.submit("/petugas/balasan", judul="Salam bersama", isi="Yth. {nama}", bersama="true")
    page = (await officer.get(f"{HOME}/{number}")).text
    assert f"Tiket #{number}: {REPORT.subject}" in page
    assert "Yth. Bapak/Ibu" in page
    assert "Salam saya" not in (await supervisor.get("/petugas/balasan")).text
    assert (await officer.submit("/petugas/balasan/2/hapus")).status_code == 404
    assert (await officer.submit("/petugas/balasan/1/hapus")).status_code == 303


async def test_articles_are_offered_for_the_ticket(house: House) -> None:
    number = (await opened(house)).number
    found = await house.browser(Role.OFFICER).get(f"{HOME}/{number}/artikel")
    assert "data-insert" in found.text
    assert "tutup" in found.text.casefold()


async def test_suspended_mail_is_read_and_settled(house: House) -> None:
    number = (await opened(house)).number
    receiver, browser = house.services.mail.service.receiver, house.browser(Role.SUPERVISOR)

    async def suspended(subject: str) -> ReceivedMail:
        raw = (
            f"From: Budi <budi@sdn2.sch.id>\r\nTo: bantuan@arkas.example\r\nSubject: {subject}\r\n"
            "Auto-Submitted: auto-replied\r\nMessage-ID: <" + subject.replace(" ", "") + "@x>\r\n"
            "Content-Type: text/html\r\n\r\n<p>Saya sedang <script>alert(1)</script>cuti panjang sekali</p>"
        )
        mail = await receiver.receive(raw.encode(), source="test")
        assert mail.outcome is Outcome.SUSPENDED
        return mail

    first, second, third = [await suspended(f"Sedang cuti {each}") for each in "abc"]
    page = (await browser.get("/petugas/surat")).text
    assert "Sedang cuti a" in page
    assert "budi@sdn2.sch.id" not in page
    assert "<script>alert" not in (await browser.get(f"/petugas/surat/{first.id}")).text
    assert (await browser.submit(f"/petugas/surat/{first.id}/lepas", tiket="99999999")).status_code == 404
    assert (await browser.submit(f"/petugas/surat/{first.id}/lepas", tiket=str(number))).status_code == 303
    assert "cuti panjang sekali" in str((await ticket_of(house, number)).events[-1].data["text"])
    assert (await browser.submit(f"/petugas/surat/{second.id}/lepas")).status_code == 303
    assert await house.services.tickets.find(number + 1) is not None
    assert (await browser.submit(f"/petugas/surat/{third.id}/buang")).status_code == 303
    assert "Tidak ada surat tertahan" in (await browser.get("/petugas/surat")).text
    assert (await browser.submit(f"/petugas/surat/{third.id}/buang")).status_code == 404
