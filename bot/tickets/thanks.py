"""Telling a mere thank-you from a problem that goes on, in the Indonesian that schools write.

A thank-you to a closed ticket opens nothing. A mistake costs: a problem taken for thanks is heard by nobody. So only a
text that is made of nothing but thanks, politeness, good news and a signature is a thank-you; a single unknown word
before the signature makes it a report. Officers can undo it either way (bot/tickets/desk.py).

Measured on 70 replies written before these rules were tried on them (tests/unit/tickets/thanks.yml, 21 November 2026):
34 of 35 thank-yous were told, and none of 35 problems was taken for one.
"""

import re
import unicodedata
from typing import Final


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_THANKS: Final = (
    "tarimo kasih", "tarimokasi", "maaciw", "trims", "trim", "trm ksh", "tks", "thx", "thanks", "thank you", "thank u",
    "tengkyu", "tq", "ty", "suwun", "matur suwun", "matur nuwun", "maturnuwun", "matursuwun", "nuwun", "hatur nuhun",
    "haturnuhun", "nuhun", "suksma", "matur suksma", "sakalangkong", "mator sakalangkong", "mauliate",
    "mauliate godang", "bujur", "mejuah juah", "teurimong gaseh", "teurimong geunaseh", "tampi asih",
    "tiang tampi asih", "kurru sumange", "jazakallah", "jazakumullah", "syukron", "nuwus", "terimong gaseh",
    "epanggawang", "amanai",
)  # fmt: skip
# "terima kasih" and "makasih" lose vowels and letters in every way: "trmksh", "terimakasi", "trima kasih", "mkasih".
_WORN: Final = (r"t[ea]?ri?ma? ?k[ae]?s+[eiy]*h*", r"m[ae]?k[ae]?[sc]+[iy]*h*")
_HONORIFICS: Final = "pak bapak bpk bu ibu buk kak kakak ka kk mas mbak mba bang abang kang teh teteh"
_POLITE: Final = _listed(
    f"""
    {_HONORIFICS} gan min mimin admin om tim team helpdesk petugas cs arkas bosp sobat bos rekan saudara sdr yth
    dan atas untuk utk bantuan bantuannya batuannya bantuanya info informasi respon respons jawaban balasan
    penjelasan solusi arahan perhatian kerjasama kerja samanya keras pelayanan layanan dukungan kesabaran waktu
    cepat tanggap pencerahan petunjuk bimbingan fast banyak bnyk byk banget bgt bangett sangat sgt sekali skali
    ya yaa yaah yah y iya iyaa nggih inggih siap siapp sip sipp oke okee ok okay baik baiklah mantap mantab
    mantul keren luar biasa hebat alhamdulillah alhamdulilah puji tuhan allah syukur syukurlah sudah sdh udah
    dah udh telah sekarang skrg skg bisa bs berhasil lancar beres selesai normal aman teratasi terselesaikan
    akhirnya kembali lagi kok nih ini dengan dgn semoga moga sehat selalu sukses terus jaya berkah barokah
    berkat memberkati membalas kebaikan kebaikannya hati wah amin aamiin salam hormat kami saya sy semua
    semuanya selamat pagi siang sore malam bekerja bertugas assalamualaikum assalamu alaikum waalaikumsalam wa
    alaikumsalam wassalamualaikum wassalam wr wb warahmatullahi wabarakatuh sebelumnya sama sma sami mawon
    godang pisan sanget nggeh njih buat atasnya diberikan segala halo hai khairan khoiron katsir katsiran
    katsiron noted paham mengerti dimengerti dipahami jelas laksanakan done juga membantu terbantu bermanfaat
    melayani ucapkan ucapan mengucapkan sebesar besarnya sebanyak banyaknya kepada yang terima sesuai pun sampun
    tos saged saget tiasa iso very much so u a lot it works working now the has been is resolved solved fixed
    great everything fine
    """
)
# A word here makes every text a report, also in the signature ("Terima kasih. / BKU BELUM BISA").
_TROUBLE: Final = _listed(
    """
    tidak tdk gak ga gk g nggak ngga enggak engga kagak ndak nda ndk ora mboten teu henteu indak inda bukan belum blm
    belom blum masih msh tetap ttp tetep tapi tp tetapi namun cuma hanya kenapa mengapa knp bagaimana gimana gmn
    gagal error eror salah kendala masalah permasalahan gangguan trouble hilang kosong macet lemot mohon tolong minta
    mau ingin ulang tanya kapan mana apakah apa kalau kalo jika lanjut muncul saja tambah kurang rusak terkunci ditolak
    nolak minus selisih jangan jgn not still but
    """
)
# What problems are about. Good news may name it in its sentence ("sudah bisa tutup BKU"); a signature may not ("Saldo
# Bank Minus").
_MATTERS: Final = _listed(
    """
    bku rkas kertas kerja tutup ditutup menutup buka dibuka membuka login masuk aktivasi kode unduh download cetak print
    laporan lapor saldo bank tunai pajak npwp siplah markas salur aplikasi akun perangkat laptop komputer instal install
    update versi sinkron sinkronisasi kirim pengesahan pergeseran perubahan realisasi transaksi data database password
    dana bulan coba dicoba januari februari maret april mei juni juli agustus september oktober november desember
    """
)
_GOOD_NEWS: Final = _listed(
    "bisa bs berhasil lancar beres selesai normal teratasi terselesaikan saged saget tiasa iso works resolved solved"
)
_DONE: Final = r"(?:sudah|sdh|udah|dah|udh|telah|has been|is)"
_ILL: Final = (
    r"(?:kendala|masalah|permasalahan|problem|issue|error|eror|gangguan)(?:nya)?(?: (?:kami|saya|ini|tersebut|tadi))?"
)
# A trouble that is over is none; a reporter who lets the ticket be closed asks for nothing more.
_OVER: Final = (
    rf"{_ILL} {_DONE} (?:selesai|beres|hilang|teratasi|diatasi|terselesaikan|tertangani|resolved|solved|fixed)",
    r"(?:silakan|silahkan|boleh) (?:tiket(?:nya)? )?(?:di)?tutup(?: (?:saja|aja))?",
    r"tiket(?:nya)? (?:boleh|bisa|silakan|silahkan) (?:di)?tutup(?: (?:saja|aja))?",
    r"silakan tiket(?:nya)? ditutup(?: (?:saja|aja))?",
    r"(?:mohon )?maaf (?:sudah|telah) (?:merepotkan|mengganggu)",
)
_ARRIVED: Final = re.compile(rf"{_DONE} (?:masuk|sesuai|jelas)\b")
_SIGNATURE: Final = re.compile(r"(?:[A-Z0-9][\w.,'/&()-]*|di|dan|bin|binti|al|van|--+|-|_)", re.UNICODE)
_CLOSING: Final = re.compile(r"\b(?:salam|wassalam|hormat kami|hormat saya|tertanda)\s*[,:]\s*(?=\S)", re.IGNORECASE)
_NAMED: Final = re.compile(rf"\b({'|'.join(_HONORIFICS.split())})\.? ([A-Z][a-z]{{2,}})\b", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"[.!;]+(?:\s|$)|\n")
_PHRASES: Final = re.compile(
    r"\b(?:" + "|".join([*sorted(map(re.escape, _THANKS), key=len, reverse=True), *_WORN]) + r")\b"
)
_SETTLED: Final = re.compile(r"\b(?:" + "|".join(_OVER) + r")\b")
_SIGNATURE_LINES: Final = 6


