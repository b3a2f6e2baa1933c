"""The ticket form, as pure rules: what was said to which question, and what is asked next."""

from dataclasses import replace
from typing import Final

from bot.dialogue.addressing import fill_labelled, hear_email, take_address
from bot.dialogue.asides import (
    ABOUT_PROGRAMS,
    HOURS_NOTE,
    IN_ENGLISH,
    asks_hours,
    asks_which,
    goes_on_after_all,
    holds_back,
    leaves,
    name_told,
    note_for,
    sighs,
    speaks_of_files,
    waits,
)
from bot.dialogue.colloquial import formal
from bot.dialogue.draft import (
    BESIDE,
    LEFT,
    ORDER,
    QUESTIONS,
    Draft,
    Heard,
    Step,
    fill,
    numbered,
    tells,
    with_better_subject,
    with_story,
)
from bot.dialogue.filling import added_in, begins_again, field_before, named_program, named_to_change, speaks_of_contact
from bot.dialogue.hearing import asks, commands_form, is_aside, is_only_number, words
from bot.dialogue.languages import foreign
from bot.dialogue.problem import npsn_in
from bot.dialogue.problem import tells as tells_more
from bot.dialogue.refusing import refusal_of
from bot.dialogue.smalltalk import is_small_talk, telling
from bot.dialogue.stories import (
    Field,
    corrected_to,
    labelled_in,
    names_others,
    of_our_field,
    program_told,
    subject_told,
)
from bot.dialogue.summary import corrected, files_note, hear_confirmation
from bot.errors import InvalidInput, InvalidSubject
from bot.people.rules import find_emails, holds_mask
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
    return _counted(draft, asked, _with_warning(_with_number(_heard(draft, asked, heard), heard), heard))


def _counted(draft: Draft, asked: Field, step: Step) -> Step:
    """Whoever is asked the same again is asked in few words, and not in the same ones."""
    if step.rejected or step.draft.missing() is not asked:
        return replace(step, draft=replace(step.draft, tries=0))
    short = asked in {Field.EMAIL, Field.PROGRAM} or replace(step.draft, tries=draft.tries) == draft
    return replace(step, draft=replace(step.draft, tries=draft.tries + 1), again=short and not step.response)


def _with_number(step: Step, heard: Heard) -> Step:
    """A school's number goes into the details, wherever it is told."""
    npsn = npsn_in(heard.words)
    told = f"{step.draft.subject} {step.draft.story} {step.draft.details}"
    if npsn is None or step.rejected or npsn in told:
        return step
    note = f"{step.note} NPSN-nya saya catat.".strip()
    return replace(step, draft=numbered(step.draft, npsn), note=note)


def _with_warning(step: Step, heard: Heard) -> Step:
    if step.rejected or not holds_mask(heard.words):
        return step
    return replace(step, note=f"{step.note} {_MASKED}".strip())


_MASKED: Final = "Kata sandinya saya samarkan; mohon jangan dikirim ke siapa pun."


def _heard(draft: Draft, asked: Field, heard: Heard) -> Step:
    met = _about_form(draft, asked, heard)
    if met:
        return met
    if heard.intent in _STEERING and _steers(asked, heard):
        return _steer(draft, asked, heard.intent)
    if heard.words and leaves(heard.words, asked):
        return Step(replace(draft, confirmation=LEFT))
    if waits(heard.words) and not find_emails(heard.words):
        return Step(draft, note=_WAITING_FOR.get(asked, "Silakan, saya tunggu, Bapak/Ibu."))
    step = _value(draft, asked, heard)
    return _beside(draft, asked, heard) if step.rejected else step


def _about_form(draft: Draft, asked: Field, heard: Heard) -> Step | None:
    """Files, the desk's hours, and how the form is to go on: whatever the classifier made of the words."""
    if heard.intent == "send_files" or (asked is Field.CONFIRMATION and speaks_of_files(heard.words)):
        return Step(draft, note=files_note(heard))
    if asks_hours(heard.words):
        return Step(draft, note=HOURS_NOTE)
    if asked is Field.CONFIRMATION and holds_back(heard.words):
        return Step(draft, note="Baik, belum saya kirim.", response="utter_form_which_field")
    on = (
        heard.intent == "read_on"
        and asked not in _KEEPING
        and not heard.entities
        and len(words(heard.words)) <= _ON_WORDS
    )
    return Step(draft, note="Baik, kita lanjutkan.") if on or goes_on_after_all(heard.words) else None


