"""The form's question for the address: what is one, what nearly is, and what is said instead."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.dialogue.asides import variant
from bot.dialogue.colloquial import formal
from bot.dialogue.draft import Draft, Heard, Step, fill, helpful, tells, with_story
from bot.dialogue.filling import beside_address, speaks_of_address
from bot.dialogue.hearing import choice_in, is_only_number, names_place, words
from bot.dialogue.smalltalk import is_small_talk
from bot.dialogue.stories import Field, of_our_field, program_told
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
    if draft.typed_email and meant is None and _agrees(heard.words, draft.typed_email):
        meant = True
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


_AGREEING: Final = re.compile(
    r"^\W*(?:oh |eh |oke? |ya )*(?:ya|iya|benar|bener|betul|salah ketik|typo|maaf|itu|nggih|leres)\b"
)


def _agrees(text: str, typed: str) -> bool:
    """Whether words agree to an offered address: a yes with an excuse, or the same address once more."""
    short = len(words(text)) <= _AGREEING_WORDS and not _NEARLY_ADDRESS.search(text)
    return (short and bool(_AGREEING.search(formal(text)))) or suggested_for(text) == (suggested_for(typed) or 0)


_AGREEING_WORDS: Final = 6


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
    text = heard.words
    if heard.intent == "skip":
        return Step(draft, note=f"Alamat email wajib diisi. {_WHY_ADDRESS[0]}")
    if (speaks_of_address(text) or _borrows(text)) and not _NEARLY_ADDRESS.search(text):
        return _without_address(draft, text)
    if is_only_number(text) and not names_place(text):
        return Step(draft, note=f"Itu nomor, belum alamat email. {_WHY_ADDRESS[0]}")
    if suggested_for(text):
        return Step(replace(draft, typed_email=text), response="utter_form_email_broken")
    if tells(heard):
        return Step(with_story(draft, text), note="Baik, ceritanya sudah saya catat.")
    if not text:
        return Step(draft)
    attempt = "@" in text or _NEARLY_ADDRESS.search(text) or (len(words(text)) == 1 and not is_small_talk(text))
    return Step(draft, note=InvalidEmail.sentence) if attempt and not of_our_field(text) else Step(draft, rejected=True)


def _borrows(text: str) -> bool:
    """Whether somebody asks if another's address will do ("punya anak saya boleh?")."""
    return bool(_HELP_WITH_ADDRESS[0][0].search(formal(text))) and _asks_leave(text)


def _asks_leave(text: str) -> bool:
    """Whether a few words, which name no matter of ours, ask whether something is allowed."""
    said = formal(text)
    return "boleh" in said and len(said.split()) <= _AGREEING_WORDS and not of_our_field(said)


def _without_address(draft: Draft, text: str) -> Step:
    """Why there must be one, in other words each time, and what helps whoever has none at hand."""
    number = _PHONE.search(text)
    if number:
        told = replace(draft, story=f"{draft.story}\nHP: {number.group()}".strip())
        return Step(told, note="Nomornya saya catat untuk petugas; jawabannya tetap lewat email.")
    help_ = next((note for form, note in _HELP_WITH_ADDRESS if form.search(formal(text))), None)
    return Step(draft, note=help_ or variant(_WHY_ADDRESS, draft.tries))


_PHONE: Final = re.compile(r"(?<!\d)(?:\+?62|0)8[\d -]{7,13}\d")
_HELP_WITH_ADDRESS: Final = (
    (
        re.compile(
            r"\b(?:pinjam|pinjem|pakai|pake|boleh|bisa|punya|milik)\b.*\b(?:kepsek|kepala|teman|temen|rekan|guru|suami|istri|sekolah|anak)"
        ),
        "Boleh, Bapak/Ibu, asal emailnya bisa dibuka. Apa alamat emailnya?",
    ),
    (
        re.compile(r"\b(?:lupa|tidak (?:tau|tahu|ingat|inget|hafal|hapal)|apa ya)\b"),
        "Alamat email biasanya terlihat di HP: buka Pengaturan, lalu Akun atau Google.",
    ),
)


_WHY_ADDRESS: Final = (
    "Jawaban petugas hanya dikirim lewat email. Boleh memakai email sekolah atau email rekan yang bisa dibuka.",
    "Petugas membalas lewat email saja, Bapak/Ibu. Email kepala sekolah atau rekan juga boleh.",
    "Tanpa email jawabannya tidak sampai. Email siapa pun yang bisa dibuka boleh, misalnya akun belajar.id.",
)
