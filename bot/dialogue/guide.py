"""The steps from a question to an answer, or to the offer of a ticket. Rasa says which step; this says what it does."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from bot.articles.models import Answer, ArticleCard, SearchResult, Suggestions
from bot.conversations.models import EventKind
from bot.dialogue.hearing import choice_in, follows_up, still_stuck, title_in
from bot.dialogue.languages import foreign
from bot.dialogue.leaning import RANKED, lean
from bot.dialogue.says import Happened, Outcome, Say
from bot.dialogue.stories import of_our_field, problems_told
from bot.dialogue.talk import Stage, Talk
from bot.errors import UnknownArticle
from embeddings import Decision

_CARDS: Final = 3
_REJECTIONS_MAX: Final = 2
_MISSES_MAX: Final = 2
_REPEATS_MAX: Final = 2
_RANKED_CHARACTERS: Final = 2000  # what is ranked; a longer story says nothing new about which article is meant
_CHOICE_WORDS: Final = 4  # "nomor sembilan saja pak" with three cards open asks which; a longer text is a question
_FITTING: Final = frozenset({Decision.ANSWER, Decision.SUGGEST})


class Articles(Protocol):
    """What the guide needs of bot.articles.service.ArticleService."""

    def suggest(self, question: str, *, limit: int = 3, exclude: Sequence[int] = ()) -> Suggestions:
        """At most `limit` cards for a question."""
        ...

    def search(self, query: str, limit: int = 10) -> SearchResult:
        """The nearest articles, whatever the ranker decides."""
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

    def ask(self, talk: Talk, stage: Stage | None, words: str, *, aside: bool = False) -> Outcome:
        """A question. `aside`: it stands in the middle of a form, which goes on afterwards."""
        if _same(words, talk.question):
            talk = replace(talk, question=words, repeats=talk.repeats + 1)
            if talk.repeats >= _REPEATS_MAX and not aside:
                return self._offer(talk, "utter_offer_after_loop", "loop")
        elif stage is Stage.CHOOSING and (chosen := self._title(talk, words)) is not None:
            return self.answer(talk, chosen, aside=aside)
        several = None if aside else self._several(talk, words)
        return several or self._one(talk, stage, words, aside=aside)

    def _title(self, talk: Talk, words: str) -> int | None:
        index = title_in(words, [self._articles.card(article).title for article in talk.offered])
        return None if index is None else talk.offered[index]

    def _one(self, talk: Talk, stage: Stage | None, words: str, *, aside: bool) -> Outcome:
        if stage in {Stage.REASON, Stage.REPHRASE} and not aside:  # asked for in other words: what was seen is out
            found = self._articles.suggest(words[:_RANKED_CHARACTERS], limit=_CARDS, exclude=talk.seen)
            return self._present(talk.asked(words, again=True), found, aside=aside)
        found, again = self._rank(talk, words)
        return self._present(talk.asked(words, again=again), found, aside=aside)

    def _present(self, talk: Talk, found: Suggestions, *, aside: bool) -> Outcome:
        return replace(self._answered(talk, found, aside=aside), asked=(found,))

    def _rank(self, talk: Talk, words: str) -> tuple[Suggestions, bool]:
        """Rank a question, with the one before when it leans on it; and whether it is about the same problem."""
        alone, same = self._articles.suggest(words[:_RANKED_CHARACTERS], limit=_CARDS), _same(words, talk.question)
        clear = alone.decision is Decision.ANSWER and of_our_field(words)
        if same or clear or not talk.question or not follows_up(words):
            return alone, same
        joined = f"{talk.question} {words}"[-_RANKED_CHARACTERS:]
        nearest, together = self._articles.search(words, RANKED), self._articles.search(joined, RANKED)
        return lean(words, nearest, together, talk.article), True

    def _several(self, talk: Talk, words: str) -> Outcome | None:
        """Several problems in one message, each with its own cards; None when it is one problem after all."""
        parts = problems_told(words)
        if len(parts) < 2:
            return None
        ranked = [(part, self._articles.suggest(part[:_RANKED_CHARACTERS], limit=2)) for part in parts]
        clear = [(part, found) for part, found in ranked if found.decision in _FITTING and found.cards]
        if len({found.cards[0].id for _, found in clear}) < max(2, len(clear)):
            return None
        if len(clear) < len(parts) and any(found.decision is not Decision.ANSWER for _, found in clear):
            return None  # what fits nothing may be part of one story: only clear problems are taken out of it
        return _each(talk, words, clear)

    def _answered(self, talk: Talk, found: Suggestions, *, aside: bool) -> Outcome:
        if found.decision is Decision.ANSWER and found.cards:
            return self.answer(talk.shown(tuple(c.id for c in found.cards)), found.cards[0].id, aside=aside)
        if found.decision is Decision.SUGGEST and found.cards:
            return self._show(talk, "utter_suggest", found.cards)
        if found.decision is Decision.ABSTAIN or not found.cards:
            if foreign(talk.question):
                return Outcome(replace(talk, offered=()), None, (Say("utter_other_language"),))
            if not of_our_field(talk.question):  # the desk could not help either: no ticket is offered for this
                return Outcome(replace(talk, offered=()), None, (Say("utter_out_of_scope"),))
            return self._miss(talk, "utter_no_fit", (), aside=aside)
        return self._miss(talk, "utter_clarify", found.cards, aside=aside)

    def _show(self, talk: Talk, response: str, cards: tuple[ArticleCard, ...]) -> Outcome:
        ids = tuple(card.id for card in cards)
        said = Say(response if len(cards) > 1 else f"{response}_one", articles=cards)
        return Outcome(talk.shown(ids), Stage.CHOOSING, (said,), (Happened(EventKind.SUGGESTED, ids),))

    def _miss(self, talk: Talk, response: str, cards: tuple[ArticleCard, ...], *, aside: bool) -> Outcome:
        missed = talk.missed()
        if missed.misses >= _MISSES_MAX and not aside:
            return self._offer(missed, "utter_offer_after_no_fit", "no_fit")
        ids = tuple(card.id for card in cards)
        stage = Stage.CHOOSING if ids else Stage.REPHRASE
        happened = Happened(EventKind.CLARIFIED, ids)
        return Outcome(replace(missed, offered=ids), stage, (Say(response, articles=cards),), (happened,))

    def answer(self, talk: Talk, article: int, *, aside: bool = False) -> Outcome:
        """The short form of an article, and whether it helped; in the middle of a form only the short form."""
        try:
            answer = self._articles.answer(article)
        except UnknownArticle:
            return Outcome(talk, None, (Say("utter_article_gone"),))
        values = {"answer": answer.text, "solved_by": answer.solved_by}
        said = Say("utter_answer" if answer.verified else "utter_answer_unverified", values, articles=(answer.card,))
        happened = (Happened(EventKind.CHOSEN, (article,)),)
        if aside:
            return Outcome(talk.answered(article), None, (said,), happened)
        return Outcome(talk.answered(article), Stage.FEEDBACK, (said, Say("utter_ask_feedback")), happened)

    def choose(
        self, talk: Talk, stage: Stage | None, words: str, article: str | None, *, aside: bool = False
    ) -> Outcome:
        """A choice by tap (`article`) or by place ("yang kedua"); with no cards open a number belongs to a question."""
        if article is not None and article.isascii() and article.isdigit():
            return self.answer(talk, int(article), aside=aside)
        index = choice_in(words, len(talk.offered))
        if index is not None:
            return self.answer(talk, talk.offered[index], aside=aside)
        if stage is Stage.CHOOSING and talk.offered and len(words.split()) <= _CHOICE_WORDS:
            return self._which(talk)
        return self.ask(talk, stage, words, aside=aside)

    def _which(self, talk: Talk) -> Outcome:
        cards = tuple(self._articles.card(article) for article in talk.offered)
        return Outcome(talk, Stage.CHOOSING, (Say("utter_which_card", {"count": str(len(cards))}, cards),))

    def agree(self, talk: Talk) -> Outcome:
        """A "ya" while cards are open: the only card, or the question which."""
        return self.answer(talk, talk.offered[0]) if len(talk.offered) == 1 else self._which(talk)

    def resolve(self, talk: Talk) -> Outcome:
        """The person said that it helped; a problem told in the same message is next."""
        helped = Happened(EventKind.HELPED, (talk.article,) if talk.article is not None else ())
        if not talk.waiting:
            return Outcome(talk.settled(), None, (Say("utter_resolved"),), (helped,))
        following = self._one(talk.settled(), None, talk.waiting[0], aside=False)
        says = (Say("utter_resolved_next", {"problem": talk.waiting[0]}), *following.says)
        left = replace(following.talk, waiting=talk.waiting[1:])
        return replace(following, talk=left, says=says, happened=(helped, *following.happened))

    def reject(self, talk: Talk) -> Outcome:
        """The answer, or all the cards, did not help: why, and after the second time the ticket."""
        turned_down = (talk.article,) if talk.article is not None else talk.offered
        rejected = talk.rejected()
        outcome = Outcome(rejected, Stage.REASON, (Say("utter_ask_reason"),))
        if rejected.rejections >= _REJECTIONS_MAX:
            outcome = self._offer(rejected, "utter_offer_after_rejections", "two_rejections")
        elif talk.article is None:
            outcome = self._next_best(rejected, "utter_suggest_more")
        return replace(outcome, happened=(Happened(EventKind.REJECTED, turned_down), *outcome.happened))

    def explain(self, talk: Talk, stage: Stage | None, reason: str) -> Outcome:
        """The reason of a rejection; said instead of a plain "belum", it is the rejection too."""
        first: tuple[Happened, ...] = ()
        if stage is Stage.FEEDBACK:
            rejected = self.reject(talk)
            if rejected.stage is not Stage.REASON:
                return rejected
            talk, first = rejected.talk, rejected.happened
        outcome = self._next_best(talk, "utter_suggest_deeper" if reason == "incomplete" else "utter_suggest_more")
        told = Happened(EventKind.REJECTED, reason=reason)
        return replace(outcome, happened=(*first, told, *outcome.happened))

    def _next_best(self, talk: Talk, response: str) -> Outcome:
        """Cards that were not seen yet, or the request to say it in other words."""
        if not talk.question:
            return self.rephrase(talk)
        found = self._articles.suggest(" ".join(talk.told)[-_RANKED_CHARACTERS:], limit=_CARDS, exclude=talk.seen)
        if found.decision is Decision.ABSTAIN or not found.cards:
            return replace(self.rephrase(talk), happened=(Happened(EventKind.CLARIFIED),))
        return self._show(talk, response, found.cards)

    def refuse(self, talk: Talk, stage: Stage | None, words: str, *, aside: bool) -> Outcome:
        """What must not be given; with the articles on the proper way, where there are some."""
        found = self._articles.suggest(words[:_RANKED_CHARACTERS], limit=_CARDS)
        unsafe, refusal = replace(talk, escalation="unsafe"), Say("utter_refuse")
        if aside or found.decision not in _FITTING or not found.cards:
            return Outcome(unsafe, stage, (refusal,), asked=(found,))
        shown = self._show(unsafe, "utter_proper_way", found.cards)
        return replace(shown, says=(refusal, *shown.says), asked=(found,))

    def rephrase(self, talk: Talk) -> Outcome:
        """It is to be said in other words."""
        return Outcome(talk, Stage.REPHRASE, (Say("utter_rephrase"),))

    def decline(self, talk: Talk, words: str) -> Outcome:
        """No to the offer of a ticket - but "masih bingung" is no such no."""
        if still_stuck(words):
            return self._offer(talk, "utter_offer_after_rejections", talk.escalation or "two_rejections")
        calm = replace(talk, rejections=0, misses=0, repeats=0, escalation=None, waiting=())
        return Outcome(calm, None, (Say("utter_no_ticket_wanted"),))

    def _offer(self, talk: Talk, response: str, reason: str) -> Outcome:
        return Outcome(replace(talk, escalation=reason, offered=(), article=None), Stage.OFFER, (Say(response),))


def _same(words: str, question: str) -> bool:
    return bool(question) and words.strip().casefold() == question.strip().casefold()


def _each(talk: Talk, words: str, clear: Sequence[tuple[str, Suggestions]]) -> Outcome:
    """Cards for each problem. Problems of different categories wait, to become separate tickets (guide, rule 3)."""
    cards = tuple({card.id: card for _, found in clear for card in found.cards}.values())
    ids = tuple(card.id for card in cards)
    unrelated = len({found.cards[0].category for _, found in clear}) == len(clear)
    asked = talk.asked(clear[0][0] if unrelated else words, again=False).shown(ids)
    waiting = tuple(part for part, _ in clear[1:]) if unrelated else ()
    intro = Say("utter_several", {"count": str(len(clear))})
    says = (intro, *_by_problem(clear, set(ids)), Say("utter_several_choice"))
    happened = (Happened(EventKind.SUGGESTED, ids),)
    ranked = tuple(found for _, found in clear)
    return Outcome(replace(asked, waiting=waiting), Stage.CHOOSING, says, happened, ranked)


def _by_problem(clear: Sequence[tuple[str, Suggestions]], left: set[int]) -> tuple[Say, ...]:
    """One message for each problem, every card with the first problem that it fits."""
    says = []
    for part, found in clear:
        own = tuple(card for card in found.cards if card.id in left)
        left -= {card.id for card in own}
        says.append(Say("utter_one_of_several", {"problem": part}, own))
    return tuple(says)
