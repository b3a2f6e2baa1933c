"""Articles for talks and pages: suggested, searched, shown, voted on."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final

from bot.articles import repository, rules
from bot.articles.models import Answer, ArticleCard, SearchHit, SearchResult, Suggestions
from bot.articles.places import NOWHERE_ELSE, Place, Places
from bot.articles.serving import ServedArticles
from bot.clock import WIB, Clock
from bot.database import Database
from bot.errors import UnknownArticle
from bot.metrics.measures import RANKING_SECONDS
from embeddings import Article, ArticleCollection, Decision

# What the research expects to be asked most (catalogue, "Likely most asked"); shown until enough was read.
LIKELY_MOST_READ: Final = (87, 124, 26, 33, 100, 10, 71, 132, 40, 126)
_RANKED: Final = 10
_MOST_READ_WINDOW: Final = timedelta(days=30)


class ArticleService:
    """What others may do with articles."""

    def __init__(self, served: ServedArticles, database: Database, clock: Clock, places: Places = NOWHERE_ELSE) -> None:
        self._served = served
        self._database = database
        self._clock = clock
        self._places = places

    @property
    def collection(self) -> ArticleCollection:
        """The articles that serve now; another collection once a new index took over."""
        return self._served.now().collection

    def titles(self) -> dict[int, str]:
        """The titles of all articles, by number."""
        return {number: article.title for number, article in self.collection.articles.items()}

    def article(self, article_id: int) -> Article:
        """The article with this number. Raises UnknownArticle."""
        return _article(self.collection, article_id)

    def card(self, article_id: int) -> ArticleCard:
        """What is shown of an article before it is opened. Raises UnknownArticle."""
        return _card(self.collection, article_id)

    def answer(self, article_id: int) -> Answer:
        """The chat's form of an article. Raises UnknownArticle."""
        collection = self.collection
        return rules.answer_of(_article(collection, article_id), collection)

    def suggest(self, question: str, *, limit: int = 3, exclude: Collection[int] = ()) -> Suggestions:
        """At most `limit` cards for a question, without the articles in `exclude`; none when the ranker abstains.

        A clear answer keeps its one card only while that card was not excluded.
        """
        served = self._served.now()
        with RANKING_SECONDS.time():
            ranking = served.ranker.rank(question, _RANKED + len(exclude))
        ids = [int(ranked.id) for ranked in ranking.articles if int(ranked.id) not in exclude]
        wanted = 0 if ranking.decision is Decision.ABSTAIN else limit
        cards = tuple(_card(served.collection, article_id) for article_id in ids[:wanted])
        ranked = tuple((int(r.id), r.confidence) for r in ranking.articles)
        between = rules.topics_between(ranking, served.collection)
        return Suggestions(question, ranking.understood, ranking.decision, cards, ranked, between)

    def search(self, query: str, limit: int = _RANKED, *, before: str = "") -> SearchResult:
        """Articles for a query, best first, whatever the ranker decides: whoever searches wants to see the nearest.

        A query that says little by itself is read together with the one `before`.
        """
        served = self._served.now()
        with RANKING_SECONDS.time():
            ranking = served.ranker.rank(query, limit, before=before)
        hits = tuple(SearchHit(_card(served.collection, int(r.id)), r.confidence) for r in ranking.articles)
        return SearchResult(query, ranking.understood, ranking.decision, hits)

    def place(self, question: str) -> Place | None:
        """Where else a question belongs, by the words as the ranker reads them (abbreviations, slips, regional), else
        as they were typed."""
        read = self._served.now().ranker.analyse(question)
        typed = [word.typed.casefold() for word in read.words]
        return self._places.named_in(read.content) or self._places.named_in(typed)

    def unheard(self, question: str) -> int:
        """How many words of a question stand in no article, by their roots as the ranker reads them."""
        return self._served.now().ranker.unheard(question)

    async def vote(self, article_id: int, *, helpful: bool, reason: str | None, visitor: str) -> None:
        """Store whether an article helped; `visitor` is a pseudonymous mark that makes a second vote replace the first.

        Raises UnknownArticle.
        """
        self.article(article_id)
        async with self._database.write() as connection:
            await repository.save_vote(
                connection, article_id, helpful=helpful, reason=reason, visitor=visitor, at=self._clock.now()
            )

    async def votes(self) -> dict[int, tuple[int, int]]:
        """How many found each article helpful, and how many not; articles without votes are missing."""
        async with self._database.read() as connection:
            return await repository.votes_by_article(connection)

    async def count_view(self, article_id: int) -> None:
        """Count one more reading of an article, on today's day in WIB."""
        async with self._database.write() as connection:
            await repository.add_view(connection, article_id, self._clock.now().astimezone(WIB).date())

    async def most_read(self, limit: int = 6) -> Sequence[ArticleCard]:
        """The articles that were read most in the last 30 days, filled up with those that are likely to be."""
        since = (self._clock.now().astimezone(WIB) - _MOST_READ_WINDOW).date()
        async with self._database.read() as connection:
            read = await repository.most_read(connection, since=since, limit=limit)
        ids = dict.fromkeys([*read, *LIKELY_MOST_READ])
        collection = self.collection
        return [_card(collection, article_id) for article_id in ids if article_id in collection.articles][:limit]


def _article(collection: ArticleCollection, article_id: int) -> Article:
    try:
        return collection.articles[article_id]
    except KeyError:
        raise UnknownArticle from None


def _card(collection: ArticleCollection, article_id: int) -> ArticleCard:
    return rules.card_of(_article(collection, article_id), collection)
