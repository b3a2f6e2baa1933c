"""Services in memory, for the real actions and the real Rasa to work on."""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.articles.models import Answer, ArticleCard, SearchHit, SearchResult, Suggestions
from bot.articles.places import Place
from bot.attachments.models import StoredFile
from bot.clock import SettableClock
from bot.conversations.identity import Visitor
from bot.conversations.models import EventKind
from bot.errors import UnknownArticle
from bot.tickets.models import NewTicket, Ticket, TicketStatus
from bot.tickets.rules import parse_ticket
from embeddings import Decision

TITLES = {
    124: "Kendala tidak bisa tutup BKU",
    125: "Bagaimana cara mengajukan hapus BKU?",
    126: "Bagaimana cara menutup BKU akhir tahun?",
    26: "Bagaimana cara mendapatkan kode aktivasi?",
    87: "Kapan Dana BOSP disalurkan?",
    52: "Mengapa pagu belum muncul?",
    90: "Bagaimana menghapus penerimaan dana?",
}
# What the stand-in for the ranker knows: the words that lead to each article, best first.
WORDS: dict[str, tuple[int, ...]] = {
    "tutup bku": (124, 125, 126),
    "hapus bku": (125, 124),
    "akhir tahun": (126, 124),
    "kode aktivasi": (26,),
    "cair": (87,),
    "pagu": (52, 90),
}


def card(article_id: int) -> ArticleCard:
    if article_id not in TITLES:
        raise UnknownArticle
    return ArticleCard(
        article_id, TITLES[article_id], "Satu kalimat jawaban.", "BKU", f"/artikel/{article_id}",
        f'/choose_article{{"article":"{article_id}"}}',
    )  # fmt: skip


@dataclass
class Held:
    """A question in the middle of which something may happen."""

    reached: threading.Event = field(default_factory=threading.Event)
    free: threading.Event = field(default_factory=threading.Event)


class Shelf:
    """Articles found by words: one clear word is an answer, a word of several articles a suggestion."""

    broken = False
    held: Held | None = None

    def suggest(self, question: str, *, limit: int = 3, exclude: Collection[int] = ()) -> Suggestions:
        if self.held:
            self.held.reached.set()
            self.held.free.wait(60)
        if self.broken:
            raise RuntimeError("the ranker is broken")
        found = [ids for words, ids in WORDS.items() if all(word in question.lower() for word in words.split())]
        ids = list(dict.fromkeys(i for group in found for i in group if i not in exclude))[:limit]
        decision = Decision.ABSTAIN if not ids else Decision.SUGGEST
        if len(found) == 1 and len(found[0]) == 1 and ids:
            decision = Decision.ANSWER
        if "membingungkan" in question:
            decision = Decision.CLARIFY
        return Suggestions(question, question, decision, tuple(card(i) for i in ids))

    def search(self, query: str, limit: int = 10, *, before: str = "") -> SearchResult:  # noqa: ARG002
        found = self.suggest(query, limit=limit)
        return SearchResult(query, query, found.decision, tuple(SearchHit(each, 0.5) for each in found.cards))

    def unheard(self, question: str) -> int:  # noqa: ARG002
        return 0

    def place(self, question: str) -> Place | None:  # noqa: ARG002
        return None

    def card(self, article_id: int) -> ArticleCard:
        return card(article_id)

    def answer(self, article_id: int) -> Answer:
        return Answer(card(article_id), f"Langkah untuk {TITLES[article_id]}:\n1. Pertama.\n2. Kedua.", "dinas", True)


class Drawer:
    """Tickets in a dictionary."""

    def __init__(self) -> None:
        self.opened: dict[int, Ticket] = {}
        self._keys: dict[str, int] = {}

    async def open(self, new: NewTicket, *, files: Sequence[StoredFile] = ()) -> Ticket:  # noqa: ARG002
        checked = parse_ticket(new)
        key = checked.idempotency_key or ""
        if key in self._keys:
            return self.opened[self._keys[key]]
        number = 1001 + len(self.opened)
        self._keys[key] = number
        self.opened[number] = Ticket(
            number, checked.email, checked.program, checked.subject, checked.details, checked.source,
            datetime(2026, 11, 23, 3, tzinfo=UTC), TicketStatus.QUEUED, None, checked.conversation_id,
        )  # fmt: skip
        return self.opened[number]

    async def find(self, number: int) -> Ticket | None:
        return self.opened.get(number)


class Diary:
    """What was recorded, by conversation."""

    def __init__(self) -> None:
        self.entries: dict[str, list[tuple[EventKind, tuple[int, ...], str | None]]] = {}
        self.visitors: dict[str, Visitor] = {}
        self.questions: dict[str, list[str]] = {}

    async def record(
        self,
        conversation_id: str,
        kind: EventKind,
        *,
        articles: Sequence[int] = (),
        reason: str | None = None,
        ticket: int | None = None,  # noqa: ARG002
    ) -> None:
        self.entries.setdefault(conversation_id, []).append((kind, tuple(articles), reason))

    async def record_question(self, conversation_id: str, found: Suggestions) -> None:
        self.questions.setdefault(conversation_id, []).append(found.question)

    async def files(self, conversation_id: str) -> Sequence[StoredFile]:  # noqa: ARG002
        return ()

    async def visitor(self, conversation_id: str) -> Visitor | None:
        return self.visitors.get(conversation_id)


class Hours:
    """The desk that looks at everything on Monday."""

    def next_attention(self, now: datetime) -> str:  # noqa: ARG002
        return "akan ditindaklanjuti Senin, 23 November 2026 mulai 08.00 WIB"


@dataclass
class Desk:
    """Everything that the actions are given."""

    shelf: Shelf = field(default_factory=Shelf)
    drawer: Drawer = field(default_factory=Drawer)
    diary: Diary = field(default_factory=Diary)
    hours: Hours = field(default_factory=Hours)
    clock: SettableClock = field(default_factory=lambda: SettableClock(datetime(2026, 11, 23, 3, tzinfo=UTC)))
