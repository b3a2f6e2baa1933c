"""The ticket form, message by message."""

from dataclasses import replace

import pytest

from bot.dialogue.asides import said_after_leaving
from bot.dialogue.draft import LEFT, SENT, Draft, Heard, Step
from bot.dialogue.form import hear
from bot.dialogue.stories import Field, program_told, subject_told

FULL = Draft(email="a@b.id", program="ARKAS", subject="Nota ganda", details="nota masuk dua kali")


def say(draft: Draft, asked: Field, text: str, intent: str = "ask_question", **entities: str) -> Step:
    return hear(draft, asked, Heard(text, intent, entities))


def test_the_questions_come_in_their_order() -> None:
    assert Draft().missing() is Field.EMAIL
    assert FULL.missing() is Field.CONFIRMATION
    assert Draft(email="a@b.id", program="ARKAS").missing() is Field.SUBJECT


@pytest.mark.parametrize("text", ["a@b.sch.id", "email saya a@b.sch.id", "A@B.SCH.ID".lower(), "<a@b.sch.id>"])
def test_an_address_is_taken_out_of_what_stands_around_it(text: str) -> None:
    assert say(Draft(), Field.EMAIL, text).draft.email == "a@b.sch.id"


@pytest.mark.parametrize("text", ["budi", "budi.gmail.com", "budi@", "@sekolah.id", "budi at gmail"])
def test_no_address_gets_a_helpful_note_and_is_asked_again(text: str) -> None:
    step = say(Draft(), Field.EMAIL, text)
    assert step.note or step.response == "utter_form_email_broken"
    assert step.draft.missing() is Field.EMAIL


def test_a_slip_is_asked_about_and_either_answer_is_taken() -> None:
    step = say(Draft(), Field.EMAIL, "budi@gmial.com")
    assert (step.draft.email, step.response) == (None, "utter_form_email_slip")
    assert say(step.draft, Field.EMAIL, "ya", "affirm").draft.email == "budi@gmail.com"
    assert say(step.draft, Field.EMAIL, "bukan", "deny").draft.email == "budi@gmial.com"
    assert say(step.draft, Field.EMAIL, "lain@sd.sch.id").draft.email == "lain@sd.sch.id"


@pytest.mark.parametrize(
    "text", ["budi @ gmail . com", "emailku budi@gmail", "budi at gmail dot com", "budi@gmail,com"]
)
def test_what_is_nearly_an_address_is_suggested_and_taken_with_a_yes(text: str) -> None:
    step = say(Draft(), Field.EMAIL, text)
    assert step.response == "utter_form_email_broken"
    assert say(step.draft, Field.EMAIL, "ya", "affirm").draft.email == "budi@gmail.com"
    again = say(step.draft, Field.EMAIL, "bukan", "deny")
    assert (again.draft.email, bool(again.note)) == (None, True)


@pytest.mark.parametrize("text", ["ga punya email", "pakai wa aja bisa?", "emailnya buat apa"])
def test_why_there_must_be_an_address_is_told(text: str) -> None:
    step = say(Draft(), Field.EMAIL, text)
    assert "lewat email" in step.note
    assert not step.rejected


def test_all_values_of_a_message_are_taken_whatever_their_order() -> None:
    text = "Nama saya Budi, program arkas, emailnya budi@sdn1.sch.id, masalahnya nota juli dobel terus ga bisa dihapus"
    draft = say(Draft(), Field.EMAIL, text).draft
    assert (draft.email, draft.program) == ("budi@sdn1.sch.id", "ARKAS")
    assert draft.subject == "Nota juli dobel terus ga bisa dihapus"
    assert draft.details == "Nama saya Budi, nota juli dobel terus ga bisa dihapus"


def test_a_short_story_beside_a_slip_is_kept() -> None:
    draft = say(Draft(), Field.EMAIL, "nota saya hilang semua, arkas, email sy budi@yaho.co.id").draft
    assert (draft.typed_email, draft.program, draft.story) == ("budi@yaho.co.id", "ARKAS", "nota saya hilang semua")


