"""Somebody who talks on a messenger: by signed webhooks, each delivered twice, and heard at the platform's stand-in."""

import re
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import httpx

from tests.integration.scenarios import Seen
from tests.integration.whole import Whole

_ARTICLE: Final = re.compile(r"http://[\w.:]+/artikel/(\d+)")  # a path alone could not be opened
_TICKET: Final = re.compile(r"\b(1\d{4})\b")
_PACE: Final = timedelta(seconds=15)  # between two doings of a person; two taps within ten seconds are a double tap
_PATIENCE_SECONDS: Final = 30
_OPEN: Final = """
    SELECT (SELECT count(*) FROM channel_inbox WHERE done_at IS NULL)
         + (SELECT count(*) FROM channel_outbox WHERE done_at IS NULL)
"""
_TALK: Final = "SELECT conversation_id FROM channel_people WHERE channel = ? AND person = ?"


@dataclass(frozen=True)
class Tappable:
    """Something that was shown to be tapped: its words, the id that comes back, and the message that showed it."""

    words: str
    id: str
    message: str


@dataclass
class Messenger:
    """A person's app on a messenger, over the running product."""

    whole: Whole
    http: httpx.Client
    channel: str
    person: str
    conversation_id: str = ""
    heard: int = 0
    shown: list[Tappable] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._database = sqlite3.connect(self.whole.settings.database.partition("///")[2])

    def pause(self) -> None:
        """Take a breath, as people do before they type or tap."""
        self.whole.clock.advance(_PACE)

    def deliver(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        """Hand a webhook call over twice, as platforms do, and wait until all of it is answered and sent."""
        for _ in range(2):
            answer = self.http.post(path, content=body, headers={"Content-Type": "application/json", **headers})
            assert answer.status_code == 200, answer.text
        self._until_quiet()
        found = self._database.execute(_TALK, (self.channel, self.person)).fetchone()
        self.conversation_id = found[0] if found else ""

    def _until_quiet(self) -> None:
        until = time.monotonic() + _PATIENCE_SECONDS
        while self._database.execute(_OPEN).fetchone()[0]:
            assert time.monotonic() < until, "not all was answered"
            time.sleep(0.005)

    def find(self, title: str) -> Tappable:
        """The newest thing to tap that shows these words: those of earlier messages stay in the phone's view."""
        return next(each for each in reversed(self.shown) if title in each.words)

    def seen(self, texts: Sequence[str], shown: Sequence[Tappable]) -> Seen:
        """What stands in the chat now."""
        self.shown += shown
        whole = "\n".join(texts)
        return Seen(
            texts=list(texts),
            cards=list(dict.fromkeys(int(each) for each in _ARTICLE.findall(whole))),
            buttons=[line for each in shown for line in each.words.split("\n")],
            tickets=[int(each) for each in _TICKET.findall(whole)],
        )
