"""The commands `index`, `replay`, `rank` and `evaluate`, and those of `train`: thin, over the library's functions."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from embeddings import (
    GENERAL_ENCODER,
    SHIPPED_ENCODER,
    IndexMissing,
    Ranker,
    Ranking,
    build_index,
    index_is_current,
    load_articles,
    load_lexicon,
    read_corpus,
    read_verdicts,
    source_hash,
)
from embeddings.building import candidate, compared
from embeddings.corpora import corpus_ranker
from embeddings.encoder import folder_hash, is_own
from embeddings.evaluating import baseline_of, evaluated_with, material_of, told, write_baseline
from embeddings.evaluation import read_questions
from embeddings.explanation import Explanation
from embeddings.options import (
    ARTICLES,
    INDEX,
    LEXICON,
    REFUSED,
    TRAINED,
    VERDICTS,
    AnyEncoder,
    Articles,
    AsJson,
    Corpus,
    Index,
    Lexicon,
    Verdicts,
    default_encoder,
    say,
    with_plain_errors,
)
from embeddings.replay import PastQuestion, Replay, report_as_json
from embeddings.storage import FIGURES
from embeddings.training_cli import training


def has_learned_articles(encoder: Path) -> bool:
    """Whether an encoder went through the stage that `train encoder` adds."""
    return (encoder / FIGURES).is_file()


commands = typer.Typer(help="Rank articles.", no_args_is_help=True)
commands.add_typer(training, name="train")


@commands.command()
def index(
    *,
    articles: Articles = ARTICLES,
    lexicon: Lexicon = LEXICON,
    encoder: AnyEncoder = None,
    verdicts: Verdicts = VERDICTS,
    target: Index = INDEX,
    anew: Annotated[bool, typer.Option(help="Read and encode all texts, even when nothing has changed.")] = False,
    force: Annotated[str, typer.Option(help="Replace even an index that is better; say why.")] = "",
    known: Annotated[Path | None, typer.Option(help="More past questions with their answers, JSON lines.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write what came of the past questions into this file.")] = None,
) -> None:
    """Build the index of the articles, unless it is up to date, or would be significantly worse (exit code 3)."""

    def run() -> None:
        chosen = encoder or default_encoder()
        collection, decided = load_articles(articles), read_verdicts(verdicts)
        sources = source_hash(collection, encoder_dir=chosen, lexicon_dir=lexicon, verdicts=decided)
        if not anew and index_is_current(target, sources=sources):
            say("the index is up to date")
            return
        build_index(
            collection,
            encoder_dir=chosen,
            lexicon_dir=lexicon,
            target=target,
            verdicts=decided,
            progress=say,
            anew=anew,
            judge=True,
            force=force,
            known=[PastQuestion(v.question, v.article) for v in (read_verdicts(known) if known else ())],
            tell=(lambda told: _write_report(report, told)) if report else None,
        )

    with_plain_errors(run)


def _write_report(path: Path, report: Replay) -> None:
    path.write_text(json.dumps(report_as_json(report), ensure_ascii=False), encoding="utf-8")


@commands.command()
def replay(
    *,
    articles: Articles = ARTICLES,
    lexicon: Lexicon = LEXICON,
    encoder: AnyEncoder = None,
    verdicts: Verdicts = VERDICTS,
    index: Index = INDEX,
    as_json: AsJson = False,
) -> None:
    """Show which past questions would gain and which lose if the index were built now; exit with 3 if that is worse."""

    def run() -> None:
        decided, chosen = read_verdicts(verdicts), encoder or default_encoder()
        new = candidate(
            load_articles(articles), encoder_dir=chosen, lexicon_dir=lexicon, verdicts=decided, target=index
        )
        report = compared(index, new, decided)
        if report is None:
            raise IndexMissing(f"{index} serves nothing that could be compared: run `./arkas index`")
        typer.echo(json.dumps(report_as_json(report), ensure_ascii=False) if as_json else "\n".join(report.lines()))
        if report.worse:
            raise typer.Exit(REFUSED)

    with_plain_errors(run)


@commands.command()
def rank(
    text: Annotated[
        list[str] | None, typer.Argument(help="Questions; without any, each line of standard input.")
    ] = None,
    *,
    as_json: AsJson = False,
    explain: Annotated[bool, typer.Option(help="Show which fields and words brought the first articles up.")] = False,
    corpus: Corpus = None,
    index: Index = INDEX,
    encoder: AnyEncoder = None,
    lexicon: Lexicon = LEXICON,
) -> None:
    """Rank the articles for questions."""

    def run() -> None:
        ranker = _ranker(corpus, index, encoder, lexicon)
        for question in questions_of(text) if text else (line.rstrip("\n") for line in sys.stdin):
            _rank(question, ranker, as_json=as_json, explain=explain)

    with_plain_errors(run)


def questions_of(text: list[str]) -> list[str]:
    """The questions that the words of a command line are: each quoted one is a question, bare words are one together.

    >>> questions_of(["tutup bku gagal", "lupa sandi"]), questions_of(["tutup", "bku"])
    (['tutup bku gagal', 'lupa sandi'], ['tutup bku'])
    """
    return text if any(" " in each.strip() for each in text) else [" ".join(text)]


def _rank(question: str, ranker: Ranker, *, as_json: bool, explain: bool) -> None:
    ranking = ranker.rank(question)
    cases = ranker.explain(question) if explain else ()
    if as_json:
        explained = {"explanation": [asdict(c) for c in cases]} if explain else {}
        typer.echo(json.dumps(ranking_as_json(ranking) | explained, ensure_ascii=False))
    else:
        typer.echo("\n".join([*_lines(ranking), *(line for c in cases for line in _case_lines(c))]))


def _case_lines(case: Explanation) -> Iterator[str]:
    yield f"  {case.id} {case.title}: " + ", ".join(f"{name} {lift:+.2f}" for name, lift in case.evidence)
    yield from (f"    {t.field}: {t.text[:90]!r} shares {', '.join(t.shared) or 'no word'}" for t in case.texts)


def ranking_as_json(ranking: Ranking) -> dict[str, Any]:
    """One line of `rank --json`."""
    understood = {"understood": ranking.understood} if ranking.understood != ranking.question else {}
    articles = [asdict(a) for a in ranking.articles]
    between = {"between": [asdict(option) for option in ranking.between]} if ranking.between else {}
    known = {"q": ranking.question, "decision": ranking.decision.value, "articles": articles}
    return {**known, "answerable": ranking.answerable, "enough": ranking.enough, **understood, **between}


def _lines(ranking: Ranking) -> Iterator[str]:
    understood = f" (read as: {ranking.understood})" if ranking.understood != ranking.question else ""
    yield f"{ranking.question}{understood}: {ranking.decision.value}"
    yield from (f"  {a.confidence:6.1%}  {a.id:>4}  {a.title}" for a in ranking.articles)
    yield from (f"  ask: {o.name} ({', '.join(o.words) or 'no word of its own'})?" for o in ranking.between)


@commands.command()
def evaluate(
    *,
    questions: Annotated[Path, typer.Option(help="Labelled questions, JSON lines.")],
    corpus: Corpus = None,
    as_json: AsJson = False,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report with charts into this folder.")] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="An earlier run's outcomes to compare with; by default the last release's.")
    ] = None,
    save_baseline: Annotated[Path | None, typer.Option(help="Write this run's outcomes for later ones.")] = None,
    articles: Articles = ARTICLES,
    index: Index = INDEX,
    encoder: AnyEncoder = None,
    lexicon: Lexicon = LEXICON,
) -> None:
    """Score the rankings of labelled questions, beside plain BM25's."""

    def run() -> None:
        material = material_of(corpus, articles)
        ranker = _ranker(corpus, index, encoder, lexicon)
        asked = read_questions(questions)
        evaluated = evaluated_with(asked, ranker.rank, material, baseline or baseline_of(questions))
        if save_baseline:
            write_baseline(save_baseline, evaluated, ranker.index)
        if report:
            say(f"written: {told(report, evaluated, material, _cross_validated(ranker), about=questions.name)}")
        found = evaluated.report
        typer.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(_table(found)))

    with_plain_errors(run)


