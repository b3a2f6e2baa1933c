"""What the form begins with, from the talk and from the wish for a person."""

import pytest

from bot.articles.models import ArticleCard
from bot.dialogue.draft import Draft
from bot.dialogue.escalating import asks_for_person, only_address
from bot.dialogue.opening import lines_of, opened
from bot.dialogue.problem import npsn_in, remembering, story_of, subject_of, tells
from bot.dialogue.reports import begin
from bot.dialogue.stories import Field
from bot.dialogue.talk import Talk


@pytest.mark.parametrize(
    "text",
    [
        "tolong sambungkan saya dengan petugas, nama saya Budi email b@c.id masalah: bku hilang",
        "sambungkan petugas, email heru@gmail.com, arkas, gagal kirim rkas",
        "kan udah saya tulis lengkap di atas pak. saya minta petugas",
        "tolong ka urang se lah, email ambo uda@yahoo.com",
        "nyuwun tulung tiyange mawon",
        "wong mas, ora bot",
        "mau minta dibantu admin langsung ya. sinkron gagal terus",
        "butuh bantuan petugas",
        "terusin ke admin aja bku saya ilang",
    ],
)
def test_a_wish_for_a_person_is_heard_beside_anything(text: str) -> None:
    assert asks_for_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "cara menghubungi petugas helpdesk",
        "sudah hubungi helpdesk tapi belum dijawab",
        "data operator sekolah mau diganti orang lain",
        "gaji honorer untuk orang tata usaha",
        "minta petugas dinas mengesahkan",
        "apakah bisa terhubung dengan helpdesk",
        "bku tidak bisa ditutup",
        "honor dibayar ke orang",
        "bayar jasa kebersihan ke orang, nama tokonya diisi apa? orangnya ga punya toko",
        "mau belanja untuk orang tua siswa",
    ],
)
def test_what_only_names_a_person_is_no_wish_for_one(text: str) -> None:
    assert not asks_for_person(text)


def test_all_that_stands_beside_the_wish_is_taken() -> None:
    draft = opened(
        Draft(),
        (),
        "tolong sambungkan saya dengan petugas, nama saya Drs. H. Sutrisno NPSN 20556677 email sutrisno56@gmail.com"
        " masalah: RKAS tidak bisa dikirim muncul tulisan 'data tidak lengkap' aplikasi ARKAS 4.2.1",
    )
    assert (draft.email, draft.program) == ("sutrisno56@gmail.com", "ARKAS")
    assert draft.missing() is Field.CONFIRMATION
    assert "RKAS tidak bisa dikirim" in (draft.details or "")
    assert "20556677" in (draft.details or "")
    assert (draft.subject or "").startswith("RKAS tidak bisa dikirim")


def test_an_address_in_the_wish_is_not_asked_for_again() -> None:
    draft = opened(Draft(), (), "tolong teruskan ke petugas: bku saya hilang, email ita@gmail.com")
    assert (draft.email, draft.program, draft.story) == ("ita@gmail.com", "ARKAS", "bku saya hilang")


def test_a_slip_beside_the_wish_is_asked_about() -> None:
    draft = opened(Draft(), (), "sambungkan petugas, email heru@gmial.com, gagal kirim rkas")
    assert (draft.email, draft.typed_email) == (None, "heru@gmial.com")


def test_the_story_is_every_line_of_the_problem_and_no_complaint() -> None:
    talk = Talk()
    for line in (
        "kenapa dana bos tahap 2 blm cair di sekolah sy sd negeri npsn 20345678, rekening aman",
        "status nya proses terus",
        "gimana",
        "dinas bilang tunggu pusat",
        "lha katanya helpdesk kok di luar bidang",
        "udh sy kasih dr awal tadi",
        "minta tolong cekin npsn sy dong",
    ):
        talk = remembering(talk, line)
    draft = opened(Draft(), lines_of(talk), "petugas aja")
    assert draft.story.splitlines() == [
        "kenapa dana bos tahap 2 blm cair di sekolah sy sd negeri npsn 20345678, rekening aman",
        "status nya proses terus",
        "dinas bilang tunggu pusat",
        "minta tolong cekin npsn sy dong",
    ]
    assert (draft.subject or "").startswith("Kenapa dana bos tahap 2")
    assert draft.program == "BOSP Salur"


@pytest.mark.parametrize(
    "line",
    [
        "halo min",
        "gimana",
        "ga ngerti",
        "udah bisa makasih",
        "cek tiket 10002",
        "cek 10001",
        "kirim lagi dong tiket kedua, masalah lain",
        "tiket TKT-10293 kok blm dibalas",
        "yang pertama aja",
    ],
)
def test_what_tells_nothing_stays_out(line: str) -> None:
    assert not tells(line)
    assert story_of([line]) == ""
    assert subject_of([line]) is None


def test_the_lines_of_a_solved_problem_are_over() -> None:
    talk = remembering(Talk(), "bku tidak bisa ditutup").asked("bku tidak bisa ditutup", again=False)
    assert lines_of(talk.solves()) == ()
    assert lines_of(talk.asked("kapan dana cair", again=False)) == ("bku tidak bisa ditutup", "kapan dana cair")


def test_of_several_problems_in_one_message_only_the_one_that_is_open_is_told() -> None:
    talk = Talk(said=("nota dobel dan dana belum masuk",), told=("nota dobel",), waiting=("dana belum masuk",))
    assert lines_of(talk) == ("nota dobel",)


def test_a_bare_address_is_told_from_a_question_about_one() -> None:
    assert only_address("sutrisno56@gmail.com pak") == "sutrisno56@gmail.com"
    assert only_address("akun a@b.id tidak bisa masuk") is None
    assert only_address("a@b.id c@d.id") is None


@pytest.mark.parametrize(
    ("text", "npsn"),
    [
        ("oh iya npsn 20110011", "20110011"),
        ("20334411 itu npsn sy", "20334411"),
        ("P2969803", "P2969803"),
        ("08123456789", None),
        ("rp 20000000", None),
        ("1.20334411", None),
    ],
)
def test_a_schools_number_is_found(text: str, npsn: str | None) -> None:
    assert npsn_in(text) == npsn


def test_the_program_nobody_named_is_that_of_the_articles_shown() -> None:
    talk = Talk(question="lupa sandi", told=("saya lupa sandi",), seen=(40,))
    arkas = ArticleCard(40, "Bagaimana cara mengatasi lupa kata sandi ARKAS?", "", "Akun, Login & Reset", "/40", "/40")
    siplah = ArticleCard(9, "Pesanan batal", "", "SIPLah & PBJ", "/9", "/9")
    assert begin(talk, Draft(), shown=[arkas])[0].program == "ARKAS"
    assert begin(talk, Draft(), shown=[arkas, siplah])[0].program is None
    assert begin(Talk(), Draft(), shown=[arkas])[0].program is None


def test_the_subject_is_the_clause_that_names_the_problem() -> None:
    text = (
        "assalamualaikum, saya operator sdn 2, mau minta dibantu admin langsung ya. sinkron gagal terus sejak senin, "
        "balasnya ke opsdn2@yahoo.com saja, npsn 20551234"
    )
    draft = opened(Draft(), (), text)
    assert draft.subject == "Sinkron gagal terus sejak senin"
    assert draft.details == "operator sdn 2, sinkron gagal terus sejak senin, npsn 20551234"
