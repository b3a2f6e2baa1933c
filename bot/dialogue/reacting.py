"""What follows when a few words only tell how it goes with what was shown."""

from typing import Final

from bot.dialogue.answering import Answering
from bot.dialogue.finding import Articles
from bot.dialogue.guide import Guide
from bot.dialogue.reactions import Reaction, meant_instead, reaction_in, step_asked, tried_all
from bot.dialogue.says import Outcome, Say
from bot.dialogue.smalltalk import feels
from bot.dialogue.stories import of_our_field
from bot.dialogue.talk import Stage, Talk

# Where something was shown that can be read or tried.
_SHOWN: Final = frozenset({Stage.CHOOSING, Stage.READING, Stage.FEEDBACK, Stage.REASON})
# What a plain no, or the reason of one, says already.
_PLAIN: Final = frozenset({Reaction.STUCK, Reaction.WRONG})
_TURNED_DOWN: Final = frozenset({Reaction.STUCK, Reaction.WRONG, Reaction.MORE})


class Reacting:
    """Is asked before anything is made of the classifier's reading, which does not know what was shown."""

    def __init__(self, guide: Guide, articles: Articles) -> None:
        self._guide = guide
        self._answering = Answering(articles)

    def react(self, talk: Talk, stage: Stage | None, words: str, *, plain: bool = False) -> Outcome | None:
        """What follows; None when the words tell of something else, or nothing was shown.

        `plain`: the classifier heard a no, or why, which is understood as such where something was shown.
        """
        step = step_asked(words) if talk.article is not None and stage in _SHOWN else None
        if step is not None and (quoted := self._answering.step(talk, step)):
            return quoted
        if feels(words):
            return Outcome(talk, stage, (Say("utter_comfort"),))
        reaction = reaction_in(words) if words else None
        if reaction is None or (reaction is Reaction.WRONG and meant_instead(words)):
            return None
        if stage in _SHOWN and not (plain and reaction in _PLAIN and not tried_all(words)):
            return self._shown(talk, stage, words, reaction)
        again = talk.solved and stage is None and reaction in {Reaction.STUCK, Reaction.WRONG}
        return self._guide.reject(talk.reopened().tried(words)) if again else None

    def _shown(self, talk: Talk, stage: Stage | None, words: str, reaction: Reaction) -> Outcome | None:
        if reaction in {Reaction.SOLVED, Reaction.LEAVE}:
            return self._over(talk, reaction)
        if reaction is Reaction.STUCK and talk.article is not None and tried_all(words):
            return self._guide.exhausted(talk.tried(words))
        if reaction is Reaction.TRYING:
            return Outcome(talk, stage, (Say("utter_try_first"),))
        if talk.article is not None:
            return self._about_answer(talk, stage, words, reaction)
        if reaction is Reaction.DONE and not of_our_field(words):
            return self._guide.note(talk, stage, words)
        return self._guide.reject(talk.tried(words)) if reaction in _TURNED_DOWN else None

    def _about_answer(self, talk: Talk, stage: Stage | None, words: str, reaction: Reaction) -> Outcome:
        if reaction is Reaction.GIST:
            return self._answering.gist(talk, stage)
        if reaction is Reaction.AGAIN:
            return self._guide.answer(talk, talk.article or 0)
        if reaction is Reaction.MORE:
            return self._guide.more(talk, "utter_suggest_more")
        if reaction is Reaction.DONE:
            return Outcome(talk.tried(words), Stage.FEEDBACK, (Say("utter_done_so_far"),))
        return self._guide.reject(talk.tried(words))

    def _over(self, talk: Talk, reaction: Reaction) -> Outcome:
        """The problem is solved - by the answer, where one was read - or given up."""
        if reaction is Reaction.LEAVE:
            return Outcome(talk.settled(), None, (Say("utter_dropped"),))
        return self._guide.resolve(talk)
