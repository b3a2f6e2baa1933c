"""Pure rules for what small talk is made of: whether a text says anything beside it, and whether it says too little."""

import re
from typing import Final

from bot.dialogue.greeting import GREETING_WORDS
from bot.dialogue.hearing import CHOICE_FILLERS, words
from bot.dialogue.stories import of_our_field, says_what_is_wrong


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Words that carry no subject: yes and no, thanks, feelings, particles, and how well something went.
_TALK: Final = (
    CHOICE_FILLERS
    | GREETING_WORDS
    | _set(
        """
        ya iya yaa iyaa y yes yess yup yap yoi ok oke okee okey okay oks sip sipp siip siap siapp baik baiklah betul
        bener benar bnr tepat persis cocok pas mantap mantul keren top jos gas monggo nggih inggih njih leres enya muhun
        tidak tdk tak gak ga gk g nggak ngga enggak engga kagak ndak nda ora mboten teu henteu bukan bkn no nope jangan
        belum blm blum belom durung dereng acan masih msh tetap tetep ttp lagi lg juga jg jga sama saja aja doang
        sudah sdh udah udh dah wis sampun atos akhirnya sekarang skrg skrng tadi kemarin kmrn nanti ntar besok dulu dl
        bisa bs iso saged tiasa jadi jd jelas paham pahm ngerti mengerti terjawab menjawab jawaban jawabannya penjelasan
        penjelasannya info infonya informasi informasinya bantuan bantuannya bantu bantuin membantu terbantu dibantu
        berhasil beres kelar selesai teratasi normal muncul ketemu dicoba coba cobain dicobain gagal bingung pusing
        makasih makasi mksh mks makasihh terima terimakasih kasih trims thx thanks thank you tengkyu suwun nuwun matur
        nuhun hatur sangat sekali banget bgt bngt banyak byk bnyk atas untuk utk dari dengan dgn dan sampai
        semoga sukses sehat selalu berkah alhamdulillah syukurlah syukur puji tuhan amin aamiin insyaallah masyaallah
        mau ingin pengen pingin perlu butuh usah cukup gitu gini begitu begini gt gn itu ini tuh nih tu ni yg yang di
        ke apa apaan kenapa knp kok kenape mengapa gimana gmn gmana bagaimana piye kumaha pripun terus trus trs lalu lha
        lho loh lah sih si dong deh kan kah toh tho nah oh ohh eh hmm hm hehe wkwk haha hadeh aduh duh waduh ah ih
        saya sy aku ku gue gw kami kita anda kamu km lu mereka orang semua semuanya ada gada gaada nya
        tapi tp tetapi cuma cuman hanya atau kalau kalo jika biar supaya karena krn soalnya
        tolong tolongin mohon minta silakan silahkan ayo yuk mari lanjut lanjutkan terusin teruskan
        kesal kesel emosi capek cape lelah stres stress kecewa sedih nangis parah banget sumpah
        benerin beneran serius sungguh memang emang mungkin kayaknya sepertinya rasanya kira-kira
        tau tahu tauk inget ingat isi diisi ngisi nulis ditulis kosong kirim kirimin
        sebentar bentar sbntr tunggu sabar maaf maap mf ngapunten hapunten punten gapapa gpp gakpapa papa masalah
        """
    )
)
# Words of trouble that any application has: they tell that something is wrong and nothing of what.
_TROUBLE: Final = _set(
    """
    error eror eroor errornya rusak trouble masalah masalahnya kendala kendalanya problem gangguan lupa hilang salah
    lemot lambat lama macet hang nyangkut ngadat bermasalah aplikasi aplikasinya programnya sistem sistemnya menu
    bantuan pertanyaan caranya cara urgent urgen gawat darurat genting mendesak kepepet deadline dedlen buruan cepet
    cepat segera pokoknya
    """
)

# Of these it is plain what is wrong once it is said with what.
_SLOW: Final = _set("lemot lemott lambat macet hang ngehang ngadat gangguan down")


def says_more(text: str) -> bool:
    """Whether a text holds words that small talk is not made of: two of any kind, or one about our field.

    >>> [says_more(t) for t in ("udah bisa nih makasih ya", "tpg saya belum cair", "terima kasih banyak")]
    [False, True, False]
    """
    told = telling(text)
    return len(told) >= 2 or (bool(told) and of_our_field(text))


