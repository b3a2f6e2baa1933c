"""Verdicts: what officers decided about real questions, one JSON line each, appended as they decide.

They are questions to learn from, never to be measured by: what measures (`data/evaluation`) stays apart.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, BinaryIO, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from embeddings.articles import ArticleNumber
from embeddings.documents import Document
from embeddings.text import LONGEST_QUESTION, fold_phrase

TOPIC: Final = "verdicts"  # the outside questions among them, as one topic

Asked = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_QUESTION)]
Source = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Verdict(BaseModel):
    """The right article for a question, or None when no article answers it; by whom, and when, it was decided.

    A `withdrawn` one says that what was decided about the question before counts no longer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: Asked
    article: ArticleNumber | None
    at: AwareDatetime
    source: Source
    withdrawn: bool = False


class VerdictErrors(Exception):
    """A file of verdicts cannot be used; each problem names its line."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def append_verdict(path: Path, verdict: Verdict) -> None:
    """Add one verdict, which is on the disk when this returns; processes wait for each other.

    What a process left behind that was killed while it wrote is taken away first.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(_whole_lines(file))
        file.write(verdict.model_dump_json(exclude_defaults=True).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _whole_lines(file: BinaryIO) -> int:
    """The length of a file up to the end of its last whole line."""
    file.seek(0)
    return file.read().rfind(b"\n") + 1


def read_verdicts(path: Path) -> tuple[Verdict, ...]:
    """All verdicts, oldest line first; none where there is no file. A last line without an end is still being written.

    Raises:
        VerdictErrors: naming each line that is no verdict.
    """
    lines = path.read_bytes().split(b"\n")[:-1] if path.is_file() else []
    found, problems = [], []
    for number, line in enumerate(lines, start=1):
        try:
            found += [Verdict.model_validate_json(line)] if line.strip() else []
        except ValidationError as error:
            where = error.errors(include_url=False)[0]
            problems.append(f"{path}:{number}: {'.'.join(map(str, where['loc']))}: {where['msg']}")
    if problems:
        raise VerdictErrors(problems)
    return tuple(found)


def latest(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """The last verdict on each question, however it was typed, unless that withdraws: who decides anew means it."""
    newest: dict[tuple[str, ...], Verdict] = {}
    for verdict in sorted(verdicts, key=lambda v: v.at):
        newest[tuple(fold_phrase(verdict.question))] = verdict
    return tuple(verdict for verdict in newest.values() if not verdict.withdrawn)


def with_verdicts(documents: Sequence[Document], verdicts: Sequence[Verdict]) -> tuple[Document, ...]:
    """Documents that have the questions which were decided to be theirs; an article that is gone has none."""
    decided: dict[int | str, list[str]] = {}
    for verdict in latest(verdicts):
        if verdict.article is not None:
            decided.setdefault(verdict.article, []).append(verdict.question)
    return tuple(_with_questions(d, decided[d.id]) if d.id in decided else d for d in documents)


def _with_questions(document: Document, more: Sequence[str]) -> Document:
    return document.model_copy(update={"questions": tuple(dict.fromkeys((*document.questions, *more)))})


def outside_verdicts(verdicts: Sequence[Verdict], documents: Sequence[Document]) -> Iterator[str]:
    """The questions that no article answers, without those that have become an article's own since."""
    outside = {tuple(fold_phrase(v.question)): v.question for v in latest(verdicts) if v.article is None}
    written = {tuple(fold_phrase(q)) for d in documents for q in d.questions} if outside else set()
    return (question for folded, question in outside.items() if folded not in written)


def verdicts_hash(verdicts: Sequence[Verdict]) -> str:
    """SHA-256 (hex) over what the verdicts say; "" for none."""
    said = "".join(f"{v.question}\0{v.article}\0" for v in latest(verdicts))
    return hashlib.sha256(said.encode()).hexdigest() if said else ""
