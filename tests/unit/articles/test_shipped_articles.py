"""The articles that ship: the lint is clean, nothing is missing, and checking them stays quick."""

from __future__ import annotations

import time
from datetime import date

import pytest

from bot.articles.linting import Folders, Report, lint
from bot.settings import ROOT

DATA = ROOT / "data"
WRITTEN_ON = date(2026, 11, 22)  # validity is held against the day of the last review, not against the test's day


@pytest.fixture(scope="module")
def timed_report() -> tuple[Report, float]:
    began = time.perf_counter()
    report = lint(Folders(DATA / "articles", DATA / "lexicon", DATA / "evaluation"), today=WRITTEN_ON)
    return report, time.perf_counter() - began


def test_the_lint_is_clean(timed_report: tuple[Report, float]) -> None:
    report, _ = timed_report
    assert [str(f) for f in report.findings] == []


def test_all_192_articles_stand_with_at_least_3840_questions(timed_report: tuple[Report, float]) -> None:
    report, _ = timed_report
    assert report.articles == 192
    assert report.questions >= 3_840


def test_checking_takes_seconds(timed_report: tuple[Report, float]) -> None:
    _, seconds = timed_report
    assert seconds < 20  # about one second on an idle core
