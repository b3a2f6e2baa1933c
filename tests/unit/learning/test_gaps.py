"""A gap is named by the words that people typed, and not by those that everybody types."""

from bot.learning.gaps import as_typed, usual
from embeddings.analysis import Analysis, Word


def analysed(*words: tuple[str, str]) -> Analysis:
    """A text of words as typed and as read."""
    read = tuple(word for _, word in words)
    return Analysis("", tuple(Word(typed, (word,), 0, 0) for typed, word in words), read, read)


def test_words_are_told_as_most_people_typed_them() -> None:
    texts = [
        analysed(("loading", "memuat"), ("arkas", "arkas")),
        analysed(("Loading", "memuat"), ("prnter", "printer")),
        analysed(("memuat", "memuat"), ("printer", "printer"), ("printer", "printer")),
    ]
    assert as_typed(("memuat", "printer", "arkas"), texts) == ("loading", "printer", "arkas")


def test_one_typed_word_that_is_read_as_two_is_told_once() -> None:
    text = Analysis("", (Word("ngaco", ("tidak", "benar"), 0, 5),), ("tidak", "benar"), ("tidak", "benar"))
    assert as_typed(("benar", "tidak", "lain"), [text]) == ("ngaco", "lain")


def test_what_everybody_types_is_usual_however_it_is_read() -> None:
    texts = [analysed(("min", "minimal"), ("ga", "tidak"), ("tidak", "tidak"), ("macet", "macet"))]
    assert usual({"min": 400, "ga": 200, "tidak": 300}, texts) == {"minimal": 400, "tidak": 500, "macet": 0}
