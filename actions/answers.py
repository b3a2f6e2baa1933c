"""Actions around a question: cards, the choice, the answer, whether it helped."""
# mypy: allow-subclassing-any

from dataclasses import replace
from typing import Any, ClassVar, Final

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from typing_extensions import override

from actions.adapting import deliver, heard, in_form, stage_of, talk_of
from actions.counter import Counter
from actions.services import ActionServices
from bot.dialogue.asides import contradicts_yes
from bot.dialogue.draft import Heard
from bot.dialogue.greeting import beside_greeting, greeting_at, greets, is_salam
from bot.dialogue.guide import Guide
from bot.dialogue.hearing import is_ticket_number, names_place, settled, still_stuck
from bot.dialogue.languages import foreign
from bot.dialogue.reacting import Reacting
from bot.dialogue.reactions import asks_whether
from bot.dialogue.refusing import demands, holds_secret, refusal_of, tells_trouble
from bot.dialogue.reports import Reports
from bot.dialogue.says import Outcome, Say
from bot.dialogue.smalltalk import (
    asks_for_menu,
    says_more,
    telling,
    tells_another_matter,
    tells_of_trouble,
    thanks,
    wants_more_said,
)
from bot.dialogue.stories import names_others, of_our_field, tells_problem
from bot.dialogue.talk import Stage, Talk
from bot.people.rules import holds_mask

# What the classifier knows best: a plain no, and why.
_PLAIN: Final = frozenset({"deny", "give_reason"})


class Step(Action):
    """An action that is one step of the guide."""

    action: ClassVar[str]

    def __init__(self, services: ActionServices) -> None:
        self.services = services
        self.guide = Guide(services.articles)
        self.reacting = Reacting(self.guide, services.articles)
        self.counter = Counter(services)

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return self.action

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:  # noqa: ARG002
        """Take the step, and say and record what came of it."""
        talk, stage, said, aside = talk_of(tracker), stage_of(tracker), heard(tracker), in_form(tracker)
        taken = None if aside else await self.counter.take(dispatcher, tracker)
        if taken is not None:
            return taken
        reacted = None if aside else self.reacting.react(talk, stage, said.words, plain=said.intent in _PLAIN)
        outcome = reacted or self.step(talk, stage, said, aside=aside)
        return await deliver(outcome, dispatcher, tracker, self.services)

    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        """What the step comes to. `aside`: it stands in the middle of the ticket form."""
        raise NotImplementedError


class Suggest(Step):
    """A question: cards, an answer, a question back, or the offer of a ticket."""

    action = "action_suggest"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        return self.guide.ask(talk, stage, said.text, aside=aside)


class Choose(Step):
    """A choice of an open card, or the bare number of a ticket."""

    action = "action_choose"

    @override
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if is_ticket_number(heard(tracker).words) and not in_form(tracker):
            reports = Reports(self.services.tickets, self.services.hours, self.services.clock)
            outcome = await reports.status(talk_of(tracker), stage_of(tracker), heard(tracker).words)
            return await deliver(outcome, dispatcher, tracker, self.services)
        return await super().run(dispatcher, tracker, domain)

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        return self.guide.choose(talk, stage, said.words, said.entities, aside=aside)


class ReadOn(Step):
    """On with a long answer, or with what was asked last."""

    action = "action_read_on"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        if said.intent == "affirm" and not said.words:
            return self.guide.resolve(talk)  # a tapped "Ya" is about the article: no section asks for one
        return self.guide.read_on(talk, stage, said.words, said.entities, aside=aside)


class Enough(Step):
    """A no while a long answer is being read - but "barangnya ga dateng2" is another matter."""

    action = "action_enough"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        if tells_another_matter(said.words):
            return self.guide.ask(talk, stage, said.words, aside=aside)
        return self.guide.enough(talk, said.words) if said.words else self.guide.reject(talk)


class Agree(Step):
    """A yes while cards are open."""

    action = "action_agree"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        return self.guide.agree(talk)


class Resolve(Step):
    """It helped - but "itu bisa tiap bulan?" is another question."""

    action = "action_resolve"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        if contradicts_yes(said.words) and not aside:
            return self.guide.reject(talk)  # "ya salah semua"
        asks_on = wants_more_said(said.words) and not settled(said.words)
        if asks_on and says_more(said.words):
            return self.guide.ask(talk, stage, said.words, aside=aside)
        if asks_on and not aside:
            return Outcome(talk, stage, (Say("utter_which_part"),))
        return self.guide.resolve(talk)


class Reject(Step):
    """It did not help - but "tpg saya belum cair" is another matter."""

    action = "action_reject"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        if names_others(said.words) or asks_whether(said.words):
            return self.guide.ask(talk, stage, said.words, aside=aside)
        return self.guide.reject(talk.tried(said.words) if telling(said.words) else talk)


class Explain(Step):
    """Why it did not help."""

    action = "action_explain"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        return self.guide.explain(talk, stage, said.entities.get("reason", "other"))


class Rephrase(Step):
    """It is going to be said in other words."""

    action = "action_rephrase"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        return self.guide.rephrase(talk)


class DeclineOffer(Step):
    """No ticket wanted."""

    action = "action_decline_offer"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        return self.guide.decline(talk, said.words)


