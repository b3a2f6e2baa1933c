"""Actions around a question: cards, the choice, the answer, whether it helped."""

from dataclasses import replace
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.adapting import deliver, heard, in_form, stage_of, talk_of
from actions.services import ActionServices
from bot.dialogue.draft import Heard
from bot.dialogue.guide import Guide
from bot.dialogue.hearing import beside_greeting, greeting_at, is_salam
from bot.dialogue.says import Outcome, Say
from bot.dialogue.talk import Stage, Talk


class Step(Action):
    """An action that is one step of the guide."""

    action: ClassVar[str]

    def __init__(self, services: ActionServices) -> None:
        self.services = services
        self.guide = Guide(services.articles)

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return self.action

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:  # noqa: ARG002
        """Take the step, and say and record what came of it."""
        outcome = self.step(talk_of(tracker), stage_of(tracker), heard(tracker), aside=in_form(tracker))
        return await deliver(outcome, dispatcher, tracker, self.services)

    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        """What the step comes to. `aside`: it stands in the middle of the ticket form."""
        raise NotImplementedError


class Suggest(Step):
    """A question: cards, an answer, a question back, or the offer of a ticket."""

    action = "action_suggest"

    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        return self.guide.ask(talk, stage, said.text, foreign=said.intent == "out_of_scope", aside=aside)


class Choose(Step):
    """A choice of an open card."""

    action = "action_choose"

    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        return self.guide.choose(talk, stage, said.words, said.entities.get("article"), aside=aside)


class Agree(Step):
    """A yes while cards are open."""

    action = "action_agree"

    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:  # noqa: ARG002
        return self.guide.agree(talk)


class Resolve(Step):
    """It helped."""

    action = "action_resolve"

    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:  # noqa: ARG002
        return self.guide.resolve(talk)


class Reject(Step):
    """It did not help."""

    action = "action_reject"

    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:  # noqa: ARG002
        return self.guide.reject(talk)


class Explain(Step):
    """Why it did not help."""

    action = "action_explain"

    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:  # noqa: ARG002
        return self.guide.explain(talk, stage, said.entities.get("reason", "other"))


class DeclineOffer(Step):
    """No ticket wanted."""

    action = "action_decline_offer"

    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:  # noqa: ARG002
        return Outcome(replace(talk, rejections=0, misses=0, repeats=0), None, (Say("utter_no_ticket_wanted"),))


class Drop(Step):
    """The person gives up what was being talked about."""

    action = "action_drop"

    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:  # noqa: ARG002
        return Outcome(talk.settled(), None, (Say("utter_dropped"),))


class Greet(Step):
    """A greeting is returned; a question beside it is answered."""

    action = "action_greet"

    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        if beside_greeting(said.words):
            return self.guide.ask(talk, stage, said.words, aside=aside)
        greeting = greeting_at(self.services.clock.now())
        if is_salam(said.words):
            greeting = f"Waalaikumsalam. {greeting}"
        response = "utter_greet" if not talk.question and not talk.tickets else "utter_greet_again"
        return Outcome(talk, stage, (Say(response, {"greeting": greeting}),))


class Refuse(Step):
    """What must not be given is refused; the articles with the proper way are shown."""

    action = "action_refuse"

    def step(self, talk: Talk, stage: Stage | None, said: Heard, *, aside: bool) -> Outcome:
        refusal = Say("utter_refuse")
        found = self.guide.ask(talk, stage, said.text, foreign=True, aside=True)
        cards = tuple(card for say in found.says for card in say.articles)
        if aside or not cards:
            return Outcome(talk, stage, (refusal,))
        offered = replace(talk, offered=tuple(card.id for card in cards), article=None)
        return Outcome(offered, Stage.CHOOSING, (refusal, Say("utter_proper_way", articles=cards)), found.happened)
