"""Somebody who talks on WhatsApp, as their app does."""

from collections.abc import Iterator
from typing import Any

from tests.integration.channels.whatsapp_stand_in import WhatsAppStandIn, signed
from tests.integration.messenger_talker import Messenger, Tappable
from tests.integration.scenarios import Seen
from tests.integration.web_talker import PNG


class WhatsAppTalker:
    """A talk on WhatsApp. Taps are interactive replies; receipts come late first, as they do."""

    def __init__(self, messenger: Messenger, whatsapp: WhatsAppStandIn) -> None:
        self._messenger = messenger
        self._whatsapp = whatsapp

    @property
    def conversation_id(self) -> str:
        return self._messenger.conversation_id

    def begins(self) -> Seen:
        """See nothing: on WhatsApp the person speaks first."""
        return Seen()

    def says(self, text: str) -> Seen:
        return self._does(self._whatsapp.says(self._messenger.person, text))

    def taps(self, title: str) -> Seen:
        found = self._messenger.find(title)
        tapped = {"id": found.id, "title": found.words.split("\n")[0]}
        kind = found.message
        return self._does(self._whatsapp.says(self._messenger.person, None, interactive={"type": kind, kind: tapped}))

    def sends(self, name: str) -> Seen:
        self._whatsapp.media[name] = ("image/png", PNG)
        document = {"id": name, "filename": name, "mime_type": "image/png"}
        return self._does(self._whatsapp.says(self._messenger.person, None, document=document))

    def _does(self, delivery: dict[str, Any]) -> Seen:
        self._messenger.pause()
        self._deliver(delivery)
        sent = [each for each in self._whatsapp.sent if each["to"] == self._messenger.person]
        new, self._messenger.heard = sent[self._messenger.heard :], len(sent)
        for state in ("read", "sent", "delivered"):
            for message in new:
                self._deliver(self._whatsapp.status(message, state))
        shown = [each for message in new for each in _tappable(message)]
        return self._messenger.seen([self._whatsapp.text_of(message) for message in new], shown)

    def _deliver(self, delivery: dict[str, Any]) -> None:
        self._messenger.deliver("/channels/whatsapp", *signed(delivery))


def _tappable(message: dict[str, Any]) -> Iterator[Tappable]:
    action = message.get("interactive", {}).get("action", {})
    for button in action.get("buttons", ()):
        yield Tappable(button["reply"]["title"], button["reply"]["id"], "button_reply")
    for row in (row for section in action.get("sections", ()) for row in section["rows"]):
        yield Tappable(f"{row['title']}\n{row.get('description', '')}", row["id"], "list_reply")