def test_labels_need_no_lines_of_their_own() -> None:
    text = "perihal: Nota hilang. detail: nota agustus hilang sejak update. email: a@gmial.com program arkas"
    step = say(Draft(), Field.EMAIL, text)
    assert step.response == "utter_form_email_slip"
    assert (step.draft.subject, step.draft.program) == ("Nota hilang", "ARKAS")


@pytest.mark.parametrize("text", ["kirim aja", "ga tau", "ya itu tadi"])
def test_small_talk_is_no_subject_and_no_details(text: str) -> None:
    bare = Draft(email="a@b.id", program="ARKAS")
    assert say(bare, Field.SUBJECT, text, "nlu_fallback").draft.subject is None
    assert say(replace_subject(), Field.DETAILS, text, "nlu_fallback").draft.details is None


def test_nothing_to_add_keeps_the_story() -> None:
    told = Draft(email="a@b.id", program="ARKAS", subject="Nota ganda", story="nota saya ganda")
    assert say(told, Field.DETAILS, "ga ada", "deny").draft.details == "nota saya ganda"
    assert "20212345" in (say(told, Field.DETAILS, "20212345", "choose_article").draft.details or "")


@pytest.mark.parametrize("asked", [Field.SUBJECT, Field.DETAILS, Field.CONFIRMATION])
def test_a_program_alone_changes_the_program(asked: Field) -> None:
    assert say(FULL, asked, "eh siplah", "give_program").draft.program == "SIPLah"


@pytest.mark.parametrize(
    ("text", "intent", "field", "value"),
    [
        ("detailnya tambahin npsn 20212345", "ask_question", "details", "nota masuk dua kali\nnpsn 20212345"),
        ("ga bisa sinkron", "deny", "details", "nota masuk dua kali\nga bisa sinkron"),
        ("perihalnya kurang pas", "give_reason", "subject", None),
        ('judulnya jadi "Nota dobel"', "nlu_fallback", "subject", "Nota dobel"),
        ("emailnya salah, harusnya c@d.id", "deny", "email", "c@d.id"),
    ],
)
def test_any_wording_corrects_at_the_summary(text: str, intent: str, field: str, value: str | None) -> None:
    assert getattr(say(FULL, Field.CONFIRMATION, text, intent).draft, field) == value


@pytest.mark.parametrize(("text", "address"), [("1", "budi@gmail.com"), ("yang kedua", "budi@gmial.com")])
def test_a_slip_is_settled_by_the_number_of_a_button_too(text: str, address: str) -> None:
    slip = say(Draft(), Field.EMAIL, "budi@gmial.com").draft
    assert say(slip, Field.EMAIL, text, "choose_article").draft.email == address


@pytest.mark.parametrize("intent", ["nlu_fallback", "check_ticket", "choose_article"])
@pytest.mark.parametrize("text", ["081234567890", "+62 812-3456-7890", "20212345"])
def test_a_number_is_no_address_whatever_it_was_taken_for(text: str, intent: str) -> None:
    step = say(Draft(), Field.EMAIL, text, intent)
    assert "belum alamat email" in step.note
    assert not step.rejected


def test_a_place_in_a_list_is_left_to_the_rules_where_an_address_is_asked() -> None:
    assert say(Draft(), Field.EMAIL, "2", "choose_article").rejected


@pytest.mark.parametrize("text", ["9", "123456"])
def test_a_number_that_is_no_program_tells_the_programs(text: str) -> None:
    step = say(Draft(email="a@b.id"), Field.PROGRAM, text, "choose_article")
    assert "ARKAS, BOSP Salur" in step.note
    assert not step.rejected


def test_a_number_at_the_summary_asks_for_a_name() -> None:
    step = say(FULL, Field.CONFIRMATION, "4", "choose_article")
    assert (step.response, replace(step.draft, tries=0)) == ("utter_form_which_field", FULL)
    assert "kirim" in step.note


