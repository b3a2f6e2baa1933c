"""What serves: a generation's ranker together with the very articles that it was made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from embeddings.articles import ArticleCollection
from embeddings.ranker import Ranker
from embeddings.storage import CURRENT, IndexMissing, generation, read_collection, read_generation


@dataclass(frozen=True)
class Served:
    """One generation, by name; nothing in it changes."""

    generation: str
    collection: ArticleCollection
    ranker: Ranker


def open_served(index_dir: Path) -> Served:
    """Open the generation that `index_dir` names.

    Raises:
        IndexMissing: when there is none.
        IndexMismatch: when other code made it, its files are damaged, or it is of no articles.
    """
    folder = generation(index_dir)
    return Served(folder.name, read_collection(folder), Ranker(read_generation(folder)))


def named_generation(index_dir: Path) -> str:
    """The name of the generation that serves: one read of some thirty bytes, cheap enough to repeat every second.

    Raises:
        IndexMissing: when none is named.
    """
    try:
        return (index_dir / CURRENT).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise IndexMissing(f"{index_dir} holds no index: run `./arkas index`") from None
