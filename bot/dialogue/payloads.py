"""The payloads that buttons and cards carry: `/intent` or `/intent{"entity":"value"}`."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

# Only these reach Rasa as commands. Its own ("/restart", "/session_start", "/back") would wipe a talk's state.
INTENTS: Final = frozenset(
    {
        "affirm", "ask_help", "ask_person", "cancel", "change_ticket", "check_ticket", "choose_article", "deny",
        "give_program", "give_reason", "go_back", "greet", "read_on", "rephrase", "say_nothing", "send_files",
        "send_ticket", "skip",
    }
)  # fmt: skip
_PAYLOAD: Final = re.compile(r"/(?P<intent>[a-z_]+)(?P<entities>\{.*\})?", re.DOTALL)
_LONGEST: Final = 500


@dataclass(frozen=True)
class Payload:
    """A parsed payload."""

    intent: str
    entities: Mapping[str, str] = field(default_factory=dict)


def parse_payload(text: str) -> Payload | None:
    """Return the payload that `text` is, or None when it is none of ours."""
    match = _PAYLOAD.fullmatch(text.strip())
    if match is None or len(text) > _LONGEST or match["intent"] not in INTENTS:
        return None
    try:
        entities = json.loads(match["entities"] or "{}")
    except ValueError:
        return None
    if not all(isinstance(value, str) for value in entities.values()):
        return None
    return Payload(match["intent"], entities)


def is_payload(text: str) -> bool:
    """Whether `text` is a payload that this product hands out."""
    return parse_payload(text) is not None


def payload(intent: str, **entities: str) -> str:
    """Return the payload for a button.

    >>> payload("choose_article", article="124")
    '/choose_article{"article":"124"}'
    """
    return f"/{intent}" + (json.dumps(entities, separators=(",", ":"), ensure_ascii=False) if entities else "")
