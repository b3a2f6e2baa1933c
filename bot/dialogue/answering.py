"""An article's answer in a talk: at once, or section by section where it is long; then whether it helped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from rapidfuzz import fuzz

from bot.articles.models import Answer
from bot.conversations.models import EventKind
from bot.dialogue.hearing import words as heard_words
from bot.dialogue.payloads import payload
from bot.dialogue.port import Button
from bot.dialogue.says import Happened, Outcome, Say
from bot.dialogue.sections import sections
from bot.dialogue.smalltalk import telling
from bot.dialogue.talk import Stage, Talk
from bot.errors import UnknownArticle

_FEEDBACK: Final = Say("utter_ask_feedback")
_END: Final = "end"  # the section that the button Cukup names


class Answers(Protocol):
    """What is needed of bot.articles.service.ArticleService."""

    def answer(self, article_id: int) -> Answer:
        """An article's short form. Raises UnknownArticle."""
        ...


@dataclass(frozen=True)
class Bookmark:
    """A section of an article, counted from one; `section` is None for the end, wherever that is."""

    article: int
    section: int | None

    @classmethod
    def tapped(cls, entities: Mapping[str, str]) -> "Bookmark | None":
        """Return what the buttons Lanjut and Cukup carry, or None where there is no such thing."""
        article, section = entities.get("article", ""), entities.get("section", "")
        if not (article.isascii() and article.isdigit()):
            return None
        number = int(section) if section.isascii() and section.isdigit() else 0
        return cls(int(article), number) if number else cls(int(article), None) if section == _END else None


class Answering:
    """Gives answers. A button names its section, so one that is tapped late still means what it says."""

    def __init__(self, articles: Answers) -> None:
        self._articles = articles

    def begin(self, talk: Talk, article: int, *, aside: bool) -> Outcome:
        """The answer, or its first section. In the middle of a form (`aside`) nothing is asked beside it."""
        happened = (Happened(EventKind.CHOSEN, (article,)),)
        return replace(self._show(talk, Bookmark(article, 1), aside=aside), happened=happened)

    def read_on(self, talk: Talk, stage: Stage | None, tapped: Bookmark | None, *, aside: bool) -> Outcome:
        """The next section of the answer that is open, or the one that was `tapped`; none of them twice in a row."""
        if tapped is None:
            tapped = Bookmark(talk.article or 0, talk.section + 1)
        elif stage is Stage.READING and tapped.article == talk.article and (tapped.section or _LAST) <= talk.section:
            tapped = replace(tapped, section=talk.section + 1)  # an old button again: on from where the person is
        return self._show(talk, tapped, aside=aside)

    def gist(self, talk: Talk, stage: Stage | None) -> Outcome:
        """The one sentence that the open article comes to, for whom it was too long."""
        try:
            card = self._articles.answer(talk.article or 0).card
        except UnknownArticle:
            return Outcome(talk, stage, (Say("utter_article_gone"),))
        return Outcome(talk, Stage.FEEDBACK, (Say("utter_gist", {"gist": card.excerpt}, (card,)), _FEEDBACK))

    def step(self, talk: Talk, number: int) -> Outcome | None:
        """The step of the open answer with this number, word for word; None when it has none."""
        try:
            answer = self._articles.answer(talk.article or 0)
        except UnknownArticle:
            return None
        lines = [line for line in answer.text.splitlines() if line.startswith(f"{number}. ")]
        said = Say("utter_step", {"steps": "\n".join(lines), "solved_by": answer.solved_by})
        return Outcome(talk, Stage.FEEDBACK, (said,)) if lines else None

    def recall(self, talk: Talk, fresh: str) -> Outcome:
        """That it is answered already: the line that is nearest to the `fresh` words, or which part is meant."""
        line = _nearest_line(fresh.split(), self._articles.answer(talk.article or 0).text.splitlines())
        said = Say("utter_recalled", {"line": line}) if line else Say("utter_same_answer")
        return Outcome(talk, Stage.FEEDBACK, (said,))

    def _show(self, talk: Talk, place: Bookmark, *, aside: bool) -> Outcome:
        try:
            answer = self._articles.answer(place.article)
        except UnknownArticle:
            return Outcome(talk, None, (Say("utter_article_gone"),))
        parts = sections(answer.text)
        number = place.section
        if number is None or number > len(parts):
            said = Say("utter_answer_end" if number is None else "utter_answer_ended", {"solved_by": answer.solved_by})
            return self._asked(talk.answered(place.article, len(parts)), said, aside=aside)
        talk = talk.answered(place.article, number)
        said = _section(answer, parts, number)
        if number < len(parts):
            return Outcome(talk, None if aside else Stage.READING, (said,))
        return self._asked(talk, said, aside=aside)

    def _asked(self, talk: Talk, said: Say, *, aside: bool) -> Outcome:
        return Outcome(talk, None, (said,)) if aside else Outcome(talk, Stage.FEEDBACK, (said, _FEEDBACK))


def fresh_words(words: str, told: tuple[str, ...]) -> str:
    """The telling words of a question that were not told before, in whatever spelling.

    >>> [fresh_words(t, ("saldo bank beda",)) for t in ("gimana isi bunga bank nya", "saldo bank bedaa")]
    ['isi bunga', '']
    """
    known = telling(" ".join(told))
    return " ".join(word for word in telling(words) if not _stands_among(word, known))


def _nearest_line(asked: Sequence[str], lines: Sequence[str]) -> str | None:
    """The line with most of the words that are asked about, where it has at least half of them."""
    counts = [sum(_stands_among(word, heard_words(line)) for word in asked) for line in lines]
    most = max(counts, default=0)
    return lines[counts.index(most)] if most and most * 2 >= len(asked) else None


def _stands_among(word: str, others: Sequence[str]) -> bool:
    return any(fuzz.partial_ratio(word, other) >= _SAME_WORD for other in others if len(other) >= _WORD_LEAST)


_SAME_WORD: Final = 85  # of 100: "kuitansinya" and "kuitansi"
_WORD_LEAST: Final = 4  # letters; shorter words stand in many others
_LAST: Final = 10_000  # more sections than any answer has


def _section(answer: Answer, parts: tuple[str, ...], number: int) -> Say:
    """One section: the link stands at the first, who solves it and how sure we are at the last."""
    values = {
        "answer": parts[number - 1], "solved_by": answer.solved_by,
        "section": str(number), "sections": str(len(parts)),
    }  # fmt: skip
    cards = (answer.card,) if number == 1 else ()
    if number < len(parts):
        return Say("utter_answer_section", values, cards, choices=further(answer.card.id, number + 1))
    return Say("utter_answer" if answer.verified else "utter_answer_unverified", values, cards)


def further(article: int, section: int) -> tuple[Button, ...]:
    """The buttons under a section with more to come; not in domain.yml, because each names its section."""
    return (
        Button("Lanjut", payload("read_on", article=str(article), section=str(section))),
        Button("Cukup", payload("read_on", article=str(article), section=_END)),
    )
