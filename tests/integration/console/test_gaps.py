"""Where articles are missing, drafts out of answered tickets, and replays of past questions, over both databases."""

import re

import pytest

from bot.conversations.models import EventKind
from bot.learning.models import VerdictKind
from bot.officers.models import Role
from bot.tickets.models import NewTicket
from tests.integration.console.test_reviewing import arrived, talk
from tests.integration.consoles import House

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

GAPS = "/petugas/kesenjangan"


async def answered_ticket(house: House, conversation_id: str) -> int:
    """A ticket of a talk, answered by an officer."""
    ticket = await house.services.tickets.open(
        NewTicket(
            email="bendahara@sdn1.sch.id", program="ARKAS", subject="Meterai tidak dikenali, hp 081234567890",
            details="Meterai elektronik saya tidak dikenali", conversation_id=conversation_id, source="bot",
        )
    )  # fmt: skip
    await house.services.conversations.record(conversation_id, EventKind.TICKET_OPENED, ticket=ticket.number)
    text = "Meterai elektronik dibeli di situs resmi.\n\n## Langkah\n\n1. Hubungi 081234567890."
    await house.services.desk.answer(ticket.number, "rina", text, version=ticket.length)
    return ticket.number


async def test_a_gap_becomes_a_draft(house: House) -> None:
    ids = [await talk(house, words) for words in ("meterai elektronik ditolak arkas", "meterai elektronik gagal")]
    await talk(house, "siapa menang pilkada")
    number = await answered_ticket(house, ids[0])
    first, *_ = await house.services.gaps.gaps()
    assert {q.text for q in first.questions} == {"meterai elektronik ditolak arkas", "meterai elektronik gagal"}
    assert first.tickets == [number]
    assert "meterai" in first.words
    admin = await arrived(house, Role.ADMIN)
    assert f'value="{number}"' in (await admin.get(GAPS)).text
    chosen = [q.id for q in first.questions]
    made = await admin.submit(f"{GAPS}/draf", tiket=str(number), pertanyaan=chosen)
    draft = await house.services.editor.open(int(re.findall(r"/petugas/artikel/(\d+)", made.headers["location"])[0]))
    assert set(draft.fields["questions"]) >= {q.text for q in first.questions}
    assert "081234567890" not in str(draft.fields)
    assert draft.fields["body"].startswith("Meterai elektronik dibeli")
    assert draft.origin == f"tiket {number}"
    nothing = await admin.submit(f"{GAPS}/draf", tiket="999999")
    assert nothing.headers["location"] == GAPS


async def test_what_an_officer_found_answered_is_no_gap(house: House) -> None:
    await talk(house, "bku juni terkunci kok")
    review = await house.services.reviews.next("petugas")
    assert review is not None
    assert len(await house.services.gaps.unanswered()) == 1
    await house.services.reviews.decide(review.asked.id, VerdictKind.BOT_RIGHT, "petugas")
    assert await house.services.gaps.unanswered() == []


async def test_past_questions_are_known_by_verdicts_and_by_what_helped(house: House) -> None:
    replays, conversations = house.services.replays, house.services.conversations
    helped = await talk(house, "lupa kata sandi arkas", escalated=False)
    await conversations.record(helped, EventKind.HELPED, articles=[40])
    await talk(house, "bku juni terkunci kok")
    review = await house.services.reviews.next("petugas")
    assert review is not None
    await house.services.reviews.decide(review.asked.id, VerdictKind.ARTICLE, "petugas", 126)
    assert {(q.text, q.article) for q in await replays.past()} == {
        ("lupa kata sandi arkas", 40),
        ("bku juni terkunci kok", 126),
    }
    assert [q.text for q in await replays.vouched_for()] == ["lupa kata sandi arkas"]
    assert await replays.past(house.clock.now()) == []


async def test_the_last_replays_are_shown(house: House) -> None:
    gate = {"questions": 10, "before": 0.9, "after": 0.5, "gains": [], "losses": [{"text": "<b>x</b>", "gold": 3}]}
    report = {"gate": {**gate, "test": {"gains": 0, "losses": 4, "p": 0.1}, "worse": True}}
    await house.services.replays.keep(report, about="artikel 7", actor="officer:rina", refused=True)
    page = (await house.browser(Role.OFFICER).get("/petugas/uji-ulang")).text
    assert "ditolak" in page
    assert "&lt;b&gt;x" in page
    assert (await house.browser(Role.OFFICER).get("/petugas/panduan-belajar")).status_code == 200
