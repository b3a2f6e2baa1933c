"""The ticket form, as pure rules: what was said to which question, and what is asked next."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.dialogue.filling import (
    added_in,
    begins_again,
    beside_address,
    changes,
    named_program,
    named_to_change,
    speaks_of_address,
)
from bot.dialogue.hearing import asks, choice_in, commands_form, is_aside, is_only_number, names_place, words
from bot.dialogue.smalltalk import is_small_talk
from bot.dialogue.stories import (
    Field,
    corrected_to,
    field_named_in,
    labelled_in,
    of_our_field,
    program_told,
    subject_told,
    tells_problem,
)
from bot.errors import InvalidEmail, InvalidInput, InvalidSubject
from bot.people.rules import find_emails, parse_email, suggest_email
from bot.tickets.rules import parse_details, parse_program, parse_subject

ORDER: Final = tuple(Field)
SENT: Final = "sent"


@dataclass(frozen=True)
class Heard:
    """What Rasa heard: the words, its reading of them, and the values that a button carried."""

    text: str
    intent: str | None = None
    entities: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What was typed; nothing for a tap."""
        return "" if self.text.startswith("/") else self.text.strip()


@dataclass(frozen=True)
class Draft:
    """A ticket that is being written.

    `typed_email` waits for a yes or no to a probable slip; `story` is what the talk has told so far.
    """

    email: str | None = None
    program: str | None = None
    subject: str | None = None
    details: str | None = None
    confirmation: str | None = None
    typed_email: str | None = None
    story: str = ""

    def missing(self) -> Field | None:
        """The first question that has no answer, or None when the ticket is sent."""
        return next((name for name in ORDER if getattr(self, name) is None), None)

    def without(self, name: Field) -> "Draft":
        """The draft with one answer taken back, and with it the word that all is right."""
        taken_back: dict[str, Any] = {name.value: None, "confirmation": None}
        return replace(self, **taken_back)


@dataclass(frozen=True)
class Step:
    """What comes of one message. `note` goes before the next question; `response` takes the question's place.

    `rejected`: this was no answer to the form, and Rasa's rules decide what it was.
    """

    draft: Draft
    note: str = ""
    response: str | None = None
    rejected: bool = False


# What steers the form, when it is short: a long text is a story, whatever the classifier finds in it.
_STEERING: Final = frozenset({"cancel", "go_back", "ask_person"})
_STEERING_WORDS: Final = 6
_UNSAFE: Final = frozenset({"ask_refused", "share_secret"})
_KEEPING: Final = frozenset({Field.DETAILS, Field.CONFIRMATION})  # where "lanjut" means: as it stands
_OPEN_FIELDS: Final = frozenset({Field.SUBJECT, Field.DETAILS})
_QUESTIONS: Final = frozenset({"ask_question", "nlu_fallback"})
# What is never a value of a short field. (Details may sound like anything.)
_BESIDE: Final = frozenset(
    {"ask_help", "bot_challenge", "check_ticket", "choose_article", "goodbye", "greet", "insult", "thank", "ask_hours"}
)


def hear(draft: Draft, asked: Field | None, heard: Heard) -> Step:
    """Return the draft with what was said, or why it could not be taken."""
    if asked is None:
        return Step(draft)
    if heard.intent == "send_files":
        return Step(draft, note="Berkasnya sudah saya lampirkan.")
    if heard.intent in _STEERING and _steers(asked, heard):
        return _steer(draft, asked, heard.intent)
    if heard.intent == "read_on" and asked not in _KEEPING and not heard.entities and len(words(heard.words)) <= 3:
        return Step(draft, note="Baik, kita lanjutkan.")
    if _is_for_the_rules(asked, heard):
        return Step(draft, rejected=True)
    labelled = labelled_in(heard.words)
    if labelled:
        return _fill_labelled(draft, labelled)
    return _second_thought(draft, asked, heard) or _HEARERS[asked](draft, heard)


