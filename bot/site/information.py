"""The announcements of the home page, from `data/site/info.yml`."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, Self
from urllib.parse import quote_plus

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.articles.rules import article_path
from embeddings import ArticleCollection


class Announcement(BaseModel):
    """One card, or the line above the cards."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1)
    title: str = ""
    article: int | None = None
    url: str | None = None
    first_day: date | None = Field(None, alias="from")
    last_day: date | None = Field(None, alias="until")
    tone: Literal["info", "penting"] = "info"

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if (self.article is None) == (self.url is None):
            raise ValueError("give either article or url")
        return self

    def holds(self, today: date) -> bool:
        """Tell whether it is to be shown today."""
        return (self.first_day or today) <= today <= (self.last_day or today)


class Information(BaseModel):
    """All that stands in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    banner: Announcement | None = None
    cards: tuple[Announcement, ...] = ()
    searches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """An announcement whose address is known."""

    title: str
    text: str
    url: str
    tone: str


def load_information(path: Path) -> Information:
    """Read the file; without one, the home page has no announcements."""
    if not path.exists():
        return Information()
    return Information.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})


def card(announcement: Announcement, collection: ArticleCollection) -> Card:
    """Give an announcement its address: an article that is not written yet is searched for instead."""
    title = announcement.title or announcement.text
    article = collection.articles.get(announcement.article or 0)
    url = announcement.url or (article_path(article) if article else f"/cari?q={quote_plus(title)}")
    return Card(announcement.title, announcement.text, url, announcement.tone)
