"""What follows when a few words only tell how it goes with what was shown."""

from bot.conversations.models import EventKind
from bot.dialogue.guide import Guide
from bot.dialogue.reacting import Reacting
from bot.dialogue.talk import Stage, Talk
from tests.unit.dialogue.test_guide import STEPS, Ranker, said


def reacting() -> Reacting:
    ranker = Ranker()
    return Reacting(Guide(ranker), ranker)


def test_what_was_tried_in_vain_is_a_rejection_and_goes_with_the_problem() -> None:
    talk = Talk(question="pagu", told=("pagu",)).answered(1)
    outcome = reacting().react(talk, Stage.FEEDBACK, "udah sy coba ttp ga bisa")
    assert outcome is not None
    assert (said(outcome), outcome.stage) == (["utter_ask_reason"], Stage.REASON)
    assert outcome.talk.told == ("pagu", "udah sy coba ttp ga bisa")


def test_a_reaction_needs_something_that_was_shown() -> None:
    assert reacting().react(Talk(), None, "masih error") is None


def test_a_plain_no_keeps_its_own_meaning_where_something_was_shown() -> None:
    talk = Talk(question="pagu", told=("pagu",)).answered(1)
    assert reacting().react(talk, Stage.FEEDBACK, "belum bisa", plain=True) is None


def test_what_is_being_tried_is_waited_for() -> None:
    talk = Talk(question="pagu", told=("pagu",)).answered(1)
    outcome = reacting().react(talk, Stage.FEEDBACK, "bentar sy coba dulu")
    assert outcome is not None
    assert (said(outcome), outcome.stage, outcome.happened) == (["utter_try_first"], Stage.FEEDBACK, ())


def test_a_solved_problem_is_opened_again() -> None:
    solved = Guide(Ranker()).resolve(Talk(question="pagu", told=("pagu",)).answered(1)).talk
    outcome = reacting().react(solved, None, "eh ternyata masih belum bisa", plain=True)
    assert outcome is not None
    assert said(outcome) == ["utter_ask_reason"]
    assert [each.kind for each in outcome.happened] == [EventKind.REJECTED]


def test_what_was_done_is_asked_about() -> None:
    talk = Talk(question="pagu", told=("pagu",)).answered(1)
    outcome = reacting().react(talk, Stage.FEEDBACK, "udah update")
    assert outcome is not None
    assert (said(outcome), outcome.stage, outcome.talk.told) == (
        ["utter_done_so_far"], Stage.FEEDBACK, ("pagu", "udah update"),
    )  # fmt: skip


def test_a_step_is_quoted_and_one_that_is_not_there_is_searched() -> None:
    talk = Talk(question="pagu", told=("pagu",)).answered(STEPS)
    outcome = reacting().react(talk, Stage.FEEDBACK, "langkah 2 maksudnya apa")
    assert outcome is not None
    assert outcome.says[0].values["steps"] == "2. Siapkan kuitansi."
    assert reacting().react(talk, Stage.FEEDBACK, "langkah 9 maksudnya apa") is None


def test_good_news_resolves_and_giving_up_does_not() -> None:
    talk = Talk(question="pagu", told=("pagu",)).answered(1)
    solved = reacting().react(talk, Stage.FEEDBACK, "dah bisa min error nya ilang sendiri")
    left = reacting().react(talk, Stage.FEEDBACK, "ya sudahlah")
    assert solved is not None
    assert left is not None
    assert [each.kind for each in solved.happened] == [EventKind.HELPED]
    assert (said(left), left.happened) == (["utter_dropped"], ())


def test_another_thing_that_was_meant_is_searched_and_not_rejected() -> None:
    talk = Talk(question="pajak", told=("pajak",)).shown((1, 2, 3))
    assert reacting().react(talk, Stage.CHOOSING, "bukan pajak tapi honor") is None
    outcome = reacting().react(talk, Stage.CHOOSING, "bukan nomor tiket")
    assert outcome is not None
    assert [each.kind for each in outcome.happened][:1] == [EventKind.REJECTED]


def test_a_feeling_is_met_and_the_problem_stays_open() -> None:
    talk = Talk(question="pagu", told=("pagu",)).answered(1)
    outcome = reacting().react(talk, Stage.FEEDBACK, "saya takut min")
    assert outcome is not None
    assert (said(outcome), outcome.stage, outcome.talk) == (["utter_comfort"], Stage.FEEDBACK, talk)


def test_whoever_tried_all_of_it_is_offered_a_person_at_once() -> None:
    talk = Talk(question="pagu", told=("pagu",)).answered(1)
    outcome = reacting().react(talk, Stage.FEEDBACK, "SUDAH SAYA COBA SEMUA ITU! TETAP GAGAL", plain=True)
    assert outcome is not None
    assert (said(outcome), outcome.stage) == (["utter_offer_after_all"], Stage.OFFER)
    assert [(each.kind, each.articles) for each in outcome.happened] == [(EventKind.REJECTED, (1,))]
