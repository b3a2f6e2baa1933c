"""The form's question for the address: what is one, what nearly is, and what is said instead."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.dialogue.draft import BESIDE, QUESTIONS, Draft, Heard, Step, fill, helpful, tells, with_story
from bot.dialogue.filling import beside_address, speaks_of_address
from bot.dialogue.hearing import choice_in, is_only_number, names_place, words
from bot.dialogue.stories import Field, program_told
from bot.errors import InvalidEmail
from bot.people.rules import find_emails, parse_email, suggest_email


def fill_labelled(draft: Draft, values: Mapping[Field, str]) -> Step:
    """Take labelled values; of what stands behind the label of the address only the address belongs to it."""
    address = find_emails(values.get(Field.EMAIL, ""))
    if not address:
        return fill(draft, values)
    told = program_told(values[Field.EMAIL].replace(address[0], " "))
    step = fill(draft, {name: value for name, value in values.items() if name is not Field.EMAIL})
    filled = replace(step.draft, program=step.draft.program or told)
    return replace(take_address(filled, address[0]), note=step.note)


def suggested_for(typed: str) -> str | None:
    """The address that was probably meant by one with a slip, or by what is none yet; None when it looks right."""
    try:
        return suggest_email(parse_email(typed))
    except InvalidEmail as error:
        return error.suggestion


def hear_email(draft: Draft, heard: Heard) -> Step:
    """An answer to the question for the address."""
    found = find_emails(heard.words)
    meant = _meant(heard)
    if draft.typed_email and meant is not None and not found:
        return _confirmed_slip(draft, draft.typed_email, meant=meant)
    if not found:
        return _no_address(draft, heard)
    beside = beside_address(heard.words.replace(found[0], " "))
    draft = replace(draft, program=draft.program or beside.program)
    if beside.story and draft.details is None:
        draft = with_story(draft, beside.story, beside.subject)
        draft = replace(draft, details=draft.story) if beside.is_whole else draft
    return take_address(draft, found[0])


def _meant(heard: Heard) -> bool | None:
    """Yes or no, also by the place of its button; None when it is neither."""
    place = choice_in(heard.words, 2)
    return place == 0 if place is not None else {"affirm": True, "deny": False}.get(heard.intent or "")


def take_address(draft: Draft, text: str) -> Step:
    """An address, unless it looks like a slip: then the question whether it is one."""
    try:
        address = parse_email(text)
    except InvalidEmail as error:
        return Step(replace(draft, typed_email=None), note=helpful(error))
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
    if tells(heard):
        return Step(with_story(draft, heard.words), note="Baik, ceritanya sudah saya catat.")
    question = heard.intent in QUESTIONS and len(words(heard.words)) >= 3
    if (question or heard.intent in BESIDE) and not _NEARLY_ADDRESS.search(heard.words):
        return Step(draft, rejected=True)
    return Step(draft, note=InvalidEmail.sentence if heard.words else "")


_WHY_ADDRESS: Final = (
    "Jawaban petugas hanya dikirim lewat email. Boleh memakai email sekolah atau email rekan yang bisa dibuka."
)
