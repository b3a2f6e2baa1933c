"""One evaluation as one HTML file, pictures inside, and as PNG files beside it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

from embeddings.charts import group_chart, reliability_diagram, risk_coverage_curve

PAGE: Final = "report.html"
HITS: Final = ("hit@1", "hit@3", "hit@5", "mrr@10", "ndcg@10")
PLAIN: Final = ("auroc", "abstained", "auroc_first", "abstained_first", "ece")
STYLE: Final = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;margin:.7rem 0}td,th{border:1px solid #ccc;padding:.25rem .6rem;text-align:left}"
    "img{max-width:100%}h2{margin-top:2.2rem}.note{color:#555}"
)


def write_report(
    folder: Path,
    report: Mapping[str, Any],
    *,
    titles: Mapping[int | str, str],
    cross_validated: Mapping[str, float],
    about: str,
) -> Path:
    """Write the pictures and the page that holds them; returns the page's path.

    Raises:
        OSError: when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures = dict(_pictures(report))
    for name, picture in pictures.items():
        (folder / f"{name}.png").write_bytes(picture)
    page = folder / PAGE
    page.write_text(page_of(report, pictures, titles, cross_validated, about), encoding="utf-8")
    return page


def _pictures(report: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    yield "reliability", reliability_diagram(report["reliability"])
    yield "risk-coverage", risk_coverage_curve(report["risk_coverage"])
    for name, title in (("styles", "By style"), ("categories", "By category")):
        if report[name]:
            yield name, group_chart(report[name], title)


def page_of(
    report: Mapping[str, Any],
    pictures: Mapping[str, bytes],
    titles: Mapping[int | str, str],
    cross_validated: Mapping[str, float],
    about: str,
) -> str:
    """The whole page; nothing in it is fetched from elsewhere."""
    parts = [
        f"<h1>Evaluation</h1><p class=note>{escape(about)}</p>",
        "<h2>Labelled questions of this run</h2>",
        _figures(report),
        _paired(report.get("paired", {})),
        *(_section(name, report, pictures) for name in ("reliability", "risk-coverage", "styles", "categories")),
        "<h2>Decisions</h2>",
        _counts(report["decisions"]),
        "<h2>Worst confusions</h2>",
        _confusions(report["confusions"], titles),
        _cross_validated(cross_validated),
    ]
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Evaluation</title><style>{STYLE}</style>'
    return head + "\n".join(parts) + "\n</html>\n"


def _section(name: str, report: Mapping[str, Any], pictures: Mapping[str, bytes]) -> str:
    if name not in pictures:
        return ""
    picture = base64.b64encode(pictures[name]).decode("ascii")
    image = f'<h2>{name.capitalize()}</h2><img alt="{name}" src="data:image/png;base64,{picture}">'
    return image + (_groups(report[name]) if name in report and name != "reliability" else "")


def _figures(report: Mapping[str, Any]) -> str:
    sides = ("ranker", "bm25", "difference")
    rows = [[name, *(_cell(report[side].get(name)) for side in sides)] for name in HITS if name in report["ranker"]]
    rows += [[name, _cell(report["ranker"][name]), "", ""] for name in PLAIN if name in report["ranker"]]
    told = f"<p>{report['questions']} questions, {report['inside']} of them inside the field; 95 % intervals.</p>"
    return told + _table(("", "ranker", "plain BM25", "difference"), rows)


def _paired(tests: Mapping[str, Any]) -> str:
    rows = [
        [name, hit, str(test["questions"]), *_test_cells(test[hit])]
        for name, test in tests.items()
        for hit in ("hit@1", "hit@3")
        if hit in test
    ]
    head = ("against", "figure", "questions", "ours", "theirs", "difference", "gained", "lost", "McNemar's p")
    return f"<h2>Paired tests</h2>{_table(head, rows)}" if rows else ""


def _test_cells(test: Mapping[str, Any]) -> list[str]:
    values = [_cell(test["ours"]), _cell(test["theirs"]), _cell(test["difference"])]
    return [*values, str(test["gains"]), str(test["losses"]), f"{test['p']:.2g}"]


def _groups(groups: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [[n, str(f["questions"]), _cell(f["hit@1"]), _cell(f["hit@3"])] for n, f in groups.items()]
    return _table(("", "questions", "hit@1", "hit@3"), rows)


def _counts(decisions: Mapping[str, Mapping[str, int]]) -> str:
    names = list(next(iter(decisions.values())))
    return _table(("", *names), [[where, *(str(counts[n]) for n in names)] for where, counts in decisions.items()])


def _confusions(found: Sequence[Mapping[str, Any]], titles: Mapping[int | str, str]) -> str:
    rows = [[_named(c["gold"], titles), _named(c["first"], titles), str(c["questions"])] for c in found]
    return _table(("right", "came first", "questions"), rows)


def _named(number: int | str, titles: Mapping[int | str, str]) -> str:
    return f"{number} {titles.get(number, '')}".strip()


def _cross_validated(figures: Mapping[str, float]) -> str:
    if not figures:
        return ""
    note = (
        "The articles' own questions, each judged by an encoder, an index and a fusion that were made without it, a "
        "third of them misspelt. Told apart from the figures above: those are of questions that nobody trained on."
    )
    rows = [[name, f"{value:g}"] for name, value in figures.items()]
    return f"<h2>Cross-validated, at training</h2><p class=note>{note}</p>{_table(('', 'value'), rows)}"


def _cell(figure: Mapping[str, float] | float | None) -> str:
    if isinstance(figure, Mapping):
        return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"
    return "" if figure is None else f"{figure:.3f}"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = ["".join(f"<th>{escape(cell)}</th>" for cell in head)]
    lines += ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"
