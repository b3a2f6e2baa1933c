"""Several problems told in one message: cards for each; those that are not related become tickets of their own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.articles.models import Suggestions
from bot.conversations.models import EventKind
from bot.dialogue.says import Happened, Outcome, Say
from bot.dialogue.talk import Stage, Talk

_TOGETHER: Final = "; "


def each_problem(talk: Talk, words: str, clear: Sequence[tuple[str, Suggestions]]) -> Outcome:
    """Cards for each problem. Those of another category than the first wait, to be separate tickets (guide, rule 3)."""
    ids = tuple({card.id: None for _, found in clear for card in found.cards})
    first, *waiting = related(clear)
    asked = talk.asked(first if waiting else words, again=False).shown(ids)
    intro = Say("utter_several", {"count": str(len(clear))})
    says = (intro, *_by_problem(clear, set(ids)), Say("utter_several_choice"))
    happened = (Happened(EventKind.SUGGESTED, ids),)
    ranked = tuple(found for _, found in clear)
    return Outcome(replace(asked, waiting=tuple(waiting)), Stage.CHOOSING, says, happened, ranked)


def related(clear: Sequence[tuple[str, Suggestions]]) -> list[str]:
    """The problems, those of one category told as one."""
    told: dict[str, list[str]] = {}
    for part, found in clear:
        told.setdefault(found.cards[0].category, []).append(part)
    return [_TOGETHER.join(parts) for parts in told.values()]


def _by_problem(clear: Sequence[tuple[str, Suggestions]], left: set[int]) -> tuple[Say, ...]:
    """One message for each problem, every card with the first problem that it fits."""
    says = []
    for part, found in clear:
        own = tuple(card for card in found.cards if card.id in left)
        left -= {card.id for card in own}
        says.append(Say("utter_one_of_several", {"problem": part}, own))
    return tuple(says)
