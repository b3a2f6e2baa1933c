"""The figures of one period, as they are asked for. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, Self

from bot.insight.models import Counted, Figure, Outcome, Period, Quantile, Share
from bot.insight.rules import quantile, share_of

_BY_DAY_UP_TO: Final = 62  # days; a chart of more points than this shows weeks


class Figures:
    """Counts by figure and subject."""

    def __init__(self, counts: Mapping[tuple[Figure, str], int]) -> None:
        self._counts = defaultdict(int, counts)
        self._subjects: dict[Figure, list[str]] = defaultdict(list)
        for figure, subject in counts:
            self._subjects[figure].append(subject)

    @classmethod
    def of(cls, counted: Iterable[Counted]) -> Self:
        """Add rows up."""
        counts: dict[tuple[Figure, str], int] = defaultdict(int)
        for each in counted:
            counts[each.figure, each.subject] += each.count
        return cls(counts)

    def count(self, figure: Figure, subject: str | None = None) -> int:
        """How often, about one subject or all of them."""
        if subject is not None:
            return self._counts.get((figure, subject), 0)
        return sum(self._counts[figure, each] for each in self._subjects[figure])

    def subjects(self, figure: Figure) -> list[str]:
        """What a figure is about."""
        return sorted(self._subjects[figure])

    def outcome(self, outcome: Outcome) -> Share:
        """Which share of the problems with a known end ended so: what is still pending is no part of the whole."""
        whole = self.count(Figure.PROBLEMS) - self.count(Figure.PROBLEMS, Outcome.PENDING.value)
        return share_of(self.count(Figure.PROBLEMS, outcome.value), whole)

    def satisfied(self) -> Share:
        """Which share of the ratings is good."""
        return share_of(self.count(Figure.RATINGS, "good"), self.count(Figure.RATINGS))

    def duration(self, figure: Figure, q: float) -> Quantile | None:
        """A quantile of durations in working minutes."""
        return quantile({int(minutes): self._counts[figure, minutes] for minutes in self._subjects[figure]}, q)


def steps(period: Period) -> list[Period]:
    """The days of a period, or its weeks (Monday to Sunday, cut at its ends) where the days would be too many."""
    found, begins = [], period.first
    while begins <= period.last:
        ends = begins if period.days <= _BY_DAY_UP_TO else begins + timedelta(days=6 - begins.weekday())
        found.append(Period(begins, min(ends, period.last)))
        begins = ends + timedelta(days=1)
    return found


def by_step(counted: Iterable[Counted], periods: Iterable[Period]) -> list[Figures]:
    """The figures of each step; rows without a day are left out."""
    of_day: dict[date, list[Counted]] = defaultdict(list)
    for each in counted:
        if each.day is not None:
            of_day[each.day].append(each)
    return [
        Figures.of(row for n in range(step.days) for row in of_day[step.first + timedelta(days=n)]) for step in periods
    ]
