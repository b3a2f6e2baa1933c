"""Finding tickets by what stands in them: number, subject, address, details and all that was said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.clock import WIB, Clock
from bot.database import Database
from bot.errors import InvalidInput
from bot.tickets.inbox import Inbox, InboxLine, InboxQuery, Order, View
from bot.tickets.numbers import read_number
from bot.tickets.search_repository import Wanted, find_numbers, texts_of
from bot.tickets.snippets import Piece, snippet
from bot.tickets.words import Marks, mark, parse_query

_MONTHS: Final = 24  # of a range, that are looked up as marks; a longer one is read through


@dataclass(frozen=True)
class SearchHit:
    """A ticket that was found, and where: personal data in the snippet are masked."""

    line: InboxLine
    snippet: Sequence[Piece]


@dataclass(frozen=True)
class SearchPage:
    """One page of hits; `after` fetches the next one, None when this is the last."""

    hits: list[SearchHit]
    after: str | None


class TicketSearch:
    """Finds tickets. Newest first: a common word stands in most of them, and rating them all would take seconds."""

    def __init__(self, database: Database, clock: Clock, inbox: Inbox) -> None:
        self._database = database
        self._clock = clock
        self._inbox = inbox

    async def find(self, text: str, query: InboxQuery) -> SearchPage:
        """One page of the tickets in which all of `text` stands, narrowed as `query` says.

        Anything may be written; what holds no word finds nothing. Spam is found only in its own view.
        Raises InvalidInput for a position that we did not give out.
        """
        wanted = self._wanted(text, query)
        if not wanted.terms:
            return SearchPage([], None)
        async with self._database.read() as connection:
            numbers = await find_numbers(connection, wanted)
            texts = await texts_of(connection, numbers[: query.limit])
        lines = await self._inbox.lines(numbers[: query.limit])
        hits = [
            SearchHit(lines[number], snippet(texts.get(number, ()), wanted.terms))
            for number in numbers[: query.limit]
            if number in lines
        ]
        return SearchPage(hits, str(numbers[query.limit - 1]) if len(numbers) > query.limit else None)

    def _wanted(self, text: str, query: InboxQuery) -> Wanted:
        first, end = query.opened
        return Wanted(
            parse_query(text), self._marks(query), since=first, until=end, after=_position(query.after),
            oldest_first=query.order is Order.OLDEST, limit=query.limit + 1,
        )  # fmt: skip

    def _marks(self, query: InboxQuery) -> Marks:
        values = {
            "status": query.status.name if query.status else None, "program": query.program,
            "priority": query.priority.value if query.priority else None,
            "assignee": query.officer if query.view is View.MINE else query.assignee,
            "spam": "yes" if query.view is View.SPAM else "no",
        }  # fmt: skip
        marks = [[mark(name, value)] for name, value in values.items() if value is not None]
        today = self._clock.now().astimezone(WIB).date()
        months = list(_months(query.since, query.until or today)) if query.since else []
        return [*marks, [mark("month", month) for month in months]] if 0 < len(months) <= _MONTHS else marks


def _months(first: date, last: date) -> Iterator[str]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield f"{year}-{month:02}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _position(after: str | None) -> int | None:
    if not after:
        return None
    number = read_number(after)
    if number is None:
        raise InvalidInput
    return number
