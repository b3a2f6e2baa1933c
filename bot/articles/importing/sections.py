"""Which section of a help center becomes which category here: `sections.yml` in its ledger, for editors to mend.

The file is only ever added to, so what an editor wrote, comments too, stays:

    "3600012": {name: "Penatausahaan > Tutup BKU", category: tutup-edit-hapus-bku}
    "3600013": {name: "Lain-lain", category: null}    # its articles are left out
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml
from rapidfuzz import fuzz, process, utils

from bot.articles.importing.ledger import ImportFailed
from bot.articles.importing.zendesk_api import ZendeskCategory, ZendeskSection
from embeddings import Category

FILE: Final = "sections.yml"
ALIKE: Final = 80.0  # "Tutup BKU" and "Tutup, Edit & Hapus BKU" are; what is below is left to an editor
_HEAD: Final = "# Section of the help center -> category here. `category: null` leaves a section's articles out.\n"


@dataclass(frozen=True)
class Sections:
    """The mapping, and the file's text with the sections that were new."""

    categories: Mapping[int, str | None]
    text: str


def map_sections(
    path: Path,
    sections: Sequence[ZendeskSection],
    groups: Sequence[ZendeskCategory],
    categories: Mapping[str, Category],
    otherwise: str | None,
) -> Sections:
    """Read the mapping and add what it lacks: a category of a like name, else `otherwise`.

    Raises:
        ImportFailed: when the file is broken or names a category that does not exist.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    mapped = _read(path, text, categories)
    names = {group.id: group.name for group in groups}
    for section in sections:
        if section.id in mapped:
            continue
        mapped[section.id] = _alike(section.name, categories) or otherwise
        label = " > ".join(filter(None, (names.get(section.category_id or 0), section.name)))
        chosen = mapped[section.id] or "null"
        text += (
            f"{json.dumps(str(section.id))}: {{name: {json.dumps(label, ensure_ascii=False)}, category: {chosen}}}\n"
        )
    return Sections(mapped, text)


def _read(path: Path, text: str, categories: Mapping[str, Category]) -> dict[int, str | None]:
    try:
        entries = yaml.safe_load(text) or {}
        mapped = {int(section): entry["category"] for section, entry in entries.items()}
    except (yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ImportFailed(f"{path}: cannot be read: {' '.join(str(error).split())}") from None
    for section, category in mapped.items():
        if category is not None and category not in categories:
            raise ImportFailed(f"{path}: section {section}: there is no category {category}")
    return mapped


def _alike(name: str, categories: Mapping[str, Category]) -> str | None:
    names = {slug: category.name for slug, category in categories.items()}
    found = process.extractOne(
        name, names, scorer=fuzz.token_set_ratio, processor=utils.default_process, score_cutoff=ALIKE
    )
    return found[2] if found else None
