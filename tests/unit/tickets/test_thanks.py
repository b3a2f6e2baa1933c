import doctest
from pathlib import Path
from typing import Final

import pytest
import yaml

from bot.tickets import thanks
from bot.tickets.thanks import asks_nothing


@pytest.mark.parametrize(
    "text",
    [
        "terima kasih",
        "Terima kasih banyak bapak/ibu atas bantuannya 🙏🙏",
        "makasih min udah bisa",
        "Mksh pak, alhamdulillah sudah beres",
        "trims",
        "Oke siap, terima kasih infonya",
        "MAKASIIIH yaaaa",
        "matur nuwun sanget pak",
        "Hatur nuhun",
        "suksma pak",
        "mauliate godang",
        "thank you so much admin",
        "Alhamdulillah sudah bisa tutup BKU, terima kasih.",
        "Terima kasih.\n\nRina Wati, S.Pd\nBendahara SDN 1 Cibadak\nNIP 19800101 200501 2 001",
        "Terima kasih\n--\nOperator SMPN 2",
        "ok",
        "baik pak",
        "sudah bisa",
        "🙏🙏",
        "Sudah bisa. Salam, Rina",
        "Ok terima kasih, akan saya coba dulu",
        "Semoga Bapak/Ibu selalu diberi kesehatan. Terima kasih",
    ],
)
def test_thanks_nods_and_good_news_ask_for_nothing(text: str) -> None:
    assert asks_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "iya",
        "Sudah",
        "Selamat pagi Bapak/Ibu",
        "Semoga segera diperbaiki. Terima kasih",
        "Baik pak, saya tunggu",
        "Terima kasih, besok saya kirim fotonya",
        "Terima kasih pak saldo",
        "Kendala masih terjadi",
        "Terima kasih, tapi masih error",
        "makasih min, tp ttp gak bisa",
        "Terima kasih sudah dibalas. Sekarang muncul pesan lain",
        "terima kasih, bagaimana kalau saldo minus",
        "Terima kasih. Apakah perlu instal ulang?",
        "suwun pak, nanging durung iso",
        "hatur nuhun, tapi teu acan tiasa",
        "Terima kasih.\nBKU BELUM BISA DITUTUP",
        "Terima kasih\nSaldo Bank Minus",
        "Terima kasih, mohon dibantu lagi",
        "Rina\nBendahara",
        "Terima kasih.\n" + "\n".join("Baris" for _ in range(20)),
    ],
)
def test_everything_else_is_a_report(text: str) -> None:
    assert not asks_nothing(text)


HELD_OUT: Final = yaml.safe_load((Path(__file__).parent / "thanks.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", HELD_OUT)
def test_no_problem_is_taken_for_thanks_and_nearly_all_thanks_are_told(name: str) -> None:
    thanks, problems = HELD_OUT[name]["thanks"], HELD_OUT[name]["problems"]
    assert [text for text in problems if asks_nothing(text)] == []
    assert sum(map(asks_nothing, thanks)) / len(thanks) >= 0.9


@pytest.mark.parametrize(
    "text",
    [
        "Terima kasih sudah bisa login, saldo bank minus",
        "Terima kasih. Sudah bisa. Aktivasi perangkat laptop",
        "Terima kasih Pak Saldo",
    ],
)
def test_good_news_speaks_for_its_own_sentence_only(text: str) -> None:
    assert not asks_nothing(text)


def test_examples_hold() -> None:
    assert doctest.testmod(thanks).failed == 0
