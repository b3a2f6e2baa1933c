"""The steps from a question to an answer, or to the offer of a ticket. Rasa says which step; this says what it does."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from bot.articles.models import Answer, ArticleCard, Suggestions
from bot.conversations.models import EventKind
from bot.dialogue.hearing import choice_in, follows_up, title_in
from bot.dialogue.says import Happened, Outcome, Say
from bot.dialogue.talk import Stage, Talk
from bot.errors import UnknownArticle
from embeddings import Decision

_CARDS: Final = 3
_REJECTIONS_MAX: Final = 2
_MISSES_MAX: Final = 2
_REPEATS_MAX: Final = 2
_QUESTION_CHARACTERS: Final = 2000  # what is ranked; a longer story says nothing new about which article is meant


class Articles(Protocol):
    """What the guide needs of bot.articles.service.ArticleService."""

    def suggest(self, question: str, *, limit: int = 3, exclude: Sequence[int] = ()) -> Suggestions:
        """At most `limit` cards for a question."""
        ...

    def card(self, article_id: int) -> ArticleCard:
        """A card. Raises UnknownArticle."""
        ...

    def answer(self, article_id: int) -> Answer:
        """An article's short form. Raises UnknownArticle."""
        ...


class Guide:
    """Leads from a question to an article that helps, or to the offer of a ticket."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles

    def ask(
        self, talk: Talk, stage: Stage | None, words: str, *, foreign: bool = False, aside: bool = False
    ) -> Outcome:
        """A question. `foreign`: the classifier thinks it is none of ours; `aside`: it stands in the middle of a form."""
        chosen = (
            title_in(words, [self._articles.card(i).title for i in talk.offered]) if stage is Stage.CHOOSING else None
        )
        if chosen is not None:
            return self.answer(talk, talk.offered[chosen], aside=aside)
        if words.strip().casefold() == talk.question.strip().casefold() and talk.question:
            talk = replace(talk, repeats=talk.repeats + 1)
            if talk.repeats >= _REPEATS_MAX and not aside:
                return self._offer(talk, "utter_offer_after_loop", "loop")
        found, again = self._rank(talk, words)
        return self._present(talk.asked(words, again=again), found, foreign=foreign, aside=aside)

    def _rank(self, talk: Talk, words: str) -> tuple[Suggestions, bool]:
        alone = self._articles.suggest(words[:_QUESTION_CHARACTERS], limit=_CARDS)
        repeated = words.strip().casefold() == talk.question.strip().casefold()
        if not talk.question or repeated or not follows_up(words) or alone.decision is Decision.ANSWER:
            return alone, repeated
        joined = f"{talk.question} {words}"[-_QUESTION_CHARACTERS:]
        return self._articles.suggest(joined, limit=_CARDS), True

    def _present(self, talk: Talk, found: Suggestions, *, foreign: bool, aside: bool) -> Outcome:
        if found.decision is Decision.ANSWER and found.cards:
            return self.answer(talk.shown(tuple(c.id for c in found.cards)), found.cards[0].id, aside=aside)
        if found.decision is Decision.SUGGEST and found.cards:
            return self._show(talk, "utter_suggest", found.cards)
        if foreign or found.decision is Decision.ABSTAIN or not found.cards:
            return self._miss(talk, "utter_out_of_scope" if foreign else "utter_no_fit", ())
        return self._miss(talk, "utter_clarify", found.cards)

    def _show(self, talk: Talk, response: str, cards: tuple[ArticleCard, ...]) -> Outcome:
        ids = tuple(card.id for card in cards)
        response = response if len(cards) > 1 else f"{response}_one"
        return Outcome(
            talk.shown(ids), Stage.CHOOSING, (Say(response, articles=cards),), (Happened(EventKind.SUGGESTED, ids),)
        )

    def _miss(self, talk: Talk, response: str, cards: tuple[ArticleCard, ...]) -> Outcome:
        missed = talk.missed()
        if missed.misses >= _MISSES_MAX:
            return self._offer(missed, "utter_offer_after_no_fit", "no_fit")
        ids = tuple(card.id for card in cards)
        happened = Happened(EventKind.CLARIFIED, ids)
        stage = Stage.CHOOSING if ids else None
        return Outcome(replace(missed, offered=ids), stage, (Say(response, articles=cards),), (happened,))

    def answer(self, talk: Talk, article: int, *, aside: bool = False) -> Outcome:
        """The short form of an article, and whether it helped; in the middle of a form only the short form."""
        try:
            answer = self._articles.answer(article)
        except UnknownArticle:
            return Outcome(talk, None, (Say("utter_article_gone"),))
        values = {"answer": answer.text, "solved_by": answer.solved_by}
        response = "utter_answer" if answer.verified else "utter_answer_unverified"
        says = (Say(response, values, articles=(answer.card,)),)
        happened = (Happened(EventKind.CHOSEN, (article,)),)
        if aside:
            return Outcome(talk.answered(article), None, says, happened)
        return Outcome(talk.answered(article), Stage.FEEDBACK, (*says, Say("utter_ask_feedback")), happened)

    def choose(
        self, talk: Talk, stage: Stage | None, words: str, article: str | None, *, aside: bool = False
    ) -> Outcome:
        """A choice by tap (`article`) or by place ("yang kedua"). With no cards open, a number is part of a question."""
        if article is not None and article.isascii() and article.isdigit():
            return self.answer(talk, int(article), aside=aside)
        index = choice_in(words, len(talk.offered))
        if index is not None and talk.offered:
            return self.answer(talk, talk.offered[index], aside=aside)
        if stage is Stage.CHOOSING and len(words.split()) <= 4:
            return Outcome(talk, stage, (Say("utter_which_card", {"count": str(len(talk.offered))}, self._open(talk)),))
        return self.ask(talk, stage, words, aside=aside)

    def _open(self, talk: Talk) -> tuple[ArticleCard, ...]:
        return tuple(self._articles.card(article) for article in talk.offered)

    def agree(self, talk: Talk) -> Outcome:
        """A "ya" while cards are open: the only card, or the question which."""
        if len(talk.offered) == 1:
            return self.answer(talk, talk.offered[0])
        return Outcome(
            talk, Stage.CHOOSING, (Say("utter_which_card", {"count": str(len(talk.offered))}, self._open(talk)),)
        )

    def resolve(self, talk: Talk) -> Outcome:
        """The person said that it helped."""
        helped = Happened(EventKind.HELPED, (talk.article,) if talk.article is not None else ())
        return Outcome(talk.settled(), None, (Say("utter_resolved"),), (helped,))

    def reject(self, talk: Talk) -> Outcome:
        """The answer, or all the cards, did not help: why, and after the second time the ticket."""
        turned_down = (talk.article,) if talk.article is not None else talk.offered
        happened = Happened(EventKind.REJECTED, turned_down)
        rejected = talk.rejected()
        if rejected.rejections >= _REJECTIONS_MAX:
            outcome = self._offer(rejected, "utter_offer_after_rejections", "two_rejections")
            return replace(outcome, happened=(happened, *outcome.happened))
        if talk.article is None:
            outcome = self._next_best(rejected, "utter_suggest_more")
            return replace(outcome, happened=(happened, *outcome.happened))
        return Outcome(rejected, Stage.REASON, (Say("utter_ask_reason"),), (happened,))

    def explain(self, talk: Talk, stage: Stage | None, reason: str) -> Outcome:
        """The reason of a rejection; said instead of a plain "belum", it is the rejection too."""
        first: tuple[Happened, ...] = ()
        if stage is Stage.FEEDBACK:
            rejected = self.reject(talk)
            if rejected.stage is not Stage.REASON:
                return rejected
            talk, first = rejected.talk, rejected.happened
        outcome = self._next_best(talk, "utter_suggest_more" if reason != "incomplete" else "utter_suggest_deeper")
        told = Happened(EventKind.REJECTED, reason=reason)
        return replace(outcome, happened=(*first, told, *outcome.happened))

    def _next_best(self, talk: Talk, response: str) -> Outcome:
        """Cards that were not seen yet, or the request to say it in other words."""
        if not talk.question:
            return Outcome(talk, None, (Say("utter_rephrase"),))
        found = self._articles.suggest(" ".join(talk.told)[-_QUESTION_CHARACTERS:], limit=_CARDS, exclude=talk.seen)
        if found.decision is Decision.ABSTAIN or not found.cards:
            return Outcome(talk, None, (Say("utter_rephrase"),), (Happened(EventKind.CLARIFIED),))
        return self._show(talk, response, found.cards)

    def _offer(self, talk: Talk, response: str, reason: str) -> Outcome:
        return Outcome(replace(talk, escalation=reason, offered=(), article=None), Stage.OFFER, (Say(response),))
