"""The ticket form of a person whom the embedding site has signed for."""

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.services import ActionServices
from actions.tickets import Escalate
from bot.conversations.identity import Visitor
from tests.integration.shelves import Desk

pytestmark = pytest.mark.anyio


def tracker(email: str | None = None) -> Tracker:
    return Tracker("c", {"email": email}, {"text": "/ask_person"}, [], False, None, {}, None)


@pytest.mark.parametrize(("told", "used"), [(None, "rina@sdn1.sch.id"), ("lain@sdn1.sch.id", None)])
async def test_address_is_filled_in_unless_another_was_told(told: str | None, used: str | None) -> None:
    desk = Desk()
    desk.diary.visitors["c"] = Visitor("77", "rina@sdn1.sch.id")
    services = ActionServices(desk.shelf, desk.drawer, desk.diary, desk.hours, desk.clock)

    events = await Escalate(services).run(CollectingDispatcher(), tracker(told), {})

    assert next((event["value"] for event in events if event.get("name") == "email"), None) == used
