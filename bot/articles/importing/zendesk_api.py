"""A Zendesk help center: what its public API tells, over HTTP or from a file.

`GET /api/v2/help_center/{locale}/articles`, `/sections`, `/categories` answer anonymous requests with what is public
(Zendesk's "Help Center API"). A page leads to the next by `next_page` (pages by number) or by `meta.has_more` with
`links.next` (by cursor); both are followed, whichever the server speaks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.articles.importing.fetching import Fetcher
from bot.articles.importing.incoming import Skipped
from bot.articles.importing.ledger import ImportFailed

PAGE_SIZE: Final = 100  # the most that the API gives
MOST_PAGES: Final = 2_000


class _Lenient(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ZendeskSection(_Lenient):
    """A section; its category gives it context."""

    id: int
    name: str
    category_id: int | None = None


class ZendeskCategory(_Lenient):
    """A category: a group of sections."""

    id: int
    name: str


class ZendeskArticle(_Lenient):
    """An article as the API gives it; `arkas` holds our own fields when the file is an export of ours."""

    id: int
    title: str = ""
    body: str | None = None
    section_id: int | None = None
    draft: bool = False
    label_names: tuple[str, ...] = ()
    html_url: str = ""
    updated_at: datetime
    edited_at: datetime | None = None
    arkas: dict[str, Any] | None = Field(default=None)


class HelpCenter(Protocol):
    """What the import needs of a help center."""

    @property
    def host(self) -> str:
        """Its name."""
        ...

    def categories(self) -> Sequence[ZendeskCategory]:
        """All categories."""
        ...

    def sections(self) -> Sequence[ZendeskSection]:
        """All sections."""
        ...

    def articles(self, section: int | None, since: datetime | None, skipped: list[Skipped]) -> Iterator[ZendeskArticle]:
        """Articles, newest change first, down to `since`; what cannot be read is added to `skipped`."""
        ...


class HttpHelpCenter:
    """A help center on the web."""

    def __init__(self, fetcher: Fetcher, *, locale: str, say: Callable[[str], None] = lambda _: None) -> None:
        self.host = urlsplit(fetcher.origin).netloc
        self._fetcher = fetcher
        self._path = f"/api/v2/help_center/{locale}"
        self._say = say

    def categories(self) -> Sequence[ZendeskCategory]:
        """All categories."""
        return [ZendeskCategory.model_validate(c) for c in self._listed(f"{self._path}/categories.json", "categories")]

    def sections(self) -> Sequence[ZendeskSection]:
        """All sections."""
        return [ZendeskSection.model_validate(s) for s in self._listed(f"{self._path}/sections.json", "sections")]

    def articles(self, section: int | None, since: datetime | None, skipped: list[Skipped]) -> Iterator[ZendeskArticle]:
        """Articles, newest change first; stops at the first that is older than `since`, if they do come in order."""
        within = "" if section is None else f"/sections/{section}"
        last: datetime | None = None
        in_order = True
        for raw in self._listed(f"{self._path}{within}/articles.json", "articles"):
            article = parsed(raw, skipped)
            if article is None:
                continue
            in_order = in_order and (last is None or article.updated_at <= last)
            last = article.updated_at
            if since is None or article.updated_at >= since:
                yield article
            elif in_order:
                return

    def _listed(self, path: str, name: str) -> Iterator[dict[str, Any]]:
        query = f"per_page={PAGE_SIZE}&page[size]={PAGE_SIZE}&sort_by=updated_at&sort_order=desc"
        address: str | None = f"{self._fetcher.origin}{path}?{query}"
        seen: set[str] = set()
        while address:
            if address in seen or len(seen) >= MOST_PAGES:
                raise ImportFailed(f"{address}: the pages lead in a circle")
            seen.add(address)
            page = self._fetcher.get(address)
            entries = page.get(name)
            if not isinstance(entries, list):
                raise ImportFailed(f"{address}: answers without {name!r}; is this a Zendesk help center?")
            yield from entries
            self._say(f"read page {len(seen)} of {name}")
            address = next_address(page)


def next_address(page: dict[str, Any]) -> str | None:
    """Where the next page is, by cursor or by number."""
    meta, links = page.get("meta"), page.get("links")
    if isinstance(meta, dict) and isinstance(links, dict):
        return str(links["next"]) if meta.get("has_more") and links.get("next") else None
    following = page.get("next_page")
    return str(following) if following else None


def parsed(raw: object, skipped: list[Skipped]) -> ZendeskArticle | None:
    """One article, or None with the reason told: a broken one must not stop the other five thousand."""
    try:
        return ZendeskArticle.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(raw.get("title") or raw.get("id")) if isinstance(raw, dict) else "an article"
        skipped.append(Skipped(name, f"{'.'.join(map(str, first['loc']))}: {first['msg']}"))
        return None


class FileHelpCenter:
    """A help center in a JSON file: `{"categories": [...], "sections": [...], "articles": [...]}`, as we export it."""

    def __init__(self, path: Path) -> None:
        self.host = path.stem
        try:
            self._content = json.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            raise ImportFailed(f"{path}: cannot be read as JSON: {error}") from None
        if not isinstance(self._content, dict) or not isinstance(self._content.get("articles"), list):
            raise ImportFailed(f'{path}: is no help center: {{"articles": [...]}} is missing')

    def categories(self) -> Sequence[ZendeskCategory]:
        """All categories."""
        return [ZendeskCategory.model_validate(c) for c in self._content.get("categories", [])]

    def sections(self) -> Sequence[ZendeskSection]:
        """All sections."""
        return [ZendeskSection.model_validate(s) for s in self._content.get("sections", [])]

    def articles(self, section: int | None, since: datetime | None, skipped: list[Skipped]) -> Iterator[ZendeskArticle]:
        """Articles of the file that changed since then."""
        for raw in self._content["articles"]:
            article = parsed(raw, skipped)
            if article is None or (section is not None and article.section_id != section):
                continue
            if since is None or article.updated_at >= since:
                yield article
