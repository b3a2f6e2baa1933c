"""Which word was meant, told by the texts that it stands in."""

from __future__ import annotations

from embeddings.bm25 import BM25
from embeddings.context import Context

TEXTS = [
    *[["syarat", "cair", "dana"]] * 3,
    *[["surat", "tugas", "guru"]] * 3,
    ["surat", "dana"],
]


def test_the_word_that_stands_with_the_others_is_supported() -> None:
    support = Context(BM25.build(TEXTS))
    letter, condition, both, unknown = support(
        ["cair", "dana"], [["surat"], ["syarat"], ["syarat", "surat"], ["asing"]]
    )
    assert 0 < letter < condition <= 1.5
    assert both == letter  # as good as the worse of its words
    assert unknown == 0


def test_nothing_sure_supports_nothing() -> None:
    support = Context(BM25.build(TEXTS))
    assert support([], [["surat"], ["syarat"]]) == [0.0, 0.0]
    assert support(["entah"], [["surat"], ["syarat"]]) == [0.0, 0.0]
    assert support(["guru"], [[]]) == [0.0]
