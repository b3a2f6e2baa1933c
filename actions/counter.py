"""What concerns a report to the desk, before anything is searched for: whatever the classifier made of the words."""

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.adapting import deliver, heard, talk_of
from actions.services import ActionServices
from bot.dialogue.escalating import asks_for_person, only_address
from bot.dialogue.says import Outcome, Say
from bot.dialogue.talk import Stage

_ESCALATE = "action_escalate"


class Counter:
    """Takes what is said about reports while no form is open."""

    def __init__(self, services: ActionServices) -> None:
        self._services = services

    async def take(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType] | None:
        """What follows when the words concern a report; None when they are for somebody else."""
        words = heard(tracker).words
        if asks_for_person(words):
            return [FollowupAction(_ESCALATE)]
        address = only_address(words)
        return await self._offer(address, dispatcher, tracker) if address else None

    async def _offer(self, address: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """A bare address is meant for an answer of the desk: the form is offered with it."""
        outcome = Outcome(
            talk_of(tracker).saying(address), Stage.OFFER, (Say("utter_offer_to_address", {"email": address}),)
        )
        return await deliver(outcome, dispatcher, tracker, self._services)
