"""The lexicon is read strictly, and the project's own is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings import LexiconErrors, load_lexicon
from embeddings.analysis import Analyzer
from embeddings.lexicon import lexicon_from_json, lexicon_to_json
from embeddings.spelling import SpellingRepair

OWN = Path(__file__).parents[3] / "data" / "lexicon"


def test_yaml_words_are_words(lexicon_folder: Path) -> None:
    lexicon = load_lexicon(lexicon_folder)
    assert lexicon.replacements[("no",)].words == ("nomor",)
    assert lexicon.replacements[("no",)].source == "abbreviations"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("slang", "ga: bukan\n", "slang.yml:1: ga: abbreviations.yml gives it another meaning"),
        ("slang", "a: b\na: c\n", "slang.yml:2: a: stands twice"),
        ("slang", "sama: sama\n", "slang.yml:1: sama: stands for itself"),
        ("slang", "a: [b]\n", "slang.yml:1: a: is neither a word nor a group"),
        ("slang", "- a\n", "slang.yml:1: is not a list of `key: value`"),
        ("slang", "a: {\n", "slang.yml:1: is not YAML"),
        ("renamed", "satu dua tiga empat lima: x\n", "renamed.yml:1: is no phrase"),
        ("fillers", "anywhere: dong\n", "fillers.yml:1: anywhere: is not a list"),
        ("synonyms", "a: [b]\nc: [b]\n", "synonyms.yml:2: b: stands under two words"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(lexicon_folder: Path, name: str, text: str, problem: str) -> None:
    (lexicon_folder / f"{name}.yml").write_text(text, encoding="utf-8")
    with pytest.raises(LexiconErrors) as caught:
        load_lexicon(lexicon_folder)
    assert any(p.startswith(problem) for p in caught.value.problems), caught.value.problems


def test_a_form_may_have_several_meanings(lexicon_folder: Path) -> None:
    (lexicon_folder / "slang.yml").write_text("ttp: [tetap, tutup]\n", encoding="utf-8")
    lexicon = load_lexicon(lexicon_folder)
    assert lexicon.replacements[("ttp",)].all == (("tetap",), ("tutup",))
    assert lexicon_from_json(lexicon_to_json(lexicon)) == lexicon


def test_a_lexicon_survives_json(lexicon_folder: Path) -> None:
    lexicon = load_lexicon(lexicon_folder)
    assert lexicon_from_json(lexicon_to_json(lexicon)) == lexicon


def test_the_projects_own_lexicon_is_sound_and_large() -> None:
    lexicon = load_lexicon(OWN)
    assert len(lexicon.replacements) > 1_000
    protected = {p for p in lexicon.replacements if len(p) == 1 and p[0] in lexicon.domain_terms}
    assert not protected - {("boskin",)}


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("pengesahan", "sah"),
        ("memperbarui", "perbarui"),
        ("penyaluran", "salur"),
        ("pencatatan", "catat"),
        ("siplah", "siplah"),
    ],
)
def test_the_fields_words_find_their_roots(word: str, root: str) -> None:
    assert load_lexicon(OWN).stemmer.stem(word) == root


def test_an_admin_who_is_spoken_to_is_no_minimum() -> None:
    read = Analyzer(load_lexicon(OWN), SpellingRepair({"tutup": 2, "bku": 9}, lambda _: False))
    assert read("min tutup bku").content == ("tutup", "bku")
