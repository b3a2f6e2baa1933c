import re
from datetime import timedelta

import httpx
import pytest

from bot.clock import SettableClock
from bot.settings import Settings
from bot.site.contact import check
from bot.site.form_stamp import FormStamps
from tests.unit.site.memory import NOON, MemoryServices

pytestmark = pytest.mark.anyio

REPORT = {
    "email": "rina@sdn1.sch.id",
    "program": "ARKAS",
    "subject": "Tidak bisa tutup BKU",
    "details": "Tombol Tutup BKU abu-abu sejak kemarin.",
    "key": "k1",
    "tetap": "1",
}
SECRET = Settings(_env_file=None).secret_key.get_secret_value()


def stamp(age: timedelta = timedelta(minutes=1), secret: str = SECRET) -> str:
    """The stamp of a form that was shown a while ago."""
    return FormStamps(secret, SettableClock(NOON - age)).new()


REPORT["mulai"] = stamp()
FIRST = {name: value for name, value in REPORT.items() if name != "tetap"}  # as it is sent before any hint


async def test_empty_form_brings_a_fresh_key_and_may_bring_the_subject(http: httpx.AsyncClient) -> None:
    pages = [(await http.get("/hubungi-kami?perihal=Tutup+%22BKU%22")).text for _ in range(2)]
    keys = {match[1] for page in pages if (match := re.search(r'name="key" value="([\w-]{20,})"', page))}
    assert len(keys) == 2
    assert 'value="Tutup &#34;BKU&#34;"' in pages[0]


async def test_report_becomes_a_ticket_and_is_thanked_for(http: httpx.AsyncClient, services: MemoryServices) -> None:
    answer = await http.post("/hubungi-kami", data=REPORT)
    assert answer.status_code == 303
    page = await http.get(answer.headers["location"])
    assert "#260001" in page.text
    assert "akan ditindaklanjuti hari ini" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert services.tickets.opened[260001].email == "rina@sdn1.sch.id"


