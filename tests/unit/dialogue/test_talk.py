"""What a talk remembers."""

from bot.dialogue.talk import Talk


def test_a_slot_holds_the_talk_and_only_what_is_new() -> None:
    talk = Talk().asked("bku terkunci", again=False).shown((124, 125)).answered(124)
    assert Talk.from_slot(talk.to_slot()) == talk
    assert Talk().to_slot() == {}


def test_a_slot_of_another_version_is_read_as_far_as_it_is_known() -> None:
    assert Talk.from_slot({"question": "x", "colour": "red"}) == Talk(question="x")
    assert Talk.from_slot(None) == Talk()


def test_a_new_question_forgets_the_old_problem_but_not_the_ticket() -> None:
    old = Talk(question="a", told=("a",), seen=(1,), rejections=1, tickets=1, last_ticket=9)
    new = old.asked("b", again=False)
    assert (new.told, new.seen, new.rejections, new.last_ticket) == (("b",), (), 0, 9)


def test_the_same_problem_in_other_words_keeps_what_was_seen_and_told() -> None:
    talk = Talk(question="a", told=("a",), seen=(1,), rejections=1).asked("b", again=True)
    assert (talk.told, talk.seen, talk.rejections) == (("a", "b"), (1,), 1)


def test_a_rejected_answer_is_not_offered_again_but_the_cards_beside_it_may_be() -> None:
    talk = Talk().shown((1, 2, 3)).answered(2).rejected()
    assert talk.seen == (2,)
    assert talk.offered == ()


def test_rejected_cards_are_all_seen() -> None:
    assert Talk().shown((1, 2, 3)).rejected().seen == (1, 2, 3)


def test_a_long_talk_stays_small() -> None:
    talk = Talk()
    for number in range(200):
        talk = talk.asked("kata " * 1000 + str(number), again=True).answered(number)
    assert len(talk.told) == 6
    assert len(talk.seen) == 30
    assert all(len(words) <= 1200 for words in talk.told)


def test_a_solved_problem_can_be_opened_again_until_the_next_question() -> None:
    solved = Talk(question="a", told=("a",), tickets=1).answered(7).solves()
    assert (solved.question, solved.told) == ("", ())
    again = solved.reopened()
    assert (again.question, again.told, again.article, again.seen, again.tickets) == ("a", ("a",), 7, (7,), 1)
    assert solved.asked("b", again=False).reopened().question == "b"


def test_what_was_tried_in_vain_goes_with_the_problem_once() -> None:
    talk = Talk(question="a", told=("a",)).tried("sudah dicoba").tried("sudah dicoba")
    assert (talk.question, talk.told) == ("a", ("a", "sudah dicoba"))
