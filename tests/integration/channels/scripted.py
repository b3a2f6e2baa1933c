"""A dialogue that leads from a question over cards to an answer and a ticket, by a script instead of Rasa."""

import re
from datetime import UTC, datetime

from bot.articles.models import ArticleCard
from bot.dialogue.payloads import parse_payload, payload
from bot.dialogue.port import Button, Reply, Turn

PERSON = Button("Hubungkan ke petugas", "/ask_person")
FEEDBACK = (Button("Ya", "/affirm"), Button("Belum", "/deny"))
TITLES = ("Tidak bisa tutup BKU <bulan> & tahun", "Membuka kembali BKU yang sudah ditutup", "Jadwal tutup BKU")


def card(number: int, title: str) -> ArticleCard:
    url = f"/artikel/{number}"
    return ArticleCard(
        number, title, f"Jawaban singkat {number}.", "BKU", url, payload("choose_article", article=str(number))
    )


CARDS = tuple(card(101 + place, title) for place, title in enumerate(TITLES))


class ScriptedDialogue:
    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.forgotten: list[str] = []
        self.open: dict[str, tuple[ArticleCard, ...]] = {}

    async def turn(self, turn: Turn) -> list[Reply]:
        self.turns.append(turn)
        parsed = parse_payload(turn.payload or "")
        if parsed is not None:
            return self._tapped(parsed.intent, dict(parsed.entities))
        if turn.attachments:
            return [Reply(f"Berkas diterima: {', '.join(turn.attachments)}")]
        return self._said(turn, turn.text or "")

    def _tapped(self, intent: str, entities: dict[str, str]) -> list[Reply]:
        if intent == "choose_article":
            return self._answer(CARDS[int(entities["article"]) % 101 % 3])
        said = {"affirm": "Terima kasih.", "deny": "Baik, kita cari lagi.", "ask_person": "Boleh tahu emailnya?",
                "ask_help": "Menu: tanya, tiket, petugas.", "greet": "Selamat pagi, Bapak/Ibu."}  # fmt: skip
        return [Reply(said.get(intent, intent))]

    def _said(self, turn: Turn, text: str) -> list[Reply]:
        if text == "tutup bku":
            self.open[turn.conversation_id] = CARDS
            return [Reply("Mana yang paling sesuai?", CARDS, (Button("Bukan ini", "/deny"), PERSON))]
        if re.fullmatch(r"[1-3]", text) and turn.conversation_id in self.open:
            return self._answer(self.open[turn.conversation_id][int(text) - 1])
        if text == "panjang":
            return [Reply("\n\n".join(f"Langkah {n}. " + "Klik <Simpan> & tunggu. 🙂 " * 20 for n in range(20)))]
        if text == "banyak":
            months = (Button(f"Bulan nomor {n}", payload("rephrase", n=str(n))) for n in range(1, 13))
            return [Reply("Pilih bulan:", buttons=tuple(months))]
        return [Reply(f"Anda berkata: {text}")]

    def _answer(self, found: ArticleCard) -> list[Reply]:
        return [Reply(f"Begini caranya ({found.id}).", (found,)), Reply("Apakah ini menjawab?", buttons=FEEDBACK)]

    async def ready(self) -> bool:
        return True

    async def forget(self, conversation_id: str) -> None:
        self.forgotten.append(conversation_id)


NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
