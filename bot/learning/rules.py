"""Pure rules of learning: who is reviewed, and what a verdict teaches."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.conversations.models import AskedQuestion, ConversationEvent, EventKind
from bot.learning.models import LabelledQuestion, StoredVerdict, VerdictKind, Why
from bot.people.rules import mask_personal_data
from embeddings import Verdict

WINDOW: Final = timedelta(days=30)  # what is older was settled by other means, or never
QUIET: Final = timedelta(minutes=20)  # a talk that still goes on is not judged
LEASE: Final = timedelta(minutes=15)
SKIPPED_FOR: Final = timedelta(days=1)
UNSURE_BELOW: Final = 0.5
# One question of so many is looked at, by its number: the same for everybody, and nobody can choose.
EVERY: Final = {Why.UNSURE: 2, Why.OUTSIDE: 5, Why.SAMPLE: 20}
SETTLED: Final = frozenset({VerdictKind.ARTICLE, VerdictKind.NO_ARTICLE, VerdictKind.OUTSIDE, VerdictKind.BOT_RIGHT})
TEACHING: Final = frozenset({VerdictKind.ARTICLE, VerdictKind.NO_ARTICLE, VerdictKind.OUTSIDE})
_FEWEST_WORDS: Final = 2
_MOST_CHARACTERS: Final = 600
_PLACEHOLDER: Final = re.compile(r"\[[^\]]{2,12}\]|\*{4,}")
_SPACES: Final = re.compile(r"\s+")


def lesson_text(question: str) -> str:
    """A question as it may be kept and learned from: personal data taken out, one line, cut where it gets a story."""
    plain = _PLACEHOLDER.sub(" ", mask_personal_data(question))
    return _SPACES.sub(" ", plain).strip()[:_MOST_CHARACTERS].strip()


def lesson_of(verdict: StoredVerdict, *, taught_before: bool) -> Verdict | None:
    """What a verdict adds to the labelled file; None when it teaches nothing.

    "The bot was right" teaches nothing: a ranker that learns what it thinks already only gets surer. It counts when
    past questions are asked again. A question of one word ("halo", "bku") belongs to no article. Who takes a verdict
    back, or changes it to one that does not teach, takes the lesson back as well.
    """
    teaches = verdict.kind in TEACHING and len(verdict.text.split()) >= _FEWEST_WORDS
    if verdict.kind is VerdictKind.SKIPPED or not verdict.text or not (teaches or taught_before):
        return None
    article = verdict.article if verdict.kind is VerdictKind.ARTICLE else None
    source = f"petugas:{verdict.officer}#{verdict.id}"
    return Verdict(question=verdict.text, article=article, at=verdict.at, source=source, withdrawn=not teaches)


def labelled(
    asked: AskedQuestion,
    verdict: StoredVerdict | None,
    events: Sequence[ConversationEvent],
    following: AskedQuestion | None,
) -> LabelledQuestion | None:
    """A question with its right article, by the verdict, else by what was chosen and helped; None when nobody knows.

    `events` are those of the talk, `following` its next question.
    """
    ticket = next((e.ticket for e in events if e.ticket is not None and e.at >= asked.at), None)
    text = verdict.text if verdict else lesson_text(asked.question)
    if not text:
        return None
    if verdict is not None:
        article = verdict.article if verdict.kind in TEACHING else _first_offered(asked)
        return LabelledQuestion(text, article, ticket, asked.conversation_id)
    until = following.at if following else None
    own = [e for e in events if e.at >= asked.at and (until is None or e.at < until)]
    helped = next((e.articles[-1] for e in own if e.kind is EventKind.HELPED and e.articles), None)
    return LabelledQuestion(text, helped, ticket, asked.conversation_id) if helped is not None else None


def _first_offered(asked: AskedQuestion) -> int | None:
    return asked.ranked[0][0] if asked.ranked and asked.decision != "abstain" else None
