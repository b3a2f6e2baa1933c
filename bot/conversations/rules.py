"""Pure rules of conversations."""

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bot.conversations.models import InboundMessage, Message, Sender
from bot.dialogue.payloads import parse_payload
from bot.errors import EmptyMessage, MessageTooLong
from bot.people.rules import mask_secrets

_SILENCE: Final = timedelta(days=1)
_SPEAKERS = {Sender.USER: "Pelapor", Sender.BOT: "ARKAS Bot", Sender.OFFICER: "Petugas"}


def answers(message: Message) -> bool:
    """Whether the message is the answer of its only card: to choose that one would say the same once more.

    A card that is offered is one of several, bears a number, or comes with the way out of it ("Bukan ini").
    """
    alone = len(message.articles) == 1 and not message.articles[0].get("number")
    return alone and all(_reads_on(button) for button in message.buttons)


def _reads_on(button: Mapping[str, Any]) -> bool:
    found = parse_payload(str(button["payload"]))
    return found is not None and found.intent == "read_on"


def hash_token(token: str) -> str:
    """Return what is stored of a token. It carries 256 random bits, so a plain digest cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def opens(token: str, token_hash: str) -> bool:
    """Whether `token` belongs to `token_hash`, compared in constant time."""
    return hmac.compare_digest(hash_token(token), token_hash)


def parse_inbound(message: InboundMessage, *, max_characters: int) -> InboundMessage:
    """Return the message without invisible control characters and with a typed password hidden.

    Raises EmptyMessage when nothing is left and MessageTooLong above `max_characters` (code points).
    """
    if len(message.text or "") > max_characters or len(message.payload or "") > max_characters:
        raise MessageTooLong
    text = mask_secrets(_readable(message.text))[0] if message.text else None
    if not text and not message.payload and not message.files:
        raise EmptyMessage
    return InboundMessage(text or None, message.payload or None, message.client_id, message.files)


def _readable(text: str) -> str:
    # NUL breaks PostgreSQL, lone surrogates break UTF-8, and the rest of Cc cannot be seen; ZWJ (Cf) belongs to emoji.
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def returns(before: datetime | None, now: datetime) -> bool:
    """Whether somebody comes back to a talk after a silence that ended it."""
    return before is not None and now - before >= _SILENCE


def transcript(messages: list[Message]) -> str:
    """The talk as text, for the ticket and the officer: one line a message, with the titles of the cards shown."""
    return "\n".join(_line(message) for message in messages)


def _line(message: Message) -> str:
    cards = "".join(f"\n    [{card['id']}] {card['title']}" for card in message.articles)
    files = "".join(f"\n    (berkas: {file['name']})" for file in message.attachments)
    return f"{_SPEAKERS[message.sender]}: {message.text}{cards}{files}"
