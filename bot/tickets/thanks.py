"""Telling a reply that asks for nothing from a problem that goes on, in the Indonesian that schools write.

A thank-you, a nod or good news to a closed ticket opens nothing. A mistake costs: a problem taken for thanks is heard
by nobody. So every clause of the text must be of a kind that asks for nothing, up to the signature; a single clause
that is none makes it a report, and so does any word of trouble, asking or contrast. Officers can undo it either way
(bot/tickets/desk.py).

The kinds: politeness; gratitude, whose object is free within bounds ("atas pelayanannya yang ramah"); good news, which
may name what it is about ("BKU Oktober sudah bisa ditutup"); a wish for the desk; the intention to do as one was told.

Measured on fresh replies (tests/unit/tickets/thanks.yml, 29 November 2026) before the words that they taught: 43 of 60
were told, where 19 of 40 like them were told before, and none of 104 problems was taken for thanks.
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
    "tiang tampi asih", "kurru sumange", "jazakallah", "jazakallahu", "jazakillah",
    "jazakumullah", "jazakumullahu", "syukron", "nuwus", "terimong gaseh",
    "epanggawang", "amanai",
)  # fmt: skip
# "terima kasih" and "makasih" lose vowels and letters in every way: "trmksh", "terimakasi", "trima kasih", "mkasih".
_WORN: Final = (r"t[ea]?ri?ma? ?k[ae]?s+[eiy]*h*", r"m[ae]?k[ae]?[sc]+[iy]*h*")
_HONORIFICS: Final = "pak bapak bpk pa bu ibu buk bun bunda kak kakak ka kk mas mbak mba bang abang kang teh teteh"
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
    great everything fine nya di ke yang yg itu tsb tersebut tempat tadi hari deui malih ramah profesional responsif
    responnya responsnya sabar kakak2 teman2 rekan2 semua2 oh ooh owh oalah wow bro sis langsung your help wassalamu
    khair deh dong sih lho mimin
    """
)
# A word here makes every text a report, also in the signature ("Terima kasih. / BKU BELUM BISA").
_TROUBLE: Final = _listed(
    """
    tidak tdk gak ga gk g nggak ngga enggak engga kagak ndak nda ndk ora mboten teu henteu indak inda bukan belum blm
    belom blum can acan masih msh tetap ttp tetep tapi tp tetapi namun nanging cuma hanya kenapa mengapa knp bagaimana
    gimana gmn gagal error eror salah kendala masalah permasalahan gangguan trouble hilang kosong macet lemot lambat
    lelet mohon tolong minta mau ingin ulang tanya kapan mana apakah apa kalau kalo jika lanjut muncul saja tambah
    kurang rusak terkunci ditolak nolak minus selisih beda berbeda jangan jgn not still but ternyata padahal kemudian
    lalu menyusul berikut terlampir menunggu tunggu ditunggu sendiri
    """
)
# What problems are about. Good news may name it in its clause ("sudah bisa tutup BKU"); a signature may not ("Saldo
# Bank Minus").
_MATTERS: Final = _listed(
    """
    bku rkas kertas kerja tutup ditutup menutup tertutup ketutup buka dibuka membuka terbuka kebuka login masuk aktivasi
    kode unduh download cetak print laporan lapor lap saldo bank tunai kas pajak npwp siplah markas salur aplikasi akun
    perangkat laptop komputer instal install update versi sinkron sinkronisasi kirim pengesahan pergeseran perubahan
    realisasi transaksi data database password dana bulan coba dicoba sistem server tombol menu fitur sekolah tiket spj
    januari februari maret april mei juni juli agustus september oktober november nopember desember jan feb mar apr jun
    jul agu agt sep okt nov des tahap honor belanja barang rekening koran k7 k7a bosp bos buku sd
    """
)
_GOOD_NEWS: Final = _listed(
    """
    bisa bs berhasil lancar beres selesai normal aman clear teratasi terselesaikan tertangani saged saget tiasa iso
    works resolved solved fixed done sukses
    """
)
_HANDLED: Final = _listed(
    "disahkan disetujui divalidasi diverifikasi "
    "ditangani dijawab diperbaiki diselesaikan dibantu terkirim tersimpan tersinkron aktif pulih cocok"
)
_AGREES: Final = _listed(
    "ok oke okee okay okey baik baiklah siap siapp sip sipp noted mantap mantab mantul alhamdulillah alhamdulilah "
    "paham mengerti dimengerti dipahami syukur syukurlah laksanakan"
)
_NODS: Final = frozenset("🙏👍👌🤝😊🙂☺😁🥰❤💪")
_DONE: Final = r"(?:sudah|sdh|udah|dah|udh|telah|sampun|tos|has been|is)"
_ILL: Final = (
    r"(?:kendala|masalah|permasalahan|problem|issue|error|eror|gangguan)(?:nya)?"
    r"(?: (?:kami|saya|ini|tersebut|tadi|aktivasi|login|bku|rkas|sinkron|akun|aplikasi|pajak|saldo|data))*"
)
_WELL: Final = r"(?:selesai|beres|hilang|teratasi|diatasi|terselesaikan|tertangani|resolved|solved|fixed)"
# A trouble that is over is none; a reporter who lets the ticket be closed asks for nothing more.
_OVER: Final = (
    rf"{_ILL} (?:{_DONE} )?{_WELL}",
    rf"(?:data|menu|tombol|saldo|laporan|kertas kerja|rkas|bku|kode|dana)(?:nya)? {_DONE} muncul(?: kembali)?",
    rf"{_DONE} muncul(?: (?:pak|bu|min|kak))? (?:data|menu|tombol|saldo|laporan|kode|dana)(?:nya)?",
    r"(?:silakan|silahkan|boleh) (?:tiket(?:nya)? )?(?:di)?tutup(?: (?:saja|aja))?",
    r"tiket(?:nya)? (?:boleh|bisa|silakan|silahkan) (?:di)?tutup(?: (?:saja|aja))?",
    r"silakan tiket(?:nya)? ditutup(?: (?:saja|aja))?",
    r"(?:mohon )?maaf (?:(?:sudah|telah|kalau|jika|bila) )?(?:merepotkan|mengganggu)(?:nya)?",
    r"hasilnya (?:bagus|baik|sesuai)",
)
# "sudah masuk", "sudah saya terima", "sudah ketutup": what is done, and done well.
_ARRIVED: Final = re.compile(
    rf"\b{_DONE}(?: (?:saya|kami|sy))? (?:masuk|sesuai|jelas|terima|diterima|sinkron|tertutup|ketutup|ditutup|"
    r"di tutup|terbuka|kebuka|dibuka|di buka|oke|ok|baik|aktif|pulih|cocok|cair|tersinkron|terkirim|tersimpan|dapat|"
    r"dibantu|ditangani|dijawab|diperbaiki|diselesaikan|"
    r"disahkan|disetujui|divalidasi|diverifikasi)\b"
)
_GRATEFUL_FOR: Final = re.compile(rf"\b(?:atas|untuk|utk|buat|for|{_DONE} (?=(?:di|me)\w))\b")
_WISH: Final = re.compile(
    r"^(?:semoga|moga|smg|mudah mudahan|sukses|sehat|salam|selamat|(?:puji )?(?:tuhan|gusti|allah)|god)\b"
)
_WISHED_OF_US: Final = re.compile(
    r"\b(?:segera|cepat|lekas|ada|cair|bisa|perbaik\w*|diperbaiki|\w*proses\w*|\w*tindak\w*)\b"
)
_INTENDS: Final = re.compile(
    r"\b(?:akan|nanti|segera|besok)\b.*\b(?:coba|mencoba|dicoba|laksanakan|melaksanakan|dilaksanakan|sampaikan|"
    r"menyampaikan|lakukan|pelajari|mempelajari|ikuti|mengikuti|terapkan|praktekkan|koordinasikan|infokan|teruskan|"
    r"kerjakan|kabari|perbaiki)\b"
)
_INTENTION: Final = _listed(
    """
    akan nanti segera besok coba mencoba dicoba laksanakan melaksanakan dilaksanakan sampaikan menyampaikan lakukan
    pelajari mempelajari ikuti mengikuti terapkan praktekkan koordinasikan infokan teruskan kerjakan kabari perbaiki
    dulu dahulu kepala sekolah kepsek bendahara operator dinas pihak teman guru langkah langkahnya caranya tersebut
    """
)
_SIGNATURE: Final = re.compile(
    r"(?:[A-Z0-9(][\w.,:'/&()-]*|di|dan|bin|binti|al|van|oleh|dari|--+|-|_|\S+@\S+|(?:www\.|https?:)\S+)", re.UNICODE
)
_CLOSING: Final = re.compile(r"\b(?:salam|wassalam|hormat kami|hormat saya|tertanda)\s*[,:]\s*(?=\S)", re.IGNORECASE)
_NAMED: Final = re.compile(rf"\b({'|'.join(_HONORIFICS.split())})\.? ([A-Za-z]{{3,}})(?=$|[\s,.!])", re.IGNORECASE)
_NO_NAME: Final = re.compile(r"(?:di|me|ter|ber|ke|se|pe)[a-z]{3,}|[a-z]*nya")  # in small letters, a verb or a thing
_CLAUSE: Final = re.compile(r"[.!;,:]+(?:\s|$)|\n")
_SHARE: Final = re.compile(r"\b\d{1,3} ?%|\bs\.d\.?")
_PHRASES: Final = re.compile(
    r"\b(?:" + "|".join([*sorted(map(re.escape, _THANKS), key=len, reverse=True), *_WORN]) + r")\b"
)
_SETTLED: Final = re.compile(r"\b(?:" + "|".join(_OVER) + r")\b")
_SIGNATURE_LINES: Final = 6
_PLACES: Final = _listed("sekolah bank kas bos bosp")  # what may stand in a signature after all
_FREE_WORDS: Final = 8  # that nobody listed, in what somebody thanks for or wishes


