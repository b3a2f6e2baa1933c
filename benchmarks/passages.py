"""How well another collection is ranked: `python -m benchmarks.passages DATA [--learned FILE]`.

DATA is the folder of public data (embeddings/weights/ATTRIBUTION.md names its sources). The sets:

* native questions: every passage of the valid parts of IDK-MRC and of the TyDi QA training data that comes with it,
  then passages of their train parts in the order of their CRC-32, up to 565; each with its first answerable question.
* FacQA: the passages of its valid and test parts, each with its first question.

All that looks twice is learned anew without any of these passages; `--learned` keeps it in a file for a second run. The
encoder that ships has seen some of them, so its cosines take no part: what is measured is the engine without them.
Misspelt: each word of four letters or more with the stated chance (`embeddings/noise.py`).
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from embeddings import GENERAL_ENCODER, Document, Ranker, load_lexicon
from embeddings.analysis import Analyzer
from embeddings.comparing import against, place_of
from embeddings.encoder import open_encoder
from embeddings.evaluation import LabelledQuestion, Run, auroc, calibration_error, run_over
from embeddings.fusion import Fusion, load_fusion
from embeddings.index import make_index
from embeddings.noise import noisy
from embeddings.passage_data import Passage, native_passages, read_news
from embeddings.ranking import Decision
from embeddings.reranking import Learned, Reranker
from embeddings.storage import FUSION

ROOT: Final = Path(__file__).resolve().parent.parent
LEXICON: Final = ROOT / "data" / "lexicon"
SIZE: Final = 565  # passages, as many as the development set of TyDi QA has
RATES: Final = (0.0, 0.15, 0.3)
SEED: Final = 7
TAKEN_AWAY: Final = 5  # every so-manieth passage is, to ask what none answers


class Set(NamedTuple):
    """Passages, each with one question."""

    name: str
    passages: Sequence[Passage]


def main() -> None:
    """Print one table of figures, one of certainty, and what a question takes."""
    options = parser().parse_args()
    sets = measured_sets(options.data)
    learned = learned_without(options.data, frozenset(p.text for s in sets for p in s.passages), options.learned)
    print("| set | BM25 R@1 | R@1 | MRR@10 | against BM25 at R@1 | ECE |\n| --- | --- | --- | --- | --- | --- |")
    for each in sets:
        ranker = ranker_of(documents_of(each.passages), learned)
        for rate in RATES:
            print(line_of(each, ranker, rate), flush=True)
    print("\n| set | AUROC | right ones declined | others declined | ECE of all |\n| --- | --- | --- | --- | --- |")
    for each in sets:
        print(line_of_absent(each, learned), flush=True)
    if options.documents:
        print("\n" + speed(options.data, learned, options.documents))


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("data", type=Path, help="the folder of public data")
    found.add_argument("--learned", type=Path, help="keep what is learned in this file (.npz), or take it from there")
    found.add_argument("--documents", type=int, default=0, help="measure the time of a question among so many")
    return found


def measured_sets(data: Path) -> list[Set]:
    """What is measured; none of it is learned from."""
    native = native_passages(data)
    valid = [p for p in native if p.fresh]
    train = [p for p in native if not p.fresh]
    news = [p for part in ("valid", "test") for p in read_news(data, part)]
    return [
        Set(f"{SIZE} native questions", [*valid, *train[: SIZE - len(valid)]]),
        Set("FacQA", list({p.text: p for p in reversed(news)}.values())),
    ]


def learned_without(data: Path, without: frozenset[str], kept: Path | None) -> Learned:
    """The second look by the recipe, without the measured passages."""
    if kept and kept.is_file():
        return Learned.load(kept)
    from embeddings.reranker_training import learn_reranker

    encoder, lexicon = open_encoder(GENERAL_ENCODER), load_lexicon(LEXICON)
    learned = learn_reranker(data, encoder=encoder, lexicon=lexicon, without=without, progress=lambda _: None)
    if kept:
        learned.save(kept)
    return learned


def documents_of(passages: Sequence[Passage]) -> list[Document]:
    """Passages as a collection."""
    return [Document(id=row, text=p.text) for row, p in enumerate(passages)]


def ranker_of(documents: Sequence[Document], learned: Learned) -> Ranker:
    """The engine as it ranks another collection, without the encoder's cosines."""
    shipped = load_fusion(GENERAL_ENCODER / FUSION)
    weights = {c: 0.0 if c.value.startswith("dense") else w for c, w in shipped.weights.items()}
    blind = replace(learned, calibration=replace(learned.calibration, dense=0.0))
    lexicon = load_lexicon(LEXICON)
    index = make_index(
        documents, encoder=open_encoder(GENERAL_ENCODER), lexicon=lexicon, fusion=Fusion(weights=weights)
    )
    return Ranker(index, Reranker(blind, documents, Analyzer(lexicon), index.fusion))


