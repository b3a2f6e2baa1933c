"""An answer at once or in sections; a button that is tapped late or twice means what it says."""

import pytest

from bot.articles.models import Answer, ArticleCard
from bot.dialogue.answering import Answering, Bookmark
from bot.dialogue.says import Outcome
from bot.dialogue.talk import Stage, Talk
from bot.errors import UnknownArticle

PART = "Langkah yang panjang. " * 30
LONG = "\n\n".join([f"Satu. {PART}", f"Dua. {PART}", f"Tiga. {PART}"])


class Shelf:
    def answer(self, article_id: int) -> Answer:
        if article_id == 404:
            raise UnknownArticle
        card = ArticleCard(article_id, "Judul", "", "BKU", "/1", '/choose_article{"article":"1"}')
        return Answer(card, LONG if article_id == 1 else "Pendek.", "dinas", verified=True)


ANSWERING = Answering(Shelf())


def said(outcome: Outcome) -> list[tuple[str, str]]:
    return [(say.response, say.values.get("answer", "")[:4]) for say in outcome.says]


def test_a_short_answer_is_asked_about_at_once() -> None:
    outcome = ANSWERING.begin(Talk(), 2, aside=False)
    assert outcome.stage is Stage.FEEDBACK
    assert [response for response, _ in said(outcome)] == ["utter_answer", "utter_ask_feedback"]


def test_a_long_answer_is_asked_about_at_its_end() -> None:
    outcome = ANSWERING.begin(Talk(), 1, aside=False)
    read = [said(outcome)]
    while outcome.stage is Stage.READING:
        outcome = ANSWERING.read_on(outcome.talk, outcome.stage, None, aside=False)
        read.append(said(outcome))
    assert read == [
        [("utter_answer_section", "Satu")],
        [("utter_answer_section", "Dua.")],
        [("utter_answer", "Tiga"), ("utter_ask_feedback", "")],
    ]


def test_the_link_stands_once() -> None:
    begun = ANSWERING.begin(Talk(), 1, aside=False)
    second = ANSWERING.read_on(begun.talk, begun.stage, None, aside=False)
    assert [len(begun.says[0].articles), len(second.says[0].articles)] == [1, 0]


def test_a_button_tapped_twice_goes_on_from_where_the_person_is() -> None:
    begun = ANSWERING.begin(Talk(), 1, aside=False)
    second = ANSWERING.read_on(begun.talk, begun.stage, Bookmark(1, 2), aside=False)
    again = ANSWERING.read_on(second.talk, second.stage, Bookmark(1, 2), aside=False)
    assert said(again)[0] == ("utter_answer", "Tiga")


def test_a_button_tapped_when_the_talk_is_elsewhere_shows_its_section() -> None:
    outcome = ANSWERING.read_on(Talk(article=2, section=1), Stage.FEEDBACK, Bookmark(1, 2), aside=False)
    assert (said(outcome), outcome.talk.article) == ([("utter_answer_section", "Dua.")], 1)


def test_after_the_end_it_is_said_that_it_was_the_end() -> None:
    outcome = ANSWERING.read_on(Talk(article=1, section=3), Stage.FEEDBACK, None, aside=False)
    assert said(outcome)[0][0] == "utter_answer_ended"


def test_in_a_form_nothing_is_asked_beside_it() -> None:
    assert said(ANSWERING.begin(Talk(), 2, aside=True)) == [("utter_answer", "Pend")]
    assert ANSWERING.begin(Talk(), 1, aside=True).stage is None


def test_an_article_that_is_gone_is_said_to_be() -> None:
    assert said(ANSWERING.read_on(Talk(), None, Bookmark(404, 2), aside=False)) == [("utter_article_gone", "")]


@pytest.mark.parametrize(
    ("entities", "bookmark"),
    [
        ({"article": "1", "section": "2"}, Bookmark(1, 2)),
        ({"article": "1", "section": "end"}, Bookmark(1, None)),
        ({"article": "1", "section": "0"}, None),
        ({"article": "1; DROP", "section": "2"}, None),
        ({}, None),
    ],
)
def test_only_what_was_handed_out_is_a_bookmark(entities: dict[str, str], bookmark: Bookmark | None) -> None:
    assert Bookmark.tapped(entities) == bookmark