def test_a_number_at_the_summary_asks_what_is_to_be_changed() -> None:
    assert say(FULL, Field.CONFIRMATION, "no 2", "choose_article").response == "utter_form_which_field"


def test_an_earlier_answer_is_corrected_in_the_middle_and_anew_from_the_start() -> None:
    middle = Draft(email="a@b.id", program="ARKAS")
    assert say(middle, Field.SUBJECT, "emailnya salah", "change_ticket").draft.missing() is Field.EMAIL
    assert say(FULL, Field.CONFIRMATION, "ulang dari awal", "rephrase").draft.missing() is Field.EMAIL


def test_program_and_story_beside_the_address_are_taken_too() -> None:
    draft = say(Draft(), Field.EMAIL, "a@b.id siplah pesanan saya tidak bisa dibatalkan sejak kemarin").draft
    assert (draft.email, draft.program) == ("a@b.id", "SIPLah")
    assert "tidak bisa dibatalkan" in (draft.details or "")


def test_a_message_written_like_a_form_fills_it() -> None:
    text = "email: a@b.id\nprogram: markas\nperihal: Tidak bisa masuk\ndetail: muncul galat 401"
    assert say(Draft(), Field.EMAIL, text).draft.missing() is Field.CONFIRMATION


def test_a_wrong_value_in_such_a_message_is_named_and_the_rest_kept() -> None:
    step = say(Draft(), Field.EMAIL, "email: bukan alamat, program: siplah")
    assert step.draft.program == "SIPLah"
    assert step.draft.email is None
    assert "email" in step.note.lower()


@pytest.mark.parametrize(
    ("text", "program"), [("arkas", "ARKAS"), ("2", "BOSP Salur"), ("siplh", "SIPLah"), ("soal bku", "ARKAS")]
)
def test_programs_are_understood(text: str, program: str) -> None:
    assert say(Draft(email="a@b.id"), Field.PROGRAM, text).draft.program == program


def test_a_tapped_program() -> None:
    assert (
        say(Draft(email="a@b.id"), Field.PROGRAM, "/give_program", "give_program", program="MARKAS").draft.program
        == "MARKAS"
    )


@pytest.mark.parametrize(("text", "intent"), [("kapan dana cair ya", "ask_question"), ("kamu bot", "bot_challenge")])
def test_what_is_no_address_is_left_to_the_rules(text: str, intent: str) -> None:
    assert say(Draft(), Field.EMAIL, text, intent).rejected


@pytest.mark.parametrize("asked", list(Field))
def test_cancelling_is_left_to_the_rules_everywhere(asked: Field) -> None:
    assert say(FULL, asked, "batal", "cancel").rejected


def test_a_subject_that_sounds_like_cancelling_is_a_subject() -> None:
    assert (
        say(Draft(email="a@b.id", program="SIPLah"), Field.SUBJECT, "Pembatalan", "cancel").draft.subject
        == "Pembatalan"
    )


def test_a_whole_story_as_subject_becomes_both() -> None:
    story = "Tombol tutup BKU tidak bisa ditekan. " + "Sudah dicoba berulang kali dan tetap gagal. " * 5
    draft = say(Draft(email="a@b.id", program="ARKAS"), Field.SUBJECT, story).draft
    assert draft.subject == "Tombol tutup BKU tidak bisa ditekan"
    assert draft.details == story.strip()


def test_the_story_of_the_talk_can_be_kept_or_added_to() -> None:
    draft = Draft(email="a@b.id", program="ARKAS", subject="Nota ganda", story="nota saya ganda")
    assert say(draft, Field.DETAILS, "/skip", "skip").draft.details == "nota saya ganda"
    assert say(draft, Field.DETAILS, "sejak bulan juli").draft.details == "nota saya ganda\nsejak bulan juli"


