"""Telegram behind the port."""

import html
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.channels.port import (
    Capabilities,
    Choice,
    ComeBack,
    FileStore,
    Inbound,
    Media,
    MessageRefused,
    Outbound,
    Received,
    Trail,
)
from bot.channels.rendering import BOLD_OFF, BOLD_ON, cut, unmarked, utf16_units
from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.finding import candidates
from bot.channels.telegram.reading import NAME, read_update
from bot.errors import UnknownFile

# Bot API: sendMessage, "1-4096 characters after entities parsing"; getFile, "up to 20MB in size". A keyboard takes 100
# buttons; a title has no published limit, but a phone shows about sixty characters of it.
CAPABILITIES: Final = Capabilities(
    measure=utf16_units,
    text_max=4096,
    buttons_max=100,
    button_title_max=60,
    buttons_text_max=4096,
    media_max_bytes=20 * 1024**2,
)
_CAPTION_MAX: Final = 1024
_SAME: Final = "message is not modified"
_SHORT: Final = 14  # two such buttons stand side by side on a small phone


@dataclass(frozen=True)
class TelegramUpload:
    """A file at Telegram as the attachment service wants it."""

    client: TelegramClient
    media: Media

    @property
    def filename(self) -> str | None:
        """The name that the sender gave."""
        return self.media.name

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the content in order. Raises ChannelError."""
        async with self.client.file(self.media.id) as pieces:
            async for piece in pieces:
                yield piece


class TelegramChannel:
    """The Bot API as a Channel."""

    name = NAME
    capabilities = CAPABILITIES

    def __init__(self, client: TelegramClient, files: FileStore) -> None:
        self.client = client
        self._files = files
        self._left: dict[int, list[int]] = {}  # rows that are looked for, and the numbers that they may still bear

    def receive(self, delivery: Mapping[str, Any]) -> Received:
        """Return what an update holds. Raises ValueError when it is none."""
        event = read_update(delivery)
        return Received((event,) if event else ())

    async def send(self, outbound: Outbound) -> str:
        """Send a bubble; returns the message's id, none for a group's: it is of another count. Raises ChannelError."""
        left = self._left.pop(outbound.id, None)
        try:
            number = await self._send(outbound)
        except ComeBack:  # it was not taken, so what was found before holds
            if left is not None:
                self._left[outbound.id] = left
            raise
        return number if _is_private(outbound) else ""

    async def _send(self, outbound: Outbound) -> str:
        if outbound.bubble.file is not None:
            return await self._send_file(outbound)
        message: dict[str, Any] = {
            "chat_id": int(outbound.person),
            "text": as_html(outbound.bubble.text),
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        if outbound.bubble.choices:
            message["reply_markup"] = {"inline_keyboard": keyboard(outbound)}
        return _message_id(await self.client.call("sendMessage", **message))

    async def _send_file(self, outbound: Outbound) -> str:
        file = outbound.bubble.file
        if file is None:
            raise MessageRefused("no file")
        try:
            path = await self._files.path_of(file.id)
        except UnknownFile as error:
            raise MessageRefused("file is gone") from error
        caption = cut(outbound.bubble.text, _CAPTION_MAX, utf16_units)
        sent = await self.client.upload(
            "sendDocument", "document", path, file.name, chat_id=outbound.person, caption=caption
        )
        return _message_id(sent)

    async def find(self, outbound: Outbound, trail: Trail) -> str | None:
        """Look where the message would lie; returns its id where it does. Raises ChannelError.

        Told to come back, it goes on where it was, until the message is sent: from the beginning, or among the numbers
        that are given out meanwhile, it might for ever be stopped before the end.
        """
        if not _is_private(outbound):
            return None
        unknown = candidates(trail)
        left = [number for number in self._left.get(outbound.id, unknown) if number in unknown]
        self._left[outbound.id] = left
        while left:
            if await self._lies_at(outbound, left[0]):
                del self._left[outbound.id]
                return str(left[0])
            del left[0]
        return None

    async def _lies_at(self, outbound: Outbound, number: int) -> bool:
        """Whether this number is a message of ours in this chat: it is given the keyboard that it has, or none.

        Telegram answers "message is not modified", and to all others "message to edit not found" or "message can't be
        edited". Where a tap took the keyboard away meanwhile, it comes back.
        """
        markup = {"inline_keyboard": keyboard(outbound)}
        try:
            await self.client.call(
                "editMessageReplyMarkup", chat_id=int(outbound.person), message_id=number, reply_markup=markup
            )
        except MessageRefused as refused:
            return _SAME in str(refused)
        return True

    async def acknowledge(self, inbound: Inbound) -> None:
        """End the tapped button's waiting sign and take the keyboard away, so that nothing is chosen twice."""
        if "query" not in inbound.extras:
            return
        await self._quietly("answerCallbackQuery", callback_query_id=inbound.extras["query"])
        await self._quietly(
            "editMessageReplyMarkup",
            chat_id=int(inbound.person),
            message_id=int(inbound.extras["message"]),
            reply_markup={"inline_keyboard": []},
        )

    async def _quietly(self, method: str, **parameters: Any) -> None:  # noqa: ANN401
        try:
            await self.client.call(method, **parameters)
        except MessageRefused:  # the query is too old, the keyboard is gone already: all the same to the person
            return

    def fetch(self, media: Media) -> TelegramUpload:
        """A file that a person sent."""
        return TelegramUpload(self.client, media)


def _is_private(outbound: Outbound) -> bool:
    return int(outbound.person) > 0


def _message_id(result: object) -> str:
    return str(result.get("message_id", "")) if isinstance(result, dict) else ""


def as_html(text: str) -> str:
    """The text in Telegram's HTML mode: everything escaped, our marks of bold as tags."""
    return html.escape(text, quote=False).replace(BOLD_ON, "<b>").replace(BOLD_OFF, "</b>")


def keyboard(outbound: Outbound) -> list[list[dict[str, str]]]:
    """The inline keyboard: a row each, two short ones side by side. callback_data is our row and the choice's place."""
    rows: list[list[dict[str, str]]] = []
    previous: Choice | None = None
    for index, choice in enumerate(outbound.bubble.choices):
        button = {"text": unmarked(choice.title), "callback_data": outbound.choice_id(index)}
        if previous is not None and len(rows[-1]) == 1 and _are_short((previous, choice)):
            rows[-1].append(button)
        else:
            rows.append([button])
        previous = choice
    return rows


def _are_short(choices: Sequence[Choice]) -> bool:
    return all(utf16_units(choice.title) <= _SHORT for choice in choices)
