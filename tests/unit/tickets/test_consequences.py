"""What an officer's words lead to, and when."""

from datetime import UTC, datetime, timedelta

from bot.tickets.consequences import errands_of, said_in_talk
from bot.tickets.models import Ticket, TicketEvent, TicketEventKind, TicketStatus

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
TICKET = Ticket(7, "r@s.id", "ARKAS", "BKU", "Mati.", "chat", NOON, TicketStatus.QUEUED, None, conversation_id="talk")


def answered(**data: object) -> TicketEvent:
    return TicketEvent(TicketEventKind.ANSWERED, NOON, "officer:budi", {"text": "Baik."} | data, id=9)


def test_words_are_said_in_the_talk_unless_they_go_by_mail_alone() -> None:
    assert [errand.key for errand in said_in_talk(TICKET, answered())] == ["talk:7:9"]
    assert said_in_talk(TICKET, answered(mail_only=True)) == []


def test_held_words_are_said_when_they_can_no_longer_be_taken_back() -> None:
    until = NOON + timedelta(seconds=10)
    errands = said_in_talk(TICKET, answered(held_until=until.isoformat()))
    assert [errand.due_at for errand in errands] == [until]
    assert errands[0].key in errands_of(7, answered())
