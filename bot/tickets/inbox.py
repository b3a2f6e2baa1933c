"""The officers' lists: views of many tickets, read from the columns that repeat what the logs mean."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    func,
    literal,
    literal_column,
    select,
    true,
    tuple_,
)

from bot.clock import WIB, Clock
from bot.database import Database
from bot.errors import InvalidInput
from bot.tickets.models import Priority, TicketStatus
from bot.tickets.repository import tickets

PAGE_MAX: Final = 200
COUNT_MAX: Final = 1000  # "999+" says as much as the number would, and costs the same on any day


class View(StrEnum):
    """What an officer looks through."""

    ALL = "all"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    WAITING_FOR_US = "waiting_for_us"
    WAITING_FOR_REPORTER = "waiting_for_reporter"
    DUE_SOON = "due_soon"
    SOLVED_TODAY = "solved_today"
    SPAM = "spam"


class Order(StrEnum):
    """In what order to list: a view's own, or by number, which is when a ticket was opened."""

    VIEW = "tampilan"
    NEWEST = "terbaru"
    OLDEST = "terlama"


@dataclass(frozen=True)
class InboxQuery:
    """What to list: a view, narrowed by whatever is given, from where the page before ended.

    `since` and `until` are days in WIB, both counted in, on which the tickets were opened.
    """

    view: View = View.ALL
    officer: str = ""
    program: str | None = None
    priority: Priority | None = None
    email: str | None = None
    after: str | None = None
    limit: int = 50
    status: TicketStatus | None = None
    assignee: str | None = None
    since: date | None = None
    until: date | None = None
    order: Order = Order.VIEW

    @property
    def opened(self) -> tuple[datetime | None, datetime | None]:
        """The first moment at which the tickets were opened, and the first one at which they were not any more."""
        first = datetime.combine(self.since, time(0), WIB) if self.since else None
        end = datetime.combine(self.until + timedelta(days=1), time(0), WIB) if self.until else None
        return first, end


@dataclass(frozen=True)
class InboxLine:
    """One ticket in a list."""

    number: int
    email: str
    program: str
    subject: str
    status: TicketStatus
    priority: Priority
    assignee: str | None
    created_at: datetime
    updated_at: datetime | None
    reporter_waits_since: datetime | None
    response_due: datetime | None
    first_answered_at: datetime | None


@dataclass(frozen=True)
class InboxPage:
    """One page of a list; `after` fetches the next one, None when this is the last."""

    lines: list[InboxLine]
    after: str | None


_LINE: Final = (
    tickets.c.number, tickets.c.email, tickets.c.program, tickets.c.subject, tickets.c.status, tickets.c.priority,
    tickets.c.assignee, tickets.c.created_at, tickets.c.updated_at, tickets.c.reporter_waits_since,
    tickets.c.response_due, tickets.c.first_answered_at,
)  # fmt: skip
# Written out, not bound: a database takes a partial index only for a condition that it can read.
_OPEN: Final = tickets.c.status != literal_column("'SOLVED'")
# In what order a view is read, and in which direction: what waits is read oldest first, what happened newest first.
_ORDER: Final[Mapping[View, tuple[Any, bool]]] = {
    View.WAITING_FOR_US: (tickets.c.reporter_waits_since, False),
    View.DUE_SOON: (tickets.c.response_due, False),
    View.SOLVED_TODAY: (tickets.c.solved_at, True),
}
_CHANGED: Final = (tickets.c.updated_at, True)
_BY_NUMBER: Final = {Order.NEWEST: True, Order.OLDEST: False}


_COUNTED: Final = (
    View.MINE, View.UNASSIGNED, View.WAITING_FOR_US, View.WAITING_FOR_REPORTER, View.DUE_SOON, View.SOLVED_TODAY,
)  # fmt: skip


