"""The three-way comparison: who changed what."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.importing.merging import merge

LINES = "satu\n\ndua\n\ntiga\n\nempat"


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "value", "outcome"),
    [
        ("A", "A", "A", "A", ""),
        ("A", "A", "B", "B", "taken"),
        ("A", "B", "A", "B", ""),
        ("A", "B", "B", "B", ""),
        ("A", "B", "C", "B", "conflict"),
        (None, "B", "B", "B", ""),
        (None, "B", "C", "B", "conflict"),
    ],
)
def test_a_field_is_taken_kept_or_in_conflict(
    base: str | None, mine: str, theirs: str, value: str, outcome: str
) -> None:
    merged = merge({"title": base} if base else None, {"title": mine, "id": 7}, {"title": theirs})
    assert merged.fields == {"title": value, "id": 7}
    told = "taken" if merged.taken else "conflict" if merged.conflicts else ""
    assert told == outcome


def body(base: str, mine: str, theirs: str) -> Any:  # noqa: ANN401 - Merged
    return merge({"body": base}, {"body": mine}, {"body": theirs})


def test_texts_changed_in_different_paragraphs_are_woven() -> None:
    merged = body(LINES, LINES.replace("satu", "SATU"), LINES.replace("empat", "EMPAT"))
    assert merged.woven == ("body",)
    assert merged.fields["body"] == "SATU\n\ndua\n\ntiga\n\nEMPAT"


def test_texts_changed_in_one_paragraph_are_a_conflict_and_mine_stays_whole() -> None:
    mine = LINES.replace("satu", "SATU").replace("tiga", "TIGA")
    merged = body(LINES, mine, LINES.replace("satu", "Satu!").replace("empat", "EMPAT"))
    assert merged.fields["body"] == mine
    assert [c.field for c in merged.conflicts] == ["body"]


TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "d"]), min_size=1, max_size=8).map("\n".join).map(str.strip)


@given(TEXTS, TEXTS)
def test_what_only_one_side_changed_is_never_a_conflict(before: str, after: str) -> None:
    assert body(before, before, after).fields["body"] == after
    assert body(before, after, before).fields["body"] == after


@given(TEXTS, TEXTS, TEXTS)
def test_nothing_is_lost_without_being_told(base: str, mine: str, theirs: str) -> None:
    merged = body(base, mine, theirs)
    if merged.conflicts:
        assert merged.fields["body"] == mine
    elif not merged.woven:
        assert merged.fields["body"] in (mine, theirs)
