"""What a verdict teaches, and which article a past question is known to belong to."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.conversations.models import AskedQuestion, ConversationEvent, EventKind
from bot.learning.models import StoredVerdict, VerdictKind
from bot.learning.rules import labelled, lesson_of, lesson_text

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ASKED = AskedQuestion("t", NOW, "bku terkunci kok", "suggest", ((124, 0.4), (122, 0.2)), id=1)


def verdict(kind: VerdictKind, article: int | None = None, text: str = "bku terkunci kok") -> StoredVerdict:
    return StoredVerdict(9, 1, kind, article, text, "rina", NOW)


def happened(kind: EventKind, minutes: int, *articles: int, ticket: int | None = None) -> ConversationEvent:
    return ConversationEvent(kind, NOW + timedelta(minutes=minutes), articles, ticket=ticket)


@pytest.mark.parametrize(
    ("given", "article", "withdrawn"),
    [
        (verdict(VerdictKind.ARTICLE, 126), 126, False),
        (verdict(VerdictKind.NO_ARTICLE), None, False),
        (verdict(VerdictKind.OUTSIDE), None, False),
    ],
)
def test_what_teaches(given: StoredVerdict, article: int | None, withdrawn: bool) -> None:
    lesson = lesson_of(given, taught_before=False)
    assert lesson is not None
    assert (lesson.article, lesson.withdrawn, lesson.source) == (article, withdrawn, "petugas:rina#9")


@pytest.mark.parametrize(
    "given",
    [
        verdict(VerdictKind.BOT_RIGHT),
        verdict(VerdictKind.SKIPPED),
        verdict(VerdictKind.WITHDRAWN),
        verdict(VerdictKind.ARTICLE, 126, text="bku"),
        verdict(VerdictKind.ARTICLE, 126, text=""),
    ],
)
def test_what_teaches_nothing(given: StoredVerdict) -> None:
    assert lesson_of(given, taught_before=False) is None


def test_who_changes_a_verdict_takes_the_lesson_back() -> None:
    for kind in (VerdictKind.BOT_RIGHT, VerdictKind.WITHDRAWN):
        lesson = lesson_of(verdict(kind), taught_before=True)
        assert lesson is not None
        assert lesson.withdrawn
    assert lesson_of(verdict(VerdictKind.SKIPPED), taught_before=True) is None


def test_a_lesson_holds_no_personal_data_and_no_story() -> None:
    assert lesson_text("email saya\nbudi@sd.sch.id, hp 081234567890 ditolak") == "email saya , hp ditolak"
    assert len(lesson_text("kata " * 500)) <= 600


def test_a_past_question_is_known_by_the_verdict_first() -> None:
    events = [happened(EventKind.HELPED, 2, 122), happened(EventKind.TICKET_OPENED, 3, ticket=10001)]
    by_verdict = labelled(ASKED, verdict(VerdictKind.ARTICLE, 126), events, None)
    by_help = labelled(ASKED, None, events, None)
    right = labelled(ASKED, verdict(VerdictKind.BOT_RIGHT), events, None)
    assert [known.article if known else 0 for known in (by_verdict, by_help, right)] == [126, 122, 124]
    assert by_verdict is not None
    assert by_verdict.ticket == 10001


def test_what_helped_with_the_next_question_says_nothing_about_this_one() -> None:
    following = AskedQuestion("t", NOW + timedelta(minutes=1), "lain lagi", "suggest", id=2)
    events = [happened(EventKind.HELPED, 2, 122)]
    assert labelled(ASKED, None, events, following) is None
