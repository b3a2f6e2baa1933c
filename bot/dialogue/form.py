"""The ticket form, as pure rules: what was said to which question, and what is asked next."""

from dataclasses import replace
from typing import Final

from bot.dialogue.addressing import fill_labelled, hear_email, take_address
from bot.dialogue.draft import BESIDE, ORDER, Draft, Heard, Step, fill, tells, with_story
from bot.dialogue.filling import added_in, begins_again, named_program, named_to_change
from bot.dialogue.hearing import commands_form, is_aside, is_only_number, words
from bot.dialogue.smalltalk import is_small_talk
from bot.dialogue.stories import Field, corrected_to, labelled_in, of_our_field, program_told, subject_told
from bot.dialogue.summary import corrected, hear_confirmation
from bot.errors import InvalidInput, InvalidSubject
from bot.people.rules import find_emails
from bot.tickets.rules import parse_program

# What steers the form, when it is short: a long text is a story, whatever the classifier finds in it.
_STEERING: Final = frozenset({"cancel", "go_back", "ask_person"})
_STEERING_WORDS: Final = 6
_UNSAFE: Final = frozenset({"ask_refused", "share_secret"})
_KEEPING: Final = frozenset({Field.DETAILS, Field.CONFIRMATION})  # where "lanjut" means: as it stands
_OPEN_FIELDS: Final = frozenset({Field.SUBJECT, Field.DETAILS})


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
        return fill_labelled(draft, labelled)
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
        return take_address(draft, address[0]) if address else corrected(draft, name, corrected_to(name, heard.words))
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


def _hear_program(draft: Draft, heard: Heard) -> Step:
    try:
        return Step(replace(draft, program=parse_program(heard.entities.get("program") or heard.words)))
    except InvalidInput as error:
        named = program_told(heard.words)
        if named and len(words(heard.words)) <= 4:
            return Step(replace(draft, program=named))
        if heard.intent == "skip" or (heard.words and is_small_talk(heard.words) and heard.intent in _UNSURE):
            return Step(replace(draft, program="Lainnya"), note="Tidak apa-apa, programnya saya isi Lainnya dulu.")
        if tells(heard):
            return Step(with_story(draft, heard.words), note="Baik, ceritanya sudah saya catat.")
        beside = (heard.intent in BESIDE or len(words(heard.words)) >= 3) and not is_only_number(heard.words)
        return Step(draft, rejected=True) if beside else Step(draft, note=error.detail if heard.words else "")


_UNSURE: Final = frozenset({"deny", "nlu_fallback", "ask_question", "say_nothing", "ask_help"})
_NO_SUBJECT_WORDS: Final = 2
_NO_SUBJECT: Final = frozenset({"skip", "affirm", "deny", "thank", "greet", "say_nothing"})


def _hear_subject(draft: Draft, heard: Heard) -> Step:
    if is_aside(heard.words) or heard.intent in BESIDE & {"check_ticket", "bot_challenge"}:
        return Step(draft, rejected=True)
    text = heard.words
    if text and is_small_talk(text):
        return Step(draft, note="Cukup inti kendalanya dalam beberapa kata.")
    if heard.intent in _NO_SUBJECT and len(words(text)) <= _NO_SUBJECT_WORDS and not of_our_field(text):
        return Step(draft, note=InvalidSubject.sentence)
    if len(text) > 150:  # a whole story: its first sentence is the subject, all of it the details
        story = text if draft.details is None else draft.details
        return fill(replace(draft, subject=subject_told(text)), {Field.DETAILS: story})
    if not text:
        return Step(draft)
    return fill(draft, {Field.SUBJECT: text})


_KEEPS: Final = frozenset({"skip", "affirm", "read_on"})
_KEEPING_WORDS: Final = 6


def _hear_details(draft: Draft, heard: Heard) -> Step:
    short = len(words(heard.words)) <= _KEEPING_WORDS
    if draft.story and short and (heard.intent in _KEEPS or (heard.words and is_small_talk(heard.words))):
        return Step(replace(draft, details=draft.story))
    if draft.subject and heard.intent in {*_KEEPS, "send_ticket"} and short:  # no more is wanted to be told
        return replace(fill(draft, {Field.DETAILS: draft.subject}), note="")
    if heard.words and is_small_talk(heard.words):
        return Step(draft, note="Cukup satu atau dua kalimat: sedang membuka apa, lalu apa yang muncul.")
    if is_aside(heard.words) or not heard.words:
        return Step(draft, rejected=bool(heard.words))
    details = f"{draft.story}\n{heard.words}" if draft.story else heard.words
    return fill(draft, {Field.DETAILS: details if len(details) <= 5000 else heard.words})


_HEARERS: Final = {
    Field.EMAIL: hear_email,
    Field.PROGRAM: _hear_program,
    Field.SUBJECT: _hear_subject,
    Field.DETAILS: _hear_details,
    Field.CONFIRMATION: hear_confirmation,
}
