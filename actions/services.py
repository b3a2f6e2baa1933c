"""What the actions are given to work with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.articles.models import Suggestions
from bot.attachments.models import StoredFile
from bot.clock import Clock
from bot.conversations.identity import Visitor
from bot.conversations.models import EventKind
from bot.dialogue.finding import Articles
from bot.dialogue.reports import Hours, Tickets


class Conversations(Protocol):
    """What is needed of bot.conversations.service.ConversationService."""

    async def record(
        self,
        conversation_id: str,
        kind: EventKind,
        *,
        articles: Sequence[int] = (),
        reason: str | None = None,
        ticket: int | None = None,
    ) -> None:
        """Write down what happened in a talk."""
        ...

    async def record_question(self, conversation_id: str, found: Suggestions) -> None:
        """Write down a question that was ranked, and how sure the ranker was."""
        ...

    async def files(self, conversation_id: str) -> Sequence[StoredFile]:
        """What the person has sent since the last ticket, as files of the next one."""
        ...

    async def visitor(self, conversation_id: str) -> Visitor | None:
        """Who leads a talk, where the embedding site has told."""
        ...


@dataclass(frozen=True)
class ActionServices:
    """The services behind the actions."""

    articles: Articles
    tickets: Tickets
    conversations: Conversations
    hours: Hours
    clock: Clock
