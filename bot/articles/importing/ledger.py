"""What an import remembers: which article here is which one there, and how each was when it was last brought in.

It lies in `_imports/<source>/` inside the articles' folder, so that both are replaced in one step and are kept together
in version control: the numbers in it are for ever.

    _imports/zendesk-help.example.com/
        state.json      numbers by the source's own ids, and up to when it was read
        sections.yml    which section becomes which category: for editors
        base/193.md     the article as the import last wrote it: the base of the three-way comparison
        reports/*.md    what could not be merged
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FOLDER: Final = "_imports"
STATE_FILE: Final = "state.json"


class ImportFailed(Exception):
    """An import cannot go on; the message says what to do."""


class Remembered(BaseModel):
    """One article of the source: its number here, and its version there when it was last read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(gt=0)
    version: str


class Ledger(BaseModel):
    """The state of one source. `read_until` is the newest change that was seen; `settings` marks how it was read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    read_until: datetime | None = None
    settings: str = ""
    articles: dict[str, Remembered] = Field(default_factory=dict)


def ledger_folder(root: Path, source: str) -> Path:
    """Where a source's ledger lies under an articles' folder."""
    return root / FOLDER / source


def load_ledger(root: Path, source: str) -> Ledger:
    """Read a source's ledger; a new one when it was never imported.

    Raises:
        ImportFailed: when the file is damaged. Guessing would give new numbers to known articles.
    """
    path = ledger_folder(root, source) / STATE_FILE
    if not path.exists():
        return Ledger(source=source)
    return _read(path)


def save_ledger(root: Path, ledger: Ledger) -> None:
    """Write a source's ledger, articles in the order of their numbers so that differences are short."""
    articles = dict(sorted(ledger.articles.items(), key=lambda pair: pair[1].number))
    path = ledger_folder(root, ledger.source) / STATE_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ledger.model_copy(update={"articles": articles}).model_dump_json(indent=1) + "\n", encoding="utf-8")


def imported_numbers(root: Path) -> frozenset[int]:
    """Every number that an import ever gave, of all sources. Raises ImportFailed when a ledger is damaged."""
    ledgers = [_read(path) for path in sorted((root / FOLDER).glob(f"*/{STATE_FILE}"))]
    return frozenset(known.number for ledger in ledgers for known in ledger.articles.values())


def _read(path: Path) -> Ledger:
    try:
        return Ledger.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ImportFailed(f"{path}: is damaged ({first['msg']}); restore it from version control") from None
