"""The ticket that is being written, as a plain value, and how values and more of the story come into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.dialogue.colloquial import formal
from bot.dialogue.hearing import asks, words
from bot.dialogue.problem import subject_of, with_npsn
from bot.dialogue.stories import Field, of_our_field, program_told, says_what_is_wrong, subject_told, tells_problem
from bot.errors import InvalidEmail, InvalidInput
from bot.people.rules import parse_email
from bot.tickets.rules import parse_details, parse_program, parse_subject

ORDER: Final = tuple(Field)
SENT: Final = "sent"
LEFT: Final = "left"  # what ends the form without a ticket


@dataclass(frozen=True)
class Heard:
    """What Rasa heard: the words, its reading of them, and the values that a button carried.

    `files` are the names of those that the talk holds for the next ticket.
    """

    text: str
    intent: str | None = None
    entities: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[str] = ()

    @property
    def words(self) -> str:
        """What was typed; nothing for a tap."""
        return "" if self.text.startswith("/") else self.text.strip()


@dataclass(frozen=True)
class Draft:
    """A ticket that is being written.

    `typed_email` waits for a yes or no to a probable slip; `story` is what the talk has told so far; `tries` counts
    what was no answer to the question that is open; `shelved` is a draft that was given up, and may be wanted again.
    """

    email: str | None = None
    program: str | None = None
    subject: str | None = None
    details: str | None = None
    confirmation: str | None = None
    typed_email: str | None = None
    story: str = ""
    tries: int = 0
    shelved: Mapping[str, str] | None = None

    def missing(self) -> Field | None:
        """The first question that has no answer, or None when the ticket is sent or left."""
        if self.confirmation == LEFT:
            return None
        return next((name for name in ORDER if getattr(self, name) is None), None)

    def without(self, name: Field) -> "Draft":
        """The draft with one answer taken back, and with it the word that all is right."""
        taken_back: dict[str, Any] = {name.value: None, "confirmation": None}
        return replace(self, **taken_back)


@dataclass(frozen=True)
class Step:
    """What comes of one message. `note` goes before the next question; `response` takes the question's place.

    `rejected`: this was no answer to the form, and Rasa's rules decide what it was. `again`: nothing was taken, and the
    question is asked in few words.
    """

    draft: Draft
    note: str = ""
    response: str | None = None
    rejected: bool = False
    again: bool = False


QUESTIONS: Final = frozenset({"ask_question", "nlu_fallback"})
# What is never a value of a short field. (Details may sound like anything.)
BESIDE: Final = frozenset(
    {"ask_help", "bot_challenge", "check_ticket", "choose_article", "goodbye", "greet", "insult", "thank", "ask_hours"}
)


_PARSERS: Final = {
    Field.EMAIL: parse_email,
    Field.PROGRAM: parse_program,
    Field.SUBJECT: parse_subject,
    Field.DETAILS: parse_details,
}


def fill(draft: Draft, values: Mapping[Field, str]) -> Step:
    """Take these values; what is wrong with one goes into the note, and its question is asked again."""
    notes: list[str] = []
    for name, value in values.items():
        try:
            taken: dict[str, Any] = {name.value: _PARSERS[name](value)}
            draft = replace(draft.without(name), **taken)
        except InvalidInput as error:
            notes.append(helpful(error))
    return Step(draft, note="\n".join(notes))


def helpful(error: InvalidInput) -> str:
    """What to say of a value that cannot be taken."""
    suggestion = error.suggestion if isinstance(error, InvalidEmail) else None
    return f"{error.detail} Apakah maksudnya {suggestion}?" if suggestion else error.detail


_TELLING_WORDS: Final = 5
_WHOLE_WORDS: Final = 3
_STORY_MAX: Final = 4000


def tells(heard: Heard) -> bool:
    """Whether a message tells of the problem, rather than asking something or answering the form."""
    if asks(heard.words):
        return False
    said = formal(heard.words)
    whole = says_what_is_wrong(said) and of_our_field(said) and len(said.split()) >= _WHOLE_WORDS
    long = len(words(heard.words)) >= _TELLING_WORDS
    return whole or (long and heard.intent in QUESTIONS and tells_problem(heard.words))


def with_story(draft: Draft, told: str, subject: str | None = None) -> Draft:
    """The draft with more of the story; it is in the details already when these were given."""
    if draft.details is not None:
        return replace(draft, details=f"{draft.details}\n{told}"[:_STORY_MAX])
    story = f"{draft.story}\n{told}".strip()[:_STORY_MAX]
    return replace(
        draft,
        story=story,
        program=draft.program or program_told(told),
        subject=(subject if draft.subject is None else None)
        or with_better_subject(draft, told).subject
        or subject_told(told),
    )


def with_better_subject(draft: Draft, told: str) -> Draft:
    """A subject that the story gave gives way where a new line names the problem better; one that was typed stays."""
    lines = draft.story.splitlines()
    if draft.subject != subject_of(lines):
        return draft
    return replace(draft, subject=subject_of([*lines, told]) or draft.subject)


def numbered(draft: Draft, npsn: str) -> Draft:
    """The draft with the school's number in its details, or in the story that they will be."""
    if draft.details is not None:
        return replace(draft, details=with_npsn(draft.details, npsn))
    return replace(draft, story=with_npsn(draft.story, npsn))


def put_away(draft: Draft) -> Draft:
    """An empty draft that keeps the address, and what was filled in for whoever wants it after all."""
    kept = {name: value for name in _KEPT if (value := getattr(draft, name))}
    return Draft(email=draft.email, shelved=kept if is_begun(draft) else draft.shelved)


def taken_out(draft: Draft) -> Draft:
    """The draft that was put away."""
    kept: dict[str, Any] = dict(draft.shelved or {})
    return Draft(**kept)


def is_begun(draft: Draft) -> bool:
    """Whether more than an address is filled in."""
    return bool(draft.story or draft.details or draft.subject or draft.program)


_KEPT: Final = ("email", "program", "subject", "details", "story")
