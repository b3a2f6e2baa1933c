"""Between Rasa's trackers, events and messages and the product's plain values."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.services import ActionServices
from bot.dialogue.draft import Draft, Heard
from bot.dialogue.problem import remembering
from bot.dialogue.says import Outcome, Say
from bot.dialogue.stories import Field
from bot.dialogue.talk import Stage, Talk

FORM = "ticket_form"
_BESIDE_ANSWERS = ("typed_email", "story", "tries", "shelved")


def heard(tracker: Tracker) -> Heard:
    """What the person said or tapped last."""
    message = tracker.latest_message
    entities = {entity["entity"]: str(entity["value"]) for entity in message.get("entities") or ()}
    return Heard(message.get("text") or "", (message.get("intent") or {}).get("name"), entities)


def talk_of(tracker: Tracker) -> Talk:
    """What is remembered of the talk."""
    return Talk.from_slot(tracker.get_slot("talk"))


def stage_of(tracker: Tracker) -> Stage | None:
    """What the bot has just asked for."""
    stage = tracker.get_slot("stage")
    return Stage(stage) if stage else None


def in_form(tracker: Tracker) -> bool:
    """Whether the ticket form is open."""
    return (tracker.active_loop or {}).get("name") == FORM


def draft_of(tracker: Tracker) -> Draft:
    """The ticket that is being written."""
    beside = tracker.get_slot("draft") or {}
    answers = {name.value: tracker.get_slot(name.value) for name in Field}
    return Draft(**answers, **{name: beside[name] for name in _BESIDE_ANSWERS if name in beside})


def draft_slots(draft: Draft, before: Draft) -> list[EventType]:
    """The slots that changed from one draft to the next.

    `draft` is among them always: Rasa takes a form whose validation sets no slot for one that did not understand.
    """
    old, new = asdict(before), asdict(draft)
    events = [SlotSet(name.value, new[name.value]) for name in Field if new[name.value] != old[name.value]]
    return [*events, SlotSet("draft", {name: new[name] for name in _BESIDE_ANSWERS})]


def say(dispatcher: CollectingDispatcher, said: Say, offered: Sequence[int] = ()) -> None:
    """Utter one message: a response of domain.yml with its cards and ticket.

    A card that is `offered` among others tells the number by which it may be chosen: the cards of several problems come
    in several messages, and are counted through.
    """
    custom: dict[str, Any] = {}
    if said.articles:
        custom["articles"] = [asdict(replace(card, number=_number(card.id, offered))) for card in said.articles]
    if said.choices:
        custom["choices"] = [asdict(button) for button in said.choices]
    if said.ticket:
        custom["ticket"] = asdict(said.ticket)
    dispatcher.utter_message(response=said.response, json_message=custom, **said.values)


def _number(article: int, offered: Sequence[int]) -> int | None:
    return offered.index(article) + 1 if len(offered) > 1 and article in offered else None


async def deliver(
    outcome: Outcome, dispatcher: CollectingDispatcher, tracker: Tracker, services: ActionServices
) -> list[EventType]:
    """Utter and record an outcome; returns the slots to set."""
    offered = outcome.talk.offered if outcome.stage is Stage.CHOOSING else ()
    for said in outcome.says:
        say(dispatcher, said, offered)
    for happened in outcome.happened:
        await services.conversations.record(
            tracker.sender_id, happened.kind, articles=happened.articles, reason=happened.reason, ticket=happened.ticket
        )
    for found in outcome.asked:
        await services.conversations.record_question(tracker.sender_id, found)
    talk = outcome.talk if in_form(tracker) else remembering(outcome.talk, heard(tracker).words)
    events: list[EventType] = []
    if talk != talk_of(tracker):
        events.append(SlotSet("talk", talk.to_slot()))
    if outcome.stage != stage_of(tracker):
        events.append(SlotSet("stage", outcome.stage.value if outcome.stage else None))
    return events
