"""Actions around a ticket: the form, sending it, its status."""
# mypy: allow-subclassing-any

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecutionRejected, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.adapting import FORM, deliver, draft_of, draft_slots, heard, in_form, say, stage_of, talk_of
from actions.counter import Counter
from actions.services import ActionServices
from bot.articles.models import ArticleCard
from bot.dialogue import reports
from bot.dialogue.asides import said_after_leaving
from bot.dialogue.draft import LEFT, Draft, Step, put_away
from bot.dialogue.form import hear
from bot.dialogue.guide import Guide
from bot.dialogue.hearing import about_ticket, does_something
from bot.dialogue.reacting import Reacting
from bot.dialogue.says import Outcome, Say
from bot.dialogue.stories import Field, of_our_field
from bot.dialogue.talk import Stage, Talk
from bot.errors import InvalidInput, UnknownArticle

_FORM_ACTIONS = frozenset({FORM, "action_listen", "action_extract_slots"})


class TicketAction(Action):
    """An action with the services of tickets."""

    action: ClassVar[str]

    def __init__(self, services: ActionServices) -> None:
        self.services = services
        self.reports = reports.Reports(services.tickets, services.hours, services.clock)
        self.guide = Guide(services.articles)
        self.reacting = Reacting(self.guide, services.articles)
        self.counter = Counter(services)

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return self.action


class Escalate(TicketAction):
    """Begins the ticket form with what the talk has told already."""

    action = "action_escalate"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:  # noqa: ARG002
        """Fill what is known, record why, and let Rasa open the form."""
        before = draft_of(tracker)
        known = await self._with_known_address(tracker, before)
        talk = talk_of(tracker)
        draft, outcome = reports.begin(talk, known, heard(tracker).words, stage_of(tracker), shown=self._shown(talk))
        return [*await deliver(outcome, dispatcher, tracker, self.services), *draft_slots(draft, before)]

    def _shown(self, talk: Talk) -> list[ArticleCard]:
        """The articles of this problem: those that were answered with or rejected, and the likeliest open one."""
        ids = dict.fromkeys((*talk.seen, *talk.offered[:1]))
        found = []
        for article in ids:
            with suppress(UnknownArticle):
                found.append(self.services.articles.card(article))
        return found

    async def _with_known_address(self, tracker: Tracker, draft: Draft) -> Draft:
        """Save a person whom the embedding site knows the question for an address; it can still be changed."""
        visitor = None if draft.email else await self.services.conversations.visitor(tracker.sender_id)
        return replace(draft, email=visitor.email) if visitor else draft


class ValidateTicketForm(TicketAction):
    """Hears the answers to the form and asks its questions."""

    action = "validate_ticket_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:  # noqa: ARG002
        """Take the message into the draft, or leave it to the rules; then ask for what is missing."""
        before = draft_of(tracker)
        files = [file.name for file in await self.services.conversations.files(tracker.sender_id)]
        step = self._step(tracker, before, files)
        if step.rejected:
            return [ActionExecutionRejected(FORM)]
        question = reports.question_for(step.draft, step, files)
        if question:
            say(dispatcher, question)
        missing = step.draft.missing()
        return [*draft_slots(step.draft, before), SlotSet("requested_slot", missing.value if missing else None)]

    def _step(self, tracker: Tracker, draft: Draft, files: Sequence[str]) -> Step:
        asked = tracker.get_slot("requested_slot")
        if _answered_already(tracker):
            return Step(draft, note="Kita lanjutkan laporannya.", again=True)
        return hear(draft, Field(asked) if asked else None, replace(heard(tracker), files=files))


def _answered_already(tracker: Tracker) -> bool:
    """Whether a rule has dealt with the message, so that only the form's question is left to repeat."""
    if tracker.get_slot("requested_slot") is None:
        return False
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event["name"] not in _FORM_ACTIONS:
            return True
    return False


class OpenTicket(TicketAction):
    """Sends the finished form."""

    action = "action_open_ticket"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:  # noqa: ARG002
        """Open the ticket and clear the form, keeping the address for the next one."""
        before = draft_of(tracker)
        if before.confirmation == LEFT:
            return await self._left(dispatcher, tracker, before)
        try:
            files = await self.services.conversations.files(tracker.sender_id)
            outcome = await self.reports.send(tracker.sender_id, talk_of(tracker), before, files)
        except InvalidInput as error:
            say(dispatcher, Say("utter_ticket_failed", {"problem": error.detail}))
            return draft_slots(replace(before, confirmation=None), before)
        events = await deliver(outcome, dispatcher, tracker, self.services)
        return [*events, *draft_slots(Draft(email=before.email), before)]

    async def _left(self, dispatcher: CollectingDispatcher, tracker: Tracker, before: Draft) -> list[EventType]:
        """The form was left in ordinary words; what is asked beside them is answered."""
        talk, question = talk_of(tracker).settled(), said_after_leaving(heard(tracker).words)
        outcome = Outcome(talk, None, (Say("utter_ticket_cancelled"),))
        if of_our_field(question):
            outcome = self.guide.ask(talk, None, question)
            outcome = replace(outcome, says=(Say("utter_ticket_left"), *outcome.says))
        events = await deliver(outcome, dispatcher, tracker, self.services)
        return [*events, *draft_slots(put_away(before), before)]


class CancelTicket(TicketAction):
    """Gives the form up."""

    action = "action_cancel_ticket"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:  # noqa: ARG002
        """Close the form and put away what was filled in."""
        before = draft_of(tracker)
        outcome = Outcome(talk_of(tracker).settled(), None, (Say("utter_ticket_cancelled"),))
        events = await deliver(outcome, dispatcher, tracker, self.services)
        closed: list[EventType] = [{"event": "active_loop", "name": None, "timestamp": None}]
        return [*events, *draft_slots(put_away(before), before), *closed, SlotSet("requested_slot", None)]


class TicketAgain(TicketAction):
    """A second tap on Kirim."""

    action = "action_ticket_again"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:  # noqa: ARG002
        """Show the ticket that there is, unless another one is wanted."""
        taken = await self.counter.take(dispatcher, tracker)
        if taken is not None:
            return taken
        return await deliver(await self.reports.repeat(talk_of(tracker)), dispatcher, tracker, self.services)


class TicketStatus(TicketAction):
    """How a ticket stands - but "mau balas tiket 10002" asks how that is done."""

    action = "action_ticket_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:  # noqa: ARG002
        """Tell the official status and what to do now."""
        talk, stage, words = talk_of(tracker), stage_of(tracker), heard(tracker).words
        taken = (
            None if in_form(tracker) or stage is Stage.TICKET_NUMBER else await self.counter.take(dispatcher, tracker)
        )
        if taken is not None:
            return taken
        elsewhere = words and stage is not Stage.TICKET_NUMBER and not about_ticket(words)
        reacted = None if in_form(tracker) else self.reacting.react(talk, stage, words)
        if reacted:
            outcome = reacted
        elif elsewhere or does_something(words):
            outcome = self.guide.ask(talk, stage, words, aside=in_form(tracker))
        else:
            outcome = await self.reports.status(talk, stage, words)
        return await deliver(outcome, dispatcher, tracker, self.services)
