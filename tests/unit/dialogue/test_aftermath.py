"""What is said of a report while no form is open."""

import pytest

from bot.dialogue.aftermath import Wish, continued_in, wish_in
from bot.dialogue.draft import Draft, put_away, taken_out
from bot.dialogue.opening import opened
from bot.dialogue.reports import begin
from bot.dialogue.talk import Stage, Talk
from bot.people.rules import mask_secrets


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("tiket TKT-10293 gmn kabarnya kok blm dibalas 3 hari", Wish.STATUS),
        ("kan udah tadi TKT-10293", Wish.STATUS),
        ("cek 10999", Wish.STATUS),
        ("tambahin ke tiket 10003 dong", Wish.ADDITION),
        ("yang tadi ketinggalan fotonya", Wish.ADDITION),
        ("I want to add something to my ticket", Wish.ADDITION),
        ("kirim lagi dong tiket kedua, masalah lain", Wish.ANOTHER),
        ("buat lagi deh yg bener", Wish.ANOTHER),
        ("yaudah bikin baru tp bilang itu lanjutan tiket 10293", Wish.ANOTHER),
        ("emailnya salah pak!! harusnya budi88@gmail.com", Wish.ADDRESS),
        ("lupa nomornya", Wish.NUMBER),
        ("tiketnya nomor berapa tadi", Wish.NUMBER),
        ("nomor tiket saya berapa", Wish.NUMBER),
        ("bikin satu lagi dong, tentang siplah", Wish.ANOTHER),
        ("thank you. when will they reply?", Wish.HOURS),
        ("gue udah lapor 3 kali ga ada yg bales, kalian kerja ga sih", Wish.STATUS),
    ],
)
def test_a_wish_after_a_ticket_is_heard(text: str, wish: Wish) -> None:
    assert wish_in(text, sent=True, shelved=False) is wish


@pytest.mark.parametrize(
    "text",
    [
        "mau balas tiket 10002",
        "email salah login arkas ga bisa",
        "tiket 10001 punya siapa? emailnya apa",
        "cara bikin tiket baru",
        "cek saldo 20000000",
        "bku tidak bisa ditutup",
        "saya sudah nambah foto nota di arkas tapi hilang",
        "nota ketinggalan belum diinput",
        "gimana cara tambah foto di arkas",
    ],
)
def test_what_is_a_question_stays_one(text: str) -> None:
    assert wish_in(text, sent=True, shelved=False) is None


@pytest.mark.parametrize(
    "text",
    ["eh jangan batal", "eh jadi deh", "eh lanjutin yang tadi", "isian saya yang tadi hilang?", "udah pas kirim"],
)
def test_what_was_given_up_is_wanted_again(text: str) -> None:
    assert wish_in(text, sent=False, shelved=True) is Wish.RESUME
    assert wish_in(text, sent=False, shelved=False) is not Wish.RESUME


def test_a_draft_that_was_given_up_comes_back_as_it_was() -> None:
    draft = Draft(email="a@b.id", program="ARKAS", subject="Nota ganda", story="nota saya ganda", tries=2)
    away = put_away(draft)
    assert (away.email, away.subject) == ("a@b.id", None)
    again, outcome = begin(Talk(), taken_out(away))
    assert (again.subject, again.story, again.missing()) == ("Nota ganda", "nota saya ganda", draft.missing())
    assert outcome.says[0].response == "utter_form_resumed"


def test_a_prepared_draft_is_forgotten_when_something_else_is_asked() -> None:
    prepared = Draft(email="a@b.id", story="Lanjutan tiket 10001\nfotonya")
    asked = Talk(question="bku hilang", told=("bku saya hilang",))
    assert begin(asked, prepared, "", None)[0].story == "bku saya hilang"
    assert begin(asked, prepared, "", Stage.OFFER)[0] == prepared


def test_a_ticket_that_goes_on_from_another_says_so() -> None:
    text = "yaudah bikin baru tp bilang itu lanjutan tiket 10293"
    assert continued_in(text) == "10293"
    assert opened(Draft(), ("bku saya hilang",), text).story.splitlines()[:2] == [
        "Lanjutan tiket 10293",
        "bku saya hilang",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "lupa pasword. pw lama sy rahasia99 udah dicoba ga bisa",
        "sandi baru saya bikin rahasia99 udah diganti",
        "pw lama rahasia99",
        "sandinya rahasia99",
    ],
)
def test_a_password_told_in_more_words_is_masked(text: str) -> None:
    masked, found = mask_secrets(text)
    assert found
    assert "rahasia99" not in masked


@pytest.mark.parametrize(
    "text",
    [
        "password arkas 4.2.1 salah",
        "sandi email budi99@gmail.com lupa",
        "password saya salah 3 kali",
        "pin atm hilang sejak 2023",
        "lupa password npsn 20334455",
        "password baru bikin 3x gagal",
    ],
)
def test_what_is_no_password_stays(text: str) -> None:
    assert mask_secrets(text) == (text, False)


def test_an_addition_begins_a_ticket_that_goes_on() -> None:
    draft, outcome = begin(Talk(last_ticket=10013, tickets=1), Draft(email="a@b.id"), "tambahin foto dong ke tiket")
    assert outcome.says[0].response == "utter_form_addition"
    assert draft.story.startswith("Lanjutan tiket 10013")