def test_back_takes_the_previous_answer_back() -> None:
    assert say(replace_subject(), Field.DETAILS, "kembali", "go_back").draft.missing() is Field.SUBJECT
    assert say(Draft(), Field.EMAIL, "kembali", "go_back").note


def replace_subject() -> Draft:
    return Draft(email="a@b.id", program="ARKAS", subject="Nota ganda")


def test_at_the_summary_any_field_can_be_named() -> None:
    assert say(FULL, Field.CONFIRMATION, "ubah email", "change_ticket").draft.missing() is Field.EMAIL
    assert say(FULL, Field.CONFIRMATION, "judulnya salah", "deny").draft.missing() is Field.SUBJECT
    assert say(FULL, Field.CONFIRMATION, "belum", "deny").response == "utter_form_which_field"
    assert say(FULL, Field.CONFIRMATION, "baru@b.id").draft.email == "baru@b.id"


def test_sending() -> None:
    assert say(FULL, Field.CONFIRMATION, "/send_ticket", "send_ticket").draft.confirmation == SENT


def test_files_are_acknowledged_and_change_nothing() -> None:
    step = say(FULL, Field.DETAILS, "/send_files", "send_files")
    assert step.draft == FULL
    assert "lampirkan" in step.note


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ("bku terkunci di markas", "MARKAS"),
        ("dana tahap 2 belum cair", "BOSP Salur"),
        ("nota ganda", "ARKAS"),
        ("apa saja", None),
    ],
)
def test_the_program_that_words_tell(text: str, program: str | None) -> None:
    assert program_told(text) == program


@pytest.mark.parametrize("text", ["min", "tolong bantu", "pagi"])
def test_too_little_is_no_subject(text: str) -> None:
    assert subject_told(text) is None


BARE = Draft()
TOLD = Draft(email="a@b.id", program="ARKAS", subject="Bku hilang", story="bku saya hilang")
SENDING = ["ok kirim sekarang ya, makasih", "kirim pak makasih", "udah gitu aja", "kirim lah", "oke sip kirim pak"]


@pytest.mark.parametrize("text", SENDING)
@pytest.mark.parametrize("intent", ["thank", "ask_question", "send_ticket", "nlu_fallback"])
def test_kirim_with_courtesy_sends(text: str, intent: str) -> None:
    assert say(FULL, Field.CONFIRMATION, text, intent).draft.confirmation == SENT


@pytest.mark.parametrize(
    "text", ["ya salah semua", "iya tapi belum lengkap", "jangan dikirim dulu", "kok belum dikirim"]
)
@pytest.mark.parametrize("intent", ["affirm", "nlu_fallback"])
def test_a_yes_with_a_complaint_sends_nothing(text: str, intent: str) -> None:
    assert say(FULL, Field.CONFIRMATION, text, intent).draft.confirmation != SENT


@pytest.mark.parametrize("asked", [Field.EMAIL, Field.PROGRAM, Field.DETAILS, Field.CONFIRMATION])
@pytest.mark.parametrize("intent", ["ask_question", "affirm", "nlu_fallback", "choose_article"])
def test_a_schools_number_is_kept_at_every_question(asked: Field, intent: str) -> None:
    step = say(TOLD if asked is not Field.CONFIRMATION else FULL, asked, "oh iya npsn 20110011", intent)
    assert "20110011" in f"{step.draft.story}{step.draft.details}"
    assert not step.rejected


@pytest.mark.parametrize("text", ["npsn nya salah 20110012", "salah npsn harusnya 20110012", "20110012"])
def test_another_schools_number_takes_the_place_of_the_first(text: str) -> None:
    full = replace(FULL, details="bku hilang, npsn 20110011")
    step = say(full, Field.CONFIRMATION, text)
    assert step.draft.details == "bku hilang, npsn 20110012"
    assert "20110012" in step.note


