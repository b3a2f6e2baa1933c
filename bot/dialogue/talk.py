"""What a talk remembers between two turns, as one plain value. Rasa carries it in its slot `talk`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final, Self

_TOLD_MAX: Final = 6
_TOLD_CHARACTERS: Final = 1200
_SEEN_MAX: Final = 30
_SAID_MAX: Final = 10


class Stage(StrEnum):
    """What the bot has just asked for, which decides what a "ya" or a "2" means. Rasa's slot `stage`."""

    CHOOSING = "choosing"
    READING = "reading"
    FEEDBACK = "feedback"
    REASON = "reason"
    OFFER = "offer"
    REPHRASE = "rephrase"
    TICKET_NUMBER = "ticket_number"


@dataclass(frozen=True)
class Talk:
    """The problem that is being talked about.

    `told` is it in the person's own words, `offered` the cards in the order shown, `topics` what it was asked to be
    about, `said` all that was told since the last problem that was solved or became a ticket, `section` how far
    `article` was read, `seen` the articles that were answered with or rejected, `misses` the
    questions in a row that no card fitted, `solved` the problem before it and `helped` what was said to answer that,
    `waiting` the problems told in one message that are not related: each becomes a ticket of its own.
    """

    question: str = ""
    told: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    offered: tuple[int, ...] = ()
    seen: tuple[int, ...] = ()
    topics: tuple[str, ...] = ()
    article: int | None = None
    section: int = 0
    rejections: int = 0
    misses: int = 0
    repeats: int = 0
    escalation: str | None = None
    solved: tuple[str, ...] = ()
    helped: int | None = None
    waiting: tuple[str, ...] = ()
    tickets: int = 0
    last_ticket: int | None = None
    greeted: bool = False

    @classmethod
    def from_slot(cls, value: Mapping[str, Any] | None) -> Self:
        """Return the talk that a slot holds; names that another version wrote are dropped."""
        kept: dict[str, Any] = {
            key: tuple(item) if isinstance(item, list) else item
            for key, item in (value or {}).items()
            if key in cls.__dataclass_fields__
        }
        return cls(**kept)

    def to_slot(self) -> dict[str, Any]:
        """Return what the slot holds: JSON, and only what differs from a new talk."""
        fresh = asdict(Talk())
        return {key: item for key, item in asdict(self).items() if item != fresh[key]}

    def asked(self, words: str, *, again: bool) -> Self:
        """A question, in the person's words. `again`: it is about the problem that was open already."""
        kept = self.told if again else ()
        told = kept if words in kept else (*kept, words[:_TOLD_CHARACTERS])[-_TOLD_MAX:]
        start = self if again else replace(self.settled(), misses=self.misses, said=self.said)
        return replace(start, question=words, told=told, repeats=self.repeats if words == self.question else 0)

    def shown(self, offered: tuple[int, ...]) -> Self:
        """Cards were shown."""
        return replace(self, offered=offered, topics=(), article=None, misses=0)

    def answered(self, article: int, section: int = 1) -> Self:
        """An article's short form was given, up to this section."""
        seen = self.seen if article in self.seen else (*self.seen, article)[-_SEEN_MAX:]
        return replace(self, article=article, section=section, topics=(), seen=seen, misses=0)

    @property
    def in_view(self) -> tuple[int, ...]:
        """What a no is about: the open answer, else the cards."""
        return (self.article,) if self.article is not None else self.offered

    def rejected(self) -> Self:
        """What was shown did not help: neither the answer nor the cards beside it are offered again."""
        seen = tuple(dict.fromkeys((*self.seen, *self.in_view)))[-_SEEN_MAX:]
        return replace(self, seen=seen, offered=(), topics=(), article=None, rejections=self.rejections + 1)

    def missed(self) -> Self:
        """Nothing fitted the question."""
        return replace(self, offered=(), topics=(), article=None, misses=self.misses + 1)

    def tried(self, words: str) -> Self:
        """More of the problem: what was tried in vain. It goes with a ticket."""
        told = self.told if words in self.told else (*self.told, words[:_TOLD_CHARACTERS])[-_TOLD_MAX:]
        return replace(self, told=told)

    def saying(self, words: str) -> Self:
        """More that may go with a ticket, whatever was made of it."""
        if not words or words in self.said:
            return self
        return replace(self, said=(*self.said, words[:_TOLD_CHARACTERS])[-_SAID_MAX:])

    def solves(self) -> Self:
        """The answer helped, as was said; should it turn out otherwise, the problem can be opened again."""
        return replace(self.settled(), solved=self.told, helped=self.article)

    def reopened(self) -> Self:
        """The problem that was called solved, or this one while it is open."""
        if self.question or not self.solved:
            return self
        seen = (self.helped,) if self.helped is not None else ()
        return replace(
            self.settled(),
            question=self.solved[-1],
            told=self.solved,
            said=self.solved,
            article=self.helped,
            seen=seen,
            section=1,
        )

    def settled(self) -> Self:
        """The problem is out of the way: only the tickets of this talk, and that it was greeted, are worth knowing."""
        return type(self)(tickets=self.tickets, last_ticket=self.last_ticket, greeted=self.greeted)
