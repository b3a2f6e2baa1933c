"""When a question fits too much: how many articles are enough, and between what the person is asked to choose."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from embeddings import SHIPPED_ENCODER, Decision, RankedArticle, Ranker
from embeddings.clarifying import Clarifier
from embeddings.cli import commands
from embeddings.crossfit import Example
from embeddings.fusion import COLUMNS, Fusion, Message, load_fusion, masses_before, softmax
from embeddings.learning import RISKS, learn_masses
from embeddings.storage import FUSION, open_index


@pytest.mark.parametrize(
    ("falling", "mass", "enough"),
    [
        ([0.9, 0.05, 0.05], 0.8, 1),
        ([0.4, 0.3, 0.2, 0.1], 0.8, 3),
        ([0.2, 0.15, 0.1, 0.05], 0.8, 3),  # shares of what is known to be answered, not of certainty
        ([0.5, 0.5], 0.0, 1),
        ([1.0], 0.0, 1),
    ],
)
def test_what_is_enough(falling: list[float], mass: float, enough: int) -> None:
    fusion = Fusion(masses={0.1: mass})
    assert fusion.enough(np.array(falling, np.float32), 0.1) == enough


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=20))
def test_the_mass_before_rises_from_nothing(shares: list[float]) -> None:
    before = masses_before(np.array(sorted(shares, reverse=True), np.float32))
    assert before[0] == 0
    assert (np.diff(before) >= -1e-6).all()
    assert before[-1] < 1.0001


def examples(size: int) -> list[Example]:
    """Questions over twelve documents whose right one is drawn by the very shares that the fusion gives."""
    chance = np.random.default_rng(5)
    found = []
    for _ in range(size):
        evidence = chance.uniform(0, 1, (12, len(COLUMNS))).astype(np.float32)
        shares = softmax(Fusion().scores(evidence)).astype(np.float64)
        gold = int(chance.choice(12, p=shares / shares.sum()))
        found.append(Example("q", evidence, Message(), gold, 0))
    return found


def test_the_sets_hold_the_right_document_as_often_as_is_stated() -> None:
    fusion = replace(Fusion(), masses=learn_masses(Fusion(), examples(600)))
    assert set(fusion.masses) == set(RISKS)
    fresh = examples(1_800)[600:]
    for risk in RISKS:
        assert np.mean([_held(fusion, x, risk) for x in fresh]) >= 1 - risk - 0.03
    sizes = [np.mean([fusion.enough(_falling(fusion, x), risk) for x in fresh]) for risk in RISKS]
    assert sizes == sorted(sizes, reverse=True)


def _falling(fusion: Fusion, x: Example) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.sort(softmax(fusion.scores(x.evidence)))[::-1]


def _held(fusion: Fusion, x: Example, risk: float) -> bool:
    shares = softmax(fusion.scores(x.evidence))
    rank = int((shares > shares[x.gold]).sum())
    return rank < fusion.enough(_falling(fusion, x), risk)


def test_what_ships_has_learned_its_sets() -> None:
    assert set(load_fusion(SHIPPED_ENCODER / FUSION).masses) == set(RISKS)


def ranked(*numbers: int) -> tuple[RankedArticle, ...]:
    titles = {
        1: "Kendala tidak bisa tutup BKU",
        2: "Bagaimana cara menutup BKU bulanan?",
        3: "Bagaimana cara mengajukan hapus BKU?",
        4: "Bagaimana cara mengatasi lupa kata sandi?",
        5: "Kendala kode aktivasi salah",
    }
    return tuple(RankedArticle(n, titles[n], 0.1 + n / 100) for n in numbers)


def test_articles_of_several_categories_are_told_apart_by_category(index_folder: Path) -> None:
    options = Clarifier(open_index(index_folder))(ranked(1, 4, 5, 3))
    assert [(o.name, [a.id for a in o.articles]) for o in options] == [
        ("Akun", [4, 5]),
        ("Tutup BKU", [1, 3]),
    ]
    assert options[0].confidence == pytest.approx(0.29)
    assert options[1].words[0] == "bku"  # both of its titles have it
    assert not set(options[0].words) & set(options[1].words)


def test_articles_of_one_category_are_told_apart_by_what_only_they_say(index_folder: Path) -> None:
    options = Clarifier(open_index(index_folder))(ranked(2, 3))
    assert [o.name for o in options] == ["Bagaimana cara mengajukan hapus BKU?", "Bagaimana cara menutup BKU bulanan?"]
    assert {"hapus", "mengajukan"} == set(options[0].words)
    assert {"menutup", "bulanan"} == set(options[1].words)


@pytest.fixture
def unsure(index_folder: Path) -> Ranker:
    """A ranker that finds the field right and no article likely."""
    index = open_index(index_folder)
    return Ranker(replace(index, fusion=Fusion(weights={}, sign_weights={}, bias=9.0, masses={0.1: 0.7})))


def test_who_is_asked_to_clarify_is_told_between_what(unsure: Ranker) -> None:
    ranking = unsure.rank("bku sandi", 1)
    assert len(ranking.articles) == 1
    assert ranking.enough == 5
    low = Ranker(replace(unsure.index, fusion=replace(unsure.index.fusion, bias=-0.5, abstain_below=0.1)))
    asked = low.rank("bku sandi")
    assert asked.decision is Decision.CLARIFY
    assert {o.name for o in asked.between} == {"Akun", "Tutup BKU"}


def test_nothing_is_asked_when_there_is_no_doubt_and_the_command_tells_both(index_folder: Path, unsure: Ranker) -> None:
    result = CliRunner().invoke(commands, ["rank", "--json", "--index", str(index_folder), "lupa password arkas"])
    line = json.loads(result.stdout)
    assert "between" not in line
    assert line["enough"] >= 1
    assert unsure.rank("").enough == 0
