"""Where else a question belongs: the offices and applications that the articles name but do not stand for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Self

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter

Words = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=2)]


class Place(BaseModel):
    """An office or application. `words` name its matters, `says` is what a person is told, in whole sentences."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    words: tuple[Words, ...]
    says: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Places:
    """All places, in the order of the file: of several that are named the first counts."""

    all: tuple[Place, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read data/places.yml. Raises pydantic.ValidationError for an entry that is incomplete."""
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(TypeAdapter(tuple[Place, ...]).validate_python(entries))

    def named_in(self, words: Sequence[str]) -> Place | None:
        """The first place that these words, as the ranker reads them, are about."""
        read = f" {' '.join(words)} "
        return next((place for place in self.all if any(f" {own} " in read for own in place.words)), None)


NOWHERE_ELSE: Final = Places()