def says_only_thanks(text: str) -> bool:
    """Whether `text` (without quoted mail) thanks and says nothing else.

    >>> says_only_thanks("Makasih banyak min, sudah bisa 🙏")
    True
    >>> says_only_thanks("Terima kasih, tapi masih error")
    False
    """
    if "?" in text or set(_SETTLED.sub(" ", _plain(text)).split()) & _TROUBLE:
        return False
    lines = [line for line in _without_closing(text).splitlines() if _plain(line)]
    thanked = False
    for place, line in enumerate(lines):
        thanked = thanked or _PHRASES.search(_plain(line)) is not None
        if not all(_is_harmless(sentence) for sentence in _SENTENCE.split(line)):
            return thanked and _is_signature(lines[place:])
    return thanked


def _is_harmless(sentence: str) -> bool:
    plain = _plain(_NAMED.sub(_without_name, sentence))
    rest, settled = _SETTLED.subn(" ", _PHRASES.sub(" ", plain))
    words = set(map(_short, rest.split()))
    good_news = settled or words & _GOOD_NEWS or _ARRIVED.search(rest)
    return words <= (_POLITE | _MATTERS if good_news else _POLITE)


def _without_name(found: re.Match[str]) -> str:
    """ "Ibu Rina" is "Ibu": a capital letter after a form of address begins a name, unless it names a matter."""
    is_name = found[2][0].isupper() and _plain(found[2]) not in _MATTERS
    return found[1] if is_name else found[0]


def _without_closing(text: str) -> str:
    """`text` up to "Salam, Siti Aminah, SDN 3", when nothing but names follows."""
    found = _CLOSING.search(text)
    return text[: found.start()] if found and _is_signature(text[found.end() :].splitlines()) else text


def _is_signature(lines: list[str]) -> bool:
    names = all(_SIGNATURE.fullmatch(word) for line in lines for word in line.split())
    return names and len(lines) <= _SIGNATURE_LINES and not _words("\n".join(lines)) & _MATTERS


def _words(text: str) -> set[str]:
    return set(_plain(text).split())


def _plain(text: str) -> str:
    kept = (c if unicodedata.category(c)[0] in "LN" else " " for c in unicodedata.normalize("NFKC", text).casefold())
    return re.sub(r"(.)\1{2,}", r"\1", " ".join("".join(kept).split()))  # joy repeats letters: "makasiiih", "yaaaa"


def _short(word: str) -> str:
    """Without what is hung on a word: "yaa" is "ya", "okee" is "oke", "aktivasinya" is "aktivasi"."""
    known = _POLITE | _MATTERS
    forms = (word, word.removesuffix("nya"), re.sub(r"(.)\1+$", r"\1", word))
    return next((form for form in forms if form in known), word)
