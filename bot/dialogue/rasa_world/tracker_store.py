"""Rasa's memory of a talk: one small row each, however long the talk.

Rasa's own SQL store keeps every event and loads, copies and saves all of them in every turn (13 ms at turn 10, 108 ms
at turn 200). The record of what was said is the product's database. What the next turn needs is only this: the slots,
the form that is open, and when the person last wrote.
"""
# mypy: disable-error-code="import-not-found, import-untyped, misc, no-untyped-call, type-arg"

import json
import time
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from .rows import Rows, open_rows

_FORMAT = 1  # a row of another format is an older product's: the talk starts anew rather than breaks


class TurnTrackerStore(TrackerStore):
    """Keeps the state between two turns; `url` is sqlite:///path, postgresql:// or redis://."""

    def __init__(
        self, domain: Domain | None, host: str | None = None, event_broker: EventBroker | None = None, **_: object
    ) -> None:
        self._rows: Rows = open_rows(host or "sqlite:///var/rasa/tracker.db")
        super().__init__(domain, event_broker)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the state of a talk in its row."""
        self._rows.write(tracker.sender_id, json.dumps(_state(tracker), ensure_ascii=False, separators=(",", ":")))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the talk as if it had just begun with the stored state, or None."""
        row = self._rows.read(sender_id)
        state = json.loads(row) if row else None
        if state is None or state["format"] != _FORMAT:
            return None
        known = {slot.name for slot in self.domain.slots}
        return DialogueStateTracker.from_events(
            sender_id, _events(state, known), self.domain.slots, self.max_event_history, domain=self.domain
        )

    async def keys(self) -> Iterable[str]:
        """Return the ids of all talks."""
        return self._rows.keys()

    async def forget(self, sender_id: str) -> None:
        """Delete a talk's row."""
        self._rows.delete(sender_id)


def _state(tracker: DialogueStateTracker) -> dict[str, Any]:
    latest = tracker.get_last_event_for(UserUttered)
    return {
        "format": _FORMAT,
        "at": latest.timestamp if latest else time.time(),
        "slots": {name: slot.value for name, slot in tracker.slots.items() if slot.value != slot.initial_value},
        "loop": tracker.active_loop_name,
    }


def _events(state: dict[str, Any], known: "set[str]") -> list[Event]:
    at = state["at"]
    events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME, timestamp=at), SessionStarted(timestamp=at)]
    # An utterance without intent: Rasa measures the session's age by it, and no rule can match it.
    events.append(UserUttered("", {"name": None, "confidence": 0.0}, timestamp=at))
    if state["loop"]:
        events.append(ActiveLoop(state["loop"], timestamp=at))
    events += [SlotSet(name, value, timestamp=at) for name, value in state["slots"].items() if name in known]
    return [*events, ActionExecuted(ACTION_LISTEN_NAME, timestamp=at)]
