"""From what happened in a talk to the problems that were told in it, and how each of them ended. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.conversations.models import AskedQuestion, ConversationEvent, EventKind
from bot.insight.models import Outcome, Problem
from bot.insight.rules import RETURN_WITHIN

_SILENCE: Final = timedelta(days=1)  # as bot/conversations/rules.py: after it the talk is taken up anew


def problems_of(
    events: Sequence[ConversationEvent], now: datetime, asked: Sequence[AskedQuestion] = ()
) -> list[Problem]:
    """The problems of one talk, oldest first; `events` and `asked` are its record, oldest first."""
    problems: list[Problem] = []
    for event in events:
        _take(problems, event)
    for place, problem in enumerate(problems):
        problem.outcome = problem.outcome or _end_of(problem, problems[place + 1 :], now)
        following = problems[place + 1].began_at if place + 1 < len(problems) else datetime.max.replace(tzinfo=UTC)
        problem.predicted = _predicted(asked, problem.began_at, following)
    return problems


def _predicted(asked: Sequence[AskedQuestion], begins: datetime, ends: datetime) -> tuple[int, float] | None:
    """What the first question of a problem was ranked to first. It is written down a moment after what it led to."""
    first = next((each for each in asked if begins <= each.at < ends and each.ranked), None)
    return first.ranked[0] if first else None


def _take(problems: list[Problem], event: ConversationEvent) -> None:
    last = problems[-1] if problems else None
    if last is None or _is_over(last, event):
        if event.kind not in _BEGINS:
            return
        last = Problem(event.at, event.at)
        problems.append(last)
    last.last_at = event.at
    _STEPS[event.kind](last, event)


def _is_over(problem: Problem, event: ConversationEvent) -> bool:
    """Whether an event belongs to another problem than the last one."""
    if event.kind is EventKind.TICKET_OPENED:
        return problem.outcome is Outcome.CONFIRMED
    ended = problem.outcome is not None or event.at - problem.last_at >= _SILENCE
    return ended or (problem.answered and _asks_anew(problem, event))


def _asks_anew(problem: Problem, event: ConversationEvent) -> bool:
    """After an article that nobody turned down, cards are a new question; so is an article that was on no card."""
    if event.kind in {EventKind.SUGGESTED, EventKind.CLARIFIED}:
        return True
    return event.kind is EventKind.CHOSEN and not set(event.articles) & set(problem.shown)


def _shown(problem: Problem, event: ConversationEvent) -> None:
    problem.shown.extend(event.articles)


def _chosen(problem: Problem, event: ConversationEvent) -> None:
    if not set(event.articles) & set(problem.shown):  # a clear answer is given without cards before it
        _shown(problem, event)
    problem.chosen.extend(event.articles)
    problem.answered = True


def _helped(problem: Problem, event: ConversationEvent) -> None:
    problem.helped.extend(event.articles)
    problem.outcome = Outcome.CONFIRMED


def _rejected(problem: Problem, event: ConversationEvent) -> None:
    problem.rejected.extend(event.articles)
    problem.answered = False


def _escalated(problem: Problem, event: ConversationEvent) -> None:
    if event.reason:
        problem.reasons.append(event.reason)
    problem.outcome = Outcome.ESCALATED


_STEPS: Final[Mapping[EventKind, Callable[[Problem, ConversationEvent], None]]] = {
    EventKind.SUGGESTED: _shown,
    EventKind.CLARIFIED: _shown,
    EventKind.CHOSEN: _chosen,
    EventKind.HELPED: _helped,
    EventKind.REJECTED: _rejected,
    EventKind.ESCALATED: _escalated,
    EventKind.TICKET_OPENED: _escalated,
}
_BEGINS: Final = frozenset(
    {EventKind.SUGGESTED, EventKind.CLARIFIED, EventKind.CHOSEN, EventKind.ESCALATED, EventKind.TICKET_OPENED}
)


def _end_of(problem: Problem, later: Sequence[Problem], now: datetime) -> Outcome:
    """How a problem ended about whose end nobody said a word."""
    if not problem.answered or any(_returns(problem, other) for other in later):
        return Outcome.UNSOLVED
    return Outcome.ASSUMED if now - problem.last_at >= RETURN_WITHIN else Outcome.PENDING


def _returns(problem: Problem, other: Problem) -> bool:
    """Whether a later problem is the same one again: like articles, or straight to a ticket."""
    if other.began_at - problem.last_at >= RETURN_WITHIN:
        return False
    return other.outcome is Outcome.ESCALATED or bool(set(problem.shown) & set(other.shown))