def _second_thought(draft: Draft, asked: Field, heard: Heard) -> Step | None:
    """Another value for an earlier question: a program by its name alone, or a field that is to be changed."""
    if not heard.words:
        return None
    if begins_again(heard.words):
        return Step(Draft(story=draft.story or draft.details or ""), note="Baik, kita ulang dari awal.")
    program = named_program(heard.words)
    if program and draft.program and asked not in {Field.EMAIL, Field.PROGRAM}:
        return Step(replace(draft, program=program), note=f"Baik, programnya {program}.")
    name = named_to_change(heard.words, heard.intent)
    if name and name is not asked and getattr(draft, name.value) is not None:
        address = find_emails(heard.words) if name is Field.EMAIL else []
        return _take_address(draft, address[0]) if address else _corrected(draft, name, corrected_to(name, heard.words))
    return None


def _is_for_the_rules(asked: Field, heard: Heard) -> bool:
    if asked is Field.CONFIRMATION and added_in(heard.words):
        return False
    tapped = heard.intent in {"choose_article", "read_on"} and bool(heard.entities)
    return tapped or (heard.intent in _UNSAFE and asked not in _OPEN_FIELDS)


def _steers(asked: Field, heard: Heard) -> bool:
    if asked in _OPEN_FIELDS and heard.words:
        return commands_form(heard.words)
    return len(words(heard.words)) <= _STEERING_WORDS


def _steer(draft: Draft, asked: Field, intent: str | None) -> Step:
    if intent == "cancel":
        return Step(draft, rejected=True)
    if intent == "go_back":
        return _back(draft, asked)
    return Step(draft, note="Siap, laporan ini yang akan sampai ke petugas.")


def _back(draft: Draft, asked: Field) -> Step:
    if asked is Field.EMAIL:
        return Step(replace(draft, typed_email=None), note='Ini pertanyaan pertama. Ketik "batal" bila tidak jadi.')
    return Step(draft.without(ORDER[ORDER.index(asked) - 1]))


_PARSERS: Final = {
    Field.EMAIL: parse_email,
    Field.PROGRAM: parse_program,
    Field.SUBJECT: parse_subject,
    Field.DETAILS: parse_details,
}


def _fill(draft: Draft, values: Mapping[Field, str]) -> Step:
    notes: list[str] = []
    for name, value in values.items():
        try:
            draft = replace(draft.without(name), **{name.value: _PARSERS[name](value)})
        except InvalidInput as error:
            notes.append(_helpful(error))
    return Step(draft, note="\n".join(notes))


def _fill_labelled(draft: Draft, values: Mapping[Field, str]) -> Step:
    """Take labelled values; of what stands behind the label of the address only the address belongs to it."""
    address = find_emails(values.get(Field.EMAIL, ""))
    if not address:
        return _fill(draft, values)
    told = program_told(values[Field.EMAIL].replace(address[0], " "))
    step = _fill(draft, {name: value for name, value in values.items() if name is not Field.EMAIL})
    filled = replace(step.draft, program=step.draft.program or told)
    return replace(_take_address(filled, address[0]), note=step.note)


def _helpful(error: InvalidInput) -> str:
    suggestion = error.suggestion if isinstance(error, InvalidEmail) else None
    return f"{error.detail} Apakah maksudnya {suggestion}?" if suggestion else error.detail


def suggested_for(typed: str) -> str | None:
    """The address that was probably meant by one with a slip, or by what is none yet; None when it looks right."""
    try:
        return suggest_email(parse_email(typed))
    except InvalidEmail as error:
        return error.suggestion


def _hear_email(draft: Draft, heard: Heard) -> Step:
    found = find_emails(heard.words)
    meant = _meant(heard)
    if draft.typed_email and meant is not None and not found:
        return _confirmed_slip(draft, draft.typed_email, meant=meant)
    if not found:
        return _no_address(draft, heard)
    beside = beside_address(heard.words.replace(found[0], " "))
    draft = replace(draft, program=draft.program or beside.program)
    if beside.story and draft.details is None:
        draft = _with_story(draft, beside.story, beside.subject)
        draft = replace(draft, details=draft.story) if beside.is_whole else draft
    return _take_address(draft, found[0])


def _meant(heard: Heard) -> bool | None:
    """Yes or no, also by the place of its button; None when it is neither."""
    place = choice_in(heard.words, 2)
    return place == 0 if place is not None else {"affirm": True, "deny": False}.get(heard.intent or "")


def _take_address(draft: Draft, text: str) -> Step:
    """An address, unless it looks like a slip: then the question whether it is one."""
    try:
        address = parse_email(text)
    except InvalidEmail as error:
        return Step(replace(draft, typed_email=None), note=_helpful(error))
    if suggest_email(address):
        return Step(replace(draft, email=None, typed_email=address), response="utter_form_email_slip")
    return Step(replace(draft, email=address, typed_email=None))


