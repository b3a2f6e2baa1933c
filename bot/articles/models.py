"""Articles as talks and pages show them; the articles themselves are `embeddings.Article`."""

from dataclasses import dataclass

from embeddings import Decision


@dataclass(frozen=True)
class ArticleCard:
    """What is shown of an article before it is opened.

    `payload` is what a tap on it sends; `number` that by which it may be chosen, where it is one of several of a turn.
    """

    id: int
    title: str
    excerpt: str
    category: str
    url: str
    payload: str
    number: int | None = None


@dataclass(frozen=True)
class SearchHit:
    """A card with the calibrated probability (0-1) that the article answers the question."""

    card: ArticleCard
    confidence: float


@dataclass(frozen=True)
class SearchResult:
    """What a search found. `understood` is the text that was searched for, with its spelling repaired."""

    query: str
    understood: str
    decision: Decision
    hits: tuple[SearchHit, ...]


@dataclass(frozen=True)
class Topic:
    """A category that a question may be about, and the title of the likeliest article in it."""

    name: str
    example: str


@dataclass(frozen=True)
class Suggestions:
    """What the ranker offers in a talk: no cards when it abstains.

    `ranked` are the nearest articles by number, each with its probability (0-1), whatever was decided. `between` are
    the topics to ask about, the likeliest first; none when something fits, or when all is of one topic.
    """

    question: str
    understood: str
    decision: Decision
    cards: tuple[ArticleCard, ...]
    ranked: tuple[tuple[int, float], ...] = ()
    between: tuple[Topic, ...] = ()


@dataclass(frozen=True)
class Answer:
    """An article's short form for a chat, in plain text. Not `verified`: nobody checked it against a source."""

    card: ArticleCard
    text: str
    solved_by: str
    verified: bool