class Inbox:
    """Lists of tickets for officers."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, query: InboxQuery) -> InboxPage:
        """One page of a view, by position and not by page number, so that the last page is as quick as the first.

        Raises InvalidInput for a position that we did not give out.
        """
        async with self._database.read() as connection:
            rows = (await connection.execute(self._statement(query))).all()
        more = len(rows) > query.limit
        lines = [_line(row) for row in rows[: query.limit]]
        return InboxPage(lines, _position(rows[query.limit - 1]) if more else None)

    async def counts(self, officer: str) -> dict[View, int]:
        """How many tickets stand in each view of open work; from COUNT_MAX on it is not counted further."""
        counts = [self._count(self._view(view, officer)).label(view.value) for view in _COUNTED]
        async with self._database.read() as connection:
            row = (await connection.execute(select(*counts))).one()
        return {view: getattr(row, view.value) for view in _COUNTED}

    async def count(self, query: InboxQuery, *, changed_since: datetime) -> int:
        """How many tickets of a list changed since a moment, counted as `counts` does."""
        wanted = and_(self._where(query), tickets.c.updated_at > changed_since)
        async with self._database.read() as connection:
            return int((await connection.execute(select(self._count(wanted)))).scalar_one())

    async def lines(self, numbers: Sequence[int]) -> dict[int, InboxLine]:
        """Some tickets as they stand in lists, by number; absent ones are left out."""
        statement: Select[Any] = select(*_LINE).where(tickets.c.number.in_(numbers))
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        return {line.number: line for line in map(_line, rows)}

    def _count(self, wanted: ColumnElement[bool]) -> ScalarSelect[int]:
        some = select(tickets.c.number).where(wanted).limit(COUNT_MAX).subquery()
        return select(func.count()).select_from(some).scalar_subquery()

    def _statement(self, query: InboxQuery) -> Select[Any]:
        column, descending = _ORDER.get(query.view, _CHANGED)
        if query.order in _BY_NUMBER:
            column, descending = tickets.c.number, _BY_NUMBER[query.order]
        order = (column.desc(), tickets.c.number.desc()) if descending else (column, tickets.c.number)
        place = _after(query.after, column, descending=descending) if query.after else true()
        where = and_(self._where(query), place)
        return select(*_LINE, column.label("place")).where(where).order_by(*order).limit(query.limit + 1)

    def _where(self, query: InboxQuery) -> ColumnElement[bool]:
        wanted = {
            "program": query.program, "priority": query.priority, "email": query.email, "assignee": query.assignee,
            "status": query.status.name if query.status else None,
        }  # fmt: skip
        narrow = [tickets.c[name] == value for name, value in wanted.items() if value is not None]
        first, end = query.opened
        narrow += [tickets.c.created_at >= first] if first else []
        narrow += [tickets.c.created_at < end] if end else []
        return and_(self._view(query.view, query.officer), *narrow)

    def _view(self, view: View, officer: str) -> ColumnElement[bool]:
        today = datetime.combine(self._clock.now().astimezone(WIB).date(), time(0), WIB)
        views: dict[View, ColumnElement[bool]] = {
            View.ALL: ~tickets.c.spam,
            View.MINE: and_(_OPEN, tickets.c.assignee == officer),
            View.UNASSIGNED: and_(_OPEN, tickets.c.assignee.is_(None)),
            View.WAITING_FOR_US: and_(_OPEN, tickets.c.reporter_waits_since.is_not(None)),
            View.WAITING_FOR_REPORTER: tickets.c.status == "WAITING_FOR_REPORTER",
            View.DUE_SOON: and_(_OPEN, tickets.c.first_answered_at.is_(None), tickets.c.response_due.is_not(None)),
            View.SOLVED_TODAY: and_(tickets.c.solved_at >= today, tickets.c.spam.is_(False)),
            View.SPAM: tickets.c.spam,
        }
        return views[view]


def _after(position: str, column: Any, *, descending: bool) -> ColumnElement[bool]:  # noqa: ANN401 - any column
    try:
        told, number = json.loads(base64.urlsafe_b64decode(position))
        place, number = (int(told) if column is tickets.c.number else datetime.fromisoformat(told)), int(number)
    except (ValueError, TypeError) as error:
        raise InvalidInput from error
    if isinstance(place, datetime) and place.tzinfo is None:
        raise InvalidInput
    # Compared as a row: of "earlier, or as early and ..." PostgreSQL makes two searches, and sorts all that they find.
    here, there = tuple_(column, tickets.c.number), tuple_(literal(place, column.type), number)
    return here < there if descending else here > there


def _position(row: Row[Any]) -> str:
    place = row.place.isoformat() if isinstance(row.place, datetime) else row.place
    return base64.urlsafe_b64encode(json.dumps([place, row.number]).encode()).decode()


def _line(row: Row[Any]) -> InboxLine:
    number, email, program, subject, status, priority, *rest = row[: len(_LINE)]  # in the order of the fields
    return InboxLine(number, email, program, subject, TicketStatus[status], Priority(priority), *rest)