def _cross_validated(ranker: Ranker) -> dict[str, float]:
    """The figures of the training, where the index was made with an encoder that has some."""
    for folder in (TRAINED, SHIPPED_ENCODER):
        if is_own(folder) and (folder / FIGURES).is_file() and folder_hash(folder) == ranker.index.meta.encoder:
            return dict(json.loads((folder / FIGURES).read_text(encoding="utf-8")))
    return {}


def _table(report: dict[str, Any]) -> Iterator[str]:
    yield f"{report['questions']} questions, {report['inside']} of them inside the field"
    yield f"{'':16}{'ranker':>24}{'BM25':>24}{'difference':>24}"
    for name in report["ranker"]:
        cells = (_cell(report[side].get(name)) for side in ("ranker", "bm25", "difference"))
        yield f"{name:16}" + "".join(f"{cell:>24}" for cell in cells)
    for name, test in report["paired"].items():
        yield from (
            f"against {name}, {hit}: {t['gains']} gained, {t['losses']} lost, p {t['p']:.2g}"
            for hit, t in test.items()
            if isinstance(t, dict)
        )
    for style, figures in report["styles"].items():
        yield f"{style} ({figures['questions']}): hit@1 {_cell(figures['hit@1'])}, hit@3 {_cell(figures['hit@3'])}"
    for where, counts in report["decisions"].items():
        yield f"{where}: " + ", ".join(f"{name} {count}" for name, count in counts.items())


def _cell(figure: dict[str, float] | float | None) -> str:
    if isinstance(figure, dict):
        return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"
    return "" if figure is None else f"{figure:.3f}"


def _ranker(corpus: Path | None, index: Path, encoder: Path | None, lexicon: Path) -> Ranker:
    """The ranker of the index, or one made in memory of a corpus file."""
    if corpus is None:
        return Ranker.open(index)
    # An encoder that has learned the articles' own questions knows them, not another collection.
    encoder = GENERAL_ENCODER if encoder is None or has_learned_articles(encoder) else encoder
    return corpus_ranker(read_corpus(corpus), encoder=encoder, lexicon=load_lexicon(lexicon))


if __name__ == "__main__":
    commands()
