"""Small words as people type them, written out, so that a rule about them can be put in formal Indonesian once."""

from typing import Final

from bot.dialogue.hearing import words

_TYPED: Final = {
    "sudah": "udh udah sdh dah uda dh sudh wis wes sampun atos parantos pun udahh sdah",
    "belum": "blm blum belom blom durung dereng acan blon belon",
    "tidak": "ga gak g gk nggak ngga enggak engga kagak tdk tak ndak nda ndk ora mboten teu indak ngk ngak gag",
    "bisa": "bs iso saged tiasa biso bisaa",
    "tetap": "ttp tetep tetap2 ttep ajeg angger",
    "masih": "msh isih kneh masi msih",
    "sama": "sami podo padha sarua sm",
    "saja": "aja aj sj wae mawon ajah ae doang sahaja",
    "juga": "jg jga jugaa oge",
    "seperti": "kyk kayak kaya koyo kya sprti spt siga kyak",
    "tapi": "tp tetapi tpi nanging",
    "semua": "smua semuanya smuanya smw kabeh sadayana semwa",
    "dulu": "dl dlu disik sik rumiyin heula",
    "tadi": "td tdi",
    "yang": "yg yng sing nu ingkang",
    "coba": "cb nyoba nyobain cobain cobak",
    "dicoba": "dicobain dcoba dicb",
    "lagi": "lg lgi maning deui",
    "saya": "sy aku ak gue gw ane ana kulo abdi awak",
    "gagal": "ggl gagl",
    "begitu": "gitu gt gtu ngono kitu",
    "begini": "gini gn ngene kieu",
    "bagaimana": "gmn gimana gmana piye pripun kumaha gmn2",
    "apa": "ap apaan",
    "mau": "mw pengen pgn ingin arep bade",
    "tanya": "nanya bertanya nany tny takon",
    "nanti": "ntar ntr mengko engke",
    "sebentar": "bentar sbntr bntr sbentar sekedap antosan",
    "muncul": "nongol",
}  # fmt: skip
_FORMAL: Final = {typed: formal for formal, spellings in _TYPED.items() for typed in spellings.split()}


def formal(text: str) -> str:
    """The words of a text in lower case, the small ones written out.

    >>> formal("Udh sy cobain, ttp ga bs jg!")
    'sudah saya coba tetap tidak bisa juga'
    """
    return " ".join(_FORMAL.get(word, word) for word in words(text))