def telling(text: str) -> list[str]:
    """The words that small talk is not made of.

    >>> telling("itu kalo sekolah negeri ya?")
    ['sekolah', 'negeri']
    """
    return [word for word in words(text) if word not in _TALK]


_ASKED: Final = re.compile(
    r"\b(?:apa|apakah|siapa|berapa|brp|kapan|kpn|(?:di|ke|dari)? ?mana|dmn|kenapa|knp|mengapa|gimana|gmn|bagaimana|"
    r"cara\w*)\b",
    re.IGNORECASE,
)


def asks_after(text: str) -> bool:
    """Whether a text holds a word that asks, wherever it stands.

    >>> asks_after("trus habis itu gmn"), asks_after("sudah lapor pajak")
    (True, False)
    """
    return bool(_ASKED.search(text))


def wants_more_said(text: str) -> bool:
    """Whether small talk after an answer asks on ("mksdnya gmn", "habis itu?"), rather than taking it.

    >>> wants_more_said("mksdnya gmn"), wants_more_said("habis itu?"), wants_more_said("sip makasih")
    (True, True, False)
    """
    return asks_after(text) or bool(_GOING_ON.search(text)) or text.rstrip().endswith("?")


_INTRODUCING: Final = re.compile(
    r"\b(?:(?:saya|sy|aku|kami|ini|dengan|nama\w*|perkenalkan|dari)\b.{0,30}\b(?:sd|sdn|smp|smpn|sma|sman|smk|smkn|tk|paud|pkbm|slb|"
    r"mi|mts|operator|ops|bendahara|guru|kepsek|kepala sekolah|sekolah)\b|nama (?:saya|sy|aku)\b|perkenalkan)",
    re.IGNORECASE,
)
_INTRODUCING_WORDS: Final = 14


def introduces(text: str) -> bool:
    """Whether a text only says who is there, or that a question will come.

    >>> [introduces(t) for t in ("halo saya Budi dari SDN 1", "malam, saya bendahara SDN 2 ijin bertanya")]
    [True, True]
    >>> [introduces(t) for t in ("saya operator baru, cara login gimana", "saya guru, dana bos belum cair")]
    [False, False]
    """
    if not _INTRODUCING.search(text) or len(words(text)) > _INTRODUCING_WORDS:
        return False
    rest = _INTRODUCING.sub(" ", text)
    return not asks_after(text) and not says_what_is_wrong(text) and not of_our_field(_SCHOOLS.sub(" ", rest))


_SCHOOLS: Final = re.compile(r"\b(?:npsn\W*\d*|bendahara|dinas|sekolah)\b", re.IGNORECASE)


_FEELING: Final = re.compile(
    r"\b(?:takut|pusing|panik|stress?|stres|sedih|nangis|capek|cape|lelah|deg-?degan|khawatir|kuatir|was-?was|cemas|"
    r"putus asa|frustr?asi|mumet|puyeng|bingung banget)\b",
    re.IGNORECASE,
)
_FEELING_WORDS: Final = 6


def feels(text: str) -> bool:
    """Whether a few words only tell how somebody feels.

    >>> [feels(t) for t in ("saya takut min", "pusing aku", "takut salah input pajak", "bku bikin pusing")]
    [True, True, False, False]
    """
    few = len(words(text)) <= _FEELING_WORDS
    return few and bool(_FEELING.search(text)) and not telling(_FEELING.sub(" ", text)) and not of_our_field(text)


def names_matter(text: str) -> bool:
    """Whether a text is about something: it asks after a thing, or tells of two.

    >>> [names_matter(t) for t in ("harga emas berapa", "resep soto", "cuaca gimana", "bercanda min", "gawat")]
    [True, True, True, False, False]
    """
    told = telling(text)
    return len(told) >= 2 or (bool(told) and asks_after(text))


_NO: Final = re.compile(
    r"^\W*(?:(?:ya|oh|oke?|udah|sudah|sdh|udh|min|pak|bu|kak)\W+){0,2}(?:tidak|tdk|tak|ga+k?|gk|ng?gak?|engg?ak|jangan|jgn|bukan|"
    r"bkn|belum|blm|cukup|stop|skip|usah|ora|mboten|teu|henteu|salah|keliru)\b",
    re.IGNORECASE,
)