def _confirmed_slip(draft: Draft, typed: str, *, meant: bool) -> Step:
    """Yes or no to the address that was suggested. What is no address cannot be kept."""
    if meant:
        return Step(replace(draft, email=suggested_for(typed), typed_email=None))
    if find_emails(typed):
        return Step(replace(draft, email=typed, typed_email=None))
    return Step(replace(draft, typed_email=None), note="Baik, silakan tulis lagi alamatnya.")


_NEARLY_ADDRESS: Final = re.compile(r"\b(?:gmail|yahoo|belajar\.id|hotmail|\w+\.(?:com|id|net))\b", re.IGNORECASE)


def _no_address(draft: Draft, heard: Heard) -> Step:
    if heard.intent == "skip":
        return Step(draft, note=f"Alamat email wajib diisi. {_WHY_ADDRESS}")
    if speaks_of_address(heard.words) and not _NEARLY_ADDRESS.search(heard.words):
        return Step(draft, note=_WHY_ADDRESS)
    if is_only_number(heard.words) and not names_place(heard.words):
        return Step(draft, note=f"Itu nomor, belum alamat email. {_WHY_ADDRESS}")
    if suggested_for(heard.words):
        return Step(replace(draft, typed_email=heard.words), response="utter_form_email_broken")
    if _tells(heard):
        return Step(_with_story(draft, heard.words), note="Baik, ceritanya sudah saya catat.")
    question = heard.intent in _QUESTIONS and len(words(heard.words)) >= 3
    if (question or heard.intent in _BESIDE) and not _NEARLY_ADDRESS.search(heard.words):
        return Step(draft, rejected=True)
    return Step(draft, note=InvalidEmail.sentence if heard.words else "")


_WHY_ADDRESS: Final = (
    "Jawaban petugas hanya dikirim lewat email. Boleh memakai email sekolah atau email rekan yang bisa dibuka."
)
_TELLING_WORDS: Final = 5
_STORY_MAX: Final = 4000


def _tells(heard: Heard) -> bool:
    """Whether a message tells of the problem, rather than asking something or answering the form."""
    long = len(words(heard.words)) >= _TELLING_WORDS
    return long and heard.intent in _QUESTIONS and tells_problem(heard.words) and not asks(heard.words)


def _with_story(draft: Draft, told: str, subject: str | None = None) -> Draft:
    """The draft with more of the story; it is in the details already when these were given."""
    if draft.details is not None:
        return replace(draft, details=f"{draft.details}\n{told}"[:_STORY_MAX])
    story = f"{draft.story}\n{told}".strip()[:_STORY_MAX]
    return replace(
        draft,
        story=story,
        program=draft.program or program_told(told),
        subject=draft.subject or subject or subject_told(told),
    )


def _hear_program(draft: Draft, heard: Heard) -> Step:
    try:
        return Step(replace(draft, program=parse_program(heard.entities.get("program") or heard.words)))
    except InvalidInput as error:
        named = program_told(heard.words)
        if named and len(words(heard.words)) <= 4:
            return Step(replace(draft, program=named))
        if heard.intent == "skip" or (heard.words and is_small_talk(heard.words) and heard.intent in _UNSURE):
            return Step(replace(draft, program="Lainnya"), note="Tidak apa-apa, programnya saya isi Lainnya dulu.")
        if _tells(heard):
            return Step(_with_story(draft, heard.words), note="Baik, ceritanya sudah saya catat.")
        beside = (heard.intent in _BESIDE or len(words(heard.words)) >= 3) and not is_only_number(heard.words)
        return Step(draft, rejected=True) if beside else Step(draft, note=error.detail if heard.words else "")


_UNSURE: Final = frozenset({"deny", "nlu_fallback", "ask_question", "say_nothing", "ask_help"})
_NO_SUBJECT_WORDS: Final = 2
_NO_SUBJECT: Final = frozenset({"skip", "affirm", "deny", "thank", "greet", "say_nothing"})


