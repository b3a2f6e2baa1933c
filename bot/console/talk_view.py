"""The bot's talk as an officer reads it: words and what happened between them, in the order of time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.conversations.models import ConversationEvent, EventKind, Message, Sender
from bot.conversations.reading import Told
from bot.insight.reporting import REASONS

_SPEAKERS: Final = {Sender.USER: "Pelapor", Sender.BOT: "ARKAS Bot", Sender.OFFICER: "Petugas"}
_HAPPENED: Final = {
    EventKind.SUGGESTED: "Artikel ditampilkan", EventKind.CHOSEN: "Artikel dipilih", EventKind.HELPED: "Membantu",
    EventKind.REJECTED: "Tidak membantu", EventKind.CLARIFIED: "Bot bertanya balik",
    EventKind.ESCALATED: "Diteruskan ke petugas", EventKind.TICKET_OPENED: "Tiket dibuka",
}  # fmt: skip
_REASONS: Final = REASONS | {"unfit": "tidak sesuai", "incomplete": "kurang lengkap", "other": "alasan lain"}


@dataclass(frozen=True)
class TalkLine:
    """Words of somebody (`who`), or something that happened (`fact`) with the articles that it is about."""

    at: datetime
    who: str = ""
    text: str = ""
    fact: str = ""
    tone: str = ""
    articles: Sequence[tuple[int, str]] = ()


def talk_lines(told: Told, article_title: Callable[[int], str]) -> list[TalkLine]:
    """All of a talk, oldest first; what happened stands behind the words of its moment.

    `article_title` names an article that no message of the talk names.
    """
    titles = {int(card["id"]): str(card["title"]) for message in told.messages for card in message.articles}

    def title(number: int) -> str:
        return titles.get(number) or article_title(number)

    offered = _offered(told.messages)
    lines = [
        *(_said(message, offered) for message in told.messages),
        *(_happened(event, title) for event in told.events),
    ]
    return sorted(lines, key=lambda line: (line.at, bool(line.fact)))


def _offered(messages: Sequence[Message]) -> Mapping[str, str]:
    """What could be tapped, by its payload, as the person read it."""
    return {
        str(each["payload"]): str(each["title"])
        for m in messages
        for each in (*m.buttons, *m.articles)
        if "payload" in each
    }


def _said(message: Message, offered: Mapping[str, str]) -> TalkLine:
    cards = [(int(card["id"]), str(card["title"])) for card in message.articles]
    words = message.text or _tapped(message.payload, offered) or ("(berkas)" if message.attachments else "")
    return TalkLine(message.created_at, _SPEAKERS[message.sender], words, articles=cards)


def _tapped(payload: str | None, offered: Mapping[str, str]) -> str:
    if not payload:
        return ""
    return f"(memilih: {offered[payload]})" if payload in offered else "(memilih tombol)"


def _happened(event: ConversationEvent, title: Callable[[int], str]) -> TalkLine:
    reason = f": {_REASONS.get(event.reason, event.reason)}" if event.reason else ""
    tone = {EventKind.HELPED: "good", EventKind.REJECTED: "bad", EventKind.ESCALATED: "warn"}.get(event.kind, "plain")
    about = [(number, title(number)) for number in event.articles]
    return TalkLine(event.at, fact=f"{_HAPPENED.get(event.kind, event.kind.value)}{reason}", tone=tone, articles=about)
