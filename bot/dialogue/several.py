"""Several problems told in one message: cards for each; those that are not related become tickets of their own."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from bot.articles.models import Suggestions
from bot.conversations.models import EventKind
from bot.dialogue.hearing import asks, words
from bot.dialogue.says import Happened, Outcome, Say
from bot.dialogue.stories import leans_on_words_before, of_our_field, says_what_is_wrong
from bot.dialogue.talk import Stage, Talk
from embeddings import Decision

TOGETHER: Final = "; "
_MOST: Final = 3

# Where one problem surely ends: a line, a number, a question mark, the words with which people come to the next matter.
_BORDER: Final = re.compile(
    r"\n+|;|[?!]+\s+|(?:^|\s)\(?[1-9][.)]\)?\s+(?=\S)|[\s,.]+(?:dan )?"
    r"(?:(?:terus|trus|trs) juga|(?:terus |trus |lalu |dan |sama |soal )*satu lagi|selain itu|di samping itu|"
    r"(?:yang |yg )?(?:kedua|ketiga)|juga mau tanya|(?:sama|sekalian|sklian)(?: mau)? (?:tanya|nanya)(?: juga)?|"
    r"oh iya|oiya|oh ya)\b[\s,:.]*",
    re.IGNORECASE,
)
# Where it may end, or the same story goes on: only parts that are each clearly another matter are told apart here.
_PERHAPS: Final = re.compile(
    r"(?<=[^\d\W]{3})\.\s+|\s+(?:&|\+|dan|serta|sama|plus|terus|trus|trs)\s+|"
    r",\s*(?:lalu|dan|juga|udah gitu|sdh gitu)\s+",
    re.IGNORECASE,
)
_LEAD: Final = re.compile(
    r"^(?:.{0,60}?\b(?:pertama|kesatu)\b[\s,:]*|.{0,40}?\b(?:hal|masalah|kendala|pertanyaan)\s*:\s*|[-*•]+\s*|\(?[1-9][.)]\s+|"
    r"(?:terus|trus|trs|lalu|dan|juga|sama)\b[\s,]*)+",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(r"(?:,\s*(?:terus|trus|trs)|[\s,]+(?:lalu|dan|sama))?[\s,.:-]*$", re.IGNORECASE)


def told_apart(text: str, *, perhaps: bool = False, fewest: int | None = None) -> tuple[str, ...]:
    """The parts of a text that may be problems of their own; one when nothing separates them, or too much does.

    Parts of less than `fewest` words (two, or three where they are only `perhaps` apart) are left out.

    >>> told_apart("bku tidak bisa ditutup, selain itu pagu belum muncul")
    ('bku tidak bisa ditutup', 'pagu belum muncul')
    >>> told_apart("min ada dua hal: cara ganti rekening dan cara reset akun", perhaps=True)
    ('cara ganti rekening', 'cara reset akun')
    >>> told_apart("saldo bku ga sama sama rek koran selisih 25rb", perhaps=True)
    ('saldo bku ga sama sama rek koran selisih 25rb',)
    """
    text = _COUNTED.sub("", text)
    border, usual = (_PERHAPS, 3) if perhaps else (_BORDER, 2)
    parts = (_TAIL.sub("", _LEAD.sub("", part.strip(" ,.:-"))) for part in border.split(text) if part)
    telling = tuple(part for part in parts if len(words(part)) >= (fewest or usual))
    broken = perhaps and any(_OPEN_END.search(part) for part in telling[:-1])
    return telling if 2 <= len(telling) <= _MOST and not broken else (text,)


# "Siang min, mau tanya 3 hal:" before a numbered list is none of its problems.
_COUNTED: Final = re.compile(
    r"^[^\d\n]*(?:\d+ )?(?:hal|masalah|kendala|pertanyaan|soal)\b[^\d]{0,20}(?=\(?1[.)]\s)", re.IGNORECASE
)


# "saldo ga | sama rekening koran": what ends so says with what in the next words, and is no problem by itself.
_OPEN_END: Final = re.compile(
    r"\b(?:ga|gak|nggak|tidak|tdk|belum|blm|beda|berbeda|cocok|sesuai|selisih|antara|dengan|dgn)$", re.IGNORECASE
)


def problems_of(text: str, rank: Callable[[str], Suggestions]) -> Sequence[tuple[str, Suggestions]]:
    """The problems of a text, each with what was found for it; none when it is one problem after all."""
    if _LISTED.search(text) and (listed := _listed(told_apart(text), rank)):
        return listed
    clear = _clear(told_apart(text), rank)
    if not _ANNOUNCED.search(text) and _goes_on(clear):
        return ()
    perhaps = clear or _matters(told_apart(text, perhaps=True), rank)
    return perhaps or _troubles(told_apart(text, perhaps=True, fewest=1), rank)


# Whoever numbers problems tells them apart; one that nothing is found for is named, not swallowed.
_LISTED: Final = re.compile(
    r"(?:^|\s)\(?1[.)]\s*\S.*\s\(?2[.)]\s*\S|\b(?:pertama|kesatu)\b.*\bkedua\b", re.IGNORECASE | re.DOTALL
)


def _listed(parts: Sequence[str], rank: Callable[[str], Suggestions]) -> Sequence[tuple[str, Suggestions]]:
    found = [(part, rank(part)) for part in parts if len(parts) > 1]
    fitting = [each for _, each in found if each.decision in _FITTING and each.cards]
    return [(part, each if each in fitting else replace(each, cards=())) for part, each in found] if fitting else ()


def _clear(parts: Sequence[str], rank: Callable[[str], Suggestions]) -> Sequence[tuple[str, Suggestions]]:
    """Those that are found, unless one is left over that may belong to the story of another."""
    if len(parts) < 2:
        return ()
    found = [(part, each) for part in parts if (each := rank(part)).decision in _FITTING and each.cards]
    if len({each.cards[0].id for _, each in found}) < max(2, len(found)):
        return ()
    doubtful = len(found) < len(parts) and any(each.decision is not Decision.ANSWER for _, each in found)
    return () if doubtful else found


# Whoever says or writes that another matter comes means it; after a mere question mark the same story may go on.
_ANNOUNCED: Final = re.compile(_BORDER.pattern.replace(r"[?!]+\s+|", ""), re.IGNORECASE)


def _goes_on(found: Sequence[tuple[str, Suggestions]]) -> bool:
    """Whether a part only tells more of another's matter: of the same category, and no clear question by itself."""
    categories = [each.cards[0].category for _, each in found]
    unclear = any(each.decision is not Decision.ANSWER for _, each in found) or any(map(_names_nothing, found[1:]))
    return len(set(categories)) < len(found) and unclear