@pytest.mark.parametrize("asked", [Field.PROGRAM, Field.SUBJECT, Field.DETAILS, Field.CONFIRMATION])
@pytest.mark.parametrize("text", ["c@d.id", "oh iya emailnya salah harusnya c@d.id", "eh ralat emailnya c@d.id"])
def test_an_address_at_any_question_takes_the_place_of_the_first(asked: Field, text: str) -> None:
    draft = {Field.CONFIRMATION: FULL, Field.PROGRAM: Draft(email="a@b.id")}.get(asked, TOLD)
    step = say(draft, asked, text)
    assert step.draft.email == "c@d.id"
    assert "c@d.id" in step.note


def test_an_address_in_the_story_is_none_for_the_answer() -> None:
    step = say(TOLD, Field.DETAILS, "akun c@d.id tidak bisa masuk ke arkas")
    assert step.draft.email == "a@b.id"
    assert "c@d.id" in (step.draft.details or "")


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (Field.EMAIL, "lho kan sy blm cerita masalahnya apa"),
        (Field.EMAIL, "lah malah suruh isi2 lagi. males gua"),
        (Field.EMAIL, "gw viralin nih"),
        (Field.EMAIL, "nama saya dedi"),
        (Field.EMAIL, "jam berapa buka"),
        (Field.EMAIL, "sabtu buka ga"),
        (Field.EMAIL, "kirim aja"),
        (Field.EMAIL, "bentar saya tanya dulu"),
        (Field.EMAIL, "arkas sy error"),
        (Field.PROGRAM, "siplah itu arkas bukan?"),
        (Field.PROGRAM, "iya hapus perangkat"),
        (Field.CONFIRMATION, "lama ga nih dibalesnya"),
        (Field.CONFIRMATION, "berapa lama biasanya dijawab?"),
        (Field.CONFIRMATION, "apa lagi"),
    ],
)
@pytest.mark.parametrize("intent", ["ask_question", "nlu_fallback"])
def test_what_is_no_answer_is_met_in_one_line(asked: Field, text: str, intent: str) -> None:
    draft = {Field.EMAIL: BARE, Field.PROGRAM: Draft(email="a@b.id"), Field.CONFIRMATION: FULL}[asked]
    step = say(draft, asked, text, intent)
    assert not step.rejected
    assert step.note
    assert "belum benar" not in step.note
    assert step.draft.missing() is asked


def test_the_same_is_not_said_twice() -> None:
    first = say(BARE, Field.EMAIL, "gaada email", "deny")
    second = say(first.draft, Field.EMAIL, "susah amat, email apa dong", "nlu_fallback")
    assert first.note != second.note
    assert first.again
    number = say(first.draft, Field.EMAIL, "whatsapp aja 081234567890", "nlu_fallback")
    assert "081234567890" in number.draft.story


def test_a_problem_told_at_the_question_for_the_address_is_kept() -> None:
    assert say(BARE, Field.EMAIL, "arkas sy error").draft.story == "arkas sy error"
    assert say(Draft(email="a@b.id"), Field.PROGRAM, "iya hapus perangkat").draft.story


def test_whoever_cannot_name_a_program_is_not_asked_a_third_time() -> None:
    step = say(Draft(email="a@b.id"), Field.PROGRAM, "yo", "affirm")
    assert say(step.draft, Field.PROGRAM, "sudah", "affirm").draft.program == "Lainnya"


@pytest.mark.parametrize("asked", [Field.EMAIL, Field.PROGRAM, Field.CONFIRMATION])
@pytest.mark.parametrize(
    "text",
    [
        "ga usah deh",
        "ga jadi",
        "batal. mau tanya dulu",
        "eh ga jadi, boleh ga sih bos buat honor",
        "batal deh makasih",
        "yaudah deh ga usah",
    ],
)
def test_the_form_is_left_in_ordinary_words(asked: Field, text: str) -> None:
    draft = {Field.EMAIL: BARE, Field.PROGRAM: Draft(email="a@b.id"), Field.CONFIRMATION: FULL}[asked]
    left = say(draft, asked, text).draft
    assert (left.confirmation, left.missing()) == (LEFT, None)


