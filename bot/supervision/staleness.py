"""Whether something built is still what its sources would give: by their content, never by their dates.

A fresh clone, a checkout of an older version and a copied folder all carry dates that say nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path


def files_of(path: Path) -> Iterator[Path]:
    """Return the files of a folder in a fixed order, or the file itself; hidden and compiled ones do not count."""
    if path.is_file():
        yield path
    for inner in sorted(path.rglob("*")) if path.is_dir() else ():
        names = inner.relative_to(path).parts
        if inner.is_file() and not any(name.startswith((".", "__pycache__")) for name in names):
            yield inner


def content_hash(root: Path, sources: Iterable[Path], facts: Iterable[str] = ()) -> str:
    """Return one hash over the names and contents of all sources below `root`, and over plain facts."""
    digest = hashlib.sha256()
    for source in sources:
        for file in files_of(source):
            digest.update(f"{file.relative_to(root)}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\0".encode())
    for fact in facts:
        digest.update(f"{fact}\0".encode())
    return digest.hexdigest()


class Stamp:
    """The hash that a built thing was made from, kept beside it: taken away before building, written last."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def says(self, digest: str) -> bool:
        """Whether the thing was made from just these sources."""
        try:
            return self.path.read_text(encoding="ascii").strip() == digest
        except (OSError, UnicodeDecodeError):
            return False

    def write(self, digest: str) -> None:
        """Say that the thing is whole."""
        new = self.path.with_suffix(".new")
        new.write_text(digest + "\n", encoding="ascii")
        new.replace(self.path)

    def remove(self) -> None:
        """Say that the thing is being built."""
        with suppress(FileNotFoundError):
            self.path.unlink()
