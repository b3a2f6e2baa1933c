"""What is found for a question in its talk: alone, with the question before, or among what was not seen yet."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from bot.articles.models import Answer, ArticleCard, SearchResult, Suggestions
from bot.articles.places import Place
from bot.dialogue.hearing import follows_up, points
from bot.dialogue.leaning import RANKED, lean, may_lean, tells_circumstance
from bot.dialogue.smalltalk import telling
from bot.dialogue.stories import of_our_field
from bot.dialogue.talk import Talk
from bot.errors import UnknownArticle
from embeddings import Decision

CARDS: Final = 3
RANKED_CHARACTERS: Final = 2000  # what is ranked; a longer story says nothing new about which article is meant

_FITTING: Final = frozenset({Decision.ANSWER, Decision.SUGGEST})
_FAR_BETTER: Final = 3
_WORTH_SHOWING: Final = 0.02  # probability that an article answers; below it a card is one in fifty
_SEVERAL: Final = 2
_PART_CARDS: Final = 2
_PART_LEAST: Final = 0.25
# Words of nearly every line, which tell none from another.
_EVERYWHERE: Final = frozenset(("bulan", "tahun", "hari", "minggu", "tahap", "sekolah", "dana"))
_SENTENCE: Final = re.compile(r"[A-Z].*[.;]\s*$")


class Articles(Protocol):
    """What the dialogue needs of bot.articles.service.ArticleService."""

    def suggest(self, question: str, *, limit: int = 3, exclude: Sequence[int] = ()) -> Suggestions:
        """At most `limit` cards for a question."""
        ...

    def search(self, query: str, limit: int = 10, *, before: str = "") -> SearchResult:
        """The nearest articles, whatever the ranker decides; together with the question `before` where that helps."""
        ...

    def place(self, question: str) -> Place | None:
        """Where else a question belongs."""
        ...

    def unheard(self, question: str) -> int:
        """How many words of a question stand in no article."""
        ...

    def card(self, article_id: int) -> ArticleCard:
        """A card. Raises UnknownArticle."""
        ...

    def answer(self, article_id: int) -> Answer:
        """An article's short form. Raises UnknownArticle."""
        ...


class Finding:
    """Ranks what a person says, in the light of the problem that is open."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles

    def alone(self, words: str, *, exclude: Sequence[int] = ()) -> Suggestions:
        """What fits these words by themselves. One word alone ("pajak") leaves open which likely article is meant."""
        found = self._articles.suggest(words[:RANKED_CHARACTERS], limit=CARDS, exclude=exclude)
        fits = dict(found.ranked)
        likely = tuple(card for card in found.cards if fits.get(card.id, 1.0) >= _WORTH_SHOWING)
        if found.decision is not Decision.ANSWER or len(words.split()) > 1 or len(likely) < _SEVERAL:
            return found
        return replace(found, decision=Decision.SUGGEST, cards=likely)

    def unseen(self, talk: Talk) -> Suggestions:
        """What fits the whole problem, or is of the topic turned down, and was not seen yet: no card to fill a list."""
        told = " ".join(talk.told)[-RANKED_CHARACTERS:]
        found = self._articles.suggest(told, limit=RANKED, exclude=talk.seen)
        topics = {self._articles.card(article).category for article in talk.seen[-CARDS:]}
        fits = dict(found.ranked)
        worth = [c for c in found.cards if fits.get(c.id, 1.0) >= _WORTH_SHOWING or c.category in topics]
        return replace(found, cards=tuple(worth[:CARDS]))

    def part(self, words: str) -> Suggestions:
        """What fits a part of a message. Beside another problem of ours few words are of ours too: "lupa password"."""
        found = self._articles.suggest(words, limit=_PART_CARDS)
        if found.decision is not Decision.ABSTAIN or len(found.ranked) <= 1:
            return found
        (article, first), (_, second) = found.ranked[:2]
        if first < _PART_LEAST or first < _FAR_BETTER * second:
            return found
        return replace(found, decision=Decision.SUGGEST, cards=(self._articles.card(article),))

    def rank(self, talk: Talk, words: str) -> tuple[Suggestions, bool]:
        """Rank a question, with the one before when it leans on it; and whether it is about the same problem."""
        alone, same = self.alone(words), same_words(words, talk.question)
        clear = alone.decision is Decision.ANSWER and of_our_field(words)
        if same or clear or not talk.question:
            return alone, same
        leans = follows_up(words)
        if leans:
            joined = self._together(talk, words, RANKED)
        elif self._may_lean(words, alone) and (alone.decision is Decision.ABSTAIN or not of_our_field(words)):
            joined = self._articles.search(words, RANKED, before=subject_of(talk)[-RANKED_CHARACTERS:])
        else:
            return alone, same
        shown = {*talk.seen, *((talk.article,) if talk.article is not None else ())}
        found = lean(words, self._articles.search(words, RANKED), joined, shown)
        if tells_circumstance(words) and alone.decision not in _FITTING:
            return replace(found, decision=Decision.ABSTAIN, cards=()), True
        return (found, True) if found.cards or leans else (alone, not found.cards)

    def told_there(self, talk: Talk, words: str) -> str | None:
        """The sentence of the open answer that has all that a follow-up names ("kalau swasta?"); steps are none."""
        named = [word for word in telling(words) if word not in _EVERYWHERE]
        if talk.article is None or not named or not follows_up(words) or same_words(words, talk.question):
            return None
        try:
            lines = self._articles.answer(talk.article).text.splitlines()
        except UnknownArticle:
            return None
        said = [line for line in lines if _SENTENCE.match(line) and all(word in line.casefold() for word in named)]
        nearest = self._together(talk, words, 1).hits if said else ()
        return said[0] if nearest and nearest[0].card.id == talk.article else None

    def _together(self, talk: Talk, words: str, limit: int) -> SearchResult:
        return self._articles.search(f"{subject_of(talk)} {words}"[-RANKED_CHARACTERS:], limit)

    def _may_lean(self, words: str, alone: Suggestions) -> bool:
        nearest = max((confidence for _, confidence in alone.ranked), default=1.0)
        return tells_circumstance(words) or may_lean(words, self._articles.unheard(words), nearest)

    def meant_of(self, offered: Sequence[int], words: str) -> int | None:
        """The open card that pointing words mean by what it is about ("password dulu"), where one fits far best."""
        if not offered or not points(words):
            return None
        fits = {hit.card.id: hit.confidence for hit in self._articles.search(words, RANKED).hits}
        best, *others = sorted(offered, key=lambda article: -fits.get(article, 0.0))
        second = max((fits.get(article, 0.0) for article in others), default=0.0)
        return best if fits.get(best, 0.0) > _FAR_BETTER * second else None

    def of_topic(self, talk: Talk, topic: str) -> tuple[ArticleCard, ...]:
        """The unseen cards of a topic, the likeliest for the problem first."""
        told = " ".join(talk.told)[-RANKED_CHARACTERS:]
        queries = (told, f"{told} {topic}".strip())
        nearest = {hit.card.id: hit.card for query in queries for hit in self._articles.search(query, RANKED).hits}
        return tuple(c for c in nearest.values() if c.category == topic and c.id not in talk.seen)[:CARDS]


def subject_of(talk: Talk) -> str:
    """What a follow-up is about: the question that the problem began with, and the last one about it."""
    return " ".join(dict.fromkeys((*talk.told[:1], talk.question)))


def same_words(words: str, question: str) -> bool:
    """Whether a question is the one before, word for word."""
    return bool(question) and words.strip().casefold() == question.strip().casefold()
