"""What a few words say about what was just shown, as tired people type them."""

import pytest

from bot.dialogue.reactions import Reaction, in_vain, meant_instead, reaction_in


@pytest.mark.parametrize(
    ("text", "reaction"),
    [
        ("ga mempan", Reaction.STUCK),
        ("sama aja kyk tadi", Reaction.STUCK),
        ("itu udah sy baca ga ngebantu", Reaction.STUCK),
        ("udah disahkan, udah cek status, semuanya udah", Reaction.STUCK),
        ("sami mawon dereng saged", Reaction.STUCK),
        ("angger teu tiasa", Reaction.STUCK),
        ("makasih tp blm bs jg", Reaction.STUCK),
        ("yg pertama td udah dibaca", Reaction.STUCK),
        ("dah bisa min error nya ilang sendiri", Reaction.SOLVED),
        ("ok jelas", Reaction.SOLVED),
        ("cukup", Reaction.SOLVED),
        ("udah nunggu 3 hari", Reaction.DONE),
        ("udah lapor kok", Reaction.DONE),
        ("ywdh deh", Reaction.LEAVE),
        ("bukan nomor tiket", Reaction.WRONG),
        ("ulangi dong", Reaction.AGAIN),
        ("bentar sy coba dulu", Reaction.TRYING),
        ("nanti sy kabari", Reaction.TRYING),
        ("ada yg lain ga", Reaction.MORE),
        ("tampilin semua dong", Reaction.MORE),
        ("kelamaan bacanya intinya apa", Reaction.GIST),
        ("kepanjangan min", Reaction.GIST),
    ],
)
def test_reactions_are_heard_in_whatever_spelling(text: str, reaction: Reaction) -> None:
    assert reaction_in(text) is reaction


@pytest.mark.parametrize(
    "text",
    [
        "saldo masih tidak sesuai", "ada tiket lain ga", "masih belum bisa login", "dana belum masuk juga", "2", "ok",
        "sama saja dengan pergeseran?", "lihat semua transaksi dimana", "semuanya",
        "dana sudah masuk mau dicatat di bku",
        "sudah lapor pajak lalu apa", "sudah tutup bku tapi saldo beda", "sudah bisa tutup bku belum ya",
        "apakah nota yang sudah saya baca bisa dihapus",
    ],
)  # fmt: skip
def test_what_tells_something_of_its_own_is_no_reaction(text: str) -> None:
    assert reaction_in(text) is None


def test_what_was_tried_may_be_told_in_many_words() -> None:
    assert in_vain("udah restart udah jalankan admin masih putih")
    assert in_vain("sudah saya ganti kabel lan tapi tetap gagal")
    assert not in_vain("bku tidak bisa ditutup")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("bukan pajak tapi honor", "honor"),
        ("maksudnya yg bulan juni pak", "yg bulan juni pak"),
        ("saya nanya laptop kok jawabnya aplikasi lambat", "laptop"),
        ("maksudnya gimana", None),
        ("mau tanya soal bku", None),
    ],
)
def test_who_is_set_right_is_searched_by_what_was_meant(text: str, meant: str | None) -> None:
    assert meant_instead(text) == meant
