"""Pure rules of editing: what a form gives, what is missing, and what an officer's answer becomes."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from bot.articles.linting import Finding, Held, Severity, Twin
from bot.articles.skeleton import blank_fields
from bot.articles.writing import FIELDS, file_text
from bot.editing.models import Fields, Problem
from bot.people.rules import mask_personal_data
from embeddings import Article, Program
from embeddings.loading import split_front_matter

LISTS: Final = ("solved_by", "questions", "keywords", "error_messages", "versions", "sources", "related", "audience")
_TICKED: Final = ("solved_by", "audience")
DATES: Final = ("valid_from", "valid_until")
# The rule of a finding -> the field beside which it is told, and what to do.
TOLD: Final[Mapping[str, tuple[str, str]]] = {
    "questions": ("questions", "Tulis sedikitnya 20 contoh pertanyaan, satu per baris, seperti orang mengetiknya."),
    "keywords": ("keywords", "Isi 3 sampai 10 kata kunci yang berbeda."),
    "error_messages": ("error_messages", "Ada pesan galat yang tertulis dua kali."),
    "versions": ("versions", "Ada versi yang tertulis dua kali."),
    "solved_by": ("solved_by", "Ada pilihan yang tertulis dua kali."),
    "audience": ("audience", "Ada pilihan yang tertulis dua kali."),
    "related": ("related", "Isi 2 sampai 5 nomor artikel lain yang ada, masing-masing satu kali."),
    "links": ("body", "Ada kunci tautan yang tidak dikenal."),
    "sources": ("sources", "Tulis kode sumber yang dikenal atau alamat https; hanya 'prior' boleh kosong."),
    "checked": ("checked", "Tanggal pemeriksaan sudah lama atau di masa depan."),
    "expired": ("valid_until", "Masa berlaku sudah lewat atau mendahului tanggal mulai."),
    "expires": ("valid_until", "Masa berlaku hampir habis."),
    "unfinished": ("body", "Masih ada bagian yang belum ditulis."),
    "length": ("body", "Isi perlu 80 sampai 350 kata. Ringkas, atau lengkapi langkahnya."),
    "excerpt": ("body", "Mulai dengan satu kalimat jawaban, paling banyak 200 karakter."),
    "form": ("body", "Pakai judul ## saja, tanpa HTML dan gambar; tabel paling banyak 3 kolom."),
    "incomplete": ("grounding", "Tandai dasar isi dan sumbernya, atau lengkapi bagian yang kurang."),
    "ease": ("body", "Kalimatnya panjang atau sulit. Pendekkan."),
    "file": ("body", "Berkas artikel ini tidak dapat dibaca. Periksa kategori dan tanda-tanda yang tidak biasa."),
}


def digest(text: str) -> str:
    """A file's fingerprint."""
    return hashlib.sha256(text.encode()).hexdigest()


def fields_in(text: str) -> dict[str, Any]:
    """The fields that a file's text holds. Raises ValueError for a file without front matter."""
    matter, _, body = split_front_matter(text)
    values = {name: matter.get(name) for name in FIELDS}
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return {**plain, "body": body.strip()}


def whole_text(fields: Fields) -> str:
    """The file of an article."""
    return file_text(fields)


def as_article(fields: Fields, path: Path) -> Article:
    """The article that these fields are. Raises ValidationError."""
    return Article.model_validate({**fields, "slug": path.stem, "path": path})


def wrong_fields(error: ValidationError) -> list[Problem]:
    """What keeps fields from being an article."""
    names = dict.fromkeys(str(each["loc"][0]) for each in error.errors(include_url=False))
    return [Problem(name, "Isian ini kosong atau tidak sesuai.", error=True) for name in names]


def problems_of(held: Held) -> list[Problem]:
    """What the lint says of an article, in the words of the console; each sentence once."""
    told = [_problem_of(finding) for finding in held.findings]
    shared = [("title", f"Judul sama dengan judul artikel {number}.") for number in held.same_title]
    shared += [("questions", _twin(twin)) for twin in held.twins]
    told += [Problem(field, text, error=not held.imported) for field, text in shared]
    return list(dict.fromkeys(told))


def _problem_of(finding: Finding) -> Problem:
    field, text = TOLD.get(finding.rule, ("body", f"Perlu diperiksa ({finding.rule})."))
    return Problem(field, text, error=finding.severity is Severity.ERROR)


def _twin(twin: Twin) -> str:
    if twin.elsewhere is None:  # what measures the bot is not told, or it would measure nothing any more
        return f'"{twin.question}" dipakai untuk menguji bot. Tulis dengan kata lain.'
    return f'"{twin.question}" hampir sama dengan "{twin.other}" (artikel {twin.elsewhere}). Hapus salah satunya.'


def from_form(form: Mapping[str, Sequence[str]], before: Fields) -> dict[str, Any]:
    """The fields that a form gives; what it does not hold stays as it was."""
    fields = dict(before)
    for name in (*FIELDS, "body"):
        given = form.get(name)
        if name == "id" or given is None:
            continue
        fields[name] = _list(name, given) if name in LISTS else given[0].replace("\r\n", "\n").strip()
    for name in _TICKED:
        fields[name] = _as_before(fields.get(name) or (), before.get(name) or ())
    for name in DATES:
        fields[name] = fields.get(name) or None
    return fields


def _as_before(ticked: Sequence[str], before: Sequence[str]) -> list[str]:
    """A form tells what is ticked in its own order: what stood there keeps its place, what is new comes after it."""
    return sorted(ticked, key=lambda each: before.index(each) if each in before else len(before))


def _list(name: str, given: Sequence[str]) -> list[Any]:
    lines = [line.strip() for text in given for line in text.replace("\r\n", "\n").split("\n")]
    kept = [line for line in lines if line]
    return [int(line) if line.isdecimal() else line for line in kept] if name == "related" else kept


def for_comparing(text: str) -> str:
    """A file as the console writes it, so that two of them differ in what they say and not in how it is written."""
    try:
        return whole_text(fields_in(text))
    except (ValueError, TypeError):  # not what is read today
        return text


def new_fields(
    subject: str, answer: str, questions: Sequence[str], *, category: str, related: Sequence[int], today: date
) -> dict[str, Any]:
    """A new article's fields, without personal data: out of a solved ticket its subject and the officer's answer."""
    title = " ".join(mask_personal_data(subject).split())[:120]
    asked = {question.casefold().strip(" ?.!"): question for question in [title, *map(mask_personal_data, questions)]}
    return blank_fields(category, Program.ARKAS, today) | {
        "title": title,
        "questions": list(asked.values()),
        "related": list(related),
        "body": mask_personal_data(answer).strip(),
    }
