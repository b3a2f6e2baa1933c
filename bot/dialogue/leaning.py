"""A question that leans on the one before: what fits it alone and what fits both together, without what was shown."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from bot.articles.models import ArticleCard, SearchResult, Suggestions
from bot.dialogue.hearing import asks
from bot.dialogue.smalltalk import telling
from bot.dialogue.stories import names_others, of_our_field
from embeddings import Decision

RANKED: Final = 10
_CARDS: Final = 3
_FITTING: Final = frozenset({Decision.ANSWER, Decision.SUGGEST})
_EVENNESS: Final = 5  # added to every place, so that standing in both lists counts for more than standing first in one
_TELLING_WORDS: Final = 2
_LEANING_WORDS: Final = 5
_GOING_ON: Final = re.compile(
    r"^(?:yang|yg|untuk|utk|khusus|kalau|kalo|berapa|brp|ke ?mana|di ?mana|dmn|siapa|sama siapa|lewat mana|harus|"
    r"wajib|boleh|bisa|minta|caranya|syaratnya|langkahnya|alasannya|contohnya|batasnya|kenapa|knp|"
    r"(?:langkah|urutan|tahapan|syarat|berkas|dokumen|contoh|alasan|batas|bedanya?)\w*)\b|"
    r"\b(?:juga|gimana|gmn|caranya|ke ?mana|dimana|berapa lama|siapa)\W*$",
    re.IGNORECASE,
)
# "-nya" points back to what was named before ("penjualnya kabur"); these words only end so.
_POINTING_BACK: Final = re.compile(
    r"\b(?!(?:biasa|se?benar|se?bener|kaya?k|kyk|seperti|soal|rasa|misal|akhir|kata|se?harus|pokok|maksud|ha|pu|ta|kira|"
    r"umum|ada|jawaban|admin|bapak|ibu|nama)nya\b)\w{2,}nya\b",
    re.IGNORECASE,
)
_OF_THAT: Final = re.compile(
    r"^\W*(?:(?:nah|lah|oh|o|ok|oke|ya|iya|terus|trus|trs)[\s,]+){0,2}(?:itu|ini|tadi)\b", re.IGNORECASE
)
# Words that ask, or say how much is asked for; they are of no subject.
_ASKING: Final = frozenset(
    ("berapa", "brp", "kapan", "kpn", "siapa", "mana", "kemana", "dimana", "dmn", "hari", "jam", "lama", "biasanya")
)
# A figure and a word beside it ("selisih 150rb", "Windows 7", "versi 4.2.8") tell a circumstance, not a question.
_FIGURE: Final = re.compile(r"\d")
_CIRCUMSTANCE_WORDS: Final = 3
_OWN_WORDS: Final = 2  # that no article holds: so many tell of something else
_ELLIPSIS: Final = re.compile(r"^\W*\w+(?:\W+\w+){0,2}\s*\?+\s*$")  # up to three words and a question mark
_NEAR: Final = 0.05  # with a word of its own and nothing known as near as this, a text is about something else
_LEAST: Final = 0.0025  # of what is probable beside the article just shown; less is in a list only to fill it


def lean(words: str, alone: SearchResult, together: SearchResult, shown: Collection[int]) -> Suggestions:
    """What to offer for a follow-up.

    `alone` is the ranking of its own words, `together` that of the question before with them, which the articles that
    were `shown` for it win as a rule. What both know stands first; only its own words make it the answer, and these
    only where they do not say what they go on from ("itu kalo sekolah negeri ya?"). These, and words that fit nothing
    by themselves ("trus kalo ditolak?"), put what they go on from in another order, and bring nothing else.
    """
    if alone.decision not in _FITTING and has_own_subject(words):
        return replace(_found(alone, Decision.ABSTAIN, ()), question=words)
    if _OF_THAT.search(words):
        alone = replace(alone, decision=Decision.ABSTAIN)
    if not shown and together.decision is Decision.ANSWER:
        return _found(together, Decision.ANSWER, _cards(together)[:_CARDS])
    merged = _merged(_own(alone, together, shown), _likely(together, shown), shown)
    if not {alone.decision, together.decision} & _FITTING:
        return _found(together, together.decision, () if together.decision is Decision.ABSTAIN else merged)
    return _found(together, _decision(alone, together, shown), merged)


def may_lean(words: str, unheard: int = 0, nearest: float = 1.0) -> bool:
    """Whether a text that fits nothing by itself is put as one puts what goes on from the question before.

    `unheard` is how many of its words no article holds, `nearest` the probability of the article nearest to it alone.

    >>> [may_lean(t) for t in ("yang smk gimana", "minta ke mana?", "penjualnya kabur", "resep soto")]
    [True, True, True, False]
    >>> may_lean("siapa presiden indonesia", unheard=2), may_lean("cuaca besok gimana", nearest=0.001)
    (False, False)
    >>> may_lean("bayar tukang?"), may_lean("harga cabe?", unheard=1)
    (True, False)
    """
    if unheard == 0 and nearest >= _NEAR and _ELLIPSIS.search(words):
        return not names_others(words)
    short = len(words.split()) <= _LEANING_WORDS
    points_back = bool(_POINTING_BACK.search(words))
    goes_on = points_back or bool(_GOING_ON.search(words.strip()))
    far = nearest < _NEAR and not points_back and any(word not in _ASKING for word in telling(words))
    return short and goes_on and unheard < _OWN_WORDS and not far and not names_others(words)


def tells_circumstance(words: str) -> bool:
    """Whether a few words tell what belongs to the question before, and ask nothing by themselves.

    >>> [tells_circumstance(t) for t in ("selisih 150rb", "Windows 7", "bos tahap 2 kapan cair", "berapa 25 x 4")]
    [True, True, False, False]
    """
    short = len(words.split()) <= _CIRCUMSTANCE_WORDS
    return short and bool(_FIGURE.search(words)) and not asks(words) and not names_others(words)


def has_own_subject(words: str) -> bool:
    """Whether what was put like a follow-up tells enough of its own to be about something else.

    >>> [has_own_subject(t) for t in ("itu kalo sekolah negeri ya?", "terus kalau cuaca besok hujan gimana")]
    [False, True]
    """
    own = [word for word in telling(words) if word not in _ASKING]
    tells = len(words.split()) > _LEANING_WORDS or len(own) > _TELLING_WORDS
    return tells and not _POINTING_BACK.search(words) and not of_our_field(words)


def _decision(alone: SearchResult, together: SearchResult, shown: Collection[int]) -> Decision:
    first = alone.hits[0].card.id if alone.hits else None
    clear = alone.decision is Decision.ANSWER and first not in shown
    return Decision.ANSWER if clear and first in {card.id for card in _cards(together)} else Decision.SUGGEST


def _cards(found: SearchResult) -> tuple[ArticleCard, ...]:
    return tuple(hit.card for hit in found.hits)


def _likely(found: SearchResult, shown: Collection[int]) -> tuple[ArticleCard, ...]:
    """The cards that are probable at all, once the one just shown is left out of account."""
    total = sum(hit.confidence for hit in found.hits if hit.card.id not in shown)
    return tuple(hit.card for hit in found.hits if hit.card.id in shown or hit.confidence >= _LEAST * total)


def _own(alone: SearchResult, together: SearchResult, shown: Collection[int]) -> tuple[ArticleCard, ...]:
    likely = _likely(alone, shown)
    if alone.decision is not Decision.ABSTAIN:
        return likely
    known = {card.id for card in _cards(together)}
    return tuple(card for card in likely if card.id in known)


def _merged(
    alone: Sequence[ArticleCard], together: Sequence[ArticleCard], shown: Collection[int]
) -> tuple[ArticleCard, ...]:
    scores: dict[int, float] = {}
    for cards in (alone, together):
        for place, card in enumerate(cards, 1):
            scores[card.id] = scores.get(card.id, 0.0) + 1 / (_EVENNESS + place)
    known = {card.id: card for card in (*alone, *together) if card.id not in shown}
    return tuple(known[i] for i in _best(scores, known))


def _best(scores: dict[int, float], known: Iterable[int]) -> list[int]:
    return sorted(known, key=lambda i: -scores[i])[:_CARDS]


def _found(found: SearchResult, decision: Decision, cards: tuple[ArticleCard, ...]) -> Suggestions:
    ranked = tuple((hit.card.id, hit.confidence) for hit in found.hits)
    return Suggestions(found.query, found.understood, decision, cards, ranked)
