"""The labelled file that the index and the encoder learn from: what the database holds, line for line.

The database is what counts. A line tells by its source which row it comes from, so that whatever a killed process left
out is found and added by the next one; a line that two processes add says the same twice.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from embeddings import Verdict, append_verdict

_SOURCE: Final = re.compile(rb'"source":"petugas:[^"#]*#(\d+)"')


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
