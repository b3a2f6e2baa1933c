"""A question as it was typed, and as it is understood: the words that both sides of the search compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from embeddings.lexicon import LONGEST_PHRASE, Lexicon, Phrase
from embeddings.spelling import SpellingRepair, repair_nothing
from embeddings.text import clean, parts, tokens

GUESSES: Final = frozenset({"spelling", "renamed"})  # changes that a person should be told of


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


class Analyzer:
    """Turns text into words with a lexicon and, for questions, a spelling repair."""

    def __init__(self, lexicon: Lexicon, spelling: SpellingRepair | None = None) -> None:
        self.lexicon = lexicon
        self._spelling = spelling or repair_nothing()
        self._longest = max(map(len, (*lexicon.replacements, *lexicon.fillers, *lexicon.edge_fillers)), default=1)

    def __call__(self, text: str) -> Analysis:
        """Read any text; never fails, and looks at a few thousand characters at most."""
        text = clean(text)
        words = self._without_edges(list(self._read(text)))
        content = tuple(form for w in words if not w.filler for form in w.read)
        # A message of nothing but courtesies is still a message.
        content = content or tuple(form for w in words for form in w.read)
        return Analysis(text, tuple(words), self._terms(content), content)

    def _read(self, text: str) -> Iterator[Word]:
        found = [(form, t) for t in tokens(text) for form in self._parts(t.form)]
        at = 0
        while at < len(found):
            size, word = self._phrase([form for form, _ in found[at : at + LONGEST_PHRASE]])
            first, last = found[at][1], found[at + size - 1][1]
            typed = text[first.start : last.end]
            read, reason, filler = word
            yield Word(typed, read, first.start, last.end, reason, filler)
            at += size

    def _parts(self, form: str) -> tuple[str, ...]:
        return (form,) if (form,) in self.lexicon.replacements or form in self.lexicon.domain_terms else parts(form)

    def _phrase(self, forms: Sequence[str]) -> tuple[int, tuple[Phrase, str, bool]]:
        """The longest phrase of the lexicon that begins here, else the first word as it was meant."""
        for size in range(min(self._longest, len(forms)), 0, -1):
            phrase = tuple(forms[:size])
            if phrase in self.lexicon.fillers:
                return size, (phrase, "", True)
            if replacement := self.lexicon.replacements.get(phrase):
                return size, (replacement.words, replacement.source, replacement.words in self.lexicon.fillers)
        if len(forms) > 1 and (whole := self._spelling.joined(forms[0], forms[1])):
            return 2, ((whole,), "spelling", False)
        return 1, self._repaired(forms[0])

    def _repaired(self, form: str) -> tuple[Phrase, str, bool]:
        repaired = self._spelling.repair(form)
        if repaired == (form,):
            return repaired, "", False
        meant = tuple(word for w in repaired for word in self._replaced(w))
        return meant, "spelling", (repaired in self.lexicon.fillers or meant in self.lexicon.fillers)

    def _replaced(self, word: str) -> Phrase:
        """What the lexicon reads a word as that was itself misspelt."""
        replacement = self.lexicon.replacements.get((word,))
        return replacement.words if replacement else (word,)

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
            size = next((n for n in (3, 2, 1) if tuple(forms[at : at + n]) in self.lexicon.synonyms), 0)
            yield from self.lexicon.synonyms[tuple(forms[at : at + size])] if size else (forms[at],)
            at += size or 1
