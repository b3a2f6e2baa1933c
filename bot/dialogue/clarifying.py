"""The question back when nothing fits well enough: what it is between, as buttons or by number."""

from collections.abc import Sequence
from dataclasses import replace

from bot.articles.models import Topic
from bot.conversations.models import EventKind
from bot.dialogue.payloads import payload
from bot.dialogue.port import Button
from bot.dialogue.says import Happened, Outcome, Say
from bot.dialogue.talk import Stage, Talk


def which_topic(talk: Talk, topics: Sequence[Topic]) -> Outcome | None:
    """The question which topic is meant, or None when there is none to ask about."""
    if not topics:
        return None
    names = tuple(topic.name for topic in topics)
    lines = "\n".join(f'{number}. {topic.name}, misalnya "{topic.example}"' for number, topic in enumerate(topics, 1))
    said = Say("utter_which_topic", {"topics": lines}, choices=topic_buttons(names))
    return Outcome(replace(talk, topics=names), Stage.CHOOSING, (said,), (Happened(EventKind.CLARIFIED),))


def topic_buttons(names: Sequence[str]) -> tuple[Button, ...]:
    """A button for each topic."""
    return tuple(Button(name, payload("choose_article", topic=name)) for name in names)
