"""Articles in the console: list, form with preview and problems, publication through past questions, history."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query
from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from bot.articles.rendering import render_html
from bot.articles.rules import SOLVERS
from bot.console.guard import SignedIn
from bot.console.pages import Console
from bot.editing import rules
from bot.editing.errors import BuildFailed, DraftChanged, FileChanged, NotReady, WorsePublication
from bot.editing.models import ArticleVersion, Check, Draft, DraftState
from bot.editing.service import ArticleEditor
from bot.errors import ArkasError
from bot.officers.models import Permission
from embeddings import Article, Audience, Grounding, Program

ARTICLES: Final = "/petugas/artikel"
_GROUNDINGS: Final = {
    Grounding.SEED: "bahan resmi dari pemberi tugas",
    Grounding.OFFICIAL: "sumber resmi",
    Grounding.SEMI_OFFICIAL: "sumber setengah resmi",
    Grounding.THIRD_PARTY: "sumber pihak ketiga",
    Grounding.PRIOR: "pengetahuan petugas, belum ada sumber",
}


@dataclass(frozen=True)
class Filters:
    """What was chosen above the list."""

    kategori: Annotated[str, Query(max_length=60)] = ""
    cari: Annotated[str, Query(max_length=200)] = ""
    perlu: Annotated[str, Query(max_length=20)] = ""  # "tinjau": past its date or long unchecked; "suara": voted down


@dataclass(frozen=True)
class Row:
    """An article in the list."""

    article: Article
    helpful: int
    unhelpful: int
    overdue: bool
    draft: bool


def articles_router(console: Console) -> APIRouter:
    """Make the routes of reading and editing."""
    router, editor = console.router(), console.services.editor
    editing = console.allowed(Permission.EDIT_ARTICLES)

    @router.page(ARTICLES)
    async def listed(
        request: Request, officer: Annotated[SignedIn, editing], filters: Annotated[Filters, Depends()]
    ) -> Response:
        drafts = await editor.drafts()
        rows = await _rows(console, filters, {draft.number for draft in drafts})
        new = [draft for draft in drafts if draft.number not in console.services.articles.collection.articles]
        page = console.page(
            request, officer, "articles.html", rows=rows, new=new, filters=filters, home=ARTICLES,
            categories=_categories(console),
        )  # fmt: skip
        page.background = _preparing(editor, drafts)
        return page

    @router.action(f"{ARTICLES}/baru")
    async def create(
        officer: Annotated[SignedIn, editing],
        judul: Annotated[str, Form(max_length=200)] = "",
        kelompok: Annotated[str, Form()] = "",
    ) -> Response:
        known = console.services.articles.collection.categories
        if not judul.strip() or kelompok not in known:
            return console.see_other(ARTICLES, flash="Isi judul dan pilih kategori.", tone="bad")
        draft = await editor.create(officer.name, judul, kelompok)
        await console.audit(officer, "article.created", f"article:{draft.number}")
        return console.see_other(f"{ARTICLES}/{draft.number}")

    @router.page(f"{ARTICLES}/{{number}}")
    async def edit(request: Request, number: int, officer: Annotated[SignedIn, editing]) -> Response:
        page = await _form(console, request, officer, await editor.open(number))
        page.background = BackgroundTask(editor.prepare)  # while the editor reads
        return page

    @router.action(f"{ARTICLES}/{{number}}")
    async def save(
        request: Request, number: int, officer: Annotated[SignedIn, editing], versi: Annotated[int, Form()]
    ) -> Response:
        before = await editor.open(number)
        fields = rules.from_form(await _given(request), before.fields)
        try:
            await editor.save(number, versi, fields, officer.name)
        except DraftChanged as error:
            return await _form(console, request, officer, Draft(**{**vars(before), "fields": fields}), error)
        await console.audit(officer, "article.saved", f"article:{number}")
        return console.see_other(f"{ARTICLES}/{number}", flash="Draf disimpan.")

    @router.action(f"{ARTICLES}/{{number}}/pratinjau")
    async def preview(
        request: Request, number: int, officer: Annotated[SignedIn, editing], body: Annotated[str, Form()] = ""
    ) -> Response:
        shown = _html(console, body)
        return console.page(request, officer, "article_preview.html", html=shown, number=number, home=ARTICLES)

    return router


def publishing_router(console: Console) -> APIRouter:
    """Make the routes of what goes out, and of what went out before."""
    router, editor = console.router(), console.services.editor
    editing, publishing = console.allowed(Permission.EDIT_ARTICLES), console.allowed(Permission.PUBLISH_ARTICLES)

    @router.action(f"{ARTICLES}/{{number}}/terbit")
    async def publish(
        request: Request,
        number: int,
        officer: Annotated[SignedIn, publishing],
        versi: Annotated[int, Form()],
        catatan: Annotated[str, Form(max_length=300)] = "",
        alasan: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        try:
            await editor.publish(number, versi, officer.name, note=catatan.strip(), reason=alasan.strip())
        except (DraftChanged, FileChanged, NotReady, WorsePublication, BuildFailed) as error:
            if isinstance(error, WorsePublication):
                await console.audit(officer, "article.refused", f"article:{number}")
            draft = await editor.open(number)
            return await _form(console, request, officer, draft, error, note=catatan, reason=alasan)
        forced = {"reason": alasan.strip()} if alasan.strip() else {}
        await console.audit(officer, "article.published", f"article:{number}", **forced)
        return console.see_other(f"{ARTICLES}/{number}", flash="Artikel diterbitkan.")

    @router.action(f"{ARTICLES}/{{number}}/buang")
    async def discard(number: int, officer: Annotated[SignedIn, editing], versi: Annotated[int, Form()]) -> Response:
        await editor.discard(number, versi, officer.name)
        await console.audit(officer, "article.discarded", f"article:{number}")
        return console.see_other(ARTICLES, flash="Draf dibuang.", tone="plain")

    @router.page(f"{ARTICLES}/{{number}}/riwayat")
    async def history(request: Request, number: int, officer: Annotated[SignedIn, editing]) -> Response:
        versions = await editor.history(number)
        changes = list(zip(versions, _differences(versions), strict=True))
        return console.page(request, officer, "article_history.html", number=number, changes=changes, home=ARTICLES)

    @router.action(f"{ARTICLES}/{{number}}/pulihkan")
    async def restore(number: int, officer: Annotated[SignedIn, editing], versi: Annotated[int, Form()]) -> Response:
        await editor.restore(number, versi, officer.name)
        await console.audit(officer, "article.restored", f"article:{number}", version=versi)
        return console.see_other(f"{ARTICLES}/{number}", flash="Isi lama menjadi draf. Periksa, lalu terbitkan.")

    return router


def _preparing(editor: ArticleEditor, drafts: Sequence[Draft]) -> BackgroundTask | None:
    """A draft is checked when it is opened: what that needs is read while its editor looks for it in the list."""
    return BackgroundTask(editor.prepare) if drafts else None


async def _given(request: Request) -> dict[str, list[str]]:
    form = await request.form()
    return {name: [text for text in form.getlist(name) if isinstance(text, str)] for name in form}


async def _form(
    console: Console,
    request: Request,
    officer: SignedIn,
    draft: Draft,
    error: ArkasError | None = None,
    *,
    note: str = "",
    reason: str = "",
) -> Response:
    known = draft.state is DraftState.DRAFT
    check = await console.services.editor.check(draft.fields) if known else Check(())
    worse = error.report if isinstance(error, WorsePublication) else None
    return console.page(
        request, officer, "article_edit.html", status=error.status if error else 200,
        error=error.detail if error else "", worse=worse, draft=draft, f=draft.fields, check=check, home=ARTICLES,
        is_draft=known, preview=_html(console, str(draft.fields["body"])), categories=_categories(console),
        programs=[program.value for program in Program], groundings=[(g.value, _GROUNDINGS[g]) for g in Grounding],
        note=note, reason=reason, solvers=SOLVERS, audiences=[audience.value for audience in Audience],
    )  # fmt: skip


def _html(console: Console, body: str) -> Markup:
    """Washed by the renderer that the help center uses; the only markup that is let through here."""
    return Markup(render_html(body, console.services.articles.collection.links))  # noqa: S704 - see above


def _categories(console: Console) -> list[tuple[str, str]]:
    return [(slug, each.name) for slug, each in console.services.articles.collection.categories.items()]


async def _rows(console: Console, filters: Filters, drafts: set[int]) -> list[Row]:
    votes, today = await console.services.articles.votes(), console.services.editor.today
    rows = [
        Row(article, *votes.get(article.id, (0, 0)), overdue=_overdue(article, today), draft=article.id in drafts)
        for article in _wanted(console, filters)
    ]
    needs = {"tinjau": lambda row: row.overdue, "suara": lambda row: row.unhelpful > row.helpful}.get(filters.perlu)
    return [row for row in rows if needs is None or needs(row)]


def _wanted(console: Console, filters: Filters) -> Iterator[Article]:
    articles = console.services.articles
    found: Iterable[Article] = articles.collection.articles.values()
    if filters.cari.strip():
        found = [articles.article(hit.card.id) for hit in articles.search(filters.cari).hits]
    return (article for article in found if filters.kategori in ("", article.category))


def _overdue(article: Article, today: date) -> bool:
    return bool(article.valid_until and article.valid_until < today) or (today - article.checked).days > _CHECK_DAYS


_CHECK_DAYS: Final = 400  # as the lint has it: a year's rules are over, and their successors known


def _differences(versions: list[ArticleVersion]) -> Iterator[list[str]]:
    """What each version changed of the one before it, line by line."""
    texts = [rules.for_comparing(version.text) for version in versions]
    for newer, older in zip(texts, [*texts[1:], ""], strict=False):
        lines = difflib.unified_diff(older.splitlines(), newer.splitlines(), lineterm="", n=1)
        yield [line for line in lines if not line.startswith(("---", "+++"))][:400]