def questions_of(passages: Sequence[Passage], rate: float) -> list[LabelledQuestion]:
    """The first question of each passage, misspelt."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    asked = (noisy(p.asked[0].question.split(), chance, rate=rate) for p in passages)
    return [LabelledQuestion(id=row, q=" ".join(words), gold=(row,)) for row, words in enumerate(asked)]


def line_of(each: Set, ranker: Ranker, rate: float) -> str:
    """One line of the first table."""
    run = run_over(questions_of(each.passages, rate), ranker.rank, documents_of(each.passages))
    test = against(run.outcomes, {o.question.id: place_of(o) for o in run.bm25})["hit@1"]
    error = calibration_error([o.confidence for o in run.outcomes], [o.right for o in run.outcomes])
    paired = f"{test['gains']} gained, {test['losses']} lost, p {test['p']:.2g}"
    misspelt = f", {rate:.0%} misspelt" if rate else ""
    first, reciprocal = _mean(run, "hit@1"), _mean(run, "mrr@10")
    return f"| {each.name}{misspelt} | {test['theirs']:.3f} | {first:.3f} | {reciprocal:.3f} | {paired} | {error:.3f} |"


def _mean(run: Run, name: str) -> float:
    return statistics.fmean(o.figures[name] for o in run.outcomes)


def line_of_absent(each: Set, learned: Learned) -> str:
    """What happens when every fifth passage is taken away, and its question asked all the same."""
    kept = [p for row, p in enumerate(each.passages) if row % TAKEN_AWAY]
    absent = [p for row, p in enumerate(each.passages) if not row % TAKEN_AWAY]
    ranker = ranker_of(documents_of(kept), learned)
    inside = run_over(questions_of(kept, 0), ranker.rank, documents_of(kept)).outcomes
    outside = [ranker.rank(q.q) for q in questions_of(absent, 0)]
    sure = [r.articles[0].confidence if r.articles else 0.0 for r in outside]
    first = [o.confidence for o in inside]
    error = calibration_error([*first, *sure], [*(o.right for o in inside), *(False for _ in sure)])
    asked = ([o.decision for o in inside], [r.decision for r in outside])
    declined = [statistics.fmean(d is Decision.ABSTAIN for d in decisions) for decisions in asked]
    area = auroc(np.array(first), np.array(sure))
    return f"| {each.name} | {area:.3f} | {declined[0]:.1%} | {declined[1]:.1%} | {error:.3f} |"


def speed(data: Path, learned: Learned, size: int) -> str:
    """Processor time of a question among so many documents of two passages each."""
    passages = [p for p in native_passages(data) if len(p.text.split()) > 1]
    documents = list(_made_up(passages, size))
    ranker = ranker_of(documents, learned)
    spent = []
    for question in questions_of(passages[:200], 0.15):
        before = time.process_time()
        ranker.rank(question.q)
        spent.append((time.process_time() - before) * 1000)
    cuts = statistics.quantiles(spent, n=100)
    return f"{size:,} documents: {cuts[49]:.1f} ms of processor time at the median, {cuts[94]:.1f} ms at the 95th"


def _made_up(passages: Sequence[Passage], size: int) -> Iterator[Document]:
    chance = random.Random(SEED)  # noqa: S311 - no secret
    for row in range(size):
        yield Document(id=row, text=" ".join(p.text for p in chance.sample(passages, 2)))


if __name__ == "__main__":
    main()
