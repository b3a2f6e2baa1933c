"""What concerns a report to the desk, before anything is searched for: whatever the classifier made of the words."""

from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.adapting import deliver, draft_of, draft_slots, heard, stage_of, talk_of
from actions.services import ActionServices
from bot.dialogue.addressing import take_address
from bot.dialogue.aftermath import Wish, accepts_offer, wish_in
from bot.dialogue.draft import Draft, taken_out
from bot.dialogue.escalating import asks_for_person, only_address
from bot.dialogue.hearing import ticket_number_in
from bot.dialogue.reports import Reports, continuation
from bot.dialogue.says import Outcome, Say
from bot.dialogue.talk import Stage
from bot.people.rules import find_emails

_ESCALATE = "action_escalate"


_TOLD: dict[Wish | None, str] = {Wish.CANCEL: "utter_ticket_cancel", Wish.NUMBER: "utter_ticket_number_known"}


class Counter:
    """Takes what is said about reports while no form is open."""

    def __init__(self, services: ActionServices) -> None:
        self._services = services
        self._reports = Reports(services.tickets, services.hours, services.clock)

    async def take(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType] | None:
        """What follows when the words concern a report; None when they are for somebody else."""
        words, talk, draft = heard(tracker).words, talk_of(tracker), draft_of(tracker)
        wish = wish_in(words, sent=talk.last_ticket is not None, shelved=bool(draft.shelved))
        if wish is Wish.RESUME:
            return [*draft_slots(taken_out(draft), draft), FollowupAction(_ESCALATE)]
        accepted = stage_of(tracker) is Stage.OFFER and accepts_offer(words)
        if accepted or wish is Wish.ANOTHER or asks_for_person(words):
            return [FollowupAction(_ESCALATE)]
        address = only_address(words)
        if wish is None and address is None:
            return None
        prepared, outcome = await self._served(wish, tracker, address)
        events = await deliver(outcome, dispatcher, tracker, self._services)
        return [*events, *draft_slots(prepared, draft)] if prepared != draft else events

    async def _served(self, wish: Wish | None, tracker: Tracker, address: str | None) -> tuple[Draft, Outcome]:
        """The draft that is prepared for a yes, and what is said."""
        words, talk, draft = heard(tracker).words, talk_of(tracker), draft_of(tracker)
        number = {"number": str(talk.last_ticket)}
        if wish is Wish.ADDRESS or (wish is None and talk.last_ticket is not None and not talk.question):
            again = await self._reports.readdress(talk, next(iter(find_emails(words)), None))
            if again:
                return again
        if wish is Wish.STATUS:
            outcome = await self._reports.status(talk, stage_of(tracker), words)
            regret = () if ticket_number_in(words) else (Say("utter_sorry_waiting"),)
            return draft, replace(outcome, says=(*regret, *outcome.says))
        if wish is Wish.HOURS:
            return draft, Outcome(talk, None, (Say("utter_service_hours"),))
        if wish in _TOLD:
            return draft, Outcome(talk, None, (Say(_TOLD[wish], number),))
        if wish is Wish.ADDITION:
            return continuation(talk, draft, words), Outcome(talk, Stage.OFFER, (Say("utter_ticket_addition", number),))
        offer = Say("utter_offer_to_address", {"email": address or ""})
        if draft.shelved and address and not talk.question:
            draft = take_address(taken_out(draft), address).draft
        return draft, Outcome(talk.saying(address or words), Stage.OFFER, (offer,))
