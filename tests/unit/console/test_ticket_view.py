"""What an officer reads of a ticket's log."""

from datetime import UTC, datetime, timedelta

from bot.attachments.models import StoredFile
from bot.console.ticket_view import Line, Reader, lines_of
from bot.tickets.models import Ticket, TicketEvent, TicketEventKind, TicketStatus

K = TicketEventKind
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
HELD: dict[str, object] = {"held_until": (NOON + timedelta(seconds=10)).isoformat()}
MAIL = "Sudah bisa.\n\nPada Sen, 23 Nov 2026 pukul 10.03 Tim Helpdesk <a@b.id> menulis:\n> Silakan coba lagi."
EVENTS: tuple[tuple[TicketEventKind, str, dict[str, object]], ...] = (
    (K.OPENED, "reporter", {"source": "form"}),
    (K.ASSIGNED, "officer:penyelia", {"officer": "budi"}),
    (K.NOTE, "officer:budi", {"text": "Sama dengan #12."}),
    (K.REPORTER_REPLIED, "reporter", {"text": MAIL}),
    (K.CHANGED, "officer:budi", {"priority": "tinggi", "program": "MARKAS"}),
    (K.ANSWERED, "officer:budi", HELD | {"text": "Baik."}),
    (K.SOLVED, "officer:budi", HELD | {"text": ""}),
    (K.RECALLED, "officer:budi", {"event": 7}),
    (K.MERGED, "system", {"into": 99}),
)


def lines(now: datetime = NOON, seen: int | None = None) -> list[Line]:
    events = tuple(TicketEvent(kind, NOON, actor, data, id=n, seq=n) for n, (kind, actor, data) in enumerate(EVENTS, 1))
    ticket = Ticket(7, "r@s.id", "ARKAS", "BKU", "Mati.", "form", NOON, TicketStatus.QUEUED, None, events=events)
    files = {
        4: [StoredFile("f", "a.pdf", "0", "application/pdf", 9, NOON), StoredFile("g", "b.zip", "0", "x", 9, NOON)]
    }
    return lines_of(ticket, files, Reader({"budi": "Pak Budi", "penyelia": "Bu Ani"}, now, seen))


def test_words_stand_apart_from_facts_and_notes() -> None:
    assert [line.look for line in lines()] == [
        "reporter", "fact", "note", "reporter", "fact", "officer", "fact", "fact", "fact",
    ]  # fmt: skip
    assert [line.who for line in lines()][:4] == ["Pelapor", "Bu Ani", "Pak Budi", "Pelapor"]


def test_facts_say_what_happened() -> None:
    told = [line.title for line in lines() if line.look == "fact"]
    assert told == [
        "menugaskan tiket kepada Pak Budi", "mengubah prioritas menjadi tinggi, program menjadi MARKAS",
        "menyelesaikan tiket", "membatalkan tulisannya", "menggabungkan ke tiket #99",
    ]  # fmt: skip
    assert lines()[-1].other == 99


def test_what_a_mail_quotes_is_folded_away() -> None:
    reply = lines()[3]
    assert reply.text == "Sudah bisa."
    assert "Silakan coba lagi." in reply.quoted
    assert [each.preview for each in reply.files] == ["pdf", ""]


def test_what_waits_and_what_was_taken_back_is_marked() -> None:
    assert [line.event_id for line in lines() if line.held] == [6]
    assert [line.event_id for line in lines() if line.recalled] == [7]
    assert not any(line.held for line in lines(NOON + timedelta(seconds=10)))


def test_what_came_after_the_officer_began_to_write_is_marked() -> None:
    assert [line.event_id for line in lines(seen=7) if line.fresh] == [8, 9]
