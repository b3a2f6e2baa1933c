"""The steps from a question to an answer, or to the offer of a ticket. Rasa says which step; this says what it does."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.articles.models import ArticleCard, Suggestions
from bot.conversations.models import EventKind
from bot.dialogue.answering import Answering, Bookmark, fresh_words
from bot.dialogue.clarifying import topic_buttons, which_topic
from bot.dialogue.finding import RANKED_CHARACTERS, Articles, Finding, same_words, subject_of
from bot.dialogue.greeting import is_salam
from bot.dialogue.hearing import (
    choice_in,
    follows_up,
    lacks_number,
    means_another,
    name_in,
    names_place,
    pointed_at,
    settled,
    still_stuck,
    title_in,
)
from bot.dialogue.languages import foreign
from bot.dialogue.leaning import has_own_subject
from bot.dialogue.reactions import in_vain, meant_instead
from bot.dialogue.refusing import Refusal, instructs, refusal_of
from bot.dialogue.says import Happened, Outcome, Say
from bot.dialogue.several import each_problem, problems_of
from bot.dialogue.smalltalk import (
    adds_nothing,
    asks_after,
    asks_for_language,
    introduces,
    is_small_talk,
    is_vague,
    names_matter,
    says_more,
    telling,
    without_swearing,
)
from bot.dialogue.stories import names_others, of_our_field, of_ours_alone, quotes_error, tells_problem
from bot.dialogue.talk import Stage, Talk
from bot.people.rules import holds_mask
from embeddings import Decision

_REJECTIONS_MAX: Final = 2
_MISSES_MAX: Final = 2
_REPEATS_MAX: Final = 2
_FITTING: Final = frozenset({Decision.ANSWER, Decision.SUGGEST})


class Guide:
    """Leads from a question to an article that helps, or to the offer of a ticket."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles
        self._finding = Finding(articles)
        self._answering = Answering(articles)

    def ask(self, talk: Talk, stage: Stage | None, words: str, *, aside: bool = False) -> Outcome:
        """A question. `aside`: it stands in the middle of a form, which goes on afterwards."""
        refused = refusal_of(words)
        if refused:
            return self.refuse(talk, stage, words, aside=aside, why=refused)
        told = without_swearing(words) or words
        if talk.solved and follows_up(told):
            talk = talk.reopened()
        meant = meant_instead(told) if talk.question else None
        outcome = self._asked(talk, stage, meant or told, aside=aside)
        beside = (Say("utter_secret_masked"),) if holds_mask(words) else ()
        if is_salam(words) and not aside:
            beside = (Say("utter_salam"), *beside)
        if len(told.split()) < len(words.split()) and outcome.stage in _FOUND:
            beside = (*beside, Say("utter_sorry"))
        if foreign(words) and not foreign(talk.question) and outcome.stage in _FOUND:
            beside = (*beside, Say("utter_found_in_indonesian"))
        return replace(outcome, says=(*beside, *outcome.says))

    def beside(self, talk: Talk, stage: Stage | None, words: str, *, aside: bool) -> Outcome | None:
        """The answer to what stands beside small talk; None where nothing is found for it."""
        outcome = self.ask(talk, stage, words, aside=aside)
        told = outcome.stage in _FOUND or outcome.says[-1].response in _TELLING or (talk.question and follows_up(words))
        return outcome if told or tells_problem(words) or names_others(words) else None

    def _asked(self, talk: Talk, stage: Stage | None, words: str, *, aside: bool) -> Outcome:
        if same_words(words, talk.question):
            talk = replace(talk, question=words, repeats=talk.repeats + 1)
            if talk.repeats >= _REPEATS_MAX and not aside:
                return self._offer(talk, "utter_offer_after_loop", "loop")
        elif open_already := self._chosen(talk, stage, words, aside=aside):
            return open_already
        elif said := self._answered_without_articles(talk, stage, words):
            return said
        several = None if aside else self._several(talk, words)
        return several or self._one(talk, stage, words, aside=aside)

    def _chosen(self, talk: Talk, stage: Stage | None, words: str, *, aside: bool) -> Outcome | None:
        """What is open and meant by these words, whatever they were taken for."""
        if choice_in(words, len(talk.topics) or len(talk.offered)) is not None or names_place(words):
            return self.choose(talk, stage, words, {}, aside=aside)
        return self._named(talk, words, aside=aside) if stage is Stage.CHOOSING else None

    def _answered_without_articles(self, talk: Talk, stage: Stage | None, words: str) -> Outcome | None:
        """What needs no ranking: no number to give, which language may be written, or how it goes on from here."""
        if stage is Stage.TICKET_NUMBER and lacks_number(words) and not says_more(words):
            return Outcome(talk, None, (Say("utter_ticket_number_lost"),))
        if words and not talk.question and is_vague(words):
            return Outcome(talk, stage, (Say("utter_tell_more"),))
        if introduces(words):
            return Outcome(talk, stage, (Say("utter_tell_me"),))
        if asks_for_language(words):
            return Outcome(talk, stage, (Say("utter_languages"),))
        if talk.question and stage in _UNSETTLED and adds_nothing(words):
            return self.more(talk, "utter_suggest_deeper")
        return None

    def _named(self, talk: Talk, words: str, *, aside: bool) -> Outcome | None:
        """What is open and named by its words: a card by its title, or a topic."""
        index = title_in(words, [self._articles.card(article).title for article in talk.offered])
        if index is not None:
            return self.answer(talk, talk.offered[index], aside=aside)
        topic = name_in(words, talk.topics)
        if topic is not None:
            return self._topic(talk, talk.topics[topic], aside=aside)
        index = pointed_at(words, [self._articles.card(article).title for article in talk.offered])
        article = self._finding.meant_of(talk.offered, words) if index is None else talk.offered[index]
        return None if article is None else self.answer(talk, article, aside=aside)

    def _one(self, talk: Talk, stage: Stage | None, words: str, *, aside: bool) -> Outcome:
        if stage in {Stage.REASON, Stage.REPHRASE} and not aside:  # asked for in other words: what was seen is out
            found, again = self._finding.alone(words, exclude=talk.seen), True
        elif not aside and (line := self._finding.told_there(talk, words)):
            return Outcome(talk, Stage.FEEDBACK, (Say("utter_recalled", {"line": line}),))
        else:
            found, again = self._finding.rank(talk, words)
        outcome = self._answered(talk, stage, talk.asked(words, again=again), found, aside=aside)
        return replace(outcome, asked=(found,))

    def _several(self, talk: Talk, words: str) -> Outcome | None:
        """Several problems in one message, each with its own cards; None when it is one problem after all."""
        found = problems_of(words[:RANKED_CHARACTERS], self._finding.part)
        return each_problem(talk, words, found) if found else None

    def _answered(self, before: Talk, stage: Stage | None, talk: Talk, found: Suggestions, *, aside: bool) -> Outcome:
        if found.decision is Decision.ANSWER and found.cards:
            return self._clear_winner(before, talk, found.cards[0].id, aside=aside)
        if found.decision is Decision.SUGGEST and found.cards:
            return self._show(talk, "utter_suggest", found.cards)
        about = talk.question if has_own_subject(talk.question) else subject_of(talk)
        elsewhere = self._elsewhere(about) if found.decision is Decision.ABSTAIN or not found.cards else None
        if before.question and not aside and _says_more_of_it(talk.question, found, elsewhere):
            return self._noted(before, stage, talk.question)
        if elsewhere:  # the desk could not help either: no ticket is offered, and what was talked about stays open
            return Outcome(before, stage, (elsewhere,))
        return self._unfit(talk, found, aside=aside)

    def _noted(self, before: Talk, stage: Stage | None, words: str) -> Outcome:
        """What fits nothing, said in the middle of a problem of ours: more of it, or a question that has no article."""
        unheard = self._articles.unheard(words)
        if unheard > _STRANGE * len(telling(words)) or (unheard and has_own_subject(words) and asks_after(words)):
            return Outcome(before, stage, (Say("utter_out_of_scope" if names_matter(words) else "utter_not_caught"),))
        if asks_after(words) or words.rstrip().endswith("?"):
            return Outcome(before, stage, (Say("utter_no_answer_to_that"),))
        return self.note(before, stage, words)

    def note(self, before: Talk, stage: Stage | None, words: str) -> Outcome:
        """More of the problem, for the ticket; after the second time a person is offered."""
        more = replace(before.tried(words), misses=before.misses + 1)
        if more.misses >= _MISSES_MAX:
            return self._offer(more, "utter_offer_with_that", "no_fit")
        return Outcome(more, stage, (Say("utter_noted"),))

    def _clear_winner(self, before: Talk, talk: Talk, article: int, *, aside: bool) -> Outcome:
        """The answer at once; one that stands there already was asked for in other words, and did not help so far."""
        if article == before.article and in_vain(talk.question) and not aside:
            return self.reject(before.tried(talk.question))
        if article == before.article and not same_words(talk.question, before.question) and not aside:
            talk = replace(talk, repeats=max(talk.repeats, before.repeats + 1))
            if talk.repeats >= _REPEATS_MAX:
                return self._offer(talk, "utter_offer_after_loop", "loop")
            kept = replace(before, question=talk.question, told=talk.told, repeats=talk.repeats)
            return self._answering.recall(kept, fresh_words(talk.question, before.told))
        return self.answer(talk.shown((article,)), article, aside=aside)

    def _elsewhere(self, question: str) -> Say | None:
        """What to say to a question that is not ours: in which language, or where, to ask it."""
        if foreign(question):
            return Say("utter_other_language")
        if is_vague(question):
            return None
        place = None if of_ours_alone(question) else self._articles.place(question)
        if place:
            return Say("utter_elsewhere", {"place": place.says})
        if of_our_field(question) or (quotes_error(question) and not names_others(question)):
            return None
        return Say("utter_out_of_scope" if names_matter(question) else "utter_not_caught")

    def _unfit(self, talk: Talk, found: Suggestions, *, aside: bool) -> Outcome:
        """Nothing fits well enough to be shown: ask back, and after the second time in a row offer the ticket."""
        missed = talk.missed()
        if missed.misses >= _MISSES_MAX and not aside:
            return self._offer(missed, "utter_offer_after_no_fit", "no_fit")
        if len(found.between) == 1:
            return self._between_cards(missed, self._finding.of_topic(missed, found.between[0].name))
        asked = which_topic(missed, found.between)
        return asked or self._between_cards(missed, () if found.decision is Decision.ABSTAIN else found.cards)

    def _between_cards(self, talk: Talk, cards: tuple[ArticleCard, ...]) -> Outcome:
        ids = tuple(card.id for card in cards)
        nothing = "utter_tell_more" if is_vague(talk.question) else "utter_no_fit"
        said = Say("utter_clarify" if ids else nothing, articles=cards)
        stage = Stage.CHOOSING if ids else Stage.REPHRASE
        return Outcome(replace(talk, offered=ids), stage, (said,), (Happened(EventKind.CLARIFIED, ids),))

    def _show(self, talk: Talk, response: str, cards: tuple[ArticleCard, ...]) -> Outcome:
        ids = tuple(card.id for card in cards)
        said = Say(response if len(cards) > 1 else f"{response}_one", articles=cards)
        return Outcome(talk.shown(ids), Stage.CHOOSING, (said,), (Happened(EventKind.SUGGESTED, ids),))

    def answer(self, talk: Talk, article: int, *, aside: bool = False) -> Outcome:
        """The short form of an article, and whether it helped; in the middle of a form only the short form."""
        return self._answering.begin(talk, article, aside=aside)

    def read_on(
        self, talk: Talk, stage: Stage | None, words: str, tapped: Mapping[str, str], *, aside: bool = False
    ) -> Outcome:
        """Go on: with the answer that is being read, or with what was asked last."""
        bookmark = Bookmark.tapped(tapped)
        if settled(words) and stage is Stage.READING:
            return self.resolve(talk)
        if bookmark or talk.article is not None:
            return self._answering.read_on(talk, stage, bookmark, aside=aside)
        if stage is Stage.CHOOSING and (talk.offered or talk.topics):
            return self._which(talk)
        response = {Stage.REASON: "utter_ask_reason", Stage.REPHRASE: "utter_rephrase"}.get(stage) if stage else None
        return Outcome(talk, stage, (Say(response or "utter_go_on"),))

    def enough(self, talk: Talk, words: str) -> Outcome:
        """No more of the answer is wanted - because it was enough, or because it is the wrong one."""
        if means_another(words) or still_stuck(words):
            return self.reject(talk)
        return self._answering.read_on(talk, Stage.READING, Bookmark(talk.article or 0, None), aside=False)

    def choose(
        self, talk: Talk, stage: Stage | None, words: str, tapped: Mapping[str, str], *, aside: bool = False
    ) -> Outcome:
        """A choice by tap or by place ("yang kedua"); with nothing open a number belongs to a question."""
        article, topic = tapped.get("article", ""), tapped.get("topic")
        if article.isascii() and article.isdigit():
            return self.answer(talk, int(article), aside=aside)
        if topic:
            return self._topic(talk, topic, aside=aside)
        index = choice_in(words, len(talk.topics) or len(talk.offered))
        if index is not None and talk.topics:
            return self._topic(talk, talk.topics[index], aside=aside)
        if index is not None:
            return self.answer(talk, talk.offered[index], aside=aside)
        place_or_less = names_place(words) or is_small_talk(words)
        if stage is Stage.CHOOSING and (talk.offered or talk.topics) and place_or_less:
            return self._which(talk)
        if names_place(words):
            asked_last = (Say("utter_ask_feedback"),) if stage is Stage.FEEDBACK else ()
            return Outcome(talk, stage, (Say("utter_no_choice"), *asked_last))
        return self.ask(talk, stage, words, aside=aside)

    def _topic(self, talk: Talk, topic: str, *, aside: bool) -> Outcome:
        """The cards of a topic that was chosen, the likeliest for the question first."""
        cards = self._finding.of_topic(talk, topic)
        if not cards:
            return self._unfit(replace(talk, topics=()), Suggestions(topic, topic, Decision.ABSTAIN, ()), aside=aside)
        return self._show(talk, "utter_suggest", cards)

    def _which(self, talk: Talk) -> Outcome:
        if talk.topics:
            count = Say("utter_which_number", {"count": str(len(talk.topics))})
            return Outcome(talk, Stage.CHOOSING, (replace(count, choices=topic_buttons(talk.topics)),))
        cards = tuple(self._articles.card(article) for article in talk.offered)
        if len(cards) == 1:
            return Outcome(talk, Stage.CHOOSING, (Say("utter_suggest_one", articles=cards),))
        return Outcome(talk, Stage.CHOOSING, (Say("utter_which_card", {"count": str(len(cards))}, cards),))

    def agree(self, talk: Talk) -> Outcome:
        """A "ya" while something is open to choose: the only card, or the question which."""
        return self.answer(talk, talk.offered[0]) if len(talk.offered) == 1 else self._which(talk)

    def resolve(self, talk: Talk) -> Outcome:
        """The person said that it helped; a problem told in the same message is next."""
        helped = Happened(EventKind.HELPED, (talk.article,) if talk.article is not None else ())
        if not talk.waiting:
            return Outcome(talk.solves(), None, (Say("utter_resolved"),), (helped,))
        following = self._one(talk.settled(), None, talk.waiting[0], aside=False)
        says = (Say("utter_resolved_next", {"problem": talk.waiting[0]}), *following.says)
        left = replace(following.talk, waiting=talk.waiting[1:])
        return replace(following, talk=left, says=says, happened=(helped, *following.happened))

    def reject(self, talk: Talk) -> Outcome:
        """The answer, or all the cards, did not help: why, and after the second time the ticket."""
        if talk.topics:
            return replace(self.rephrase(replace(talk, topics=())), happened=(Happened(EventKind.CLARIFIED),))
        rejected = talk.rejected()
        outcome = Outcome(rejected, Stage.REASON, (Say("utter_ask_reason"),))
        if rejected.rejections >= _REJECTIONS_MAX:
            outcome = self._offer(rejected, "utter_offer_after_rejections", "two_rejections")
        elif talk.article is None:
            outcome = self.more(rejected, "utter_suggest_more")
        return replace(outcome, happened=(Happened(EventKind.REJECTED, talk.in_view), *outcome.happened))

    def exhausted(self, talk: Talk) -> Outcome:
        """All that was told was tried: nobody is asked what was lacking, a person is offered."""
        outcome = self._offer(talk.rejected(), "utter_offer_after_all", "no_fit")
        return replace(outcome, happened=(Happened(EventKind.REJECTED, talk.in_view), *outcome.happened))

    def explain(self, talk: Talk, stage: Stage | None, reason: str) -> Outcome:
        """The reason of a rejection; said instead of a plain "belum", it is the rejection too."""
        first: tuple[Happened, ...] = ()
        if stage in {Stage.FEEDBACK, Stage.READING}:
            rejected = self.reject(talk)
            if rejected.stage is not Stage.REASON:
                return rejected
            talk, first = rejected.talk, rejected.happened
        outcome = self.more(talk, "utter_suggest_deeper" if reason == "incomplete" else "utter_suggest_more")
        told = Happened(EventKind.REJECTED, reason=reason)
        return replace(outcome, happened=(*first, told, *outcome.happened))

    def more(self, talk: Talk, response: str) -> Outcome:
        """Cards that were not seen yet, or the request to say it in other words."""
        if not talk.question:
            return self.rephrase(talk)
        found = self._finding.unseen(talk)
        if found.decision is Decision.ABSTAIN or not found.cards:
            if talk.rejections:  # what fitted was turned down, and nothing else does
                return self._offer(talk, "utter_offer_after_no_fit", "no_fit")
            return replace(self.rephrase(talk), happened=(Happened(EventKind.CLARIFIED),))
        return self._show(talk, response, found.cards)

    def refuse(
        self, talk: Talk, stage: Stage | None, words: str, *, aside: bool, why: Refusal | None = None
    ) -> Outcome:
        """What must not be given; with the articles on the proper way, where there are some."""
        unsafe, why = replace(talk, escalation="unsafe"), why or refusal_of(words)
        if why is Refusal.INSTRUCTIONS or (why is None and instructs(words)):
            return Outcome(unsafe, stage, (Say("utter_refuse_instructions"),))
        if why in _PLAINLY_REFUSED:
            return Outcome(unsafe, stage, (Say(_PLAINLY_REFUSED[why]),))
        found = self._finding.alone(words)
        if aside or found.decision not in _FITTING or not found.cards:
            return Outcome(unsafe, stage, (Say("utter_refuse"),), asked=(found,))
        shown = self._show(unsafe, "utter_proper_way", found.cards)
        return replace(shown, says=(Say("utter_refuse"), *shown.says), asked=(found,))

    def calm(self, talk: Talk, stage: Stage | None, words: str, *, aside: bool) -> Outcome:
        """Abuse: after a word of sympathy an answer to the problem that it tells, where there is one."""
        told = without_swearing(words)
        found = self.ask(talk, stage, told, aside=aside) if tells_problem(told) or names_others(told) else None
        if found and (found.stage in _FOUND or names_others(told)):
            return replace(found, says=(Say("utter_sorry"), *found.says))
        return Outcome(talk, stage, (Say("utter_calm_aside" if aside else "utter_calm"),))

    def rephrase(self, talk: Talk) -> Outcome:
        """It is to be said in other words."""
        return Outcome(talk, Stage.REPHRASE, (Say("utter_rephrase"),))

    def decline(self, talk: Talk, words: str) -> Outcome:
        """No to the offer of a ticket - but "masih bingung" and "ga tau" are no such no."""
        if still_stuck(words) or in_vain(words) or _UNDECIDED.search(words):
            return self._offer(
                talk.tried(words) if telling(words) else talk,
                "utter_offer_after_rejections",
                talk.escalation or "two_rejections",
            )
        calm = replace(talk, rejections=0, misses=0, repeats=0, escalation=None, waiting=())
        return Outcome(calm, None, (Say("utter_no_ticket_wanted"),))

    def _offer(self, talk: Talk, response: str, reason: str) -> Outcome:
        gone = replace(talk, escalation=reason, offered=(), topics=(), article=None)
        return Outcome(gone, Stage.OFFER, (Say(response),))


