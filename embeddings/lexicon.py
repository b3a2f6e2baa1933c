"""The lexicon (`data/lexicon/*.yml`): what chat language means, which words to leave alone, which mean the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from embeddings.stemming import Stemmer
from embeddings.text import fold_phrase

Phrase = tuple[str, ...]

REPLACING: Final = ("abbreviations", "slang", "regional", "renamed")
LISTING: Final = ("domain_terms", "roots")
OUTSIDE: Final = "outside"
FILES: Final = (*REPLACING, *LISTING, "synonyms", "fillers", OUTSIDE)
LONGEST_PHRASE: Final = 4  # words
# libyaml's parser, where PyYAML was built with it: a lexicon is read whenever an article is indexed again.
LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Replacement(NamedTuple):
    """Words to read instead, and the file that says so; `others` where it may mean several things."""

    words: Phrase
    source: str
    others: tuple[Phrase, ...] = ()

    @property
    def all(self) -> tuple[Phrase, ...]:
        """Every meaning, the first in the lexicon first."""
        return (self.words, *self.others)


class LexiconErrors(Exception):
    """The lexicon cannot be used; `problems` are lines of `file:line: message`."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Lexicon:
    """All entries, folded: phrases of one to four words."""

    replacements: Mapping[Phrase, Replacement] = field(default_factory=dict)
    synonyms: Mapping[Phrase, Phrase] = field(default_factory=dict)
    fillers: frozenset[Phrase] = frozenset()
    edge_fillers: frozenset[Phrase] = frozenset()
    domain_terms: frozenset[str] = frozenset()
    roots: frozenset[str] = frozenset()
    outside: tuple[str, ...] = ()  # questions that no article answers
    sources: str = ""  # `lexicon_hash` of the files that it was read from

    @cached_property
    def stemmer(self) -> Stemmer:
        """Stems with the lexicon's roots; leaves its domain terms alone."""
        return Stemmer(self.roots, self.domain_terms)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every single word that stands anywhere in the lexicon: nothing that spelling repair may touch."""
        phrases = [*self.replacements, *(p for r in self.replacements.values() for p in r.all)]
        phrases += [*self.synonyms, *self.synonyms.values(), *self.fillers, *self.edge_fillers]
        return frozenset(w for p in phrases for w in p) | self.domain_terms | self.roots


def load_lexicon(folder: Path) -> Lexicon:
    """Read and check a lexicon folder; a file that is missing holds nothing.

    Raises:
        LexiconErrors: naming every wrong entry with its file and line.
    """
    return replace(_Reader(folder).lexicon(), sources=lexicon_hash(folder))


def load_outside(folder: Path) -> dict[str, tuple[str, ...]]:
    """Questions that no article answers, by topic (`outside.yml`).

    Raises:
        LexiconErrors: when a topic is no list of texts.
    """
    reader = _Reader(folder)
    topics = dict(reader.outside())
    if reader.problems:
        raise LexiconErrors(tuple(reader.problems))
    return topics


def lexicon_hash(folder: Path) -> str:
    """SHA-256 (hex) over the files of a lexicon folder."""
    digest = hashlib.sha256()
    for name in FILES:
        path = folder / f"{name}.yml"
        digest.update(path.read_bytes() if path.exists() else b"")
        digest.update(b"\0")
    return digest.hexdigest()


def lexicon_to_json(lexicon: Lexicon) -> dict[str, Any]:
    """A lexicon in the types of JSON: phrases as text, sets in order."""
    return {
        "replacements": {" ".join(p): [r.source, *map(" ".join, r.all)] for p, r in lexicon.replacements.items()},
        "synonyms": {" ".join(p): " ".join(words) for p, words in lexicon.synonyms.items()},
        "fillers": sorted(map(" ".join, lexicon.fillers)),
        "edge_fillers": sorted(map(" ".join, lexicon.edge_fillers)),
        "domain_terms": sorted(lexicon.domain_terms),
        "roots": sorted(lexicon.roots),
        "outside": lexicon.outside,
        "sources": lexicon.sources,
    }


def lexicon_from_json(values: Mapping[str, Any]) -> Lexicon:
    """The lexicon that `lexicon_to_json` wrote."""
    replacements = values["replacements"].items()
    return Lexicon(
        replacements={tuple(p.split()): _replacement(source, meanings) for p, (source, *meanings) in replacements},
        synonyms={tuple(p.split()): tuple(words.split()) for p, words in values["synonyms"].items()},
        fillers=frozenset(tuple(p.split()) for p in values["fillers"]),
        edge_fillers=frozenset(tuple(p.split()) for p in values["edge_fillers"]),
        domain_terms=frozenset(values["domain_terms"]),
        roots=frozenset(values["roots"]),
        outside=tuple(values["outside"]),
        sources=values["sources"],
    )


def _replacement(source: str, meanings: Sequence[str]) -> Replacement:
    first, *others = (tuple(words.split()) for words in meanings)
    return Replacement(first, source, tuple(others))


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []

    def lexicon(self) -> Lexicon:
        replacements: dict[Phrase, Replacement] = {}
        for name in REPLACING:
            self._replace(name, replacements)
        fillers = {kind: frozenset(p for p, _, _ in self._phrases("fillers", kind)) for kind in ("anywhere", "edges")}
        terms, roots = (frozenset(w for p, _, _ in self._phrases(name) for w in p) for name in LISTING)
        outside = tuple(q for _, questions in self.outside() for q in questions)
        lexicon = Lexicon(replacements, self._synonyms(), fillers["anywhere"], fillers["edges"], terms, roots, outside)
        if self.problems:
            raise LexiconErrors(tuple(self.problems))
        return lexicon

    def outside(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each topic of outside questions."""
        for key, node in self.entries(OUTSIDE):
            items = node.value if isinstance(node, yaml.SequenceNode) else [node]
            if not all(isinstance(item, yaml.ScalarNode) for item in (key, *items)) or node.tag.endswith(":null"):
                self._say(OUTSIDE, key.start_mark.line + 1, f"{key.value}: is no list of questions")
            else:
                yield key.value, tuple(item.value for item in items)

    def _replace(self, name: str, known: dict[Phrase, Replacement]) -> None:
        for form, meanings, line in self._pairs(name):
            if form in known and known[form].all != meanings:
                self._say(name, line, f"{' '.join(form)}: {known[form].source}.yml gives it another meaning")
            if (form,) == meanings:
                self._say(name, line, f"{' '.join(form)}: stands for itself")
            known[form] = Replacement(meanings[0], name, meanings[1:])

    def _pairs(self, name: str) -> Iterator[tuple[Phrase, tuple[Phrase, ...], int]]:
        for key, node in self.entries(name):
            line = key.start_mark.line + 1
            if isinstance(node, yaml.MappingNode):  # a group, as the languages of regional.yml
                for k, v in node.value:
                    yield self._phrase(name, k), (self._phrase(name, v),), k.start_mark.line + 1
            elif isinstance(node, yaml.SequenceNode) and len(node.value) > 1:  # several meanings, the commonest first
                yield self._phrase(name, key), tuple(self._phrase(name, v) for v in node.value), line
            elif isinstance(node, yaml.ScalarNode):
                yield self._phrase(name, key), (self._phrase(name, node),), line
            else:
                self._say(name, line, f"{key.value}: is neither a word nor a group")

    def _phrases(self, name: str, group: str | None = None) -> Iterator[tuple[Phrase, str, int]]:
        for key, node in self.entries(name):
            if group not in (None, key.value):
                continue
            if not isinstance(node, yaml.SequenceNode):
                self._say(name, key.start_mark.line + 1, f"{key.value}: is not a list")
                continue
            yield from ((self._phrase(name, item), key.value, item.start_mark.line + 1) for item in node.value)

    def _synonyms(self) -> dict[Phrase, Phrase]:
        chosen: dict[Phrase, Phrase] = {}
        for key, node in self.entries("synonyms"):
            meaning = self._phrase("synonyms", key)
            chosen[meaning] = meaning  # so that "kata sandi" is met whole before its "sandi" is
            for item in node.value if isinstance(node, yaml.SequenceNode) else ():
                form = self._phrase("synonyms", item)
                if chosen.setdefault(form, meaning) != meaning:
                    self._say("synonyms", item.start_mark.line + 1, f"{' '.join(form)}: stands under two words")
        return chosen

    def _phrase(self, name: str, node: yaml.Node) -> Phrase:
        words = fold_phrase(str(node.value)) if isinstance(node, yaml.ScalarNode) else ()
        if not 0 < len(words) <= LONGEST_PHRASE:
            self._say(name, node.start_mark.line + 1, f"is no phrase of one to {LONGEST_PHRASE} words")
        return words

    def entries(self, name: str) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
        """The keys and values of one file, each with its line."""
        path = self.folder / f"{name}.yml"
        if not path.exists():
            return []
        try:
            # Composed, not constructed: `no`, `on` and `ya` are words here, and each keeps its line.
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            self._say(name, 1, f"is not YAML: {error}")
            return []
        if not isinstance(node, yaml.MappingNode):
            self._say(name, 1, "is not a list of `key: value`")
            return []
        return self._unique(name, node)

    def _unique(self, name: str, node: yaml.MappingNode) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                self._say(name, key.start_mark.line + 1, f"{key.value}: stands twice")
            seen.add(key.value)
        return list(node.value)

    def _say(self, name: str, line: int, message: str) -> None:
        self.problems.append(f"{name}.yml:{line}: {message}")