async def test_second_tap_opens_no_second_ticket(http: httpx.AsyncClient, services: MemoryServices) -> None:
    answers = [await http.post("/hubungi-kami", data=REPORT) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert len(services.tickets.opened) == 1


async def test_wrong_fields_are_named_and_everything_typed_is_kept(
    http: httpx.AsyncClient, services: MemoryServices
) -> None:
    wrong = REPORT | {"email": "rina@gmial.com@", "program": "", "details": "kurang<b>"}
    answer = await http.post("/hubungi-kami", data=wrong)
    assert answer.status_code == 422
    assert services.tickets.opened == {}
    for kept in (
        'value="rina@gmial.com@"',
        'value="Tidak bisa tutup BKU"',
        "kurang&lt;b&gt;</textarea>",
        'value="k1"',
    ):
        assert kept in answer.text
    for name in ("email", "program", "details"):
        assert f'id="{name}-error"' in answer.text
        assert f'<a href="#{name}">' in answer.text
    assert 'id="subject-error"' not in answer.text
    assert answer.text.count('aria-invalid="true"') == 3


async def test_empty_post_names_all_four_fields(http: httpx.AsyncClient) -> None:
    answer = await http.post("/hubungi-kami", data={})
    assert "Ada 4 isian yang perlu diperiksa." in answer.text


def test_probable_address_is_offered() -> None:
    sentence = check(REPORT | {"email": "rina@gmail"})["email"]
    assert "Mungkin maksudnya rina@gmail.com?" in sentence


async def test_program_that_fills_the_hidden_field_gets_thanks_and_no_ticket(
    http: httpx.AsyncClient, services: MemoryServices
) -> None:
    answer = await http.post("/hubungi-kami", data=REPORT | {"situs": "http://iklan"}, follow_redirects=True)
    assert "sudah kami terima" in answer.text
    assert services.tickets.opened == {}


async def test_too_many_reports_keep_what_was_typed(http: httpx.AsyncClient, services: MemoryServices) -> None:
    for number in range(3):
        await http.post("/hubungi-kami", data=REPORT | {"key": f"k{number}"})
    answer = await http.post("/hubungi-kami", data=REPORT | {"key": "k9"})
    assert "Permintaan terlalu sering" in answer.text
    assert 'value="Tidak bisa tutup BKU"' in answer.text
    assert len(services.tickets.opened) == 3


async def test_status_shows_the_public_view_only(http: httpx.AsyncClient) -> None:
    await http.post("/hubungi-kami", data=REPORT)
    html = (await http.get("/tiket?nomor=%23260001")).text
    assert "ri***@s***.id" in html
    assert "Dalam Antrean" in html
    assert "Senin, 23 November 2026 pukul 12.00 WIB" in html
    for hidden in (REPORT["email"], REPORT["details"]):
        assert hidden not in html


@pytest.mark.parametrize("asked", ["999999", "abc", "-1", "1" * 400, "٣٤", "<b>"])
async def test_absent_and_unreadable_numbers_get_the_same_answer(http: httpx.AsyncClient, asked: str) -> None:
    answer = await http.get("/tiket", params={"nomor": asked})
    assert answer.status_code == 200
    assert "Tiket dengan nomor itu tidak ditemukan." in answer.text
    assert "<b>" not in answer.text.replace("<b>ARKAS/BOSP</b>", "")


async def test_guessing_numbers_ends_soon(http: httpx.AsyncClient, services: MemoryServices) -> None:
    for number in range(services.settings.lookups_per_hour):
        assert (await http.get(f"/tiket?nomor={number + 1}")).status_code == 200
    answer = await http.get("/tiket?nomor=260001")
    assert answer.status_code == 429
    assert "Permintaan terlalu sering" in answer.text
    assert (await http.get("/tiket")).status_code == 200


@pytest.mark.parametrize("asked", ["<script>", "9" * 300, ""])
async def test_thanks_page_repeats_numbers_only(http: httpx.AsyncClient, asked: str) -> None:
    html = (await http.get("/hubungi-kami/terkirim", params={"nomor": asked})).text
    assert "Nomor tiket <strong>" not in html


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 32


async def test_files_go_with_the_report(http: httpx.AsyncClient, services: MemoryServices) -> None:
    answer = await http.post("/hubungi-kami", data=REPORT, files=[("files", ("layar.png", PNG, "image/png"))])
    assert answer.status_code == 303
    assert [(file.name, file.media_type) for file in services.tickets.files] == [("layar.png", "image/png")]


async def test_untouched_file_field_is_no_file(http: httpx.AsyncClient, services: MemoryServices) -> None:
    # What browsers send for it; httpx would leave the empty file name out.
    parts = [f'name="{name}"\r\n\r\n{value}\r\n' for name, value in REPORT.items()]
    parts.append('name="files"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n')
    body = "".join(f"--batas\r\nContent-Disposition: form-data; {part}" for part in parts) + "--batas--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=batas"}
    answer = await http.post("/hubungi-kami", content=body.encode(), headers=headers)
    assert answer.status_code == 303
    assert services.tickets.files == []


@pytest.mark.parametrize(
    ("name", "content"), [("kosong.png", b""), ("besar.png", PNG + b"x" * 2000), ("virus.exe", b"MZ" + b"\0" * 60)]
)
async def test_unusable_file_is_explained_beside_its_field(
    http: httpx.AsyncClient, services: MemoryServices, name: str, content: bytes
) -> None:
    answer = await http.post("/hubungi-kami", data=REPORT, files=[("files", (name, content, "image/png"))])
    assert 400 <= answer.status_code < 500
    assert 'id="files-error"' in answer.text
    assert 'value="Tidak bisa tutup BKU"' in answer.text
    assert services.tickets.opened == {}


# ---- what is said once before sending --------------------------------------------------------------------------------


async def test_articles_are_offered_once_and_everything_typed_is_kept(
    http: httpx.AsyncClient, services: MemoryServices
) -> None:
    first = await http.post("/hubungi-kami", data=FIRST)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-store"
    assert "Mungkin artikel ini menjawab" in first.text
    assert "Kendala tidak bisa tutup BKU" in first.text
    assert "Tetap kirim" in first.text
    assert "aria-invalid" not in first.text
    assert services.tickets.opened == {}
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', first.text))
    assert hidden["key"] == "k1"
    assert (await http.post("/hubungi-kami", data=FIRST | hidden)).status_code == 303
    assert len(services.tickets.opened) == 1


async def test_articles_offered_while_typing_are_not_offered_again(http: httpx.AsyncClient) -> None:
    assert (await http.post("/hubungi-kami", data=FIRST | {"ditawari": "1"})).status_code == 303


async def test_report_that_no_article_answers_is_sent_at_once(http: httpx.AsyncClient) -> None:
    assert (await http.post("/hubungi-kami", data=FIRST | {"subject": "Printer macet"})).status_code == 303


