"""Every deed that the console or a service notes has a name that a reader understands."""

import ast
import re
from datetime import UTC, datetime

from bot.console.audit_words import LABELS, details_of, label_of
from bot.console.tickets import _DONE
from bot.learning.models import VerdictKind
from bot.officers.models import AuditEntry
from bot.settings import ROOT

NOTED = re.compile(
    r"^(session|officer|audit|person|personal_data|ticket|file|talk|verdict|article|mail|errand|incident)\.[a-z_]+$"
)
ELSEWHERE = {"audit.csv"}  # a file's name


def noted() -> set[str]:
    """The words that are given to the log as they stand."""
    found = set()
    for folder in ("console", "officers", "privacy"):
        for path in (ROOT / "bot" / folder).glob("*.py"):
            if path.name == "audit_words.py":
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and NOTED.match(node.value):
                    found.add(node.value)
    return {word for word in found if not word.endswith((".html", ".css", ".js"))} - ELSEWHERE


def test_every_word_of_the_log_has_a_name() -> None:
    words = noted()
    assert {"ticket.merged", "file.read", "article.refused", "person.erased", "session.opened"} <= words
    assert words - set(LABELS) == set()


def test_words_that_are_put_together_have_one_too() -> None:
    assert {f"ticket.{deed}" for deed in _DONE} <= set(LABELS)
    assert {f"verdict.{kind.value}" for kind in VerdictKind} <= set(LABELS)


def test_an_unknown_word_stands_as_it_is() -> None:
    assert label_of("kelak.ada") == "kelak.ada"


def test_details_are_told_in_words_and_empty_ones_are_not() -> None:
    entry = AuditEntry(1, datetime(2026, 11, 29, tzinfo=UTC), "officer:sri", "article.published", "article:40", {
        "reason": "aturan berubah", "article": "", "lain": 3,
    })  # fmt: skip
    assert details_of(entry) == "alasan: aturan berubah, lain: 3"
