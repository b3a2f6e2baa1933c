"""The draft that the form begins with: what the talk has told, and what stands beside the wish for a person."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.dialogue.addressing import fill_labelled, take_address
from bot.dialogue.aftermath import Wish, continued_in, wish_in
from bot.dialogue.draft import Draft, numbered
from bot.dialogue.escalating import asks_for_person
from bot.dialogue.filling import told_beside
from bot.dialogue.problem import npsn_in, story_of, subject_of
from bot.dialogue.several import TOGETHER
from bot.dialogue.smalltalk import telling
from bot.dialogue.stories import Field, labelled_in, of_our_field, program_told
from bot.dialogue.talk import Talk
from bot.people.rules import find_emails

_WHOLE_CHARACTERS: Final = 25
_WISH_WORDS: Final = 4


def lines_of(talk: Talk) -> tuple[str, ...]:
    """What the talk has told of the problem that is open.

    Of several problems told in one message each becomes a ticket of its own: a line that holds one of those that wait
    is left out.
    """
    waiting = [part for each in talk.waiting for part in each.split(TOGETHER)]
    said = (line for line in talk.said if not any(part in line for part in waiting))
    return tuple(dict.fromkeys((*said, *talk.told)))


def opened(draft: Draft, lines: Sequence[str], wish: str) -> Draft:
    """A new draft with the address of `draft` and all that the lines and the wish for a person tell."""
    told = (*lines, wish) if _adds(wish) else tuple(lines)
    story = story_of(told)
    fresh = Draft(email=draft.email, program=_program(told), subject=subject_of(told), story=story)
    labelled = labelled_in(wish)
    fresh = _labelled(fresh, labelled) if labelled else _with_details(fresh, wish)
    continued = continued_in(wish)
    if continued:
        fresh = replace(fresh, story=f"Lanjutan tiket {continued}\n{fresh.story}".strip())
    npsn = next((found for line in (wish, *reversed(told)) if (found := npsn_in(line))), None)
    return _addressed(numbered(fresh, npsn) if npsn else fresh, (*told, wish))


_ONCE_MORE: Final = re.compile(r"\b(?:tiket|laporan|kedua|masalah|kendala|lain|baru|lagi)\w*\b", re.IGNORECASE)


def _adds(wish: str) -> bool:
    """Whether the wish tells of the problem too: in many words, or in those of our field."""
    own = told_beside(wish)
    if wish_in(wish, sent=True, shelved=False) is Wish.ANOTHER and not continued_in(wish):
        own = _ONCE_MORE.sub(" ", own)
    return of_our_field(own) or len(telling(own)) >= _WISH_WORDS


def _labelled(draft: Draft, labelled: Mapping[Field, str]) -> Draft:
    """The labelled values; what is called the problem names it better than all the message."""
    problem = labelled.get(Field.DETAILS)
    subject = subject_of([problem]) if problem else None
    return fill_labelled(replace(draft, subject=subject or draft.subject), labelled).draft


def _program(told: Sequence[str]) -> str | None:
    """The program that the latest lines name, else any of them."""
    return next((found for line in reversed(told) if (found := program_told(line))), None)


def _with_details(draft: Draft, wish: str) -> Draft:
    """Whoever gives an address and the whole story with the wish is asked for nothing more."""
    whole = len(told_beside(wish)) >= _WHOLE_CHARACTERS and asks_for_person(wish) and find_emails(wish)
    return replace(draft, details=draft.story) if whole and draft.subject else draft


def _addressed(draft: Draft, told: Sequence[str]) -> Draft:
    address = next((found[-1] for line in reversed(told) if (found := find_emails(line))), None)
    return take_address(draft, address).draft if address else draft
