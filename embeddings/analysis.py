"""A question as it was typed, and as it is understood: the words that both sides of the search compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Final, NamedTuple

from embeddings.context import Support
from embeddings.lexicon import LONGEST_PHRASE, Lexicon, Phrase
from embeddings.remembering import remembered
from embeddings.spelling import SpellingRepair, repair_nothing
from embeddings.text import clean, parts, tokens

GUESSES: Final = frozenset({"spelling", "renamed"})  # changes that a person should be told of
MOST_UNSURE: Final = 24  # words that others are asked about; a story has its matter told by then
LONGEST_SYNONYM: Final = 3  # words
TOGETHER: Final = 6.0  # what it is worth, in costs of spelling, that a choice stands with all the other words


@dataclass(frozen=True, slots=True)
class Word:
    """One understood word or phrase: what was typed, what it is read as, where it stands, and why it was changed.

    `reason` is "" or the lexicon file's name or "spelling"; `filler` words say nothing about the problem.
    """

    typed: str
    read: Phrase
    start: int
    end: int
    reason: str = ""
    filler: bool = False


@dataclass(frozen=True)
class Analysis:
    """What the search works with: `text` is the cleaned text, `words` all of it in order."""

    text: str
    words: tuple[Word, ...]
    terms: tuple[str, ...]  # roots and synonyms' first words; what the word index holds
    content: tuple[str, ...]  # words read, without fillers; what n-grams and the encoder see

    @cached_property
    def changes(self) -> tuple[Word, ...]:
        """The words that are read otherwise than they were typed."""
        return tuple(w for w in self.words if w.reason)

    @cached_property
    def understood(self) -> str | None:
        """The text with its words as they are read, or None when nothing had to be guessed."""
        if not any(w.reason in GUESSES for w in self.changes):
            return None
        pieces, last = [], 0
        for word in self.changes:
            pieces += [self.text[last : word.start], " ".join(word.read)]
            last = word.end
        return "".join([*pieces, self.text[last:]]).strip()


class _Choice(NamedTuple):
    """One way to read some words, and what it costs to believe it."""

    read: Phrase
    reason: str = ""
    filler: bool = False
    cost: float = 0.0


class _Slot(NamedTuple):
    """Some words as they were typed, and the ways to read them, the likeliest by themselves first."""

    typed: str
    start: int
    end: int
    choices: tuple[_Choice, ...]

    def as_word(self, at: int = 0) -> Word:
        """Read in one of the ways."""
        read, reason, filler, _ = self.choices[at]
        return Word(self.typed, read, self.start, self.end, reason, filler)


class Analyzer:
    """Turns text into words with a lexicon and, for questions, a spelling repair and texts that tell what was meant."""

    def __init__(
        self, lexicon: Lexicon, spelling: SpellingRepair | None = None, support: Support | None = None
    ) -> None:
        self.lexicon = lexicon
        self._spelling = spelling or repair_nothing()
        self._support = support
        self._sizes = _sizes_by_first(chain(lexicon.replacements, lexicon.fillers, lexicon.edge_fillers))
        self._synonym_sizes = _sizes_by_first(p for p in lexicon.synonyms if len(p) <= LONGEST_SYNONYM)
        self._alone = remembered(self._choices_of, 65_536)

    def __call__(self, text: str) -> Analysis:
        """Read any text; never fails, and looks at a few thousand characters at most."""
        text = clean(text)
        words = self._without_edges(list(self._passives(self._chosen(list(self._slots(text))))))
        words = list(_without_durations(words))
        content = tuple(form for w in words if not w.filler for form in w.read)
        # A message of nothing but courtesies is still a message.
        content = content or tuple(form for w in words for form in w.read)
        return Analysis(text, tuple(words), self._terms(content), content)

    def _slots(self, text: str) -> Iterator[_Slot]:
        found = [(form, t) for t in tokens(text) for form in self._parts(t.form)]
        at = 0
        while at < len(found):
            size, choices = self._phrase([form for form, _ in found[at : at + LONGEST_PHRASE]])
            first, last = found[at][1], found[at + size - 1][1]
            yield _Slot(text[first.start : last.end], first.start, last.end, choices)
            at += size

    def _parts(self, form: str) -> tuple[str, ...]:
        return (form,) if (form,) in self.lexicon.replacements or form in self.lexicon.domain_terms else parts(form)

    def _phrase(self, forms: Sequence[str]) -> tuple[int, tuple[_Choice, ...]]:
        """The longest phrase of the lexicon that begins here, else the first word as it may have been meant."""
        for size in self._sizes.get(forms[0], ()):
            if size > len(forms):
                continue
            phrase = tuple(forms[:size])
            if phrase in self.lexicon.fillers:
                return size, (_Choice(phrase, filler=True),)
            if replacement := self.lexicon.replacements.get(phrase):
                return size, tuple(self._choice(words, replacement.source) for words in replacement.all)
        if len(forms) > 1 and (whole := self._spelling.joined(forms[0], forms[1])):
            return 2, (_Choice((whole,), "spelling"),)
        return 1, self._alone(forms[0])

    def _choice(self, words: Phrase, reason: str, cost: float = 0.0) -> _Choice:
        return _Choice(words, reason, words in self.lexicon.fillers, cost)

    def _choices_of(self, form: str) -> tuple[_Choice, ...]:
        return tuple(self._repaired(form))

    def _repaired(self, form: str) -> Iterator[_Choice]:
        for words, cost in self._spelling.candidates(form):
            if words == (form,):
                yield _Choice(words, cost=cost)
            else:
                meant = tuple(word for w in words for word in self._replaced(w))
                filler = words in self.lexicon.fillers or meant in self.lexicon.fillers
                yield _Choice(meant, "spelling", filler, cost)

    def _replaced(self, word: str) -> Phrase:
        """What the lexicon reads a word as that was itself misspelt."""
        replacement = self.lexicon.replacements.get((word,))
        return replacement.words if replacement else (word,)

    def _chosen(self, slots: Sequence[_Slot]) -> list[Word]:
        """Each slot read in the way that goes best with the others; twice, as each choice tells about the others."""
        words = [slot.as_word() for slot in slots]
        unsure = [at for at, slot in enumerate(slots) if len(slot.choices) > 1][:MOST_UNSURE]
        if not unsure or self._support is None:
            return words
        terms = [() if w.filler else self._terms(w.read) for w in words]
        sure = sorted(set(range(len(slots))).difference(unsure))
        for known in (sure, range(len(slots)))[: len(unsure)]:
            for at in unsure:
                around = [term for other in known if other != at for term in terms[other]]
                words[at] = slots[at].as_word(self._best(slots[at], around, self._support))
                terms[at] = self._terms(words[at].read)
        return words

    def _passives(self, words: Sequence[Word]) -> Iterator[Word]:
        """ "di tolak" and "d tolak" made one word where the articles have it so; "di sekolah" stays two."""
        at = 0
        while at < len(words):
            word, following = words[at], words[at + 1] if at + 1 < len(words) else None
            if following and word.read == ("di",) and len(following.read) == 1:
                whole = f"di{following.read[0]}"
                if self._spelling.has(whole):
                    reason = following.reason or word.reason
                    word = Word(f"{word.typed} {following.typed}", (whole,), word.start, following.end, reason)
                    at += 1
            yield word
            at += 1

    def _best(self, slot: _Slot, around: Sequence[str], support: Support) -> int:
        found = support(around, [self._terms(choice.read) for choice in slot.choices])
        scores = [TOGETHER * s - choice.cost for s, choice in zip(found, slot.choices, strict=True)]
        return scores.index(max(scores))

    def _without_edges(self, words: list[Word]) -> list[Word]:
        """Mark what is a filler only before or after the matter: "min" is an admin there, elsewhere a minimum."""
        for order in (range(len(words)), range(len(words) - 1, -1, -1)):
            for at in order:
                if not words[at].filler and words[at].read not in self.lexicon.edge_fillers:
                    break
                w = words[at]
                words[at] = Word(w.typed, w.read, w.start, w.end, w.reason, filler=True)
        return words

    def _terms(self, forms: Sequence[str]) -> tuple[str, ...]:
        stem = self.lexicon.stemmer.stem
        return tuple(stem(w) for w in self._with_synonyms(forms))

    def _with_synonyms(self, forms: Sequence[str]) -> Iterator[str]:
        at = 0
        while at < len(forms):
            sizes = self._synonym_sizes.get(forms[at], ())
            size = next((n for n in sizes if tuple(forms[at : at + n]) in self.lexicon.synonyms), 0)
            yield from self.lexicon.synonyms[tuple(forms[at : at + size])] if size else (forms[at],)
            at += size or 1


_SINCE: Final = frozenset({"sudah", "telah", "dari", "sejak", "selama", "hampir", "lebih"})
_UNITS: Final = frozenset({"hari", "minggu", "bulan", "jam", "menit", "tahun", "kali", "x"})


def _without_durations(words: Sequence[Word]) -> Iterator[Word]:
    """Mark for how long it has been so ("sudah 3 hari"): that says nothing of the matter, and 3 is no version."""
    at = 0
    while at < len(words):
        told = [word.read for word in words[at : at + _DURATION]]
        if len(told) == _DURATION and told[0][-1] in _SINCE and told[1][0].isdigit() and told[2][0] in _UNITS:
            yield from (replace(word, filler=True) for word in words[at : at + _DURATION])
            at += _DURATION
        else:
            yield words[at]
            at += 1


_DURATION: Final = 3  # words: since, how many, of what


def _sizes_by_first(phrases: Iterable[Phrase]) -> Mapping[str, Sequence[int]]:
    """How many words the phrases have that begin with a word, the most first: most words begin none."""
    sizes: dict[str, set[int]] = {}
    for phrase in phrases:
        sizes.setdefault(phrase[0], set()).add(len(phrase))
    return {first: sorted(found, reverse=True) for first, found in sizes.items()}
