"""What a tap means while a long answer is being read."""

from datetime import UTC, datetime

from actions.answers import Enough, ReadOn
from actions.services import ActionServices
from bot.clock import SettableClock
from bot.dialogue.draft import Heard
from bot.dialogue.talk import Stage, Talk
from tests.integration.shelves import Desk

DESK = Desk(clock=SettableClock(datetime(2026, 11, 23, 3, tzinfo=UTC)))
SERVICES = ActionServices(DESK.shelf, DESK.drawer, DESK.diary, DESK.hours, DESK.clock)
READING = Talk(question="tutup bku", told=("tutup bku",), article=124, section=1)


def test_a_tapped_ya_below_the_whole_article_says_that_it_helped() -> None:
    outcome = ReadOn(SERVICES).step(READING, Stage.READING, Heard("/affirm", "affirm"), aside=False)
    assert [say.response for say in outcome.says] == ["utter_resolved"]


def test_a_typed_ya_reads_on() -> None:
    outcome = ReadOn(SERVICES).step(READING, Stage.READING, Heard("ya", "affirm"), aside=False)
    assert outcome.says[0].response == "utter_answer_ended"


def test_a_tapped_belum_is_a_rejection_and_a_typed_no_only_wants_no_more() -> None:
    tapped = Enough(SERVICES).step(READING, Stage.READING, Heard("/deny", "deny"), aside=False)
    typed = Enough(SERVICES).step(READING, Stage.READING, Heard("ga usah", "deny"), aside=False)
    assert (tapped.stage, typed.stage) == (Stage.REASON, Stage.FEEDBACK)