def test_nothing_to_add_is_no_way_out() -> None:
    assert say(TOLD, Field.DETAILS, "ga usah", "deny").draft.details == "bku saya hilang"


def test_words_of_the_summary_are_replaced_by_others() -> None:
    full = replace(FULL, subject="Bku April hilang", details="bku april hilang")
    assert say(full, Field.CONFIRMATION, "bukan april, mei", "deny").draft.details == "bku mei hilang"
    assert say(full, Field.CONFIRMATION, "april harusnya mei", "deny").draft.details == "bku mei hilang"


def test_a_fields_name_before_the_value_decides_the_field() -> None:
    assert say(TOLD, Field.DETAILS, "perihal lupa password").draft.subject == "lupa password"
    assert say(replace(TOLD, subject=None), Field.SUBJECT, "detailnya: lupa password arkas").draft.subject is None
    assert (
        say(replace(TOLD, subject=None, details="nota masuk"), Field.DETAILS, "eh itu MARKAS ding").draft.program
        == "MARKAS"
    )


@pytest.mark.parametrize("text", ["iya maaf salah ketik", "ya betul", "budi @ gmail . com"])
def test_an_offered_address_is_agreed_to_in_any_words(text: str) -> None:
    slip = say(BARE, Field.EMAIL, "budi@gmial.com").draft
    assert say(slip, Field.EMAIL, text, "nlu_fallback").draft.email == "budi@gmail.com"


def test_an_offered_address_stays_offered() -> None:
    slip = say(BARE, Field.EMAIL, "budi@gmial.com").draft
    assert say(slip, Field.EMAIL, "udah cepetan", "nlu_fallback").draft.typed_email == "budi@gmial.com"


def test_files_are_claimed_only_where_there_are_some() -> None:
    assert "kirim" in hear(FULL, Field.CONFIRMATION, Heard("tambahin foto", "send_files")).note
    there = hear(FULL, Field.CONFIRMATION, Heard("fotonya masuk ga?", "send_files", files=("layar.png",)))
    assert "layar.png" in there.note


def test_the_details_are_left_for_a_question() -> None:
    assert say(TOLD, Field.DETAILS, "eh ga jadi, boleh ga sih bos buat gaji honorer").draft.confirmation == LEFT


def test_a_regional_no_adds_nothing() -> None:
    assert say(TOLD, Field.DETAILS, "indak", "nlu_fallback").draft.details == "bku saya hilang"


def test_lanjutin_yang_tadi_sends_nothing() -> None:
    assert say(FULL, Field.CONFIRMATION, "eh lanjutin yang tadi", "read_on").draft.confirmation is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("kirim aja", "send_ticket"),
        ("iya", "affirm"),
        ("helpme", "ask_help"),
        ("eh bukan lapor kendala, mau lapor spj", "ask_person"),
    ],
)
def test_what_only_means_something_elsewhere_is_met_in_the_form(text: str, intent: str) -> None:
    step = say(BARE, Field.EMAIL, text, intent)
    assert not step.rejected
    assert step.draft.missing() is Field.EMAIL


def test_a_sigh_is_no_story() -> None:
    assert say(BARE, Field.EMAIL, "lama amat sih", "nlu_fallback").draft.story == ""


def test_a_new_subject_far_from_its_name_is_taken() -> None:
    step = say(FULL, Field.CONFIRMATION, "perihalnya kok gitu, ganti BKU Agustus hilang")
    assert (step.draft.subject, step.draft.details) == ("BKU Agustus hilang", FULL.details)


def test_what_is_asked_behind_the_way_out_is_found() -> None:
    assert said_after_leaving("eh ga jadi, boleh ga sih bos buat honor") == "boleh ga sih bos buat honor"
    assert said_after_leaving("ga jadi deh") == ""


