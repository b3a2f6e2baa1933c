"""Services that keep everything in memory, for pages under test."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.articles.models import ArticleCard, SearchHit, SearchResult, Suggestions
from bot.articles.rules import card_of
from bot.attachments.links import FileLinks
from bot.attachments.models import StoredFile
from bot.attachments.service import AttachmentService
from bot.calendar.service import ServiceHours
from bot.clock import SettableClock
from bot.conversations.models import Conversation, InboundMessage, Message, Sender
from bot.conversations.rules import parse_inbound
from bot.errors import CodeWrong, LinkCodeExpired, NotAuthorised, UnknownArticle, UnknownConversation
from bot.people.models import LinkCode
from bot.people.rules import parse_email
from bot.satisfaction.links import RatingLinks
from bot.satisfaction.models import Rating
from bot.settings import Settings
from bot.tickets import rules
from bot.tickets.links import TicketLinks
from bot.tickets.models import NewTicket, PublicTicket, Ticket, TicketStatus
from embeddings import Article, ArticleCollection, Decision

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # a Monday, 12.00 WIB


@dataclass
class MemoryArticles:
    collection: ArticleCollection
    votes: list[tuple[int, bool, str | None, str]] = field(default_factory=list)
    views: list[int] = field(default_factory=list)
    understood: str = ""

    def article(self, article_id: int) -> Article:
        if article_id not in self.collection.articles:
            raise UnknownArticle
        return self.collection.articles[article_id]

    def search(self, query: str, limit: int) -> SearchResult:
        matters = [word for word in ("bku", "ppn") if word in query.lower()]
        found = [a for a in self.collection.articles.values() if any(word in a.title.lower() for word in matters)][
            :limit
        ]
        hits = tuple(SearchHit(card_of(article, self.collection), 0.9) for article in found)
        return SearchResult(query, self.understood or query, Decision.SUGGEST, hits)

    def suggest(self, question: str, *, limit: int) -> Suggestions:
        cards = tuple(hit.card for hit in self.search(question, limit).hits)
        return Suggestions(question, question, Decision.SUGGEST if cards else Decision.ABSTAIN, cards)

    async def vote(self, article_id: int, *, helpful: bool, reason: str | None, visitor: str) -> None:
        self.votes.append((article_id, helpful, reason, visitor))

    async def count_view(self, article_id: int) -> None:
        self.views.append(article_id)

    async def most_read(self, limit: int) -> list[ArticleCard]:
        return [card_of(article, self.collection) for article in self.collection.articles.values()][:limit]


SOLVED = 260500  # the number of a ticket that may be rated


@dataclass
class MemoryTickets:
    opened: dict[int, Ticket] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    files: list[StoredFile] = field(default_factory=list)

    async def open(self, new: NewTicket, *, files: Sequence[StoredFile] = ()) -> Ticket:
        checked = rules.parse_ticket(new)
        self.files += files
        number = self.keys.setdefault(new.idempotency_key or str(len(self.keys)), 260001 + len(self.keys))
        ticket = Ticket(
            number, checked.email, checked.program, checked.subject, checked.details, checked.source, NOON,
            TicketStatus.QUEUED, None,
        )  # fmt: skip
        return self.opened.setdefault(number, ticket)

    async def find(self, number: int) -> Ticket | None:
        return self.opened.get(number)

    async def look_up(self, number: int) -> PublicTicket | None:
        return rules.public_view(self.opened[number]) if number in self.opened else None


@dataclass
class MemoryRatings:
    ratings: dict[int, Rating] = field(default_factory=dict)

    async def find(self, number: int) -> Rating | None:
        return self.ratings.get(number)

    async def rateable(self, number: int) -> bool:
        return number == SOLVED

    async def rate(self, number: int, *, good: bool, comment: str | None, source: str) -> None:
        before = self.ratings.get(number)
        kept = (before.comment if before else "") if comment is None else comment
        self.ratings[number] = Rating(number, good, kept, source, NOON)


@dataclass
class MemoryTalks:
    talks: dict[str, list[Message]] = field(default_factory=dict)
    received: list[InboundMessage] = field(default_factory=list)

    async def start(self, channel: str) -> tuple[Conversation, str, list[Message]]:
        identity = f"talk{len(self.talks)}"
        self.talks[identity] = []
        greeting = self._say(identity, Sender.BOT, "Halo Bapak/Ibu.")
        return Conversation(identity, channel, "", NOON), "kunci", [greeting]

    async def authorise(self, conversation_id: str, token: str) -> None:
        if conversation_id not in self.talks:
            raise UnknownConversation
        if token != "kunci":
            raise NotAuthorised

    async def receive(self, conversation_id: str, token: str, message: InboundMessage) -> list[Message]:
        await self.authorise(conversation_id, token)
        checked = parse_inbound(message, max_characters=10_000)
        self.received.append(checked)
        files = tuple(file.as_json() for file in checked.files)
        self._say(conversation_id, Sender.USER, checked.text or "", payload=checked.payload, attachments=files)
        card = {"id": 124, "title": "Tutup <BKU>", "excerpt": "Periksa.", "url": "/artikel/124", "payload": "/pilih"}
        button = {"title": "Belum terjawab", "payload": "/deny"}
        return [self._say(conversation_id, Sender.BOT, "Pilih <satu>:", articles=(card,), buttons=(button,))]

    async def hand_over(self, conversation_id: str) -> str:
        assert conversation_id in self.talks
        return "kunci"

    async def latest(self, conversation_id: str, token: str) -> list[Message]:
        await self.authorise(conversation_id, token)
        return self.talks[conversation_id]

    def _say(self, identity: str, sender: Sender, text: str, **more: Any) -> Message:  # noqa: ANN401 - a message's own fields
        message = replace(Message(len(self.talks[identity]) + 1, sender, text, NOON), **more)
        self.talks[identity].append(message)
        return message


@dataclass
class MemoryPeople:
    talks: MemoryTalks
    mails: bool = True
    links: dict[str, str] = field(default_factory=dict)
    joined: list[tuple[str, str | None]] = field(default_factory=list)
    emails: dict[str, str] = field(default_factory=dict)
    tickets: dict[str, list[int]] = field(default_factory=dict)

    async def ticket_numbers(self, conversation_id: str) -> list[int]:
        return self.tickets.get(conversation_id, [])

    async def make_link(self, conversation_id: str) -> LinkCode:
        self.links["2ABCDEFGHJ"] = conversation_id
        return LinkCode("2ABCDEFGHJ", NOON)

    async def redeem_link(self, code: str, conversation_id: str | None = None) -> str:
        if code not in self.links:
            raise LinkCodeExpired
        self.joined.append((self.links[code], conversation_id))
        return self.links.pop(code)

    async def ask_email(self, conversation_id: str, address: str) -> str:
        self.emails[conversation_id] = parse_email(address)
        return self.emails[conversation_id]

    async def confirm_email(self, conversation_id: str, code: str) -> str:
        if code != "123456":
            raise CodeWrong
        return self.emails[conversation_id]

    async def erase(self, conversation_id: str) -> None:
        del self.talks.talks[conversation_id]


@dataclass(frozen=True)
class MemoryServices:
    settings: Settings
    clock: SettableClock
    articles: MemoryArticles
    attachments: AttachmentService
    file_links: FileLinks
    ticket_links: TicketLinks
    rating_links: RatingLinks
    satisfaction: MemoryRatings
    tickets: MemoryTickets
    conversations: MemoryTalks
    people: MemoryPeople
    eraser: MemoryPeople
    hours: ServiceHours
