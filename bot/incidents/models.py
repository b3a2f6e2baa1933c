"""Known incidents as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

NOWHERE: Final = 0  # the article of a signal that is near to none: kept so that it is not looked at again


class IncidentStatus(StrEnum):
    """How an incident stands. Only an open one is told to people."""

    SUSPECTED = "suspected"  # a burst was noticed; an officer has to look
    OPEN = "open"
    SOLVED = "solved"
    DISMISSED = "dismissed"  # an officer found the suspicion wrong


@dataclass(frozen=True)
class Signal:
    """One question or report, as the article that it is nearest to. The same kind and source is the same signal."""

    kind: str
    source: int
    article: int
    at: datetime
    conversation_id: str | None = None
    ticket: int | None = None


@dataclass(frozen=True)
class Report:
    """A ticket as it was reported, to be ranked."""

    number: int
    text: str
    at: datetime
    conversation_id: str | None = None


@dataclass(frozen=True)
class Incident:
    """Something that is wrong for many at once.

    `articles` are those that like questions are nearest to; `began_at` is the moment from which like tickets belong to
    it; `evidence` tells what was noticed (people, expected, chance). `tickets` counts those attached.
    """

    id: int
    status: IncidentStatus
    title: str
    text: str
    program: str | None
    articles: Sequence[int]
    began_at: datetime
    noticed_at: datetime
    evidence: Mapping[str, Any]
    opened_at: datetime | None = None
    opened_by: str | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    solution: str = ""
    tickets: int = 0