@pytest.mark.parametrize("text", ["boten wonten", "indak ado", "apa lagi"])
def test_nothing_to_add_at_the_summary_tells_how_to_send(text: str) -> None:
    step = say(FULL, Field.CONFIRMATION, text, "nlu_fallback")
    assert "Kirim" in step.note
    assert step.draft.confirmation is None


def test_a_hidden_password_beside_the_address_is_no_story() -> None:
    step = say(BARE, Field.EMAIL, "password emailnya jg mau? siti@sd.sch.id sandinya ********", "share_secret")
    assert (step.draft.email, step.draft.story) == ("siti@sd.sch.id", "")
    assert "samarkan" in step.note


def test_whoever_writes_english_is_asked_in_english_too() -> None:
    assert "e-mail address" in say(BARE, Field.EMAIL, "what do you mean?", "nlu_fallback").note


@pytest.mark.parametrize("intent", ["cancel", "nlu_fallback"])
def test_a_way_out_taken_back_goes_on(intent: str) -> None:
    step = say(FULL, Field.CONFIRMATION, "eh ga jadi batal, lanjut aja", intent)
    assert (step.draft.confirmation, step.rejected) == (None, False)


def test_hours_are_told_whatever_was_heard() -> None:
    assert "08.00" in say(FULL, Field.CONFIRMATION, "besok libur ga petugasnya?", "ask_person").note


@pytest.mark.parametrize("text", ["batal deh makasih", "yaudah deh ga usah"])
def test_courtesy_beside_the_way_out(text: str) -> None:
    assert say(BARE, Field.EMAIL, text, "thank").draft.confirmation == LEFT


@pytest.mark.parametrize("intent", ["cancel", "send_ticket", "nlu_fallback"])
def test_a_report_is_held_back(intent: str) -> None:
    step = say(FULL, Field.CONFIRMATION, "jangan dikirim dulu", intent)
    assert (step.response, step.draft.confirmation, step.rejected) == ("utter_form_which_field", None, False)


def test_an_address_and_a_schools_number_in_one_message_are_both_taken() -> None:
    step = say(Draft(story="dana belum muncul"), Field.EMAIL, "ops.smpn4@gmail.com npsn 20667788")
    assert (step.draft.email, step.draft.story) == ("ops.smpn4@gmail.com", "dana belum muncul\nNPSN: 20667788")


def test_a_subject_from_the_story_gives_way_to_a_line_that_says_more() -> None:
    told = Draft(email="a@b.id", program="Lainnya", subject="Hp saya rusak", story="hp saya rusak")
    line = "laptop sekolah dicuri, arkas hilang semua"
    assert say(told, Field.DETAILS, line).draft.subject == "Laptop sekolah dicuri, arkas hilang semua"
    assert say(replace(told, subject="Pencurian"), Field.DETAILS, line).draft.subject == "Pencurian"


def test_more_of_the_story_at_the_summary_goes_into_the_details() -> None:
    step = say(FULL, Field.CONFIRMATION, "tgl 3 oktober kejadiannya, sudah lapor polisi")
    assert "lapor polisi" in (step.draft.details or "")
    assert "tgl 5" in (say(step.draft, Field.CONFIRMATION, "bukan tgl 3, tgl 5").draft.details or "")


def test_files_that_are_to_come_and_a_change_without_its_value() -> None:
    assert "kirim" in say(FULL, Field.CONFIRMATION, "ada yang lupa, saya mau nyusulin ss", "nlu_fallback").note
    assert say(FULL, Field.CONFIRMATION, "hapus tanda / nya").response == "utter_form_which_field"
    assert say(FULL, Field.CONFIRMATION, "gapapa gitu aja", "deny").draft.confirmation == SENT


def test_a_question_at_the_address_is_no_story() -> None:
    assert say(BARE, Field.EMAIL, "kalo punya anak saya boleh?", "nlu_fallback").draft.story == ""


def test_somebody_elses_address_will_do() -> None:
    assert "asal emailnya bisa dibuka" in say(BARE, Field.EMAIL, "kalo punya anak saya boleh?", "nlu_fallback").note
