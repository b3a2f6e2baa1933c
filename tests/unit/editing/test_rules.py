"""What the console tells of the lint's findings."""

import ast
from datetime import date
from pathlib import Path

from bot.articles.linting import Finding, Held, Severity, Twin
from bot.editing.models import Problem
from bot.editing.rules import TOLD, fields_in, for_comparing, from_form, new_fields, problems_of, whole_text
from bot.settings import ROOT

LINTING = ROOT / "bot" / "articles" / "linting"
ELSEWHERE = {"duplicate", "leak", "title"}  # told with what they are like
OF_THE_WHOLE = {"holes", "category", "lexicon", "evaluation"}  # no article has these


def rules_named() -> set[str]:
    """The names of all rules, where the lint makes a finding: the second or third argument."""
    found = set()
    for path in LINTING.glob("*.py"):
        for call in (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            place = {"problem": 1, "_found": 1, "Finding": 2}.get(name)
            given = call.args[place] if place is not None and len(call.args) > place else None
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                found.add(given.value)
    return found


def test_every_rule_of_the_lint_has_a_sentence_in_the_console() -> None:
    named = rules_named()
    assert {"questions", "duplicate", "leak", "file", "ease"} - {"questions"} <= named
    assert named - ELSEWHERE - OF_THE_WHOLE <= set(TOLD)


def test_lists_that_repeat_have_a_sentence_too() -> None:
    for name in ("keywords", "error_messages", "versions", "sources", "related", "solved_by", "audience"):
        assert TOLD[name][0] == name


def test_a_twin_is_told_with_where_the_other_stands() -> None:
    told = problems_of(Held((), (7,), (Twin("tutup bku", "Tutup BKU?", 7),)))
    assert told == [
        Problem("title", "Judul sama dengan judul artikel 7.", error=True),
        Problem(
            "questions", '"tutup bku" hampir sama dengan "Tutup BKU?" (artikel 7). Hapus salah satunya.', error=True
        ),
    ]


def test_a_held_out_question_is_not_told() -> None:
    (told,) = problems_of(Held((), (), (Twin("tutup bku", "rahasia ujian", None),)))
    assert "rahasia" not in told.text
    assert "menguji" in told.text


def test_imported_articles_are_only_warned_of_what_they_share() -> None:
    held = Held((), (7,), (Twin("a", "b", 7),), imported=True)
    assert not any(problem.error for problem in problems_of(held))


def test_one_sentence_is_told_once() -> None:
    found = tuple(Finding(Path("x.md"), line, "form", "raw HTML", Severity.ERROR) for line in (3, 9))
    assert len(problems_of(Held(found))) == 1


def test_a_draft_asks_nothing_twice() -> None:
    asked = ("minta sertifikat bimtek?", "unduh sertifikat dimana ya")
    fields = new_fields("Minta sertifikat bimtek", "Isi", asked, category="x", related=(), today=date(2026, 11, 21))
    assert fields["questions"] == ["minta sertifikat bimtek?", "unduh sertifikat dimana ya"]


def test_who_writes_by_hand_and_who_by_the_console_are_compared_by_what_they_say() -> None:
    fields = new_fields("Judul baru", "Isi.", ("satu",), category="x", related=(), today=date(2026, 11, 21))
    written = whole_text(fields)
    by_hand = written.replace('title: "Judul baru"', "title: Judul baru")
    assert (by_hand == written, fields_in(by_hand)) == (False, fields_in(written))
    assert for_comparing(by_hand) == for_comparing(written)
    assert for_comparing("tanpa kepala") == "tanpa kepala"


def test_ticked_boxes_stay_in_the_order_of_the_file() -> None:
    before = {"solved_by": ["dinas", "sekolah"], "audience": ["operator"]}
    form = {"solved_by": ["sekolah", "bank", "dinas"]}
    fields = from_form(form, before)
    assert (fields["solved_by"], fields["audience"]) == (["dinas", "sekolah", "bank"], ["operator"])
