"""What concerns a report while no form is open, over the services in memory."""

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.counter import Counter
from actions.services import ActionServices
from bot.dialogue.talk import Talk
from bot.tickets.models import NewTicket
from tests.integration.shelves import Desk

pytestmark = pytest.mark.anyio


async def counter(*, sent: bool = False) -> tuple[Counter, Talk]:
    desk = Desk()
    services = ActionServices(desk.shelf, desk.drawer, desk.diary, desk.hours, desk.clock)
    if not sent:
        return Counter(services), Talk()
    ticket = await desk.drawer.open(
        NewTicket(
            email="salah@b.id", program="ARKAS", subject="Nota ganda", details="nota masuk dua kali", source="chat"
        )
    )
    return Counter(services), Talk(tickets=1, last_ticket=ticket.number)


async def take(text: str, *, sent: bool = False, **slots: Any) -> tuple[list[Any] | None, list[str]]:  # noqa: ANN401
    """The events and the responses that come of a text; no events when it is left to others."""
    desk, talk = await counter(sent=sent)
    dispatcher = CollectingDispatcher()
    tracker = Tracker("c", {"talk": talk.to_slot(), **slots}, {"text": text}, [], False, None, {}, None)
    return await desk.take(dispatcher, tracker), [message["response"] for message in dispatcher.messages]


def slots_of(events: list[Any] | None) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in events or () if event["event"] == "slot"}


async def test_a_wish_for_a_person_goes_to_the_form() -> None:
    events, said = await take("tolong sambungkan ke petugas, bku saya hilang")
    assert [event["name"] for event in events or ()] == ["action_escalate"]
    assert said == []


async def test_a_question_is_left_to_the_articles() -> None:
    assert await take("bku tidak bisa ditutup", sent=True) == (None, [])


async def test_a_bare_address_offers_the_form() -> None:
    events, said = await take("a@b.id")
    assert said == ["utter_offer_to_address"]
    assert slots_of(events)["stage"] == "offer"
    assert slots_of(events)["talk"]["said"] == ("a@b.id",)


async def test_a_wrong_address_prepares_another_ticket_to_the_right_one() -> None:
    events, said = await take("emailnya salah pak, harusnya benar@b.id", sent=True)
    assert said == ["utter_ticket_wrong_address"]
    slots = slots_of(events)
    assert (slots["email"], slots["subject"], slots["stage"]) == ("benar@b.id", "Nota ganda", "offer")


async def test_an_addition_prepares_a_ticket_that_goes_on() -> None:
    events, said = await take("yang tadi ketinggalan fotonya", sent=True)
    assert said == ["utter_ticket_addition"]
    assert slots_of(events)["draft"]["story"].startswith("Lanjutan tiket ")


async def test_what_was_given_up_is_filled_in_again() -> None:
    events, _ = await take("eh jadi deh", draft={"shelved": {"subject": "Nota ganda", "story": "nota saya ganda"}})
    assert slots_of(events)["subject"] == "Nota ganda"
    assert (events or [])[-1]["name"] == "action_escalate"


async def test_a_number_is_looked_up_and_a_report_without_answer_regretted() -> None:
    assert (await take("cek 1001", sent=True))[1] == ["utter_ticket_status"]
    assert (await take("udah lapor ga ada yg bales"))[1] == ["utter_sorry_waiting", "utter_ask_ticket_number"]
