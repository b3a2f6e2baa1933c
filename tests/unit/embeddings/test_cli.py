import pytest

from embeddings.cli import questions_of


@pytest.mark.parametrize(
    ("words", "questions"),
    [
        (["tutup", "bku", "gagal"], ["tutup bku gagal"]),
        (["tutup bku gagal"], ["tutup bku gagal"]),
        (["tutup bku gagal", "lupa sandi"], ["tutup bku gagal", "lupa sandi"]),
        (["tutup bku gagal", "retur"], ["tutup bku gagal", "retur"]),
    ],
)
def test_quoted_words_are_questions_of_their_own(words: list[str], questions: list[str]) -> None:
    assert questions_of(words) == questions
