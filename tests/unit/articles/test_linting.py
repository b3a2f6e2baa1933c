"""Every rule of the lint, shown on a help center that has nothing else wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.articles.linting import Severity
from bot.articles.linting.bodies import UNFINISHED
from bot.articles.linting.readability import readability
from tests.unit.articles.conftest import BODY, TODAY, HelpCenter, asked

FIRST = "BKU ditutup setelah semua nota dan pajak bulan itu dicatat di aplikasi."


def test_a_sound_help_center_has_no_findings(help_center: HelpCenter) -> None:
    assert help_center.findings() == []


def with_first(paragraph: str) -> str:
    return BODY.replace(FIRST, paragraph)


@pytest.mark.parametrize(
    ("changes", "at", "message"),
    [
        ({"questions": asked(1)[:19]}, "questions:", "has 19 questions; at least 20 are needed"),
        ({"keywords": ["satu", "dua"]}, "keywords:", "keywords: has 2, not 3 to 10"),
        ({"keywords": ["satu", "dua", "Dua"]}, "keywords:", "keywords: 'dua' stands twice"),
        ({"related": [2]}, "related:", "related: has 1, not 2 to 5"),
        ({"related": [2, 9]}, "related:", "related: there is no other article 9"),
        ({"related": [1, 2]}, "related:", "related: there is no other article 1"),
        ({"sources": ["XX"]}, "sources:", "sources: 'XX' is neither a code of sources.yml nor an https address"),
        ({"sources": []}, "sources:", "sources: seed needs one"),
        ({"valid_until": "2026-11-20"}, "valid_until:", "valid_until: expired on 2026-11-20"),
        ({"valid_from": "2027-02-01", "valid_until": "2027-01-01"}, "valid_until:", "lies before valid_from"),
        ({"body": BODY + "\nLihat {{link:hilang}}.\n"}, "{{link:hilang}}", "links.yml has no key hilang"),
        ({"body": f"{FIRST}\n\n## Langkah\n\nTekan."}, FIRST, "the body has 14 words, not 80 to 350"),
        ({"body": BODY + "kata baru " * 200}, FIRST, "words, not 80 to 350"),
        ({"body": with_first("Kata " * 40 + "habis.")}, "Kata", "the first paragraph has 206 characters"),
        ({"body": with_first("Tekan tombol. Lalu tunggu.")}, "Tekan", "the first paragraph is more than one sentence"),
        ({"body": with_first("Tekan tombol")}, "Tekan", "the first paragraph does not end as a sentence"),
        ({"body": BODY + "\n### Rincian\n"}, "### Rincian", "only ## headings are shown alone in a chat"),
        ({"body": BODY + "\nBaris<br>baru.\n"}, "Baris<br>", "raw HTML is never shown"),
        ({"body": BODY + "\n![layar](https://a.example/b.png)\n"}, "![layar]", "images are not shown in a chat"),
        ({"body": BODY + "\n| a | b | c | d |\n"}, "| a |", "the table is wider than 3 columns"),
        ({"body": BODY + f"\n{UNFINISHED}\n"}, UNFINISHED, "is not written yet"),
    ],
)
def test_an_error_is_named_with_its_line(
    help_center: HelpCenter,
    line_of: Callable[[Path, str], int],
    changes: dict[str, Any],
    at: str,
    message: str,
) -> None:
    path = help_center.write(1, **changes)
    (found,) = help_center.lint().errors
    assert message in found.message
    assert (found.path, found.line) == (path, line_of(path, at))


def test_two_articles_of_one_title_are_named_at_the_later_one(help_center: HelpCenter) -> None:
    help_center.write(1, title="Judul KE-2")
    (found,) = help_center.lint().errors
    assert (found.path.name, found.line) == ("artikel-2.md", 3)
    assert "tutup-bku/artikel-1.md has the same" in found.message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"valid_until": "2026-12-21"}, "valid_until: expires on 2026-12-21"),
        ({"checked": "2025-01-01"}, "checked: nobody held it against its sources since 2025-01-01"),
        ({"checked": "2026-11-22"}, "checked: 2026-11-22 lies in the future"),
        ({"body": BODY + "\n" + "dan " * 31 + "sudah.\n"}, "a sentence of 32 words: dan dan dan"),
        ({"body": BODY + "\n" + "menyelesaikan pertanggungjawaban. " * 60}, "% of the words are long, more than 50 %"),
    ],
)
def test_a_warning_leaves_the_lint_clean(help_center: HelpCenter, changes: dict[str, Any], message: str) -> None:
    help_center.write(1, **changes)
    report = help_center.lint()
    assert report.errors == ()
    assert any(message in f.message for f in report.warnings)


def test_an_article_is_valid_on_its_last_day_and_warned_of_for_thirty_days(help_center: HelpCenter) -> None:
    help_center.write(1, valid_until="2026-12-31")
    assert help_center.findings(date(2026, 11, 30)) == []
    assert help_center.lint(date(2026, 12, 1)).warnings
    assert help_center.lint(date(2026, 12, 31)).errors == ()
    assert help_center.lint(date(2027, 1, 1)).errors


def test_a_question_stands_once_however_it_is_written(help_center: HelpCenter) -> None:
    mine, other = asked(1), asked(2)
    first, second, third, fourth = other[3].split()
    help_center.write(1, questions=[*mine[:19], f"{fourth.upper()} {first}, {third} {second}???"])
    (found,) = help_center.lint().errors
    assert found.rule == "duplicate"
    assert found.path.name == "artikel-2.md"
    assert found.line == 7 + 1 + 3  # the fourth question below its key in line 7
    assert "tutup-bku/artikel-1.md (100)" in found.message


def test_a_question_of_the_same_article_counts_too(help_center: HelpCenter) -> None:
    help_center.write(1, questions=[*asked(1), asked(1)[0] + " "])
    (found,) = help_center.lint().errors
    assert "in this article" in found.message


def test_the_lexicon_tells_that_two_writings_mean_the_same(help_center: HelpCenter) -> None:
    folder = help_center.folder / "lexicon"
    folder.mkdir()
    (folder / "slang.yml").write_text("gmn: bagaimana\nhps: hapus\nduit: uang\n", encoding="utf-8")
    help_center.write(1, questions=[*asked(1), "gmn hps duit"])
    help_center.write(2, questions=[*asked(2), "bagaimana hapus uang"])
    (found,) = help_center.lint().errors
    assert found.rule == "duplicate"


def test_questions_on_neighbouring_matters_are_no_duplicates(help_center: HelpCenter) -> None:
    help_center.write(1, questions=[*asked(1), "SSH itu apa sih", "cek status tiket"])
    help_center.write(2, questions=[*asked(2), "silpa itu apa sih", "arti status tiket"])
    assert help_center.findings() == []


def test_an_evaluation_question_that_leaks_is_named_at_the_training_question(help_center: HelpCenter) -> None:
    help_center.hold_out("sesuatu yang lain", asked(3)[5].upper() + " ya")
    (found,) = help_center.lint().errors
    assert (found.rule, found.path.name, found.line) == ("leak", "artikel-3.md", 7 + 1 + 5)
    assert "held.jsonl:2" in found.message


def test_two_evaluation_questions_may_be_alike(help_center: HelpCenter) -> None:
    help_center.hold_out("kapan cair", "kapan cair?")
    assert help_center.findings() == []


def test_an_evaluation_line_that_is_no_question_is_named(help_center: HelpCenter) -> None:
    path = help_center.hold_out("satu")
    path.write_text(path.read_text("utf-8") + "\n[]\n{\n", encoding="utf-8")
    assert [(f.path.name, f.line) for f in help_center.lint().errors] == [("held.jsonl", 3), ("held.jsonl", 4)]


def test_a_hole_in_the_numbers_is_a_warning(help_center: HelpCenter) -> None:
    help_center.write(1, related=[3, 5])
    help_center.write(3, related=[1, 5])
    (help_center.articles / "tutup-bku" / "artikel-2.md").unlink()
    help_center.write(5, related=[1, 3])
    (found,) = help_center.lint().findings
    assert found.severity is Severity.WARNING
    assert "2 of the numbers up to 5 have no article: 2, 4" in found.message


def test_a_wrong_lexicon_entry_is_named_with_its_file_and_line(help_center: HelpCenter) -> None:
    folder = help_center.folder / "lexicon"
    folder.mkdir()
    (folder / "slang.yml").write_text("ga: tidak\nkok: kok\n", encoding="utf-8")
    (found,) = help_center.lint().errors
    assert (found.path.name, found.line) == ("slang.yml", 2)


def test_a_broken_article_does_not_hide_what_is_wrong_elsewhere(help_center: HelpCenter) -> None:
    help_center.write(1).write_text("---\nid: [\n---\n", encoding="utf-8")
    help_center.write(2, keywords=[], related=[3, 4])
    help_center.write(3, related=[2, 4])
    help_center.write(4, related=[2, 3])
    rules = {f.rule for f in help_center.lint().errors}
    assert rules == {"file", "keywords"}


def test_a_broken_source_list_is_named(help_center: HelpCenter) -> None:
    (help_center.articles / "sources.yml").write_text("[", encoding="utf-8")
    assert {f.rule for f in help_center.lint(TODAY).errors} == {"sources"}


def test_readability_adds_sentence_length_and_long_words() -> None:
    measured = readability(["Buka menu. Klik Sinkronisasi sekarang."])
    assert (measured.sentence, measured.long_words, measured.longest_words) == (2.5, 40.0, 3)
    assert readability([]).lix == 0