def _hear_subject(draft: Draft, heard: Heard) -> Step:
    if is_aside(heard.words) or heard.intent in _BESIDE & {"check_ticket", "bot_challenge"}:
        return Step(draft, rejected=True)
    text = heard.words
    if text and is_small_talk(text):
        return Step(draft, note="Cukup inti kendalanya dalam beberapa kata.")
    if heard.intent in _NO_SUBJECT and len(words(text)) <= _NO_SUBJECT_WORDS and not of_our_field(text):
        return Step(draft, note=InvalidSubject.sentence)
    if len(text) > 150:  # a whole story: its first sentence is the subject, all of it the details
        story = text if draft.details is None else draft.details
        return _fill(replace(draft, subject=subject_told(text)), {Field.DETAILS: story})
    if not text:
        return Step(draft)
    return _fill(draft, {Field.SUBJECT: text})


_KEEPS: Final = frozenset({"skip", "affirm", "read_on"})
_KEEPING_WORDS: Final = 6


def _hear_details(draft: Draft, heard: Heard) -> Step:
    short = len(words(heard.words)) <= _KEEPING_WORDS
    if draft.story and short and (heard.intent in _KEEPS or (heard.words and is_small_talk(heard.words))):
        return Step(replace(draft, details=draft.story))
    if draft.subject and heard.intent in {*_KEEPS, "send_ticket"} and short:  # no more is wanted to be told
        return replace(_fill(draft, {Field.DETAILS: draft.subject}), note="")
    if heard.words and is_small_talk(heard.words):
        return Step(draft, note="Cukup satu atau dua kalimat: sedang membuka apa, lalu apa yang muncul.")
    if is_aside(heard.words) or not heard.words:
        return Step(draft, rejected=bool(heard.words))
    details = f"{draft.story}\n{heard.words}" if draft.story else heard.words
    return _fill(draft, {Field.DETAILS: details if len(details) <= 5000 else heard.words})


def _hear_confirmation(draft: Draft, heard: Heard) -> Step:
    if heard.intent in {"send_ticket", "affirm", "read_on"}:
        return Step(replace(draft, confirmation=SENT))
    found = find_emails(heard.words)
    if found:
        return _take_address(draft.without(Field.EMAIL), found[0])
    added = added_in(heard.words)
    if added:
        return Step(_with_story(draft, added), note="Sudah saya tambahkan ke detail.")
    name = _field_in(heard)
    if name is not None:
        return _corrected(draft, name, corrected_to(name, heard.words))
    told = heard.intent in {"deny", *_QUESTIONS} or not changes(heard.words)
    if told and (_tells(heard) or _names_trouble(heard)):
        return Step(_with_story(draft, heard.words), note="Sudah saya tambahkan ke detail.")
    if is_only_number(heard.words):
        return Step(draft, note=_BY_NAME, response="utter_form_which_field")
    if heard.intent in {"change_ticket", "deny", "choose_article"}:
        return Step(draft, response="utter_form_which_field")
    question = heard.intent in _QUESTIONS and len(words(heard.words)) >= 3
    return Step(draft, rejected=question or heard.intent in _BESIDE)


_BY_NAME: Final = 'Tulis "kirim" bila sudah benar, atau nama bagiannya bila ada yang salah.'


def _names_trouble(heard: Heard) -> bool:
    """Whether a few words at the summary tell of the problem ("ga bisa sinkron"), and ask nothing."""
    return of_our_field(heard.words) and not asks(heard.words) and not is_small_talk(heard.words)


def _corrected(draft: Draft, name: Field, value: str | None) -> Step:
    """Take the new value that was told beside the field's name ("programnya ganti arkas"), or ask for it."""
    filled = _fill(draft, {name: value}) if value else None
    return filled if filled and not filled.note else Step(draft.without(name))


def _field_in(heard: Heard) -> Field | None:
    if heard.intent not in {"change_ticket", "deny", "choose_article", "nlu_fallback", "ask_question", "give_program"}:
        return None
    said = heard.entities.get("field") or heard.words
    name = field_named_in(said)
    if name and corrected_to(name, heard.words):
        return name
    return None if len(words(said)) > 6 or is_aside(said) else name


_HEARERS: Final = {
    Field.EMAIL: _hear_email,
    Field.PROGRAM: _hear_program,
    Field.SUBJECT: _hear_subject,
    Field.DETAILS: _hear_details,
    Field.CONFIRMATION: _hear_confirmation,
}
