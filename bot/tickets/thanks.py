"""Telling a mere thank-you from a problem that goes on, in the Indonesian that schools write.

A thank-you to a closed ticket opens nothing. A mistake costs: a problem taken for thanks is heard by nobody. So only a
text that is made of nothing but thanks, politeness, good news and a signature is a thank-you; a single unknown word
before the signature makes it a report. Officers can undo it either way (bot/tickets/desk.py).
"""

import re
import unicodedata
from typing import Final


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_THANKS: Final = (
    "terima kasih", "trima kasih", "terimakasih", "trimakasih", "terimaksih", "trimaksih", "terima kasi", "tarima kasi",
    "tarimo kasih", "tarimokasi", "trimakasi", "makasih", "makasi", "mkasih", "mksih", "mksh", "maksih", "makaci",
    "makacih", "maaciw", "trims", "trim", "trm ksh", "tks", "thx", "thanks", "thank you", "thank u", "tengkyu", "tq",
    "ty", "suwun", "matur suwun", "matur nuwun", "maturnuwun", "matursuwun", "nuwun", "hatur nuhun", "haturnuhun",
    "nuhun", "suksma", "matur suksma", "sakalangkong", "mator sakalangkong", "mauliate", "mauliate godang", "bujur",
    "mejuah juah", "teurimong gaseh", "teurimong geunaseh", "tampi asih", "tiang tampi asih", "kurru sumange",
    "tarima kase", "jazakallah", "jazakumullah", "syukron", "nuwus", "terimong gaseh", "epanggawang", "amanai",
)  # fmt: skip
_POLITE: Final = _listed(
    """
    pak bapak bpk bu ibu buk kak kakak ka kk mas mbak mba bang abang gan min mimin admin om tim team helpdesk petugas cs
    arkas bosp sobat bos rekan saudara sdr yth dan atas untuk utk bantuan bantuannya batuannya bantuanya info infonya
    informasi informasinya respon responnya respons responsnya jawaban jawabannya balasan balasannya penjelasan
    penjelasannya solusi solusinya arahan arahannya perhatian perhatiannya kerjasama kerjasamanya kerja samanya
    pelayanan pelayanannya layanan layanannya dukungan dukungannya kesabaran kesabarannya waktu waktunya cepat tanggap
    fast banyak banget bgt bangett sekali skali ya yaa yaah yah y iya iyaa nggih inggih siap siapp sip sipp oke okee ok
    okay baik baiklah mantap mantab mantul keren luar biasa hebat alhamdulillah alhamdulilah puji tuhan syukur
    syukurlah sudah sdh udah dah udh telah sekarang skrg skg bisa berhasil lancar beres selesai normal aman teratasi
    kembali lagi kok nih ini dengan dgn baik semoga moga sehat selalu sukses terus jaya lancar berkah barokah
    amin aamiin salam hormat kami saya sy semua semuanya selamat pagi siang sore malam assalamualaikum
    assalamu alaikum waalaikumsalam wassalamualaikum wassalam wr wb warahmatullahi wabarakatuh sebelumnya sama sma
    sami mawon godang pisan sanget nggeh njih buat atasnya telah diberikan segala halo hai very much so u
    """
)
# A word here makes every text a report, also in the signature ("Terima kasih. / BKU BELUM BISA").
_TROUBLE: Final = _listed(
    """
    tidak tdk gak ga gk g nggak ngga enggak engga kagak ndak nda ndk ora mboten teu henteu indak inda bukan belum blm
    belom blum masih msh tetap ttp tetep tapi tp tetapi namun cuma hanya kenapa mengapa knp bagaimana gimana gmn
    gagal error eror salah kendala masalah trouble hilang kosong macet lemot mohon tolong minta mau ingin ulang tanya
    kapan mana apakah apa kalau kalo jika lanjut muncul saja tambah kurang rusak terkunci ditolak nolak
    """
)
# What problems are about. Good news may name it ("sudah bisa tutup BKU"); a signature may not ("Saldo Bank Minus").
_MATTERS: Final = _listed(
    """
    bku rkas kertas kerja tutup menutup buka membuka login masuk aktivasi kode unduh download cetak print laporan lapor
    saldo bank tunai minus selisih pajak npwp siplah markas salur aplikasi akun perangkat laptop komputer instal install
    update versi sinkron sinkronisasi kirim pengesahan pergeseran perubahan realisasi transaksi data database password
    """
)
_GOOD_NEWS: Final = frozenset({"bisa", "berhasil", "lancar", "beres", "selesai", "normal", "teratasi"})
_SIGNATURE: Final = re.compile(r"(?:[A-Z0-9][\w.,'/&()-]*|di|dan|bin|binti|al|van|--+|-|_)", re.UNICODE)
_PHRASES: Final = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, _THANKS), key=len, reverse=True)) + r")\b")
_SIGNATURE_LINES: Final = 6


def says_only_thanks(text: str) -> bool:
    """Whether `text` (without quoted mail) thanks and says nothing else.

    >>> says_only_thanks("Makasih banyak min, sudah bisa 🙏")
    True
    >>> says_only_thanks("Terima kasih, tapi masih error")
    False
    """
    if "?" in text or _words(text) & _TROUBLE:
        return False
    lines = [line for line in text.splitlines() if _plain(line)]
    harmless = _POLITE | _MATTERS if _words(text) & _GOOD_NEWS else _POLITE
    thanked = False
    for place, line in enumerate(lines):
        rest, thanks = _PHRASES.subn(" ", _plain(line))
        thanked = thanked or thanks > 0
        if not set(map(_short, rest.split())) <= harmless:
            return thanked and _is_signature(lines[place:])
    return thanked


def _is_signature(lines: list[str]) -> bool:
    names = all(_SIGNATURE.fullmatch(word) for line in lines for word in line.split())
    return names and len(lines) <= _SIGNATURE_LINES and not _words("\n".join(lines)) & _MATTERS


def _words(text: str) -> set[str]:
    return set(_plain(text).split())


def _plain(text: str) -> str:
    kept = (c if unicodedata.category(c)[0] in "LN" else " " for c in unicodedata.normalize("NFKC", text).casefold())
    return re.sub(r"(.)\1{2,}", r"\1", " ".join("".join(kept).split()))  # joy repeats letters: "makasiiih", "yaaaa"


def _short(word: str) -> str:
    """Without a letter doubled at the end: "yaa" is "ya", "okee" is "oke"."""
    return word if word in _POLITE else re.sub(r"(.)\1+$", r"\1", word)
