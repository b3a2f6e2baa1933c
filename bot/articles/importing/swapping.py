"""Replaces a whole folder in one step, so that whoever reads it sees the old state or the new, never a mixture.

The new state is built beside the folder: unchanged files are hard links (they keep their inode and their times), what
changed is written anew. Then the two folders change names in one operation of the kernel: `renameat2` with
RENAME_EXCHANGE on Linux, `renamex_np` with RENAME_SWAP on macOS. A process killed before that leaves the old state,
after it the new one, and at most a folder beside it that the next run removes.

Where the kernel or file system cannot do this, two renames follow each other; killed between them, the folder is
away for once, and the next run puts the old one back.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bootstrap.exclusive import exclusive

AT_FDCWD: Final = -100
RENAME_EXCHANGE: Final = 2  # of <linux/fs.h>; RENAME_SWAP of macOS has the same value

Step = Callable[[str], None]
Signature = tuple[tuple[str, int, int, int], ...]


class EditedMeanwhile(Exception):
    """Somebody changed the folder while the new state was built."""

    def __init__(self, root: Path) -> None:
        super().__init__(f"{root} was edited while the import ran; nothing was changed. Run it again.")


@contextmanager
def alone(root: Path, say: Step) -> Iterator[None]:
    """Holds the lock of a folder against other imports, and clears away what a killed one left."""
    with exclusive(root.parent / f".{root.name}.lock", lambda: say("waiting for another import to end")):
        _recover(root)
        yield


def replace_folder(root: Path, build: Callable[[Path], None], at: Step = lambda _: None) -> None:
    """Let `build` change a copy of the folder, then put the copy in its place. Call it within `alone`.

    `at` is told each step; tests end the process there.

    Raises:
        EditedMeanwhile: when the folder changed in between.
    """
    before = signature(root)
    incoming = _incoming(root)
    shutil.copytree(root, incoming, symlinks=True, copy_function=_link)
    at("copied")
    build(incoming)
    at("built")
    _flush(incoming)
    if signature(root) != before:
        shutil.rmtree(incoming)
        raise EditedMeanwhile(root)
    at("swapping")
    if not _exchange(incoming, root):
        _rename_both(incoming, root, at)
    at("swapped")
    shutil.rmtree(incoming)
    at("cleared")


def write_anew(path: Path, text: str) -> None:
    """Write a file without touching the other name that a hard link may have."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def signature(root: Path) -> Signature:
    """Tells whether any file below was added, removed or written."""
    entries = ((path, path.lstat()) for path in sorted(root.rglob("*")) if not path.is_dir())
    return tuple((str(path), stat.st_ino, stat.st_size, stat.st_mtime_ns) for path, stat in entries)


def _incoming(root: Path) -> Path:
    return root.with_name(f".{root.name}.incoming")


def _before(root: Path) -> Path:
    return root.with_name(f".{root.name}.before")


def _recover(root: Path) -> None:
    before = _before(root)
    if before.exists() and not root.exists():
        before.rename(root)
    for left in (before, _incoming(root)):
        if left.exists():
            shutil.rmtree(left)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # another file system, or one without links
        shutil.copy2(source, target, follow_symlinks=False)


def _flush(folder: Path) -> None:
    """Bring the new state to the disk before it takes the old one's place: a power cut keeps the promise too.

    One `syncfs` for all: five thousand articles need two minutes when each file is flushed alone.
    """
    library = ctypes.CDLL(None, use_errno=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if not hasattr(library, "syncfs") or library.syncfs(descriptor) != 0:
            os.sync()
    finally:
        os.close(descriptor)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where this is not possible."""
    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        return bool(library.renamex_np(*names, RENAME_EXCHANGE) == 0)
    if not hasattr(library, "renameat2"):  # glibc before 2.28
        return False
    return bool(library.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0)


def _rename_both(incoming: Path, root: Path, at: Step) -> None:
    before = _before(root)
    root.rename(before)
    at("between")
    try:
        incoming.rename(root)
    except OSError:
        before.rename(root)
        raise
    before.rename(incoming)
