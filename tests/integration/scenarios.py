"""Talks written down in YAML: what a person does, what must hold. Played through an adapter, so on any channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Protocol

import yaml

from bot.attachments.repository import files_of_ticket
from bot.clock import SettableClock
from bot.conversations import repository, rules
from bot.conversations.models import ConversationEvent
from bot.database import Database
from bot.tickets.models import Ticket
from bot.tickets.repository import find_ticket
from tests.integration.whole import MONDAY, Whole

FOLDER: Final = Path(__file__).resolve().parents[1] / "scenarios"
_DOES: Final = frozenset({"says", "says_long", "says_too_long", "taps", "sends", "waits"})
_LONGEST: Final = 10_000  # characters of a message (bot/settings.py)
_HOLDS: Final = frozenset({"cards", "first_card", "lacks_cards", "no_cards", "text", "lacks", "buttons", "ticket"})
_THEN: Final = frozenset({"events", "lacks_events", "reasons", "ticket", "tickets", "transcript", "lacks_transcript"})


@dataclass(frozen=True)
class Scenario:
    """One talk."""

    name: str
    steps: Sequence[Mapping[str, Any]]
    then: Mapping[str, Any]
    hour: int | None = None


def scenarios() -> list[Scenario]:
    """All talks of tests/scenarios. A word that the runner does not know would be a check that checks nothing."""
    found = [_scenario(each) for file in sorted(FOLDER.glob("*.yml")) for each in yaml.safe_load(file.read_text())]
    assert len({each.name for each in found}) == len(found), "two talks have the same name"
    return found


def _scenario(each: Mapping[str, Any]) -> Scenario:
    steps, then = each["steps"], each.get("then", {})
    unknown = {key for step in steps for key in step} - _DOES - _HOLDS | then.keys() - _THEN
    unknown |= each.keys() - {"talk", "steps", "then", "hour"}
    assert not unknown, f"{each['talk']}: unknown words {unknown}"
    assert any(step.keys() & _HOLDS for step in steps) or then, f"{each['talk']}: nothing must hold"
    return Scenario(each["talk"], steps, then, each.get("hour"))


@dataclass
class Seen:
    """What a person has in view after a turn."""

    texts: list[str] = field(default_factory=list)
    cards: list[int] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    tickets: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


class Talker(Protocol):
    """A channel, from the person's side."""

    @property
    def conversation_id(self) -> str: ...
    def begins(self) -> Seen: ...
    def says(self, text: str) -> Seen: ...
    def taps(self, title: str) -> Seen: ...
    def sends(self, name: str) -> Seen: ...


def play(scenario: Scenario, talker: Talker, whole: Whole) -> None:
    """Play a talk and check all that must hold."""
    _set(whole.clock, scenario.hour)
    seen = talker.begins()
    for number, step in enumerate(scenario.steps, 1):
        seen = _do(step, talker, whole.clock) or seen
        _check(step, seen, f"step {number} {step}\nsaw: {seen}")
    if scenario.then:
        events, ticket, transcript, files = whole.read(lambda database: _recorded(database, talker.conversation_id))
        _check_events(scenario.then, events)
        _check_ticket(scenario.then, ticket, files)
        for words in _list(scenario.then.get("transcript")):
            assert words in transcript, transcript
        for words in _list(scenario.then.get("lacks_transcript")):
            assert words not in transcript, transcript


def _set(clock: SettableClock, hour: int | None) -> None:
    """Begin every talk on the same Monday, at 10.00 WIB unless it wants another hour."""
    start = MONDAY if hour is None else MONDAY + timedelta(hours=hour - 10)
    clock.advance(start - clock.now())


def _do(step: Mapping[str, Any], talker: Talker, clock: SettableClock) -> Seen | None:
    if "waits" in step:
        clock.advance(timedelta(hours=step["waits"]))
    if "says" in step:
        return talker.says(str(step["says"]))
    if "says_long" in step:
        return talker.says(_filled(step["says_long"], _LONGEST))
    if "says_too_long" in step:
        return talker.says(_filled(step["says_too_long"], _LONGEST + 1))
    if "taps" in step:
        return talker.taps(step["taps"])
    return talker.sends(step["sends"]) if "sends" in step else None


def _filled(words: str, characters: int) -> str:
    return (f"{words}. " * characters)[:characters].rstrip().ljust(characters, ".")


def _check(step: Mapping[str, Any], seen: Seen, about: str) -> None:
    text = seen.text.casefold()
    assert all(str(words).casefold() in text for words in _list(step.get("text"))), about
    assert not any(str(words).casefold() in text for words in _list(step.get("lacks"))), about
    assert set(_list(step.get("cards"))) <= set(seen.cards), about
    assert not set(_list(step.get("lacks_cards"))) & set(seen.cards), about
    assert "first_card" not in step or seen.cards[:1] == [step["first_card"]], about
    assert not (step.get("no_cards") and seen.cards), about
    assert set(_list(step.get("buttons"))) <= set(seen.buttons), about
    assert "ticket" not in step or bool(seen.tickets) == step["ticket"], about


def _check_events(then: Mapping[str, Any], events: Sequence[ConversationEvent]) -> None:
    kinds = [event.kind.value for event in events]
    reasons = [event.reason for event in events if event.reason]
    wanted = iter(kinds)
    assert all(kind in wanted for kind in _list(then.get("events"))), f"not in this order: {kinds}"
    assert not set(_list(then.get("lacks_events"))) & set(kinds), kinds
    assert set(_list(then.get("reasons"))) <= set(reasons), reasons
    if "tickets" in then:
        assert kinds.count("ticket_opened") == then["tickets"], kinds


def _check_ticket(then: Mapping[str, Any], ticket: Ticket | None, files: Sequence[str]) -> None:
    wanted = dict(then.get("ticket", {}))
    if not wanted:
        return
    assert ticket is not None, "no ticket was opened"
    assert list(files) == wanted.pop("files", []), files
    for name, value in wanted.items():
        assert str(value).casefold() in str(getattr(ticket, name)).casefold(), ticket


async def _recorded(
    database: Database, conversation_id: str
) -> tuple[list[ConversationEvent], Ticket | None, str, list[str]]:
    async with database.read() as connection:
        events = await repository.events_of(connection, conversation_id)
        numbers = [event.ticket for event in events if event.ticket is not None]
        ticket = await find_ticket(connection, numbers[-1]) if numbers else None
        files = await files_of_ticket(connection, numbers[-1]) if numbers else []
        stored = await repository.messages_after(connection, conversation_id, limit=1000)
    return events, ticket, rules.transcript(stored), sorted(file.name for file in files)


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - YAML
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