async def test_unrelated_matters_are_pointed_out_as_text_and_never_block(
    http: httpx.AsyncClient, services: MemoryServices
) -> None:
    mixed = {"details": "Tombol <b>tutup</b> BKU tidak aktif. Selain itu, PPN belum tercatat.", "ditawari": "1"}
    first = await http.post("/hubungi-kami", data=FIRST | mixed)
    assert first.status_code == 200
    assert "<li>PPN belum tercatat</li>" in first.text
    assert "<b>tutup" not in first.text
    assert services.tickets.opened == {}
    assert (await http.post("/hubungi-kami", data=FIRST | mixed | {"tetap": "1"})).status_code == 303


@pytest.mark.parametrize(
    "details",
    [
        "Tombol tutup BKU tidak aktif. Selain itu, PPN sudah dicatat semua.",
        "Tombol tutup BKU tidak aktif. Selain itu, BKU bulan lalu hilang.",
        "Tombol tutup BKU tidak aktif sejak kemarin pagi.",
    ],
)
async def test_one_matter_told_at_length_is_one(http: httpx.AsyncClient, details: str) -> None:
    assert (await http.post("/hubungi-kami", data=FIRST | {"details": details, "ditawari": "1"})).status_code == 303


async def test_files_that_were_chosen_are_named_when_the_form_comes_back(http: httpx.AsyncClient) -> None:
    files = [("files", (f"layar {n}<b>.png", PNG, "image/png")) for n in range(7)]
    answer = await http.post("/hubungi-kami", data=REPORT | {"email": "salah"}, files=files)
    assert answer.status_code == 422
    assert "belum ikut terkirim (layar 0&lt;b&gt;.png" in answer.text
    assert "dan 2 berkas lain" in answer.text
    assert "pilih kembali" not in (await http.post("/hubungi-kami", data=REPORT | {"email": "salah"})).text


async def test_among_several_files_the_unusable_one_is_named(http: httpx.AsyncClient) -> None:
    files = [("files", ("layar.png", PNG, "image/png")), ("files", ("alat.png", b"MZ" + b"\0" * 60, "image/png"))]
    answer = await http.post("/hubungi-kami", data=REPORT, files=files)
    assert "alat.png: Jenis berkas ini tidak dapat kami terima" in answer.text
    assert "belum ikut terkirim (layar.png, alat.png)" in answer.text


async def test_report_with_files_is_not_held_up(http: httpx.AsyncClient, services: MemoryServices) -> None:
    answer = await http.post("/hubungi-kami", data=FIRST, files=[("files", ("layar.png", PNG, "image/png"))])
    assert answer.status_code == 303
    assert len(services.tickets.files) == 1


async def test_hint_costs_nothing_of_the_limit(http: httpx.AsyncClient) -> None:
    for _ in range(9):
        assert (await http.post("/hubungi-kami", data=FIRST)).status_code == 200
    assert (await http.post("/hubungi-kami", data=REPORT)).status_code == 303


# ---- the time trap ---------------------------------------------------------------------------------------------------


async def test_form_filled_faster_than_a_person_is_shown_again_and_then_taken(
    http: httpx.AsyncClient, services: MemoryServices
) -> None:
    hurried = REPORT | {"mulai": stamp(timedelta(seconds=1))}
    answer = await http.post("/hubungi-kami", data=hurried)
    assert answer.status_code == 422
    assert "sangat cepat" in answer.text
    assert 'value="Tidak bisa tutup BKU"' in answer.text
    assert f'value="{hurried["mulai"]}"' in answer.text
    assert services.tickets.opened == {}
    services.clock.advance(timedelta(seconds=2))
    assert (await http.post("/hubungi-kami", data=hurried)).status_code == 303


@pytest.mark.parametrize("old", ["", "é", "1.a", stamp(timedelta(days=2)), stamp(secret="rahasia-lain"), stamp()[:-1]])
async def test_form_without_a_good_stamp_gets_a_fresh_one(
    http: httpx.AsyncClient, services: MemoryServices, old: str
) -> None:
    answer = await http.post("/hubungi-kami", data=REPORT | {"mulai": old})
    assert answer.status_code == 422
    assert services.tickets.opened == {}
    found = re.search(r'name="mulai" value="([^"]+)"', answer.text)
    assert found
    services.clock.advance(timedelta(seconds=2))
    assert (await http.post("/hubungi-kami", data=REPORT | {"mulai": found[1]})).status_code == 303
