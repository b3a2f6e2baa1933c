"""A Zendesk help center as a source of articles."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from bot.articles.importing.html import markdown_of
from bot.articles.importing.incoming import Delivery, Incoming, Skipped
from bot.articles.importing.ledger import ledger_folder
from bot.articles.importing.own import own_fields
from bot.articles.importing.planning import usual
from bot.articles.importing.sections import FILE, Sections, map_sections
from bot.articles.importing.zendesk_api import HelpCenter, ZendeskArticle
from bot.clock import WIB
from embeddings import ArticleCollection

MOST_KEYWORDS: Final = 10
_HEADING: Final = re.compile(r"^##+ (.+)$", re.MULTILINE)
_ASKS: Final = re.compile(
    r"\?$|^(?:apa|apakah|bagaimana|berapa|cara|di ?mana|kapan|kendala|mengapa|siapa)\b", re.IGNORECASE
)
_MARKS: Final = re.compile(r"[*`\\]")
_OFFICIAL: Final = (".go.id",)


class ZendeskSource:
    """Reads a help center into articles of the collection at `root`.

    A new article gets what its category's other articles have; title, text, category, labels and address come from
    the help center on every run. Questions are the title and the headings that ask something: an editor adds more.
    """

    def __init__(
        self,
        center: HelpCenter,
        root: Path,
        collection: ArticleCollection,
        *,
        locale: str,
        sections: Sequence[int] = (),
        category: str | None = None,
    ) -> None:
        # A host may have a port, which names no folder on every system.
        self.name = f"zendesk-{center.host.replace(':', '-')}-{locale}"
        self._center = center
        self._root = root
        self._collection = collection
        self._sections = tuple(dict.fromkeys(sections))
        self._category = category

    def read(self, since: datetime | None, settings: str) -> Delivery:
        """Deliver what changed since then, or everything when it is now read otherwise than the last time."""
        mapped = self._mapped()
        now = hashlib.sha256(f"{self._sections} {mapped.text}".encode()).hexdigest()[:16]
        since = since if now == settings else None
        skipped: list[Skipped] = []
        found = {article.id: article for article in self._articles(since, skipped)}
        newest = max((article.updated_at for article in found.values()), default=None)
        articles = [i for a in found.values() if (i := self._incoming(a, mapped, skipped)) is not None]
        complete = since is None and not self._sections
        # An export of ours comes home by its own numbers: nothing of it needs a mapping.
        files = {FILE: mapped.text} if skipped or any(i.number is None for i in articles) else {}
        return Delivery(articles, skipped, newest, complete, now, files)

    def _mapped(self) -> Sections:
        path = ledger_folder(self._root, self.name) / FILE
        sections, groups = self._center.sections(), self._center.categories()
        return map_sections(path, sections, groups, self._collection.categories, self._category)

    def _articles(self, since: datetime | None, skipped: list[Skipped]) -> Iterator[ZendeskArticle]:
        for section in self._sections or (None,):
            yield from self._center.articles(section, since, skipped)

    def _incoming(self, article: ZendeskArticle, mapped: Sections, skipped: list[Skipped]) -> Incoming | None:
        if article.arkas is not None:
            return own_fields(article.arkas, str(article.id), skipped)
        name = article.title or str(article.id)
        category = mapped.categories.get(article.section_id or 0, self._category)
        body = "" if article.draft or category is None else markdown_of(article.body or "", article.html_url)
        if reason := self._reason_to_skip(article, category, body):
            skipped.append(Skipped(name, reason))
            return None
        return self._converted(article, str(category), body)

    def _reason_to_skip(self, article: ZendeskArticle, category: str | None, body: str) -> str:
        if article.draft:
            return "is a draft"
        if category is None:
            return f"section {article.section_id} has no category; name one in {FILE} or give --category"
        return "" if body else "has no text"

    def _converted(self, article: ZendeskArticle, category: str, body: str) -> Incoming:
        title = " ".join(article.title.split())
        fields: dict[str, Any] = {"title": title, "category": category, "body": body}
        if article.html_url.startswith("https://"):
            fields["sources"] = [article.html_url]
        initial = {
            **usual(self._collection.of_category(category)),
            "questions": questions_of(title, body),
            "keywords": list(dict.fromkeys(filter(None, map(str.strip, article.label_names))))[:MOST_KEYWORDS],
            "grounding": "official" if self._center.host.endswith(_OFFICIAL) else "third-party",
        }
        return Incoming(str(article.id), article.updated_at.isoformat(), fields, initial, changed_on=_day_of(article))


def _day_of(article: ZendeskArticle) -> date:
    return (article.edited_at or article.updated_at).astimezone(WIB).date()


def questions_of(title: str, body: str) -> list[str]:
    """The title, and the headings that ask something.

    >>> questions_of("Tutup BKU", "## Langkah\\n\\nx\\n\\n## Mengapa *gagal*?\\n\\ny")
    ['Tutup BKU', 'Mengapa gagal?']
    """
    headings = (_MARKS.sub("", heading).strip() for heading in _HEADING.findall(body))
    return list(dict.fromkeys([title, *(h for h in headings if _ASKS.search(h))]))