class Drop(Step):
    """The person gives up what was being talked about - but "batalkan pesanan siplah" is a question."""

    action = "action_drop"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        if tells_problem(said.words) or (talk.question and wants_more_said(said.words)):
            return self.guide.ask(talk, stage, said.words, aside=aside)
        return Outcome(talk.settled(), None, (Say("utter_dropped"),))


class Greet(Step):
    """A greeting is returned; a question beside it is answered."""

    action = "action_greet"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        if stage is Stage.CHOOSING and names_place(said.words):
            return self.guide.choose(talk, stage, said.words, said.entities, aside=aside)
        if beside_greeting(said.words) or (talk.question and said.words and not greets(said.words)):
            return self.guide.ask(talk, stage, said.words, aside=aside)
        greeting = greeting_at(self.services.clock.now())
        if is_salam(said.words):
            greeting = f"Waalaikumsalam. {greeting}"
        if aside:
            return Outcome(talk, stage, (Say("utter_greet_aside", {"greeting": greeting}),))
        known = talk.greeted or talk.question or talk.tickets
        said_back = Say("utter_greet_again" if known else "utter_greet", {"greeting": greeting})
        return Outcome(replace(talk, greeted=True), stage, (said_back,))


class Refuse(Step):
    """What must not be given is refused; the articles with the proper way are shown."""

    action = "action_refuse"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        if not demands(said.words) and not refusal_of(said.words):
            return self.guide.ask(talk, stage, said.words, aside=aside)
        return self.guide.refuse(talk, stage, said.words, aside=aside)


class SmallTalk(Step):
    """Small talk, answered by the response of its name - unless the words say more, and an answer to that is found."""

    response: ClassVar[str]
    found_only: ClassVar[bool] = True  # whether what more is said counts only where something is found for it

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        answer = self.guide.beside if self.found_only else self.guide.ask
        found = answer(talk, stage, said.words, aside=aside) if says_more(said.words) else None
        return found or Outcome(talk, stage, (Say(self.reply(said.words, aside=aside)),))

    def reply(self, words: str, *, aside: bool) -> str:  # noqa: ARG002 - some replies depend on it
        """The response to what is small talk indeed."""
        return self.response


class Calm(Step):
    """Abuse."""

    action = "action_calm"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        return self.guide.calm(talk, stage, said.words, aside=aside)


class GoOn(SmallTalk):
    """A yes to nothing in particular."""

    action, response = "action_go_on", "utter_go_on"

    @override
    def reply(self, words: str, *, aside: bool) -> str:
        vague = "utter_tell_more" if words and tells_of_trouble(words) else self.response
        return "utter_resolved" if settled(words) else vague


class NoForm(SmallTalk):
    """What only a form could use, while none is open."""

    action, response = "action_no_form", "utter_no_form"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        if said.words and (said.intent == "give_program" or talk.question):
            return self.guide.ask(talk, stage, said.words, aside=aside)
        return super().step(talk, stage, said, aside=aside)


class Help(SmallTalk):
    """A call for help: what can be done here, or a word that invites to tell the problem."""

    action, response, found_only = "action_help", "utter_help", False

    @override
    def reply(self, words: str, *, aside: bool) -> str:
        return "utter_tell_me" if words and not asks_for_menu(words) else self.response


class Nothing(SmallTalk):
    """Emoji, signs, a script that nobody reads here."""

    action, response = "action_nothing", "utter_nothing"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        if foreign(said.words):
            return Outcome(talk, stage, (Say("utter_other_language"),))
        return super().step(talk, stage, said, aside=aside)


class Files(Step):
    """Files without words, or words about files - which may not have come yet."""

    action = "action_files"

    @override
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if not heard(tracker).words or await self.services.conversations.files(tracker.sender_id):
            outcome = Outcome(talk_of(tracker), stage_of(tracker), (Say("utter_files"),))
            return await deliver(outcome, dispatcher, tracker, self.services)
        return await super().run(dispatcher, tracker, domain)

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        if said.words.rstrip().endswith("?") or of_our_field(said.words):
            return self.guide.ask(talk, stage, said.words, aside=aside)
        return Outcome(talk, stage, (Say("utter_files_awaited"),))


class Warn(Step):
    """A secret that the person sends - but "kode aktivasi salah" sends none, and may name an open card."""

    action = "action_warn"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        masked = holds_mask(said.words)
        if holds_secret(said.words) and not (masked and tells_trouble(said.words)):
            told = " Bagian itu sudah saya samarkan." if masked else ""
            return Outcome(talk, stage, (Say("utter_secret", {"masked": told}),))
        return self.guide.ask(talk, stage, said.words, aside=aside)


class Welcome(SmallTalk):
    """Thanks - but "selisih 150rb" tells more of the problem."""

    action, response = "action_welcome", "utter_welcome"

    @override
    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        if says_more(said.words) and not thanks(said.words):
            return self.guide.ask(talk, stage, said.words, aside=aside)
        return super().step(talk, stage, said, aside=aside)


class WhatThen(SmallTalk):
    """A no to nothing in particular."""

    action, response = "action_what_then", "utter_what_then"

    @override
    def reply(self, words: str, *, aside: bool) -> str:
        return "utter_tell_more" if still_stuck(words) else self.response
