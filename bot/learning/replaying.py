"""Past questions of real talks asked again: "would we solve it now?", by what serves and by what would come next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bot.clock import Clock
from bot.conversations.models import AskedQuestion, ConversationEvent
from bot.conversations.repository import events_since
from bot.database import Database
from bot.learning import repository, rules
from bot.learning.models import LabelledQuestion, StoredReplay, VerdictKind
from embeddings import IndexMissing, load_articles, read_verdicts
from embeddings.building import candidate, compared, serving
from embeddings.comparing import paired
from embeddings.replay import PastQuestion, report_as_json, right_ones

_QUESTIONS_MAX: Final = 20_000
_KEPT_MAX: Final = 200  # questions of each kind in a stored report
EVER: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Sources:
    """Where lies what an index is made of."""

    articles: Path
    lexicon: Path
    encoder: Path
    verdicts: Path
    index: Path


class ReplayService:
    """The questions of talks whose answer is known, and the replays that were run."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def past(self, since: datetime = EVER) -> list[LabelledQuestion]:
        """Questions with the right article by verdict, else by what was chosen and helped."""
        async with self._database.read() as connection:
            asked = await repository.questions_since(connection, since, limit=_QUESTIONS_MAX)
            verdicts = await repository.newest_verdicts(connection, since=since)
            events = await events_since(connection, since)
        talks: dict[str, list[AskedQuestion]] = defaultdict(list)
        for question in asked:
            talks[question.conversation_id].append(question)
        happened: dict[str, list[ConversationEvent]] = defaultdict(list)
        for talk, event in events:
            happened[talk].append(event)
        return [
            found
            for talk, questions in talks.items()
            for at, question in enumerate(questions)
            if (found := rules.labelled(question, verdicts.get(question.id), happened[talk], _at(questions, at + 1)))
        ]

    async def vouched_for(self) -> list[LabelledQuestion]:
        """Those that people or officers found rightly answered, which no new verdict vouches for."""
        async with self._database.read() as connection:
            verdicts = await repository.newest_verdicts(connection, since=EVER)
        decided = {v.text for v in verdicts.values() if v.kind is not VerdictKind.BOT_RIGHT}
        return [question for question in await self.past() if question.text not in decided]

    async def keep(self, report: Mapping[str, Any], *, about: str, actor: str, refused: bool, reason: str = "") -> None:
        """Store what a replay told."""
        values = {"about": about[:200], "actor": actor, "refused": refused, "reason": reason}
        async with self._database.write() as connection:
            await repository.insert_replay(connection, at=self._clock.now(), report=dict(report), **values)

    async def newest(self, limit: int = 20) -> list[StoredReplay]:
        """The replays that were run last, newest first."""
        async with self._database.read() as connection:
            return await repository.newest_replays(connection, limit)


def _at(questions: Sequence[AskedQuestion], place: int) -> AskedQuestion | None:
    return questions[place] if place < len(questions) else None


def replayed(sources: Sources, past: Sequence[LabelledQuestion]) -> dict[str, Any]:
    """Ask what serves and what would be built now: `gate` is what decides, `talks` are the questions of real talks.

    Takes a minute of one core. Raises IndexMissing when nothing serves, and what reading the sources raises.
    """
    verdicts = read_verdicts(sources.verdicts)
    new = candidate(
        load_articles(sources.articles), encoder_dir=sources.encoder, lexicon_dir=sources.lexicon,
        verdicts=verdicts, target=sources.index,
    )  # fmt: skip
    old, gate = serving(sources.index), compared(sources.index, new, verdicts)
    if old is None or gate is None:
        raise IndexMissing(f"{sources.index} serves nothing that could be compared: run `./arkas index`")
    asked = [PastQuestion(question.text, question.article) for question in past]
    return {"gate": _short(report_as_json(gate)), "talks": _talks(past, right_ones(old, asked), right_ones(new, asked))}


def _short(report: dict[str, Any]) -> dict[str, Any]:
    return {**report, "gains": report["gains"][:_KEPT_MAX], "losses": report["losses"][:_KEPT_MAX]}


def _talks(past: Sequence[LabelledQuestion], before: Sequence[bool], after: Sequence[bool]) -> dict[str, Any]:
    rows = list(zip(past, before, after, strict=True))
    gains = [question for question, was, now in rows if now and not was]
    losses = [question for question, was, now in rows if was and not now]
    return {
        "questions": len(rows), "before": sum(before), "after": sum(after), "p": paired(after, before).p,
        "gains": [_told(q) for q in gains[:_KEPT_MAX]], "losses": [_told(q) for q in losses[:_KEPT_MAX]],
        "tickets_avoided": len({q.ticket for q in gains} - {None}),
        "tickets_caused": len({q.ticket for q in losses} - {None}),
    }  # fmt: skip


def _told(question: LabelledQuestion) -> dict[str, Any]:
    return {"text": question.text, "gold": question.article, "ticket": question.ticket}


def lines_of(report: Mapping[str, Any]) -> Iterator[str]:
    """A report for a terminal."""
    gate, talks = report["gate"], report["talks"]
    test = gate["test"]
    yield f"{gate['questions']} past questions: {gate['before']:.1%} right before, {gate['after']:.1%} after"
    yield f"{test['gains']} gain, {test['losses']} lose (McNemar's exact test: p {test['p']:.2g})"
    yield from _examples(gate)
    yield f"{talks['questions']} questions of talks: {talks['before']} solved by what serves, {talks['after']} then"
    yield f"{talks['tickets_avoided']} tickets would have been avoided, {talks['tickets_caused']} more opened"
    yield from _examples(talks)
    if gate["worse"]:
        yield "This change would be refused. `./arkas index --force REASON` takes it all the same."


def _examples(part: Mapping[str, Any]) -> Iterator[str]:
    for name, verb in (("gains", "gains"), ("losses", "loses")):
        yield from (f"  {verb}: {row['text']} [{row['gold'] or 'no article'}]" for row in part[name][:10])
