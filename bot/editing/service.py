"""Articles edited in the console: drafts, the check, publication, and what was published before."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.articles.skeleton import BODY
from bot.clock import WIB, Clock
from bot.database import Database
from bot.editing import repository, rules
from bot.editing.building import Builder
from bot.editing.errors import DraftChanged, NotReady, WorsePublication
from bot.editing.models import ArticleVersion, Built, Check, Draft, DraftState, Fields
from bot.editing.shelf import Shelf
from bot.errors import UnknownArticle
from bot.learning.models import LabelledQuestion
from bot.learning.replaying import ReplayService
from embeddings import Verdict

_LONGEST = 2000


class ArticleEditor:
    """What editors may do. The files decide what an article says; the database keeps drafts and history."""

    def __init__(
        self, database: Database, clock: Clock, shelf: Shelf, builder: Builder, replays: ReplayService
    ) -> None:
        self._database = database
        self._clock = clock
        self._shelf = shelf
        self._builder = builder
        self._replays = replays
        self._publishing = asyncio.Lock()

    @property
    def today(self) -> date:
        """The day at the help desk."""
        return self._clock.now().astimezone(WIB).date()

    async def open(self, number: int) -> Draft:
        """The draft of an article, else the article itself. Raises UnknownArticle."""
        async with self._database.read() as connection:
            draft = await repository.find_draft(connection, number)
        if draft is not None and draft.state is DraftState.DRAFT:
            return draft
        text = await asyncio.to_thread(self._shelf.text, number)
        if text is None:
            raise UnknownArticle
        version = draft.version if draft else 0
        state, origin = DraftState.PUBLISHED, draft.origin if draft else ""
        return Draft(number, version, state, rules.fields_in(text), rules.digest(text), origin, "", None)

    async def drafts(self) -> list[Draft]:
        """What is not published yet, newest first."""
        async with self._database.read() as connection:
            return await repository.drafts_in(connection, DraftState.DRAFT)

    async def save(self, number: int, version: int, fields: Fields, officer: str) -> Draft:
        """Keep a draft. Raises UnknownArticle, or DraftChanged when somebody saved after `version`."""
        before = await self.open(number)
        if before.version != version:
            raise DraftChanged
        return await self._save(replace(before, state=DraftState.DRAFT, fields=fields, officer=officer))

    async def create(self, officer: str, title: str, category: str) -> Draft:
        """A new article as a draft, with a number that none ever had."""
        skeleton = rules.new_fields(title, BODY, (), category=category, related=(), today=self.today)
        return await self.begin(officer, skeleton, origin="")

    async def begin(self, officer: str, fields: Fields, *, origin: str) -> Draft:
        """Keep the first draft of a new article, under a number that none ever had."""
        highest = await asyncio.to_thread(self._shelf.highest)
        while True:
            async with self._database.read() as connection:
                number = max(highest, await repository.highest_number(connection)) + 1
            draft = Draft(number, 0, DraftState.DRAFT, {**fields, "id": number}, "", origin, officer, None)
            try:
                return await self._save(draft)
            except DraftChanged:  # another took the number at the same moment
                continue

    async def discard(self, number: int, version: int, officer: str) -> None:
        """Give a draft up; its number is not given again. Raises DraftChanged."""
        draft = await self.open(number)
        if draft.version != version or draft.state is not DraftState.DRAFT:
            raise DraftChanged
        await self._save(replace(draft, state=DraftState.DISCARDED, officer=officer))

    async def prepare(self) -> None:
        """Read what articles are checked against, so that the next one who saves need not wait for it."""
        await asyncio.to_thread(self._shelf.prepare, today=self.today)

    async def check(self, fields: Fields) -> Check:
        """What is wrong with an article."""
        return await asyncio.to_thread(self._shelf.check, fields, today=self.today)

    async def publish(self, number: int, version: int, officer: str, *, note: str, reason: str = "") -> Built:
        """Write the file, build the index through the check on past questions, and serve it; all of it or nothing.

        `reason` is why it is published even when past questions get worse. Raises DraftChanged, NotReady, FileChanged,
        WorsePublication or BuildFailed.
        """
        draft = await self.open(number)
        if draft.version != version or draft.state is not DraftState.DRAFT:
            raise DraftChanged
        if not (await self.check(draft.fields)).passes:
            raise NotReady
        known = [_verdict(question, self._clock) for question in await self._replays.vouched_for()]
        async with self._publishing:
            old = await asyncio.to_thread(self._shelf.text, number)
            built = await asyncio.to_thread(self._publish, draft, reason, known)
        await self._keep_replay(built, draft, officer, reason)
        if built.refused:
            raise WorsePublication(built.report or {})
        await self._keep(draft, officer, old, note)
        return built

    def _publish(self, draft: Draft, reason: str, known: Sequence[Verdict]) -> Built:
        with self._shelf.replaced(draft.fields, draft.base) as bring_back:
            try:
                built = self._builder.build(reason, known)
            except BaseException:
                bring_back()
                raise
            if built.refused:
                bring_back()
            return built

    async def history(self, number: int) -> list[ArticleVersion]:
        """What was published of an article, newest first."""
        async with self._database.read() as connection:
            return await repository.versions_of(connection, number)

    async def restore(self, number: int, version_id: int, officer: str) -> Draft:
        """Make a draft of an earlier text; it goes out through the same check. Raises UnknownArticle."""
        found = next((v for v in await self.history(number) if v.id == version_id), None)
        if found is None:
            raise UnknownArticle
        before = await self.open(number)
        return await self.save(number, before.version, rules.fields_in(found.text), officer)

    async def _save(self, draft: Draft) -> Draft:
        stored = replace(draft, at=self._clock.now())
        async with self._database.write() as connection:
            if not await repository.save_draft(connection, stored):
                raise DraftChanged
        return replace(stored, version=draft.version + 1)

    async def _keep(self, draft: Draft, officer: str, old: str | None, note: str) -> None:
        now, new = self._clock.now(), rules.whole_text(draft.fields)
        async with self._database.write() as connection:
            known = await repository.versions_of(connection, draft.number)
            if old is not None and (not known or known[0].text != old):
                told = {"officer": "berkas", "note": "Isi berkas sebelum diterbitkan dari konsol"}
                await repository.insert_version(connection, number=draft.number, text=old, at=now, **told)
            values = {"number": draft.number, "text": new, "officer": officer, "note": note}
            await repository.insert_version(connection, **values, at=now)
            await repository.save_draft(connection, replace(draft, state=DraftState.PUBLISHED, at=now))

    async def _keep_replay(self, built: Built, draft: Draft, officer: str, reason: str) -> None:
        if built.report is not None:
            about = f"artikel {draft.number}"
            await self._replays.keep(
                {"gate": built.report}, about=about, actor=f"officer:{officer}", refused=built.refused, reason=reason
            )


def _verdict(question: LabelledQuestion, clock: Clock) -> Verdict:
    return Verdict(question=question.text[:_LONGEST], article=question.article, at=clock.now(), source="talks")