_STRANGE: Final = 0.5  # of the words that tell something: so many that no article holds are of another field
_UNDECIDED: Final = re.compile(r"\b(?:tau|tahu|tauk|bingung|terserah|gimana|gmn)\b", re.IGNORECASE)
# Where it is open whether the problem is solved.
_UNSETTLED: Final = frozenset({Stage.READING, Stage.FEEDBACK, Stage.REASON, Stage.REPHRASE})
_PLAINLY_REFUSED: Final[dict[Refusal | None, str]] = {
    Refusal.FRAUD: "utter_refuse_fraud",
    Refusal.OTHERS: "utter_refuse_others",
}
_TELLING: Final = frozenset({"utter_elsewhere", "utter_languages", *_PLAINLY_REFUSED.values()})
_FOUND: Final = frozenset({Stage.CHOOSING, Stage.READING, Stage.FEEDBACK})


def _says_more_of_it(words: str, found: Suggestions, elsewhere: Say | None) -> bool:
    """Whether words that fit nothing may be of the problem that is open: no place is known for them, no field named."""
    nothing = found.decision is Decision.ABSTAIN and not found.between
    belongs = elsewhere is None or elsewhere.response in {"utter_out_of_scope", "utter_not_caught"}
    return nothing and belongs and not of_our_field(words) and not is_vague(words)