def _names_nothing(part: tuple[str, Suggestions]) -> bool:
    """Whether a part neither asks nor names a thing of ours ("sekolah kami blm masuk")."""
    return not asks(part[0]) and not of_our_field(part[0])


def _matters(parts: Sequence[str], rank: Callable[[str], Suggestions]) -> Sequence[tuple[str, Suggestions]]:
    """Those that are clearly of different categories, where nothing sure separates them."""
    found = [(part, each) for part in parts if len(parts) > 1 and (each := rank(part)).decision is Decision.ANSWER]
    return found if _of_different_categories(found) else ()


def _troubles(parts: Sequence[str], rank: Callable[[str], Suggestions]) -> Sequence[tuple[str, Suggestions]]:
    """All parts, where each is whole by itself ("nota dobel dan dana belum masuk"), fits, and none is left over.

    "nota dan kuitansi hilang" is one problem with two things, "nota salah dan tidak bisa dihapus" one thing with two.
    """
    whole = all(says_what_is_wrong(part) for part in parts)
    if len(parts) < 2 or not whole or any(leans_on_words_before(part) for part in parts[1:]):
        return ()
    found = [(part, each) for part in parts if (each := rank(part)).decision in _FITTING and each.cards]
    return found if len(found) == len(parts) and _of_different_categories(found) else ()


def _of_different_categories(found: Sequence[tuple[str, Suggestions]]) -> bool:
    return len({each.cards[0].category for _, each in found}) == len(found) > 1


_FITTING: Final = frozenset({Decision.ANSWER, Decision.SUGGEST})


def each_problem(talk: Talk, text: str, clear: Sequence[tuple[str, Suggestions]]) -> Outcome:
    """Cards for each problem. Those of another category than the first wait, to be separate tickets (guide, rule 3)."""
    ids = tuple({card.id: None for _, found in clear for card in found.cards})
    first, *waiting = related(clear)
    asked = talk.asked(first if waiting else text, again=False).shown(ids)
    intro = Say("utter_several", {"count": str(len(clear))})
    says = (intro, *_by_problem(clear, set(ids)), Say("utter_several_choice"))
    happened = (Happened(EventKind.SUGGESTED, ids),)
    ranked = tuple(found for _, found in clear)
    return Outcome(replace(asked, waiting=tuple(waiting)), Stage.CHOOSING, says, happened, ranked)


def related(clear: Sequence[tuple[str, Suggestions]]) -> list[str]:
    """The problems, those of one category told as one."""
    told: dict[str, list[str]] = {}
    for part, found in clear:
        told.setdefault(found.cards[0].category if found.cards else part, []).append(part)
    return [TOGETHER.join(parts) for parts in told.values()]


def _by_problem(clear: Sequence[tuple[str, Suggestions]], left: set[int]) -> tuple[Say, ...]:
    """One message for each problem, every card with the first problem that it fits."""
    says = []
    for part, found in clear:
        own = tuple(card for card in found.cards if card.id in left)
        left -= {card.id for card in own}
        response = "utter_one_of_several" if own or found.cards else "utter_one_of_several_unfound"
        says.append(Say(response, {"problem": part}, own))
    return tuple(says)
