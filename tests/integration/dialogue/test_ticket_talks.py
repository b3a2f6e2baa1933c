"""The way to a ticket, through the real Rasa and the real actions."""

import asyncio
from collections.abc import Callable

import pytest

from tests.integration.talking import Person

# Whichever test comes first waits for the training of the model.
pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.timeout(600)]
NewPerson = Callable[[], Person]


async def test_a_person_can_be_asked_for_at_once_and_the_form_leads_to_a_number(person: NewPerson) -> None:
    budi = person()
    await budi.says("hubungkan ke petugas")
    await budi.says("budi@sekolah.sch.id")
    await budi.taps("SIPLah")
    await budi.says("Pesanan tidak bisa dibatalkan")
    await budi.says("Pesanan nomor 77 ganda, tombol batal tidak muncul di layar saya")
    assert "Perihal: Pesanan tidak bisa dibatalkan" in budi.text
    await budi.taps("Kirim")
    ticket = budi.replies[0].ticket
    assert ticket is not None
    assert str(ticket.number) in budi.text
    assert "Senin, 23 November 2026" in budi.text
    assert "Spam" in budi.text
    opened = budi.desk.drawer.opened[ticket.number]
    assert (opened.email, opened.program, opened.conversation_id) == ("budi@sekolah.sch.id", "SIPLah", budi.id)
    assert budi.reasons == ["asked_for_person"]


async def test_what_the_talk_told_is_not_asked_again(person: NewPerson) -> None:
    budi = person()
    await budi.says("min tolong tutup bku ko ga bs ya")
    await budi.says("buatkan tiket")
    await budi.says("budi@gmail.com")
    assert "min tolong tutup bku ko ga bs ya" in budi.text
    await budi.taps("Pakai cerita tadi")
    assert "Program: ARKAS" in budi.text
    assert "Perihal: Tutup bku ko ga bs ya" in budi.text


async def test_a_wrong_address_is_explained_and_a_slip_is_suggested_not_forced(person: NewPerson) -> None:
    budi = person()
    await budi.says("mau lapor")
    await budi.says("budi.gmail.com")
    assert "contoh penulisan" in budi.text.lower()
    await budi.says("budi@gmial.com")
    assert "budi@gmail.com" in budi.text
    await budi.taps("Tidak, sudah benar")
    await budi.says("kembali")
    await budi.says("budi@gmial.com")
    await budi.taps("Ya, perbaiki")
    await budi.says("arkas")
    await budi.says("Cetak kosong terus")
    await budi.says("halaman cetak selalu kosong sejak kemarin")
    assert "Email: budi@gmail.com" in budi.text


async def test_several_values_in_one_message_are_taken(person: NewPerson) -> None:
    budi = person()
    await budi.says("buat tiket")
    await budi.says(
        "email: a@b.sch.id\nprogram: markas\nperihal: Tidak bisa masuk\ndetail: muncul galat 401 saat masuk"
    )
    assert "Program: MARKAS" in budi.text
    assert "Kirim" in budi.buttons


async def test_a_question_in_the_middle_is_answered_and_nothing_is_lost(person: NewPerson) -> None:
    budi = person()
    await budi.says("mau lapor")
    await budi.says("kapan dana bos cair ya")
    assert budi.cards == [87]
    assert "alamat email mana" in budi.replies[-1].text
    await budi.says("a@b.sch.id")
    await budi.taps("ARKAS")
    await budi.says("apakah lampirannya wajib?")
    assert "Apa perihalnya" in budi.replies[-1].text
    await budi.says("Nota ganda")
    await budi.says("nota bulan juli masuk dua kali")
    assert "Email: a@b.sch.id" in budi.text


async def test_a_story_that_sounds_like_a_command_stays_a_story(person: NewPerson) -> None:
    budi = person()
    await budi.says("mau lapor")
    await budi.says("a@b.sch.id")
    await budi.taps("SIPLah")
    await budi.says("Pembatalan")
    await budi.says("saya mau batalkan pesanan tetapi keluar terus dari aplikasi dan tidak jadi dibatalkan")
    assert "Kirim" in budi.buttons


async def test_any_field_can_be_changed_at_the_summary(person: NewPerson) -> None:
    budi = await _at_the_summary(person)
    await budi.taps("Ubah")
    await budi.taps("Perihal")
    await budi.says("Judul yang lebih baik")
    assert "Perihal: Judul yang lebih baik" in budi.text
    await budi.says("ubah email")
    await budi.says("baru@b.sch.id")
    assert "Email: baru@b.sch.id" in budi.text


async def test_cancelling_sends_nothing(person: NewPerson) -> None:
    budi = await _at_the_summary(person)
    before = len(budi.desk.drawer.opened)
    await budi.taps("Batal")
    assert len(budi.desk.drawer.opened) == before
    await budi.says("kapan dana bos cair ya")
    assert budi.buttons == ["Ya", "Belum"]


async def test_a_double_tap_makes_one_ticket(person: NewPerson) -> None:
    budi = await _at_the_summary(person)
    before = len(budi.desk.drawer.opened)
    summary = list(budi.replies)
    await budi.taps("Kirim")
    number = max(budi.desk.drawer.opened)
    budi.replies = summary
    await budi.taps("Kirim")
    assert len(budi.desk.drawer.opened) == before + 1
    assert str(number) in budi.text


async def test_two_messages_at_the_same_moment_are_both_answered(person: NewPerson) -> None:
    budi = person()
    first, second = await asyncio.gather(budi.says("kapan dana bos cair ya"), budi.says("mau lapor"))
    assert first
    assert second


async def test_the_status_tells_the_official_wording_and_nothing_else(person: NewPerson) -> None:
    budi = await _at_the_summary(person)
    await budi.taps("Kirim")
    number = max(budi.desk.drawer.opened)
    stranger = person()
    await stranger.says(f"cek tiket {number}")
    assert "Dalam Antrean" in stranger.text
    assert "a@b.sch.id" not in stranger.text
    assert "Nota ganda" not in stranger.text


async def test_an_unknown_number_gives_nothing_away(person: NewPerson) -> None:
    budi = person()
    await budi.says("cek tiket")
    assert "Nomor tiketnya berapa" in budi.text
    await budi.says("99887")
    assert "tidak kami temukan" in budi.text


async def test_unrelated_problems_become_separate_tickets(person: NewPerson) -> None:
    budi = person()
    await budi.says("kode aktivasi salah, selain itu dana belum cair")
    await budi.says("buatkan tiket")
    await budi.says("a@b.sch.id")
    await _finish(budi)
    if "sebaiknya tiketnya terpisah" in budi.text:
        await budi.taps("Ya, buatkan tiket")
        assert "dana belum cair" in budi.text


async def _at_the_summary(person: NewPerson) -> Person:
    budi = person()
    await budi.says("mau lapor")
    await budi.says("a@b.sch.id")
    await budi.taps("ARKAS")
    await budi.says("Nota ganda")
    await budi.says("nota bulan juli masuk dua kali")
    return budi


async def _finish(budi: Person) -> None:
    while "Kirim" not in budi.buttons:
        if "Pakai cerita tadi" in budi.buttons:
            await budi.taps("Pakai cerita tadi")
        else:
            await budi.taps("ARKAS")
    await budi.taps("Kirim")
