"""WhatsApp behind the port."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from bot.channels import texts
from bot.channels.port import (
    Capabilities,
    FileStore,
    Inbound,
    Media,
    MessageRefused,
    Outbound,
    OutboundFile,
    Received,
    Shape,
    Trail,
    WindowClosed,
)
from bot.channels.rendering import BOLD_OFF, BOLD_ON, code_points, cut, unmarked
from bot.channels.whatsapp.client import WhatsAppClient
from bot.channels.whatsapp.reading import NAME, event_id, read_delivery
from bot.errors import UnknownFile

# Cloud API, "Interactive reply buttons messages" (3 buttons, title 20, body 1,024), "Interactive list messages" (10
# rows in all, title 24, description 72), "Text messages" (4,096). All in code points. For the body of a list the guide
# says 4,096, the interactive object's own reference 1,024: an answer that is refused costs more than one that is split.
CAPABILITIES: Final = Capabilities(
    measure=code_points,
    text_max=4096,
    buttons_max=3,
    button_title_max=20,
    buttons_text_max=1024,
    rows_max=10,
    row_title_max=24,
    row_description_max=72,
    rows_text_max=1024,
    one_bubble_a_turn=True,  # every message of ours is counted, and paid for
    media_max_bytes=25 * 1024**2,
    window=timedelta(hours=24),
)
_LIST_BUTTON: Final = "Pilih"
# "Supported media types": all others are refused at the upload ("Param file must be a file with one of the following
# types"), also as a document. Bytes.
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_DOCUMENTS: Final = (
    "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "text/plain",
    f"{_OFFICE}.wordprocessingml.document", f"{_OFFICE}.spreadsheetml.sheet", f"{_OFFICE}.presentationml.presentation",
)  # fmt: skip
_TAKEN: Final = {
    **dict.fromkeys(("image/jpeg", "image/png"), ("image", 5 * 1024**2)),
    **dict.fromkeys(("video/mp4", "video/3gpp"), ("video", 16 * 1024**2)),
    **dict.fromkeys(_DOCUMENTS, ("document", 100 * 1024**2)),
}
_TEMPLATE_TEXT_MAX: Final = 1000


@dataclass(frozen=True)
class Template:
    """An approved message for those who wrote long ago: one parameter in its body takes our words."""

    name: str
    language: str


@dataclass(frozen=True)
class WhatsAppUpload:
    """A file at WhatsApp as the attachment service wants it."""

    client: WhatsAppClient
    media: Media

    @property
    def filename(self) -> str | None:
        """The name that the sender gave."""
        return self.media.name

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the content in order. Raises ChannelError."""
        async with self.client.file(self.media.id, CAPABILITIES.media_max_bytes) as pieces:
            async for piece in pieces:
                yield piece


class WhatsAppChannel:
    """The Cloud API as a Channel."""

    name = NAME
    capabilities = CAPABILITIES

    def __init__(
        self, client: WhatsAppClient, files: FileStore, *, phone_id: str, template: Template | None = None
    ) -> None:
        self._client = client
        self._files = files
        self._phone_id = phone_id
        self._template = template

    def receive(self, delivery: Mapping[str, Any]) -> Received:
        """Return what a webhook call holds. Raises ValueError when it is none."""
        return read_delivery(delivery, self._phone_id)

    async def send(self, outbound: Outbound) -> str:
        """Send a bubble, or the template when the window is closed; returns the message's id. Raises ChannelError."""
        content = await self._content(outbound) if outbound.free else self._as_template(outbound)
        sent = await self._client.message(
            {
                "recipient_type": "individual",
                **recipient(outbound.person),
                "biz_opaque_callback_data": f"row:{outbound.id}",  # comes back with the receipt
                **content,
            }
        )
        messages = sent.get("messages")
        first = messages[0] if isinstance(messages, list) and messages else {}
        return event_id(str(first.get("id", "")))

    async def _content(self, outbound: Outbound) -> dict[str, Any]:
        if outbound.bubble.file is not None:
            return await self._file(outbound.bubble.file)
        text = marked(outbound.bubble.text)
        if outbound.bubble.shape is Shape.BUTTONS:
            return _interactive("button", text, {"buttons": _buttons(outbound)})
        if outbound.bubble.shape is Shape.LIST:
            action = {"button": _LIST_BUTTON, "sections": [{"title": _LIST_BUTTON, "rows": _rows(outbound)}]}
            return _interactive("list", text, action)
        return _text(text)

    def _as_template(self, outbound: Outbound) -> dict[str, Any]:
        if self._template is None:
            raise WindowClosed("the person's last message is more than 24 hours old, and no template is set")
        # A parameter may hold no line breaks, tabs or four spaces in a row ("Template components").
        file = outbound.bubble.file
        text = self._as_link(file) if file else unmarked(outbound.bubble.text)
        words = {"type": "text", "text": cut(text, _TEMPLATE_TEXT_MAX, code_points)}
        return {
            "type": "template",
            "template": {
                "name": self._template.name,
                "language": {"code": self._template.language},
                "components": [{"type": "body", "parameters": [words]}],
            },
        }

    async def _file(self, file: OutboundFile) -> dict[str, Any]:
        try:
            path = await self._files.path_of(file.id)
        except UnknownFile as error:
            raise MessageRefused("file is gone") from error
        kind = media_kind(file)
        if kind is None:
            return _text(self._as_link(file))
        media = await self._client.upload(path, file.name, file.media_type)
        return {"type": kind, kind: {"id": media, **({"filename": file.name} if kind == "document" else {})}}

    def _as_link(self, file: OutboundFile) -> str:
        return texts.FILE_AS_LINK.format(name=file.name, url=self._files.link_to(file.id))

    async def find(self, outbound: Outbound, trail: Trail) -> str | None:  # noqa: ARG002 - the port's
        """Nothing can be asked here: a receipt tells by itself, with our row's number (see `send`)."""
        return None

    async def acknowledge(self, inbound: Inbound) -> None:
        """Show the blue ticks and that somebody is writing. Raises ChannelError."""
        message = inbound.extras.get("message")
        if message:
            await self._client.message({"status": "read", "message_id": message, "typing_indicator": {"type": "text"}})

    def fetch(self, media: Media) -> WhatsAppUpload:
        """A file that a person sent."""
        return WhatsAppUpload(self._client, media)


def recipient(person: str) -> dict[str, str]:
    """Whom a message is for: a telephone number, or the user id of somebody who shows none."""
    return {"to": person} if person.isdigit() else {"recipient": person}


def marked(text: str) -> str:
    """The text with our marks of bold as WhatsApp's."""
    return text.replace(BOLD_ON, "*").replace(BOLD_OFF, "*")


def _text(body: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": body, "preview_url": False}}


def _interactive(kind: str, text: str, action: dict[str, Any]) -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}


def _buttons(outbound: Outbound) -> list[dict[str, Any]]:
    return [
        {"type": "reply", "reply": {"id": outbound.choice_id(index), "title": unmarked(choice.title)}}
        for index, choice in enumerate(outbound.bubble.choices)
    ]


def _rows(outbound: Outbound) -> list[dict[str, str]]:
    return [
        {"id": outbound.choice_id(index), "title": choice.title}
        | ({"description": choice.description} if choice.description else {})
        for index, choice in enumerate(outbound.bubble.choices)
    ]


def media_kind(file: OutboundFile) -> str | None:
    """As what WhatsApp takes a file; None where it takes it in no way."""
    kind, largest = _TAKEN.get(file.media_type, (None, 0))
    return kind if file.size <= largest else None
