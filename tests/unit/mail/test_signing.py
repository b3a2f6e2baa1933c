import pytest

from bot.mail.signing import TicketMarks

MARKS = TicketMarks("rahasia", "bantuan.example")
OTHERS = TicketMarks("rahasia lain", "bantuan.example")


def test_reply_address_leads_back_to_its_ticket() -> None:
    assert MARKS.number_of_address(f"balas+{MARKS.reply_token(12345)}@bantuan.example") == 12345


def test_server_may_change_the_case_of_an_address() -> None:
    assert MARKS.number_of_address(f"BALAS+{MARKS.reply_token(12345).upper()}@BANTUAN.EXAMPLE") == 12345


def test_local_part_stays_below_the_limit_even_for_a_huge_number() -> None:
    assert len(f"bantuan+{MARKS.reply_token(10**17)}") <= 64  # RFC 5321, section 4.5.3.1.1


@pytest.mark.parametrize("number", [1, 12346, 99999])
def test_signature_of_one_ticket_does_not_open_another(number: int) -> None:
    signature = MARKS.reply_token(12345).split("-")[1]
    assert MARKS.number_of_address(f"balas+t{number}-{signature}@bantuan.example") is None


def test_another_secret_signs_nothing_here() -> None:
    assert MARKS.number_of_address(f"balas+{OTHERS.reply_token(7)}@bantuan.example") is None
    assert list(MARKS.numbers_of_references(OTHERS.message_id(7, "kunci"))) == []
    assert list(MARKS.numbers_of_markers(OTHERS.marker(7))) == []


def test_sign_of_one_purpose_is_none_for_another() -> None:
    signature = MARKS.marker(7).rstrip("]").split(":")[2]
    assert MARKS.number_of_address(f"balas+t7-{signature}@bantuan.example") is None


def test_message_id_is_the_same_for_the_same_key_and_differs_for_another() -> None:
    assert MARKS.message_id(7, "mail:7:1") == MARKS.message_id(7, "mail:7:1") != MARKS.message_id(7, "mail:7:2")


def test_own_message_ids_are_found_in_the_text_of_a_bounce() -> None:
    ours = MARKS.message_id(7, "mail:7:1")
    forged = ours.replace("<tiket.7.", "<tiket.8.")
    assert MARKS.own_message_ids(f"Message-ID: {ours}\nReferences: {forged} <a@b>") == [ours]
    assert list(MARKS.numbers_of_references(ours)) == [7]


def test_marker_survives_a_change_of_case() -> None:
    assert list(MARKS.numbers_of_markers(f"> {MARKS.marker(7).upper()}")) == [7]
