"""Webhook calls as events and receipts. Pure."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from bot.channels.port import Inbound, InboundKind, Media, Receipt, ReceiptState, Received
from bot.channels.whatsapp.models import Delivery, Message, Status, Value

_Part = TypeVar("_Part", bound=BaseModel)

NAME: Final = "whatsapp"
_OBJECT: Final = "whatsapp_business_account"
_NAMES: Final = {"image": "foto", "video": "video", "document": "berkas"}
_STATES: Final = {state.value: state for state in ReceiptState}


def read_delivery(delivery: Mapping[str, Any], phone_id: str) -> Received:
    """What one webhook call holds for our number. Raises ValueError when nothing of it can be read."""
    parsed = Delivery.model_validate(delivery)
    if parsed.object != _OBJECT:
        raise ValueError("no WhatsApp webhook")
    changes = [change for entry in parsed.entry for change in entry.changes if change.field == "messages"]
    values = [Value.model_validate(change.value) for change in changes]
    ours = [value for value in values if value.metadata.phone_number_id == phone_id]
    messages = [(message, value) for value in ours for message in _readable(value.messages, Message)]
    statuses = [status for value in ours for status in _readable(value.statuses, Status)]
    read = len(messages) + len(statuses)
    unread = sum(len(value.messages) + len(value.statuses) for value in ours) - read
    if unread and not read:
        raise ValueError("nothing of known shape")
    inbound = tuple(event for message, value in messages for event in _events(message, value))
    return Received(inbound, tuple(receipt for each in statuses for receipt in _receipts(each)), unread)


def _readable(parts: Sequence[Mapping[str, object]], kind: type[_Part]) -> Iterator[_Part]:
    for part in parts:
        try:
            yield kind.model_validate(part)
        except ValidationError:
            continue


def event_id(message_id: str) -> str:
    """The id under which a message is known here: the platform's own holds the person's number, readable to all."""
    return hashlib.sha256(message_id.encode()).hexdigest()[:32]


def _events(message: Message, value: Value) -> Iterator[Inbound]:
    user_id = message.user_id or _told_beside(message, value)
    person = message.sender or user_id
    if person and message.type != "system":
        yield _event(message, person, user_id)


def _told_beside(message: Message, value: Value) -> str | None:
    """The user id that stands among the call's contacts: of this number, or of the only one there is."""
    found = [each.user_id for each in value.contacts if each.wa_id == message.sender or len(value.contacts) == 1]
    return found[0] if found else None


def _event(message: Message, person: str, user_id: str | None) -> Inbound:
    at = datetime.fromtimestamp(message.timestamp, UTC)
    extras = {"message": message.id}
    kind, said = _said(message)
    known = event_id(message.id)
    return Inbound(NAME, known, person, kind, message.timestamp, sent_at=at, extras=extras, alias=user_id, **said)


def _said(message: Message) -> tuple[InboundKind, dict[str, Any]]:
    tapped = message.interactive and (message.interactive.button_reply or message.interactive.list_reply)
    if tapped:
        return InboundKind.TAP, {"tap": tapped.id}
    words = message.text.body if message.text else message.button.text if message.button else None
    media = _media(message)
    if media:
        return InboundKind.MESSAGE, {"media": media[0], "text": media[1]}
    return (InboundKind.MESSAGE, {"text": words}) if words else (InboundKind.WORDLESS, {"note": _note(message)})


def _media(message: Message) -> tuple[tuple[Media, ...], str | None] | None:
    for name, default in _NAMES.items():
        file = getattr(message, name)
        if file is not None:
            return (Media(file.id, file.filename or default),), file.caption
    return None


def _note(message: Message) -> str:
    if message.type == "audio":
        return "voice" if (message.audio or {}).get("voice") else "audio"
    return {"contacts": "contact"}.get(message.type, message.type)[:20]


def _receipts(status: Status) -> Iterator[Receipt]:
    state = _STATES.get(status.status)
    if state is None:
        return
    row = (status.biz_opaque_callback_data or "").removeprefix("row:")
    error = "; ".join(f"{error.code} {error.title}" for error in status.errors)[:300] or None
    known = int(row) if row.isascii() and row.isdigit() and len(row) < 19 else None
    yield Receipt(event_id(status.id), state, known, error)
