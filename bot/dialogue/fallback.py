"""What answers while Rasa is away: the ranker alone, honest about it, and always with the way to a ticket.

It remembers nothing. Cards and answers still work, because their payloads say all that is needed; a form that was open
in Rasa stays there and goes on when Rasa is back.
"""

import re
from dataclasses import replace
from typing import Final

from bot.articles.models import ArticleCard
from bot.dialogue.answering import Bookmark, further
from bot.dialogue.finding import Articles
from bot.dialogue.greeting import beside_greeting
from bot.dialogue.payloads import Payload, parse_payload, payload
from bot.dialogue.port import Button, Reply, Turn
from bot.dialogue.sections import sections
from bot.errors import UnknownArticle
from embeddings import Decision

_HONEST: Final = "Percakapan lengkap sedang terganggu, jadi untuk sementara saya hanya bisa mencarikan artikel."
_LATE: Final = "Maaf, jawaban ini terlambat, Bapak/Ibu, karena layanan kami sempat terhenti."
_FEEDBACK: Final = "Apakah informasi ini menjawab kebutuhan Anda?"
_YES_NO: Final = (Button("Ya", payload("affirm")), Button("Belum", payload("deny")))
_PERSON: Final = re.compile(
    r"\b(?:petugas|helpdesk|manusia|admin|cs|operator|tiket|lapor(?:kan|an)?|orangnya)\b", re.IGNORECASE
)
_PERSON_WORDS: Final = 6  # "hubungkan ke petugas" asks for a person; a longer text tells a problem, and is ranked
_TO_A_PERSON: Final = frozenset({"ask_person", "send_ticket", "change_ticket", "give_program", "send_files"})
_QUESTION_CHARACTERS: Final = 2000


class FallbackDialogue:
    """Answers each turn by itself, from the articles."""

    def __init__(self, articles: Articles, form_url: str) -> None:
        self._articles = articles
        self._form_url = form_url

    async def turn(self, turn: Turn) -> list[Reply]:
        """Return cards, an answer, or the way to the form."""
        replies = self._replies(turn)
        return [Reply(_LATE), *replies] if turn.late else replies

    def _replies(self, turn: Turn) -> list[Reply]:
        tapped = parse_payload(turn.payload) if turn.payload else None
        if tapped:
            return self._tapped(tapped)
        text = (turn.text or "").strip()
        if not beside_greeting(text):
            return [Reply(f"Halo, Bapak/Ibu. {_HONEST} Silakan tulis kendalanya. {self._form()}")]
        if len(text.split()) <= _PERSON_WORDS and _PERSON.search(text):
            return [self._person()]
        return [self._cards(text)]

    async def ready(self) -> bool:
        """Always: it needs nothing but the articles."""
        return True

    async def forget(self, conversation_id: str) -> None:
        """Nothing is remembered."""

    def _tapped(self, tapped: Payload) -> list[Reply]:
        if tapped.intent == "choose_article":
            return self._tapped_card(tapped)
        if tapped.intent == "read_on":
            return self._answer(tapped.entities.get("article", ""), tapped.entities.get("section", ""))
        if tapped.intent == "affirm":
            return [Reply("Terima kasih, Bapak/Ibu. Senang bisa membantu.")]
        if tapped.intent in {"deny", "give_reason"}:
            return [Reply(f"Mohon maaf belum membantu. Silakan tulis kendalanya dengan kata lain. {self._form()}")]
        if tapped.intent == "cancel":
            return [Reply("Baik, tidak ada yang dikirim. Bila ada kendala lain, tulis saja di sini, Bapak/Ibu.")]
        if tapped.intent in _TO_A_PERSON:
            return [self._person()]
        return [Reply(f"{_HONEST} Silakan tulis kendalanya, Bapak/Ibu. {self._form()}")]

    def _tapped_card(self, tapped: Payload) -> list[Reply]:
        topic = tapped.entities.get("topic")
        return [self._cards(topic)] if topic else self._answer(tapped.entities.get("article", ""), "1")

    def _answer(self, article: str, section: str) -> list[Reply]:
        asked = Bookmark.tapped({"article": article, "section": section}) or Bookmark(0, 1)
        try:
            answer = self._articles.answer(asked.article)
        except UnknownArticle as unknown:
            return [Reply(f"{unknown.detail} {self._form()}")]
        parts = sections(answer.text)
        number = min(asked.section or len(parts), len(parts))
        cards = (answer.card,) if number == 1 else ()
        if number < len(parts):
            return [Reply(parts[number - 1], cards, further(asked.article, number + 1))]
        text = f"{parts[-1]}\n\nYang menyelesaikan: {answer.solved_by}."
        return [Reply(text, cards), Reply(_FEEDBACK, buttons=_YES_NO)]

    def _cards(self, question: str) -> Reply:
        found = self._articles.suggest(question[:_QUESTION_CHARACTERS])
        if found.decision is Decision.ABSTAIN or not found.cards:
            return Reply(f"{_HONEST} Maaf, belum ada artikel yang pas untuk itu. {self._form()}")
        return Reply(
            f"{_HONEST} Ini yang paling dekat dengan pertanyaan Bapak/Ibu. {self._form()}", _numbered(found.cards)
        )

    def _person(self) -> Reply:
        return Reply(
            "Percakapan lengkap sedang terganggu, jadi laporan belum bisa diisi di sini. Isian yang sudah ada tidak "
            f"hilang. {self._form()}"
        )

    def _form(self) -> str:
        return f"Untuk melapor ke Tim Helpdesk, isi formulir di {self._form_url}"


def _numbered(cards: tuple[ArticleCard, ...]) -> tuple[ArticleCard, ...]:
    """Offered, not answered: a card with a number can be chosen, also where it is the only one."""
    return tuple(replace(card, number=number) for number, card in enumerate(cards, 1))