def asks_nothing(text: str) -> bool:
    """Whether `text` (without quoted mail) thanks, agrees or brings good news, and says nothing else.

    >>> asks_nothing("Makasih banyak min, sudah bisa 🙏")
    True
    >>> asks_nothing("Terima kasih, tapi masih error")
    False
    """
    if "?" in text or set(_SETTLED.sub(" ", _plain(text)).split()) & _TROUBLE:
        return False
    if not _plain(text):
        return bool(_NODS & {*text})
    lines = [line for line in _without_closing(text).splitlines() if _plain(line)]
    content = False
    for place, line in enumerate(lines):
        clauses = [_kind(clause) for clause in _CLAUSE.split(_SHARE.sub(" ", line)) if _plain(clause)]
        if None in clauses:
            return content and _is_signature(lines[place:])
        content = content or True in clauses
    return content


def _kind(clause: str) -> bool | None:
    """Whether a clause says that all is well (True) or is mere politeness (False); None if it may ask for something."""
    plain = _plain(_NAMED.sub(_without_name, clause))
    rest, thanked = _PHRASES.subn(" ", plain)
    rest, settled = _SETTLED.subn(" ", rest)
    rest = " ".join(rest.split())
    words = set(map(_short, rest.split()))
    if words <= _POLITE:
        return bool(thanked or settled or words & (_AGREES | _GOOD_NEWS) or _ARRIVED.search(rest))
    good_news = settled or words & _GOOD_NEWS or _ARRIVED.search(rest)
    if good_news and words <= _POLITE | _MATTERS | _AGREES | _GOOD_NEWS | _INTENTION | _HANDLED:
        return True
    if _INTENDS.search(rest) and words <= _POLITE | _INTENTION | _AGREES:
        return True
    free = words - _POLITE
    bounded = len(free) <= _FREE_WORDS and not free & _MATTERS and not any(map(str.isdigit, "".join(free)))
    if bounded and thanked and _is_gratitude(rest):
        return True
    return False if bounded and _WISH.match(rest) and not _WISHED_OF_US.search(rest) else None


