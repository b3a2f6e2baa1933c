"""General Indonesian text pairs for the encoder's first stage, read from folders of public data.

The data is no part of the project (see `weights/ATTRIBUTION.md`); a folder that is missing is passed over. Every reader
yields (text, text that means or answers it).
"""

from __future__ import annotations

import ast
import csv
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from embeddings.articles import plain_text

Pair = tuple[str, str]
Reader = Callable[[Path], Iterator[Pair]]

LONGEST: Final = 700  # characters; what comes later in a page adds little to a sum of its words
SHORTEST: Final = 40  # characters of a section that says something
FEWEST_SENTENCES: Final = 3
MOST_LEMMAS: Final = 6  # of one synset: larger ones are loose

_FRONT: Final = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>|\{#[^}]*\}|:::\w*")
_HEADING: Final = re.compile(r"^#{1,4}\s+(.+)$", re.MULTILINE)
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def general_pairs(root: Path) -> list[Pair]:
    """All pairs of all sources that lie under `root`, each once, in a fixed order.

    Raises:
        FileNotFoundError: when `root` holds none of the sources.
    """
    found: dict[Pair, None] = {}
    for folder, reader in SOURCES.items():
        if (root / folder).is_dir():
            found.update(dict.fromkeys((a.strip(), b.strip()[:LONGEST]) for a, b in reader(root / folder)))
    if not found:
        raise FileNotFoundError(f"{root} holds none of {', '.join(SOURCES)}")
    return [(a, b) for a, b in found if a and b and a != b]


def questions_and_passages(path: Path) -> Iterator[Pair]:
    """Answerable questions of a file in SQuAD's shape, with their passages."""
    for entry in read_squad(path):
        yield from ((qa["question"], entry["context"]) for qa in entry["qas"] if not qa.get("is_impossible"))


def held_out_questions(root: Path) -> list[Pair]:
    """Questions and passages that no pair is made of: to learn the fusion by.

    Raises:
        FileNotFoundError: when the source is not under `root`.
    """
    return list(questions_and_passages(root / "rifkiaputri__IDK-MRC/dataset/idk_mrc/valid.json"))


def read_squad(path: Path) -> list[dict[str, Any]]:
    """The entries of a file in SQuAD's shape: a context and its questions."""
    return list(json.loads(path.read_text(encoding="utf-8")))


def _reading(folder: Path) -> Iterator[Pair]:
    for name in ("dataset/idk_mrc/train.json", "dataset/baseline/tydiqa/train.json"):
        yield from questions_and_passages(folder / name)
        for entry in read_squad(folder / name):
            yield from _sentences(entry["context"])


def _sentences(passage: str) -> Iterator[Pair]:
    """Each of the first sentences with the others (the inverse cloze task, Lee et al. 2019)."""
    sentences = _SENTENCE.split(passage)
    if len(sentences) >= FEWEST_SENTENCES:
        for at in range(FEWEST_SENTENCES):
            yield sentences[at], " ".join(sentences[:at] + sentences[at + 1 :])


def _facqa(folder: Path) -> Iterator[Pair]:
    for row in read_rows(folder / "dataset/facqa_qa-factoid-itb/train_preprocess.csv"):
        yield " ".join(ast.literal_eval(row["question"])), " ".join(ast.literal_eval(row["passage"]))
    for row in read_rows(folder / "dataset/wrete_entailment-ui/train_preprocess.csv"):
        if row["label"] == "Entail_or_Paraphrase":
            yield row["sent_B"], row["sent_A"]


def _entailments(folder: Path) -> Iterator[Pair]:
    for line in (folder / "data/indonli/train.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["label"] == "e":
            yield row["hypothesis"], row["premise"]


def _paraphrases(folder: Path) -> Iterator[Pair]:
    for path in sorted(folder.rglob("*.tsv")):
        yield from ((r["sentence1"], r["sentence2"]) for r in read_rows(path, "\t") if r["label"] == "1")


def _formal(folder: Path) -> Iterator[Pair]:
    informal, formal = (
        (folder / f"data/labelled/train.{kind}").read_text(encoding="utf-8").splitlines() for kind in ("inf", "for")
    )
    yield from zip(informal, formal, strict=True)


def _everyday(folder: Path) -> Iterator[Pair]:
    said: dict[str, list[str]] = defaultdict(list)
    for line in (folder / "ind.txt").read_text(encoding="utf-8").splitlines():
        english, indonesian, *_ = line.split("\t")
        said[english].append(indonesian)
    for ways in said.values():
        yield from pairwise(ways)


def _synonyms(folder: Path) -> Iterator[Pair]:
    lemmas: dict[str, list[str]] = defaultdict(list)
    for line in (folder / "wns/msa/wn-data-ind.tab").read_text(encoding="utf-8").splitlines():
        synset, kind, *lemma = line.split("\t")
        if kind == "ind:lemma":
            lemmas[synset].append(lemma[0])
    for words in lemmas.values():
        if len(words) <= MOST_LEMMAS:
            yield from pairwise(words)


def read_pages(folder: Path) -> Iterator[Pair]:
    """Headings of Markdown pages with their sections, below the page's title."""
    for path in sorted(folder.rglob("*.md")):
        text = _FRONT.sub("", path.read_text(encoding="utf-8", errors="replace"))
        parts = _HEADING.split(_TAG.sub(" ", text))
        title = plain_text(parts[1]) if len(parts) > 1 else ""
        for heading, section in zip(parts[1::2], parts[2::2], strict=True):
            body = plain_text(section)
            if len(body) >= SHORTEST:
                heading_text = plain_text(heading)
                yield (heading_text if heading_text == title else f"{title} {heading_text}"), body


def read_rows(path: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """The rows of a table, by its first line's names."""
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter=delimiter)


SOURCES: Final[dict[str, Reader]] = {
    "rifkiaputri__IDK-MRC": _reading,
    "IndoNLP__indonlu": _facqa,
    "ir-nlp-csui__indonli": _entailments,
    "Wikidepia__indonesian_datasets": _paraphrases,
    "haryoa__stif-indonesia": _formal,
    "AndiAlifs__DatasetRepos": _everyday,
    "omwn__omw-data": _synonyms,
    "isabella232__OfficeDocs-AlchemyInsights-pr.id-ID": read_pages,
    "MicrosoftDocs__dynamics-365-project-operations-pr.id-id": read_pages,
    "MicrosoftDocs__customer-insights-pr.id-id": read_pages,
    "dewacloud-platform__dewacloud-docs": read_pages,
    "BlankOn__wiki": read_pages,
}
