"""Passages with the questions that they answer, read from folders of public data: what the second look learns from."""

from __future__ import annotations

import ast
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from embeddings.general import SOURCES, read_pages, read_rows, read_squad

READING: Final = "rifkiaputri__IDK-MRC"
NEWS: Final = "IndoNLP__indonlu"
NATIVE: Final = ("dataset/baseline/tydiqa", "dataset/idk_mrc")
PAGES: Final = tuple(name for name, reader in SOURCES.items() if reader is read_pages)
MOST_PAGES: Final = 600  # of one source
MOST_HEADINGS: Final = 350
LONGEST_SECTION: Final = 1_500  # characters
FEWEST_WORDS: Final = 3  # of a heading that asks for something


class Asked(NamedTuple):
    """A question, and its answer as it stands in the passage; "" where that is not told."""

    question: str
    answer: str = ""


class Passage(NamedTuple):
    """A text and what is asked about it. `fresh`: no pair of `general_pairs` holds it."""

    text: str
    asked: tuple[Asked, ...]
    fresh: bool = False


Pools = list[list[Passage]]


def native_passages(root: Path) -> list[Passage]:
    """Wikipedia passages of native questions, in the order of their CRC-32."""
    asked: dict[str, dict[str, str]] = {}
    fresh: dict[str, bool] = {}
    for name in ("valid.json", "train.json"):
        for folder in NATIVE:
            for entry in read_squad(root / READING / folder / name):
                fresh.setdefault(entry["context"], name == "valid.json")
                for qa in _answerable(entry):
                    asked.setdefault(entry["context"], {}).setdefault(qa["question"], qa["answers"][0]["text"])
    found = [Passage(text, tuple(Asked(*a) for a in qs.items()), fresh[text]) for text, qs in asked.items()]
    return sorted(found, key=lambda p: zlib.crc32(p.text.encode()))


def news_passages(root: Path) -> list[Passage]:
    """Passages of newspapers with their questions (FacQA), but those of its test part."""
    train, valid, test = ({p.text: p for p in read_news(root, name)} for name in ("train", "valid", "test"))
    found = [p._replace(fresh=text not in train) for text, p in (valid | train).items() if text not in test]
    return sorted(found, key=lambda p: zlib.crc32(p.text.encode()))


def read_news(root: Path, name: str) -> list[Passage]:
    """The passages of one part of FacQA, as they come."""
    asked: dict[str, list[str]] = {}
    for row in read_rows(root / NEWS / f"dataset/facqa_qa-factoid-itb/{name}_preprocess.csv"):
        passage, question = (" ".join(ast.literal_eval(row[kind])) for kind in ("passage", "question"))
        asked.setdefault(passage, []).append(question)
    return [Passage(text, tuple(map(Asked, questions))) for text, questions in asked.items()]


def help_sections(folder: Path) -> list[Passage]:
    """Sections of help pages, some of which are asked for by their headings; headings that stand twice ask nothing."""
    pairs = [(heading, body[:LONGEST_SECTION]) for heading, body in read_pages(folder)]
    times = Counter(heading for heading, _ in pairs)
    sections = {body: heading for heading, body in reversed(pairs)}
    chosen = sorted(sections, key=lambda body: zlib.crc32(body.encode()))[:MOST_PAGES]
    clear = [b for b in chosen if times[sections[b]] == 1 and len(sections[b].split()) >= FEWEST_WORDS]
    asking = set(clear[:MOST_HEADINGS])
    return [Passage(b, (Asked(sections[b]),) if b in asking else ()) for b in chosen]


def passage_pools(root: Path, without: frozenset[str], size: int) -> Pools:
    """All passages but those `without`, in pools of about `size`; each source in its own.

    Raises:
        FileNotFoundError: when a source is not under `root`.
    """
    found: Pools = []
    for passages in (native_passages(root), news_passages(root)):
        kept = [p for p in passages if p.text not in without]
        count = max(1, round(len(kept) / size))
        found += [kept[at::count] for at in range(count)]
    found += [help_sections(root / name) for name in PAGES]
    return [_without_doubles(pool) for pool in found if pool]


def plain_texts(root: Path, pools: Pools) -> Iterator[str]:
    """The texts that words' company is learned from: the pools' passages, and the general pairs of other sources."""
    yield from dict.fromkeys(p.text for pool in pools for p in pool)
    others = (reader(root / name) for name, reader in SOURCES.items() if name not in {READING, NEWS})
    yield from dict.fromkeys(text for pairs in others for pair in pairs for text in pair)


def _answerable(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (qa for qa in entry["qas"] if not qa.get("is_impossible") and qa["answers"])


def _without_doubles(pool: Sequence[Passage]) -> list[Passage]:
    return list({p.text: p for p in pool}.values())
