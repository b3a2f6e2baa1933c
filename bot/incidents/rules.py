"""Pure rules of incidents: when many like questions are more than chance, and what belongs to a known incident."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, lgamma, log
from typing import Final

from bot.clock import WIB
from bot.incidents.models import Incident, IncidentStatus, Signal

HOUR: Final = timedelta(hours=1)
_LEAST_ARTICLES: Final = 100  # before anything was asked, each of some hundred articles is as likely
_OTHER: Final = "Lainnya"  # a reporter who chose no program (tickets.rules.PROGRAMS) may mean any


@dataclass(frozen=True)
class BurstPolicy:
    """When a burst is told to officers: at least `minimum` people within `window`, and a Poisson chance below `chance`.

    One in a million: a catalogue of some 200 articles has about 50,000 windows a month that share no question, so
    chance alone would raise an alarm every twenty months. Until `least_history` has passed, `minimum_early` people are
    needed, because nothing is known of what is usual. `quiet` is how long a dismissed suspicion is not raised again.
    """

    window: timedelta = timedelta(hours=2)
    minimum: int = 5
    minimum_early: int = 15
    chance: float = 1e-6
    history: timedelta = timedelta(weeks=8)
    least_history: timedelta = timedelta(weeks=1)
    quiet: timedelta = timedelta(days=1)


@dataclass(frozen=True)
class History:
    """What was asked in the weeks before: signals by article, and by hour of the week (0 is Monday 00-01 WIB)."""

    weeks: float
    by_article: Mapping[int, int]
    by_hour: Mapping[int, int]

    @property
    def total(self) -> int:
        """All signals."""
        return sum(self.by_article.values())


@dataclass(frozen=True)
class Burst:
    """An article that more people ask about than is usual."""

    article: int
    people: int
    expected: float
    chance: float


def tail(n: int, expected: float) -> float:
    """The chance that a Poisson count with this mean is `n` or more; summed from above, so that it stays exact.

    >>> round(tail(5, 0.5), 6)
    0.000172
    """
    if n <= 0:
        return 1.0
    if expected <= 0:
        return 0.0
    term = exp(n * log(expected) - expected - lgamma(n + 1))
    total = 0.0
    while term > total * 1e-15 or n < expected:
        total += term
        n += 1
        term *= expected / n
    return min(total, 1.0)


def hour_of_week(moment: datetime) -> int:
    """Which hour of the week a moment lies in, in WIB."""
    local = moment.astimezone(WIB)
    return local.weekday() * 24 + local.hour


def history_of(by_article: Mapping[int, int], by_epoch_hour: Mapping[int, int], length: timedelta) -> History:
    """A history out of counts by hour since 1970."""
    by_hour = Counter[int]()
    for hour, count in by_epoch_hour.items():
        by_hour[hour_of_week(datetime.fromtimestamp(hour * 3600, UTC))] += count
    return History(length / timedelta(weeks=1), by_article, by_hour)


def expected_in(history: History, begins: datetime, ends: datetime) -> float:
    """How many signals the weeks before let expect between two moments, by weekday and hour."""
    total, moment = 0.0, begins
    while moment < ends:
        following = min(ends, (moment + HOUR).replace(minute=0, second=0, microsecond=0))
        seen = history.by_hour.get(hour_of_week(moment), 0) / max(history.weeks, 1e-9)
        total += seen * ((following - moment) / HOUR)
        moment = following
    return total


def expected_of(history: History, article: int, begins: datetime, ends: datetime, others: int) -> float:
    """How many signals of one article to expect: its share of the weeks before, at the level of this very window.

    When everything is asked more than usual (the day before a deadline), more of each article is no burst: `others`,
    the signals of this window about other articles, raise what is expected. They never lower it.
    """
    usual = expected_in(history, begins, ends)
    share = (history.by_article.get(article, 0) + 1) / (history.total + max(len(history.by_article), _LEAST_ARTICLES))
    level = max(1.0, (others + 3) / (usual * (1 - share) + 3))
    return share * max(usual, 1.0) * level


def bursts(people: Mapping[int, int], history: History, now: datetime, policy: BurstPolicy) -> list[Burst]:
    """The articles that more people than chance allows asked about in the window that ends now.

    `people` says how many asked about each article: one person counts once for each, however often they ask.
    """
    everybody = sum(people.values())
    early = history.weeks < policy.least_history / timedelta(weeks=1)
    needed = policy.minimum_early if early else policy.minimum
    found = []
    for article, count in people.items():
        if count < needed:
            continue
        expected = expected_of(history, article, now - policy.window, now, everybody - count)
        chance = tail(count, expected)
        if chance < policy.chance:
            found.append(Burst(article, count, expected, chance))
    return sorted(found, key=lambda burst: burst.chance)


def is_known(article: int, incidents: Collection[Incident], now: datetime, policy: BurstPolicy) -> bool:
    """Whether officers were told of an article's burst already: it is open or suspected, or was ended lately."""
    return any(article in incident.articles and _speaks(incident, now, policy) for incident in incidents)


def _speaks(incident: Incident, now: datetime, policy: BurstPolicy) -> bool:
    if incident.ended_at is None:
        return True
    pause = policy.quiet if incident.status is IncidentStatus.DISMISSED else policy.window
    return now - incident.ended_at < pause


def belongs(signal: Signal, program: str, incident: Incident) -> bool:
    """Whether a report is one of an open incident's: the same matter, since it began, about the same program."""
    same_program = incident.program is None or program in {incident.program, _OTHER}
    is_open = incident.status is IncidentStatus.OPEN
    return is_open and same_program and signal.article in incident.articles and signal.at >= incident.began_at


def told_about(articles: Sequence[int], incidents: Sequence[Incident]) -> Incident | None:
    """The open incident, newest first, that a question with these nearest articles is about; only the first counts."""
    nearest = articles[:1]
    return next((each for each in incidents if set(nearest) & set(each.articles)), None)
