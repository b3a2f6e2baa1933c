"""Figures as plain values."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum


class Figure(StrEnum):
    """What is counted by day. What a figure's subject is stands beside it."""

    TALKS = "talks"  # talks in which a person wrote on that day
    QUESTIONS = "questions"  # subject: what the ranker decided
    PROBLEMS = "problems"  # subject: an Outcome; on the day on which the problem was first told
    ESCALATIONS = "escalations"  # subject: the reason
    OPENED = "opened"  # tickets
    SOLVED = "solved"  # subject: by whom (officer, reporter, silence, merged)
    FOLLOWED_UP = "followed_up"  # closed tickets whose reporter came back
    FIRST_REPLY = "first_reply"  # subject: working minutes (`rules.bucket`), on the day of the reply
    SOLUTION = "solution"  # subject: working minutes, on the day of the solution
    REMINDERS = "reminders"  # subject: the step
    SHOWN = "shown"  # subject: the article
    CHOSEN = "chosen"
    HELPED = "helped"
    REJECTED = "rejected"
    VOTES_UP = "votes_up"
    VOTES_DOWN = "votes_down"
    RATINGS = "ratings"  # subject: good or bad
    PREDICTED = "predicted"  # problems whose end the person told; subject: how sure the ranker was, in tenths (0-9)
    PREDICTED_HELPED = "predicted_helped"  # those of them in which the nearest article helped
    PREDICTED_SUM = "predicted_sum"  # their probabilities added up, in thousandths


class Outcome(StrEnum):
    """How a problem told in a talk ended, as far as the bot can know."""

    CONFIRMED = "confirmed"  # the person said that it helped
    ASSUMED = "assumed"  # an article was read, nobody said no, and the person did not come back within 7 days
    PENDING = "pending"  # as assumed, but the 7 days are not over
    ESCALATED = "escalated"  # the ticket form was opened
    UNSOLVED = "unsolved"  # left without an article, after a no, or come back with the same matter


@dataclass
class Problem:
    """One problem of a talk, from the first question about it to its end. Articles in the order of the talk."""

    began_at: datetime
    last_at: datetime
    shown: list[int] = field(default_factory=list)
    chosen: list[int] = field(default_factory=list)
    helped: list[int] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    predicted: tuple[int, float] | None = None  # the nearest article to the first question, with its probability
    answered: bool = False  # an article was read and not turned down
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval (Wilson): `part` of `whole`; all zero, and no share, where nothing was counted."""

    part: int
    whole: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share itself, 0 to 1."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Quantile:
    """A quantile of durations with its 95 % interval, all in working minutes, out of `n` durations."""

    minutes: int
    low: int
    high: int
    n: int


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both counted, in WIB."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends on or after the day on which it begins")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The period of the same length that ended on the day before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


@dataclass(frozen=True)
class Scope:
    """Which part of it is looked at: all channels and programs, or one."""

    channel: str = ""
    program: str = ""


@dataclass(frozen=True)
class Counted:
    """One row of the daily figures, or several added up."""

    figure: Figure
    subject: str
    count: int
    day: date | None = None


@dataclass(frozen=True)
class TicketTime:
    """When a ticket was opened and when something happened to it, with what it is counted under."""

    opened_at: datetime
    at: datetime
    channel: str
    program: str
    subject: str = ""


Span = tuple[datetime, datetime]  # from the first moment to the one at which it is over
Key = tuple[Figure, str, str, str]  # what is counted: figure, subject, channel, program
