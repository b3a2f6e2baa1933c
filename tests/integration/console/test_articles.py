"""Articles in the console: a draft, its problems, publication through the check, history, and nothing half done."""

import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from bot.articles.linting import Folders
from bot.clock import SettableClock
from bot.console.articles import ARTICLES
from bot.editing import rules
from bot.editing.errors import BuildFailed, DraftChanged, FileChanged, NotReady, WorsePublication
from bot.editing.models import Built, Draft, DraftState
from bot.editing.service import ArticleEditor
from bot.editing.shelf import Shelf
from bot.learning.replaying import ReplayService
from bot.officers.models import Role
from bot.settings import ROOT
from embeddings import Verdict, load_articles
from tests.integration.consoles import House

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

REPORT = {"questions": 10, "gains": [], "losses": [], "test": {"gains": 0, "losses": 8, "p": 0.01}, "worse": True}
NUMBER = 40
SHIPPED = ROOT / "data" / "articles"
CATEGORIES = {"akun-login-reset", "laporan-cetak"}  # that of the article, and another one


class ScriptedBuilder:
    """Builds nothing; looks at the file as a build would, and answers as it is told to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.fails = False
        self.worse = False
        self.seen: list[str] = []

    def build(self, force: str, known: Iterable[Verdict]) -> Built:
        assert all(verdict.source == "talks" for verdict in known)
        self.seen.append(load_articles(self.root).articles[NUMBER].title)
        if self.fails:
            raise BuildFailed
        return Built(refused=self.worse and not force, report=REPORT if self.worse else None)


@pytest.fixture
def desk(house: House, clock: SettableClock, tmp_path: Path) -> tuple[ArticleEditor, ScriptedBuilder]:
    root = shutil.copytree(SHIPPED, tmp_path / "articles", ignore=_other_categories)
    builder = ScriptedBuilder(root)
    shelf = Shelf(Folders(root, ROOT / "data" / "lexicon", tmp_path / "none"))
    return ArticleEditor(house.database, clock, shelf, builder, ReplayService(house.database, clock)), builder


def _other_categories(folder: str, entries: list[str]) -> set[str]:
    """What is not copied: nearly all articles, because reading them is nearly all that these tests would cost."""
    return {each for each in entries if (Path(folder) / each).is_dir()} - CATEGORIES


def titled(draft: Draft, title: str) -> dict[str, object]:
    return {**draft.fields, "title": title}


def files(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in root.rglob("*.md")}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_an_article_goes_out_whole_with_its_history(desk: tuple[ArticleEditor, ScriptedBuilder]) -> None:
    editor, builder = desk
    before = load_articles(builder.root).articles
    old = await editor.open(NUMBER)
    assert old.state is DraftState.PUBLISHED
    draft = await editor.save(NUMBER, old.version, titled(old, "Bagaimana memulihkan kata sandi?"), "rina")
    assert (await editor.check(draft.fields)).passes
    await editor.publish(NUMBER, draft.version, "rina", note="judul lebih jelas")
    assert builder.seen == ["Bagaimana memulihkan kata sandi?"]
    history = await editor.history(NUMBER)
    assert [version.officer for version in history] == ["rina", "berkas"]
    again = await editor.restore(NUMBER, history[-1].id, "rina")
    assert again.fields["title"] == old.fields["title"]
    await editor.publish(NUMBER, again.version, "rina", note="")
    assert load_articles(builder.root).articles == before


async def test_what_makes_past_questions_worse_goes_out_only_with_a_reason(
    desk: tuple[ArticleEditor, ScriptedBuilder], house: House
) -> None:
    editor, builder = desk
    builder.worse, before = True, files(builder.root)
    old = await editor.open(NUMBER)
    draft = await editor.save(NUMBER, old.version, titled(old, "Judul baru?"), "rina")
    with pytest.raises(WorsePublication):
        await editor.publish(NUMBER, draft.version, "rina", note="")
    assert files(builder.root) == before
    assert (await editor.open(NUMBER)).state is DraftState.DRAFT
    await editor.publish(NUMBER, draft.version, "rina", note="", reason="aturan berubah")
    kept = await house.services.replays.newest()
    assert [(replay.refused, replay.reason) for replay in kept] == [(False, "aturan berubah"), (True, "")]


async def test_a_build_that_fails_leaves_everything_as_it_was(desk: tuple[ArticleEditor, ScriptedBuilder]) -> None:
    editor, builder = desk
    builder.fails, before = True, files(builder.root)
    old = await editor.open(NUMBER)
    moved = {**old.fields, "category": "laporan-cetak"}
    draft = await editor.save(NUMBER, old.version, moved, "rina")
    with pytest.raises(BuildFailed):
        await editor.publish(NUMBER, draft.version, "rina", note="")
    assert files(builder.root) == before
    assert await editor.history(NUMBER) == []


async def test_a_refused_publication_says_why_keeps_what_was_typed_and_is_noted(
    desk: tuple[ArticleEditor, ScriptedBuilder], house: House
) -> None:
    editor, builder = desk
    builder.worse = True
    house.services.editor._shelf, house.services.editor._builder = editor._shelf, builder
    old = await editor.open(NUMBER)
    draft = await editor.save(NUMBER, old.version, titled(old, "Judul baru?"), "rina")
    browser, sent = house.browser(Role.EDITOR), {"versi": str(draft.version), "catatan": "judul lebih pendek"}
    refused = await browser.submit(f"{ARTICLES}/{NUMBER}/terbit", **sent)
    assert refused.status_code == 409
    assert "Tidak diterbitkan: pertanyaan lama jadi kurang terjawab" in refused.text
    assert 'value="judul lebih pendek"' in refused.text
    assert "Alasan tetap menerbitkan" in refused.text
    forced = await browser.submit(f"{ARTICLES}/{NUMBER}/terbit", **sent, alasan="aturan berubah")
    assert forced.status_code == 303
    log = await house.browser(Role.ADMIN).get("/petugas/audit")
    assert "Artikel ditolak uji ulang" in log.text
    assert "alasan: aturan berubah" in log.text


async def test_two_who_edit_do_not_overwrite_each_other(desk: tuple[ArticleEditor, ScriptedBuilder]) -> None:
    editor, builder = desk
    old = await editor.open(NUMBER)
    await editor.save(NUMBER, old.version, titled(old, "Satu?"), "rina")
    with pytest.raises(DraftChanged):
        await editor.save(NUMBER, old.version, titled(old, "Dua?"), "budi")
    mine = await editor.open(NUMBER)
    path = builder.root / load_articles(builder.root).articles[NUMBER].path
    path.write_text(path.read_text(encoding="utf-8") + "\nDitambah di luar konsol.\n", encoding="utf-8")
    with pytest.raises(FileChanged):
        await editor.publish(NUMBER, mine.version, "rina", note="")


async def test_a_number_is_never_given_twice(desk: tuple[ArticleEditor, ScriptedBuilder]) -> None:
    editor, builder = desk
    highest = max(load_articles(builder.root).articles)
    first = await editor.create("rina", "Artikel percobaan", "akun-login-reset")
    await editor.discard(first.number, first.version, "rina")
    second = await editor.create("rina", "Artikel lain", "akun-login-reset")
    assert (first.number, second.number) == (highest + 1, highest + 2)
    with pytest.raises(NotReady):
        await editor.publish(second.number, second.version, "rina", note="")
    problems = {problem.field for problem in (await editor.check(second.fields)).problems}
    assert {"questions", "keywords", "body"} <= problems


async def test_a_category_that_is_none_is_told_and_writes_nothing(
    desk: tuple[ArticleEditor, ScriptedBuilder], tmp_path: Path
) -> None:
    editor, _ = desk
    old = await editor.open(NUMBER)
    for category in ("../../luar", str(tmp_path / "luar"), "tak-ada"):
        check = await editor.check({**old.fields, "category": category})
        assert [problem.field for problem in check.problems if problem.error] == ["category"]
    assert "luar" not in names(tmp_path)


def test_a_form_changes_only_what_it_holds() -> None:
    before = rules.new_fields("Judul", "Isi", (), category="x", related=(1, 2), today=date(2026, 11, 21))
    given = {"related": ["7\r\n\r\n8"], "questions": [" satu \n\ndua"], "valid_until": [""], "body": ["a\r\nb "]}
    fields = rules.from_form(given, before)
    assert (fields["related"], fields["questions"], fields["body"]) == ([7, 8], ["satu", "dua"], "a\nb")
    assert (fields["title"], fields["valid_until"], fields["id"]) == ("Judul", None, 0)


async def test_pages_of_articles(desk: tuple[ArticleEditor, ScriptedBuilder], house: House) -> None:
    house.services.editor._shelf = desk[0]._shelf
    editor = house.browser(Role.EDITOR)
    listed = await editor.get(ARTICLES, kategori="akun-login-reset", cari="lupa kata sandi")
    assert f'href="{ARTICLES}/40"' in listed.text
    assert (await house.browser(Role.OFFICER).get(ARTICLES)).status_code == 403
    shown = await editor.submit(f"{ARTICLES}/40/pratinjau", body="**tebal** <script>x</script>")
    assert "<strong>tebal</strong>" in shown.text
    assert "<script>x" not in shown.text
    form = await editor.get(f"{ARTICLES}/40")
    assert "Contoh pertanyaan" in form.text
    saved = await editor.submit(f"{ARTICLES}/40", versi="0", title="Judul &amp; <b>baru</b>?")
    assert saved.status_code == 303
    assert "Judul &amp;amp; &lt;b&gt;baru" in (await editor.get(f"{ARTICLES}/40")).text
    late = await editor.submit(f"{ARTICLES}/40", versi="0", title="Terlambat")
    assert late.status_code == 409
    assert "Terlambat" in late.text
    assert ("officer:penyunting", "article.saved", "article:40") in await house.audited()
