"""Counting a day: from what happened to daily figures. Pure; `bot/insight/keeping.py` reads and stores."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from bot.insight.models import Figure, Key, Outcome, Problem, Span, TicketTime
from bot.insight.rules import bucket

Worked = Callable[[datetime, datetime], timedelta]
_TENTHS: Final = 10


def count_problems(counts: Counter[Key], channel: str, problems: Iterable[Problem], span: Span) -> None:
    """Add the problems that began within `span`; all about them counts on that day."""
    for problem in problems:
        if span[0] <= problem.began_at < span[1] and problem.outcome is not None:
            counts[Figure.PROBLEMS, problem.outcome.value, channel, ""] += 1
            counts.update((Figure.ESCALATIONS, reason, channel, "") for reason in problem.reasons)
            _count_articles(counts, channel, problem)
            _count_prediction(counts, channel, problem)


def _count_articles(counts: Counter[Key], channel: str, problem: Problem) -> None:
    """Each article once a problem: shown twice, it was offered once."""
    seen = {
        Figure.SHOWN: problem.shown,
        Figure.CHOSEN: problem.chosen,
        Figure.HELPED: problem.helped,
        Figure.REJECTED: problem.rejected,
    }
    for figure, articles in seen.items():
        counts.update((figure, str(article), channel, "") for article in set(articles))


def _count_prediction(counts: Counter[Key], channel: str, problem: Problem) -> None:
    """Only where the person told the end: who just leaves says nothing about the ranker."""
    told = problem.outcome in {Outcome.CONFIRMED, Outcome.ESCALATED} or bool(problem.rejected)
    if problem.predicted is None or not told:
        return
    article, confidence = problem.predicted
    tenth = str(min(int(confidence * _TENTHS), _TENTHS - 1))
    counts[Figure.PREDICTED, tenth, channel, ""] += 1
    counts[Figure.PREDICTED_HELPED, tenth, channel, ""] += article in problem.helped
    counts[Figure.PREDICTED_SUM, tenth, channel, ""] += round(confidence * 1000)


def count_tickets(counts: Counter[Key], figure: Figure, found: Iterable[TicketTime]) -> None:
    """Add tickets under their own subjects."""
    counts.update((figure, each.subject, each.channel, each.program) for each in found)


def count_durations(counts: Counter[Key], figure: Figure, found: Iterable[TicketTime], worked: Worked) -> None:
    """Add how long tickets took from being opened, in working time."""
    for each in found:
        minutes = str(bucket(worked(each.opened_at, each.at)))
        counts[figure, minutes, each.channel, each.program] += 1
