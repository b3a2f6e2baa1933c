"""The labelled file that the index and the encoder learn from: what the database holds, line for line.

The database is what counts. A line tells by its source which row it comes from, so that whatever a killed process left
out is found and added by the next one; a line that two processes add says the same twice.
"""

import fcntl
import os
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from embeddings import Verdict, append_verdict

_SOURCE: Final = re.compile(rb'"source":"petugas:[^"#]*#(\d+)"')

_LINE: Final = re.compile(rb"[^\n]+")


class LabelledFile:
    """`var/verdicts.jsonl`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def last_row(self) -> int:
        """The highest row of the database that has a line here; 0 for none."""
        found = self.path.read_bytes() if self.path.is_file() else b""
        return max((int(number) for number in _SOURCE.findall(found)), default=0)

    def append(self, verdicts: Iterable[Verdict]) -> None:
        """Add lines; they are on the disk when this returns."""
        for verdict in verdicts:
            append_verdict(self.path, verdict)

    def forget(self, rows: Collection[int]) -> None:
        """Blank the lines of these rows of the database, whose question somebody had erased.

        In place and as long as they were, so that readers and writers meet whole lines at every moment.
        """
        if not self.path.is_file():
            return
        with self.path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            content = file.read()
            for found in _LINE.finditer(content):
                source = _SOURCE.search(found.group())
                if source and int(source.group(1)) in rows:
                    file.seek(found.start())
                    file.write(b" " * len(found.group()))
            file.flush()
            os.fsync(file.fileno())