_ON_WORDS: Final = 3
_WAITING_FOR: Final = {Field.EMAIL: "Silakan, Bapak/Ibu, saya tunggu alamat emailnya."}


def _value(draft: Draft, asked: Field, heard: Heard) -> Step:
    address = None if asked is Field.EMAIL else _other_address(draft, asked, heard.words)
    if address:
        return address
    if _is_for_the_rules(asked, heard):
        return Step(draft, rejected=True)
    labelled = labelled_in(heard.words)
    if labelled:
        return fill_labelled(draft, labelled)
    return (
        _number_alone(draft, asked, heard.words)
        or _second_thought(draft, asked, heard)
        or _HEARERS[asked](draft, heard)
    )


def _other_address(draft: Draft, asked: Field, text: str) -> Step | None:
    """An address that takes the place of the one before; in a story it may be a part of it."""
    found = find_emails(text)
    if not found or labelled_in(text) or (asked in _OPEN_FIELDS and not speaks_of_contact(text)):
        return None
    step = take_address(replace(draft, confirmation=None), found[-1])
    same = step.draft.email == draft.email
    return (
        step if step.response or step.note or same else replace(step, note=f"Alamat emailnya saya ganti: {found[-1]}.")
    )


def _number_alone(draft: Draft, asked: Field, text: str) -> Step | None:
    """A school's number and nothing else: noted, or in the place of the one before."""
    npsn, before = npsn_in(text), npsn_in(draft.details or draft.story)
    own = set(telling(text.replace(npsn or "", " "))) - _ABOUT_NUMBER
    if (
        npsn is None
        or npsn == before
        or find_emails(text)
        or len(own) > 1
        or (is_only_number(text) and asked is Field.EMAIL)
    ):
        return None
    if before is None and asked is Field.DETAILS:
        return None  # it is the answer itself
    note = f"NPSN-nya saya ganti: {npsn}." if before else "NPSN-nya saya catat."
    return Step(numbered(draft, npsn), note=note)


_ABOUT_NUMBER: Final = frozenset(["npsn", "npsnnya", "salah", "keliru", "harusnya", "seharusnya", "sekolahnya"])


def _beside(draft: Draft, asked: Field, heard: Heard) -> Step:
    """What is no answer to the form: a question of our field is for the rules, all else is met in one line."""
    text = heard.words
    more = tells_more(text) and not sighs(text) and not asks(text)
    if foreign(text):
        return Step(with_story(draft, text) if more else draft, note=IN_ENGLISH[asked])
    name = name_told(text)
    if name:
        return Step(_introduced(draft, name), note=f"Baik, terima kasih, Bapak/Ibu {name}.")
    if not text or heard.intent in _OF_RULES or (heard.intent in QUESTIONS and _is_question(text)):
        return Step(draft, rejected=True)
    if more:
        return Step(with_story(draft, text), note="Baik, itu saya catat.")
    return Step(draft, note=note_for(text, asked, draft.tries))


# What the rules answer in the middle of the form as well as they do elsewhere.
_OF_RULES: Final = frozenset(
    {"choose_article", "greet", "goodbye", "thank", "bot_challenge", "check_ticket", "insult", "cancel", *_UNSAFE}
)


def _introduced(draft: Draft, name: str) -> Draft:
    line = f"Nama: {name}"
    if draft.details is not None:
        return replace(draft, details=f"{draft.details}\n{line}")
    return replace(draft, story=f"{draft.story}\n{line}".strip())


def _is_question(text: str) -> bool:
    """Whether a text asks about our field, or tells of somebody else's: the rules answer both."""
    return names_others(text) or (of_our_field(text) and (asks(text) or len(words(text)) >= _QUESTION_WORDS))


_QUESTION_WORDS: Final = 4


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
        return corrected(draft, name, corrected_to(name, heard.words))
    return None


