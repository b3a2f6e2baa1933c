"""Updates as events. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from bot.channels.port import Inbound, InboundKind, Media
from bot.channels.telegram.models import CallbackQuery, File, MemberChange, Message, Update

NAME: Final = "telegram"
UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
# A venue comes as a location too.
_WORDLESS: Final = ("voice", "audio", "sticker", "location", "venue", "contact", "video_note")
_SERVICE: Final = (
    "pinned_message", "message_auto_delete_timer_changed", "chat_background_set", "write_access_allowed",
)  # fmt: skip


def read_update(delivery: Mapping[str, Any]) -> Inbound | None:
    """The event that an update is, or None when nobody answers such a one. Raises ValueError for a foreign shape."""
    update = Update.model_validate(delivery)
    if update.message is not None:
        return _message(update.update_id, update.message)
    if update.edited_message is not None:
        return _edited(update.update_id, update.edited_message)
    if update.callback_query is not None:
        return _tap(update.update_id, update.callback_query)
    return _member(update.update_id, update.my_chat_member) if update.my_chat_member else None


def _message(update_id: int, message: Message) -> Inbound | None:
    if message.chat.type == "channel" or (message.sender and message.sender.is_bot):
        return None
    if message.chat.type != "private":
        return _event(update_id, message, InboundKind.GROUP)
    media = _media(message)
    text = message.text or message.caption
    if not text and not media:
        if any(getattr(message, name) is not None for name in _SERVICE):
            return None
        note = next((name for name in _WORDLESS if getattr(message, name) is not None), None)
        return _event(update_id, message, InboundKind.WORDLESS, note=note)
    return _event(update_id, message, InboundKind.MESSAGE, text=text, media=media)


def _edited(update_id: int, message: Message) -> Inbound | None:
    # A live location is edited every few seconds; only changed words are worth a word.
    if message.chat.type != "private" or not (message.text or message.caption):
        return None
    return _event(update_id, message, InboundKind.EDITED)


def _event(
    update_id: int,
    message: Message,
    kind: InboundKind,
    *,
    text: str | None = None,
    media: tuple[Media, ...] = (),
    note: str | None = None,
) -> Inbound:
    sent_at = datetime.fromtimestamp(message.date, UTC) if 0 < message.date < 2**33 else None
    person = str(message.chat.id)
    return Inbound(
        NAME, str(update_id), person, kind, update_id, text=text, media=media, note=note, sent_at=sent_at,
        album=message.media_group_id if media else None,
        message_id=str(message.message_id) if message.chat.type == "private" else None,  # groups count for themselves
    )  # fmt: skip


def _media(message: Message) -> tuple[Media, ...]:
    if message.photo:  # the same picture in several sizes: the largest
        return (_file(max(message.photo, key=lambda size: size.width), "foto"),)
    document = message.document or message.animation  # an animation comes as a document too
    if document is not None:
        return (_file(document, "berkas"),)
    return (_file(message.video, "video"),) if message.video else ()


def _file(file: File, name: str) -> Media:
    return Media(file.file_id, file.file_name or name, file.file_size)


def _tap(update_id: int, query: CallbackQuery) -> Inbound | None:
    if query.message is None or query.message.chat.type != "private":
        return None
    extras = {"query": query.id, "message": str(query.message.message_id)}
    person = str(query.message.chat.id)
    return Inbound(NAME, str(update_id), person, InboundKind.TAP, update_id, tap=query.data or "", extras=extras)


def _member(update_id: int, change: MemberChange) -> Inbound | None:
    person, status = str(change.chat.id), change.new_chat_member.status
    if change.chat.type == "private":
        return Inbound(NAME, str(update_id), person, InboundKind.LEFT, update_id) if status == "kicked" else None
    joined = change.chat.type in {"group", "supergroup"} and status in {"member", "administrator"}
    return Inbound(NAME, str(update_id), person, InboundKind.GROUP, update_id) if joined else None
