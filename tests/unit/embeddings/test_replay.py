"""A change is judged on all past questions, and does not replace what serves when it loses significantly."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from embeddings import ArticleCollection, Verdict, WorseIndex, append_verdict, build_index, load_lexicon
from embeddings.cli import commands
from embeddings.documents import Document, documents_of
from embeddings.encoder import open_encoder
from embeddings.fusion import Evidence, Fusion, save_fusion
from embeddings.index import make_index
from embeddings.options import REFUSED
from embeddings.replay import PastQuestion, Side, fold_of, fresh_questions, past_questions, replay, served_side, without
from embeddings.storage import FUSION, generation
from tests.unit.embeddings.conftest import article_text

NOW = datetime(2026, 11, 21, tzinfo=UTC)
BACKWARDS = Fusion(weights={Evidence.WORD_WHOLE: -9.0, Evidence.GRAM_TITLE: -9.0})


@pytest.fixture
def side(encoder_folder: Path, lexicon_folder: Path) -> Callable[..., Side]:
    def make(documents: tuple[Document, ...], fusion: Fusion | None = None) -> Side:
        encoder, lexicon = open_encoder(encoder_folder), load_lexicon(lexicon_folder)
        outside = ["hujan ga besok"]
        index = make_index(documents, outside=outside, encoder=encoder, lexicon=lexicon, fusion=fusion or Fusion())
        return Side(index, documents)

    return make


def test_past_questions_are_labelled_as_they_are_now(side: Callable[..., Side], collection: ArticleCollection) -> None:
    before = documents_of(collection)
    after = (
        before[0].model_copy(update={"questions": ("gagal tutup bku", "baru")}),
        before[1].model_copy(update={"questions": ("min bku ko ga bs ditutup",)}),
    )
    decided = [Verdict(question=q, article=a, at=NOW, source="x") for q, a in (("gone", 6), ("emas", None), ("dua", 2))]
    given_up = {q: d.id for d in before[:2] for q in d.questions} | {"min bku ko ga bs ditutup": 2}
    found = {q.text: q.gold for q in past_questions(side(before), side(after), decided)}
    assert found == given_up  # the verdicts are new: nobody else vouches
    known = [PastQuestion("solved", 2), PastQuestion("of an article that is gone", 6)]
    served = side((after[0], after[1].model_copy(update={"questions": ("dua",)})))
    later = {q.text: q.gold for q in past_questions(served, side(after), decided, known)}
    assert later == {"solved": 2, "gagal tutup bku": 1, "baru": 1, "dua": 2}
    assert [q.text for q in fresh_questions(served, decided)] == ["gone", "emas"]


def test_questions_that_an_article_gives_up_are_asked_unless_a_verdict_says_otherwise(
    side: Callable[..., Side], collection: ArticleCollection
) -> None:
    before = documents_of(collection)
    taught = before[0].model_copy(update={"questions": (*before[0].questions, "dari petugas", "salah kira")})
    old = replace(side((taught, *before[1:])), decided=(PastQuestion("dari petugas", 1),))
    after = (before[0].model_copy(update={"questions": ("kambing di pagar",)}), *before[2:])
    decided = [Verdict(question="salah kira", article=None, at=NOW, source="x")]
    asked = {q.text: q.gold for q in past_questions(old, side(after), decided)}
    kept = {q: d.id for d in before[2:] for q in d.questions}
    assert asked == kept | dict.fromkeys(before[0].questions, 1)  # the second article is withdrawn


def test_an_article_that_gives_up_what_it_is_asked_is_a_loss(
    side: Callable[..., Side], collection: ArticleCollection
) -> None:
    before = documents_of(collection)
    strange = {"title": "Kambing", "questions": ("kambing di pagar", "pakan kambing"), "keywords": ()}
    after = tuple(d.model_copy(update=strange) if d.id == 1 else d for d in before)
    old, new = side(before), side(after)
    lost = replay(old, new, past_questions(old, new, ())).losses
    assert {q.text for q in lost} & set(before[0].questions)


def test_a_question_is_asked_of_an_index_without_it(side: Callable[..., Side], collection: ArticleCollection) -> None:
    whole = side(documents_of(collection))
    left = without(whole, {"lupa password arkas", "hujan ga besok"})
    assert {"lupa password arkas", "hujan ga besok"} <= set(whole.index.units.texts)
    assert not {"lupa password arkas", "hujan ga besok"} & set(left.units.texts)


def test_what_serves_is_read_with_the_questions_that_stand_in_it(
    side: Callable[..., Side], collection: ArticleCollection
) -> None:
    documents = documents_of(collection)
    more = (documents[0].model_copy(update={"questions": (*documents[0].questions, "dari petugas")}), *documents[1:])
    assert served_side(side(more).index, collection).documents == more


def test_gains_and_losses_are_named(side: Callable[..., Side], collection: ArticleCollection) -> None:
    documents = documents_of(collection)
    asked = [PastQuestion(q, d.id) for d in documents for q in d.questions]
    good, bad = side(documents), side(documents, BACKWARDS)
    worse, better, same = replay(good, bad, asked), replay(bad, good, asked), replay(good, good, asked)
    assert worse.test.significant_loss
    assert not better.test.significant_loss
    assert (worse.losses, worse.gains) == (better.gains, better.losses)
    assert (same.gains, same.losses, same.before) == ((), (), same.after)
    assert worse.questions == 12
    assert any("loses: lupa" in line for line in worse.lines())
    assert len({fold_of(q.text) for q in asked}) > 1


@pytest.fixture
def rebuild(
    collection: ArticleCollection, encoder_folder: Path, lexicon_folder: Path, index_folder: Path
) -> Callable[..., list[str]]:
    def run(**options: object) -> list[str]:
        told: list[str] = []
        places = {"encoder_dir": encoder_folder, "lexicon_dir": lexicon_folder, "target": index_folder}
        build_index(collection, progress=told.append, judge=True, **places, **options)  # type: ignore[arg-type]
        return told

    return run


def test_a_worse_index_is_refused_unless_somebody_says_why(
    rebuild: Callable[..., list[str]], encoder_folder: Path, index_folder: Path
) -> None:
    serving = generation(index_folder)
    save_fusion(encoder_folder / FUSION, BACKWARDS)
    with pytest.raises(WorseIndex) as caught:
        rebuild()
    assert caught.value.replay.test.losses >= 6
    with pytest.raises(WorseIndex):
        rebuild(force="  ")
    assert generation(index_folder) == serving
    assert "replaced all the same: uji coba" in rebuild(force="uji coba")
    assert generation(index_folder) != serving


def test_one_that_is_no_worse_takes_over(rebuild: Callable[..., list[str]], encoder_folder: Path) -> None:
    save_fusion(encoder_folder / FUSION, replace(Fusion(), bias=-1.9))
    assert any("0 lose" in line for line in rebuild())


def test_verdicts_are_judged_by_from_the_next_time_on(rebuild: Callable[..., list[str]]) -> None:
    decided = [Verdict(question="tokennya hangus", article=5, at=NOW, source="x")]
    told = rebuild(verdicts=decided)
    assert any(line.startswith("12 past questions") for line in told)
    assert any(line.startswith("1 newly decided") for line in told)
    decided.append(Verdict(question="kode tidak diterima", article=5, at=NOW, source="x"))
    assert any(line.startswith("13 past questions") for line in rebuild(verdicts=decided))


@pytest.fixture
def command(
    articles_folder: Path, encoder_folder: Path, lexicon_folder: Path, index_folder: Path, tmp_path: Path
) -> Callable[..., Result]:
    places = {
        "articles": articles_folder,
        "encoder": encoder_folder,
        "lexicon": lexicon_folder,
        "verdicts": tmp_path / "verdicts.jsonl",
    }

    def run(name: str, *more: str) -> Result:
        target = ["--target" if name == "index" else "--index", str(index_folder)]
        options = [part for key, path in places.items() for part in (f"--{key}", str(path))]
        return CliRunner().invoke(commands, [name, *options, *target, *more])

    return run


def test_the_commands_tell_and_refuse(command: Callable[..., Result], encoder_folder: Path) -> None:
    save_fusion(encoder_folder / FUSION, BACKWARDS)
    shown = command("replay", "--json")
    assert shown.exit_code == REFUSED
    assert json.loads(shown.stdout)["test"]["losses"] >= 6
    refused = command("index")
    assert refused.exit_code == REFUSED
    assert "--force" in refused.output
    assert command("index", "--force", "uji coba").exit_code == 0
    assert command("replay").exit_code == 0  # compared with itself


def test_a_better_article_passes(command: Callable[..., Result], articles_folder: Path, tmp_path: Path) -> None:
    text = article_text(6, "Kendala email tidak terdaftar", ["email tidak terdaftar saat login", "surel"], "akun")
    (articles_folder / "akun" / "email.md").write_text(text, encoding="utf-8")
    append_verdict(tmp_path / "verdicts.jsonl", Verdict(question="emas naik", article=None, at=NOW, source="x"))
    assert command("index").exit_code == 0


def test_a_broken_file_of_verdicts_is_named(command: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "verdicts.jsonl").write_text("x\n", encoding="utf-8")
    result = command("index")
    assert result.exit_code == 1
    assert "verdicts.jsonl:1" in result.output
