"""What is uttered of an outcome."""

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.adapting import say
from bot.articles.models import ArticleCard
from bot.dialogue.says import Say


def numbers(said: Say, offered: tuple[int, ...]) -> list[Any]:
    dispatcher = CollectingDispatcher()
    say(dispatcher, said, offered)
    return [card.get("number") for card in dispatcher.messages[0]["custom"]["articles"]]


def cards(*ids: int) -> tuple[ArticleCard, ...]:
    return tuple(ArticleCard(i, f"Artikel {i}", "", "BKU", f"/{i}", f"/{i}") for i in ids)


def test_cards_tell_the_number_by_which_they_may_be_chosen() -> None:
    assert numbers(Say("utter_one_of_several", articles=cards(88, 89)), (88, 89, 181)) == [1, 2]
    assert numbers(Say("utter_one_of_several", articles=cards(181)), (88, 89, 181)) == [3]


def test_what_is_no_choice_among_others_has_no_number() -> None:
    assert numbers(Say("utter_answer", articles=cards(88)), ()) == [None]
    assert numbers(Say("utter_suggest_one", articles=cards(88)), (88,)) == [None]