def _is_for_the_rules(asked: Field, heard: Heard) -> bool:
    if asked is Field.CONFIRMATION and added_in(heard.words):
        return False
    tapped = heard.intent in {"choose_article", "read_on"} and bool(heard.entities)
    unsafe = heard.intent in _UNSAFE and asked not in _OPEN_FIELDS and not holds_mask(heard.words)
    return tapped or (unsafe and not (find_emails(heard.words) and refusal_of(heard.words) is None))


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
    if heard.words and asks_which(heard.words) and len(words(heard.words)) <= _ASKING_WORDS:
        return Step(draft, note=ABOUT_PROGRAMS)
    try:
        return Step(replace(draft, program=parse_program(heard.entities.get("program") or heard.words)))
    except InvalidInput as error:
        named = program_told(heard.words)
        if named and len(words(heard.words)) <= 4:
            return Step(replace(draft, program=named))
        little = says_nothing(heard.words) and (heard.intent in _UNSURE or draft.tries)
        unsure = heard.words and (little or (draft.tries and len(words(heard.words)) <= _LITTLE))
        if heard.intent == "skip" or unsure:
            return Step(replace(draft, program="Lainnya"), note="Tidak apa-apa, programnya saya isi Lainnya dulu.")
        if tells(heard):
            return Step(with_story(draft, heard.words), note="Baik, ceritanya sudah saya catat.")
        beside = (heard.intent in BESIDE or len(words(heard.words)) >= 3) and not is_only_number(heard.words)
        return Step(draft, rejected=True) if beside else Step(draft, note=error.detail if heard.words else "")


_ASKING_WORDS: Final = 5
_LITTLE: Final = 2  # words; who has been asked twice and says no more knows no program
_UNSURE: Final = frozenset({"deny", "nlu_fallback", "ask_question", "say_nothing", "ask_help"})
_NAME_CHARACTERS: Final = 15
_NO_SUBJECT_WORDS: Final = 2
_NO_SUBJECT: Final = frozenset({"skip", "affirm", "deny", "thank", "greet", "say_nothing"})


def _hear_subject(draft: Draft, heard: Heard) -> Step:
    text = heard.words
    if is_aside(text) or heard.intent in BESIDE & {"check_ticket", "bot_challenge"}:
        return Step(draft, rejected=True)
    named = field_before(text)
    if named and named[0] is not Field.SUBJECT:
        return fill(draft, dict([named]))
    text = named[1] if named and ":" in text[:_NAME_CHARACTERS] else text
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


def says_nothing(text: str) -> bool:
    """Whether a text is small talk, in whatever spelling or regional language."""
    return is_small_talk(text) or is_small_talk(formal(text))


_KEEPS: Final = frozenset({"skip", "affirm", "read_on"})
_KEEPING_WORDS: Final = 6


def _hear_details(draft: Draft, heard: Heard) -> Step:
    short = len(words(heard.words)) <= _KEEPING_WORDS
    if draft.story and short and (heard.intent in _KEEPS or (heard.words and says_nothing(heard.words))):
        return Step(replace(draft, details=draft.story))
    if draft.subject and heard.intent in {*_KEEPS, "send_ticket"} and short:  # no more is wanted to be told
        return replace(fill(draft, {Field.DETAILS: draft.subject}), note="")
    if heard.words and says_nothing(heard.words):
        return Step(draft, note="Cukup satu atau dua kalimat: sedang membuka apa, lalu apa yang muncul.")
    if is_aside(heard.words) or not heard.words:
        return Step(draft, rejected=bool(heard.words))
    named = field_before(heard.words)
    if named and named[0] is Field.SUBJECT:
        return fill(draft, dict([named]))
    draft = with_better_subject(draft, heard.words)
    details = f"{draft.story}\n{heard.words}" if draft.story else heard.words
    return fill(draft, {Field.DETAILS: details if len(details) <= 5000 else heard.words})


_HEARERS: Final = {
    Field.EMAIL: hear_email,
    Field.PROGRAM: _hear_program,
    Field.SUBJECT: _hear_subject,
    Field.DETAILS: _hear_details,
    Field.CONFIRMATION: hear_confirmation,
}
