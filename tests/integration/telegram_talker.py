"""Somebody who talks on Telegram, as their app does."""

import json
from typing import Any, Final

from tests.integration.channels.telegram_stand_in import TelegramStandIn
from tests.integration.messenger_talker import Messenger, Tappable
from tests.integration.scenarios import Seen
from tests.integration.web_talker import PNG

SECRET: Final = "rahasia-webhook_Telegram-1"
_LONGEST: Final = 4096  # what the app sends as one message; it cuts longer ones by itself


class TelegramTalker:
    """A talk on Telegram. Taps are callback queries."""

    def __init__(self, messenger: Messenger, telegram: TelegramStandIn) -> None:
        self._messenger = messenger
        self._telegram = telegram
        self._chat = int(messenger.person)

    @property
    def conversation_id(self) -> str:
        return self._messenger.conversation_id

    def begins(self) -> Seen:
        return self.says("/start")

    def says(self, text: str) -> Seen:
        pieces = [text[start : start + _LONGEST] for start in range(0, len(text), _LONGEST)]
        return self._does(*(self._telegram.says(self._chat, piece) for piece in pieces))

    def taps(self, title: str) -> Seen:
        found = self._messenger.find(title)
        return self._does(self._telegram.tap_data(self._chat, int(found.message), found.id))

    def sends(self, name: str) -> Seen:
        self._telegram.files[name] = PNG
        return self._does(self._telegram.says(self._chat, None, document={"file_id": name, "file_name": name}))

    def _does(self, *updates: dict[str, Any]) -> Seen:
        self._messenger.pause()
        for update in updates:
            body, headers = json.dumps(update).encode(), {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            self._messenger.deliver("/channels/telegram", body, headers)
        sent = [each for each in self._telegram.sent if each["chat_id"] == self._chat]
        new, self._messenger.heard = sent[self._messenger.heard :], len(sent)
        shown = [
            Tappable(button["text"], button["callback_data"], str(each["message_id"]))
            for each in new
            for row in each.get("reply_markup", {}).get("inline_keyboard", ())
            for button in row
        ]
        return self._messenger.seen([each["plain"] for each in new], shown)
