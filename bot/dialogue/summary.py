"""The form's last question, the summary: sent, corrected, or added to."""

import re
from dataclasses import replace
from typing import Final

from bot.dialogue.asides import commands_change, is_done, objects, sends, swapped_in
from bot.dialogue.draft import BESIDE, QUESTIONS, SENT, Draft, Heard, Step, fill, tells, with_story
from bot.dialogue.filling import added_in, changes
from bot.dialogue.hearing import asks, is_aside, is_only_number, words
from bot.dialogue.smalltalk import is_small_talk
from bot.dialogue.stories import Field, corrected_to, field_named_in, of_our_field


def hear_confirmation(draft: Draft, heard: Heard) -> Step:
    """An answer to the summary."""
    if sends(heard.words) or (_agrees(heard) and not objects(heard.words)):
        return Step(replace(draft, confirmation=SENT))
    return _rather(draft, heard.words) or _more(draft, heard) or _nothing_taken(draft, heard)


def _agrees(heard: Heard) -> bool:
    goes_on = heard.intent == "read_on" and len(words(heard.words)) <= _GOING_ON_WORDS
    return heard.intent in {"send_ticket", "affirm"} or goes_on


_GOING_ON_WORDS: Final = 3


def _more(draft: Draft, heard: Heard) -> Step | None:
    """More for the details, or another value of a field; None when it is neither."""
    added = added_in(heard.words)
    if added:
        return Step(with_story(draft, added), note="Sudah saya tambahkan ke detail.")
    renamed = _renamed(heard.words)
    if renamed:
        return corrected(draft, *renamed)
    name = _field_in(heard)
    if name is not None:
        return corrected(draft, name, corrected_to(name, heard.words))
    told = heard.intent in {"deny", *QUESTIONS} or not changes(heard.words)
    if told and (tells(heard) or _names_trouble(heard)):
        return Step(with_story(draft, heard.words), note="Sudah saya tambahkan ke detail.")
    return None


_RENAMED: Final = re.compile(
    r"^(?P<name>.{4,40}?)\b(?:ganti|ubah|diganti|diubah)(?:kan|in)?\b[\s:,]*(?:(?:jadi|menjadi|dengan|ke)\b)?\s*(?P<value>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)


def _renamed(text: str) -> tuple[Field, str] | None:
    """A field and its new value where the name stands far from it ("perihalnya kok gitu, ganti BKU hilang")."""
    found = _RENAMED.search(text)
    name = field_named_in(found["name"]) if found else None
    is_value = found and len(words(found["value"])) >= _VALUE_WORDS and not field_named_in(found["value"])
    return (name, found["value"]) if found and name in {Field.SUBJECT, Field.DETAILS} and is_value else None


_VALUE_WORDS: Final = 2


def _nothing_taken(draft: Draft, heard: Heard) -> Step:
    if is_only_number(heard.words):
        return Step(draft, note=_BY_NAME, response="utter_form_which_field")
    if heard.intent in {"change_ticket", "deny", "choose_article"} or commands_change(heard.words):
        return Step(draft, response="utter_form_which_field")
    if is_done(heard.words) or (heard.words and is_small_talk(heard.words) and heard.intent in QUESTIONS):
        return Step(draft, note="Ketuk Kirim bila sudah cocok, Bapak/Ibu.")
    question = heard.intent in QUESTIONS and len(words(heard.words)) >= 3
    return Step(draft, rejected=question or heard.intent in BESIDE)


_BY_NAME: Final = 'Tulis "kirim" bila sudah benar, atau nama bagiannya bila ada yang salah.'


def _names_trouble(heard: Heard) -> bool:
    """Whether a few words at the summary tell of the problem ("ga bisa sinkron"), and ask nothing."""
    return of_our_field(heard.words) and not asks(heard.words) and not is_small_talk(heard.words)


def corrected(draft: Draft, name: Field, value: str | None) -> Step:
    """Take the new value that was told beside the field's name ("programnya ganti arkas"), or ask for it."""
    filled = fill(draft, {name: value}) if value else None
    return filled if filled and not filled.note else Step(draft.without(name))


def _field_in(heard: Heard) -> Field | None:
    if heard.intent not in {"change_ticket", "deny", "choose_article", "nlu_fallback", "ask_question", "give_program"}:
        return None
    said = heard.entities.get("field") or heard.words
    name = field_named_in(said)
    if name and corrected_to(name, heard.words):
        return name
    return None if len(words(said)) > 6 or is_aside(said) else name


def _rather(draft: Draft, text: str) -> Step | None:
    """Other words in the place of some that stand in the summary ("bukan april, mei")."""
    swap = swapped_in(text, f"{draft.subject}\n{draft.details}")
    if swap is None:
        return None
    old, new = swap
    subject, details = (_with(value, old, new) for value in (draft.subject, draft.details))
    return Step(replace(draft, subject=subject, details=details), note=f"Sudah saya ubah: {old} menjadi {new}.")


def _with(text: str | None, old: str, new: str) -> str | None:
    return text and re.sub(rf"\b{re.escape(old)}\b", lambda _: new, text, flags=re.IGNORECASE)


def files_note(heard: Heard) -> str:
    """What to say of files: those that came, those that are there, or that none is there yet."""
    if not heard.words:
        return "Berkasnya sudah saya lampirkan."
    if not heard.files:
        return "Silakan kirim fotonya sekarang, Bapak/Ibu; nanti ikut terlampir."
    return f"Yang sudah terlampir: {', '.join(heard.files)}. Bila ada lagi, kirim saja di sini."