def _is_gratitude(rest: str) -> bool:
    """Whether what stands beside the thanks is what one thanks for."""
    found = _GRATEFUL_FOR.search(rest)
    return found is not None and set(map(_short, rest[: found.start()].split())) <= _POLITE


def _without_name(found: re.Match[str]) -> str:
    """ "Ibu Rina" is "Ibu": after a form of address comes a name, unless it is a matter, a verb or a word we know."""
    plain = _plain(found[2])
    known = plain in _MATTERS | _POLITE | _TROUBLE | _INTENTION | _GOOD_NEWS or _PHRASES.fullmatch(plain)
    small = found[2][0].islower()
    return found[0] if known or (small and _NO_NAME.fullmatch(plain)) else found[1]


def _without_closing(text: str) -> str:
    """`text` up to "Salam, Siti Aminah, SDN 3", when nothing but names follows."""
    found = _CLOSING.search(text)
    return text[: found.start()] if found and _is_signature(text[found.end() :].splitlines()) else text


def _is_signature(lines: list[str]) -> bool:
    names = all(_SIGNATURE.fullmatch(word) for line in lines for word in line.split())
    return names and len(lines) <= _SIGNATURE_LINES and not _words("\n".join(lines)) & (_MATTERS - _PLACES)


def _words(text: str) -> set[str]:
    return set(_plain(text).split())


def _plain(text: str) -> str:
    kept = (c if unicodedata.category(c)[0] in "LN" else " " for c in unicodedata.normalize("NFKC", text).casefold())
    return re.sub(r"(.)\1{2,}", r"\1", " ".join("".join(kept).split()))  # joy repeats letters: "makasiiih", "yaaaa"


def _short(word: str) -> str:
    """Without what is hung on a word: "yaa" is "ya", "okee" is "oke", "aktivasinya" is "aktivasi"."""
    known = _POLITE | _MATTERS | _GOOD_NEWS | _AGREES | _INTENTION
    forms = (word, word.removesuffix("nya"), word.removeprefix("di"), re.sub(r"(.)\1+$", r"\1", word))
    return next((form for form in forms if form in known), word)
