"""Whoever has the sources can tell whether a folder of weights is what the recipe makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings import provenance
from embeddings.provenance import differences, record

INPUTS = {"articles": "a1", "lexicon": "l1"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "weights.npy").write_bytes(b"1")
    (tmp_path / "fusion.json").write_bytes(b"2")
    record(tmp_path, "encoder", INPUTS, ("weights.npy", "fusion.json"))
    return tmp_path


def test_nothing_speaks_against_what_was_just_made(folder: Path) -> None:
    assert list(differences(folder, {"encoder": INPUTS})) == []


def test_a_file_that_was_changed_by_hand_is_named(folder: Path) -> None:
    (folder / "fusion.json").write_bytes(b"3")
    assert list(differences(folder, {})) == [f"{folder.name}/fusion.json: is not what `encoder` wrote"]


def test_a_file_that_a_later_stage_wrote_is_that_stages(folder: Path) -> None:
    (folder / "fusion.json").write_bytes(b"3")
    record(folder, "passages", {}, ("fusion.json",))
    assert list(differences(folder, {"encoder": INPUTS})) == []


def test_a_source_that_changed_is_named_and_one_that_is_not_at_hand_is_not(folder: Path) -> None:
    assert list(differences(folder, {"encoder": {"articles": "a2"}})) == ["encoder: articles changed since"]


def test_other_code_and_other_libraries_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance, "recipe_hash", lambda _: "other")
    monkeypatch.setattr(provenance, "software", lambda: {**INSTALLED, "torch": "0.1"})
    assert list(differences(folder, {"encoder": INPUTS})) == [
        "encoder: the code of the recipe changed since",
        f"encoder: torch was {INSTALLED['torch']}, here 0.1",
    ]


INSTALLED = provenance.software()


def test_a_folder_without_a_record_says_so(tmp_path: Path) -> None:
    assert list(differences(tmp_path, {})) == [f"{tmp_path.name}: nothing says what it was made of"]


def test_the_code_of_the_recipe_is_all_that_it_imports() -> None:
    modules = {stage: set(provenance.recipe_modules(stage)) for stage in provenance.RECIPES}
    assert all({"pipeline", "modules", "noise", "lexicon", "text", "repeatable"} <= each for each in modules.values())
    assert "training" in modules["encoder"] - modules["passages"]
    assert "signals" in modules["passages"] - modules["encoder"] - modules["general"]