def tells_another_matter(text: str) -> bool:
    """Whether what was taken for a plain no does not begin as one, and tells something.

    >>> [tells_another_matter(t) for t in ("barangnya ga dateng2", "ga perlu dibaca sampai habis", "cukup min")]
    [True, False, False]
    """
    return says_more(text) and not _NO.search(text)


_THANKS: Final = re.compile(
    r"\b(?:ma?ka?si+h?\w*|mksh?\w*|mks|trims?|terima ?kasih|tengkyu|thank\w*|thx|tq|ty|suwun|nuwun|nuhun|"
    r"tarimo kasi\w*)\b",
    re.IGNORECASE,
)


def thanks(text: str) -> bool:
    """Whether a text thanks.

    >>> thanks("makasih ya min"), thanks("selisih 150rb")
    (True, False)
    """
    return bool(_THANKS.search(text))


_NUMBER: Final = 4  # digits that tell something: a year, an NPSN, a ticket


def is_small_talk(text: str) -> bool:
    """Whether a text is made of nothing but small talk.

    >>> is_small_talk("ga tau isi apa"), is_small_talk("aplikasi error")
    (True, False)
    """
    return all(word in _TALK or len(word) == 1 or (word.isdigit() and len(word) < _NUMBER) for word in words(text))


def is_vague(text: str) -> bool:
    """Whether a text tells nothing to look for: small talk, numbers, single letters, trouble without its place.

    >>> [is_vague(t) for t in ("error", "12", "kok ga bisa ya", "harga cabe", "pagu", "arkas lemot")]
    [True, True, True, False, False, False]
    """
    if _SLOW & set(words(text)) and of_our_field(text):
        return False
    return all(word in _TROUBLE or is_small_talk(word) for word in words(text))


def tells_of_trouble(text: str) -> bool:
    """Whether a text names trouble, of whatever kind.

    >>> tells_of_trouble("error min"), tells_of_trouble("oke min")
    (True, False)
    """
    return any(word in _TROUBLE for word in words(text))


def adds_nothing(text: str) -> bool:
    """Whether a text only asks how it goes on ("terus gimana dong"), and tells nothing new of the problem.

    >>> adds_nothing("terus gimana dong"), adds_nothing("terus kalau ditolak?")
    (True, False)
    """
    return bool(_GOING_ON.search(text)) and all(word in _TALK for word in words(text))


_GOING_ON: Final = re.compile(
    r"\b(?:terus|trus|trs|lalu|gimana|gmn|gmana|bagaimana|piye|kumaha|pripun)\b", re.IGNORECASE
)
_MENU: Final = re.compile(
    r"\b(?:help|menu\w*|fitur\w*|panduan|petunjuk|layanan|fungsi\w*|guna\w*|apa|pakai\w*|pake\w*|cara|bisa\w*|mulai|start|"
    r"info\w*)\b",
    re.IGNORECASE,
)


def asks_for_menu(text: str) -> bool:
    """Whether a call for help asks what can be done here, rather than for help with something.

    >>> asks_for_menu("bisa bantu apa aja"), asks_for_menu("min tolong dong")
    (True, False)
    """
    return bool(_MENU.search(text))


_LANGUAGES: Final = re.compile(
    r"\b(?:bahasa|bhs|basa|speak|bicara|ngomong)\s+(?:jawa|sunda|inggris|english|minang|batak|bali|madura|bugis|melayu|daerah|"
    r"indonesia|arab|indonesian|javanese)\b",
    re.IGNORECASE,
)


def asks_for_language(text: str) -> bool:
    """Whether a short text asks which language may be written here.

    >>> asks_for_language("bisa bahasa jawa ga"), asks_for_language("terjemahkan ke bahasa inggris")
    (True, False)
    """
    return bool(_LANGUAGES.search(text)) and len(words(text)) <= 6 and "terjemah" not in text.casefold()


_SWEARING: Final = _set(
    """
    anjing anjg anj anjir anjay anjrit asu babi monyet bangsat bajingan kampret brengsek keparat sialan jancok jancuk
    cok goblok goblog gblk tolol bego bodoh bodo dungu idiot
    taik tai tahi sampah kontol memek bgst njir njing asem sompret
    """
)


def without_swearing(text: str) -> str:
    """The text without its swear words, which are no part of the problem."""
    return " ".join(word for word in text.split() if word.strip(".,!?").casefold() not in _SWEARING)
