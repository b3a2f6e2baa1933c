"""`./arkas articles import`: from Zendesk, a folder of Markdown, or a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bot.articles.importing.fetching import Fetcher, origin_of
from bot.articles.importing.files import MarkdownFolder, Table
from bot.articles.importing.incoming import Source
from bot.articles.importing.ledger import ImportFailed
from bot.articles.importing.reporting import summary_of
from bot.articles.importing.running import run_import
from bot.articles.importing.swapping import EditedMeanwhile
from bot.articles.importing.zendesk import ZendeskSource
from bot.articles.importing.zendesk_api import FileHelpCenter, HelpCenter, HttpHelpCenter
from bot.clock import SystemClock
from bot.settings import Settings
from embeddings import ArticleErrors, load_articles

app = typer.Typer(help="Bring articles in; what was edited here is never overwritten silently.", no_args_is_help=True)

Category = Annotated[str | None, typer.Option(help="The category of what names none.")]
Full = Annotated[bool, typer.Option("--full", help="Read everything, not only what changed since the last run.")]


@app.command()
def zendesk(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="https://<host>, or a JSON file in its shape.")],
    locale: Annotated[str, typer.Option(help="The language, as it stands in the help center's addresses.")] = "id",
    section: Annotated[list[int] | None, typer.Option(help="Only this section; may be repeated.")] = None,
    category: Category = None,
    full: Full = False,
) -> None:
    """Read a Zendesk help center: all of it once, then what changed."""

    def source(root: Path) -> Source:
        collection = load_articles(root)
        return ZendeskSource(
            _center(address, locale), root, collection, locale=locale, sections=section or (), category=category
        )

    _run(source, category, full=full)


def _center(address: str, locale: str) -> HelpCenter:
    path = Path(address)
    if path.suffix == ".json" and "://" not in address:
        return FileHelpCenter(path)
    return HttpHelpCenter(Fetcher(origin_of(address), say=_say), locale=locale, say=_say)


@app.command()
def markdown(
    folder: Annotated[Path, typer.Argument(help="A folder of Markdown files, with our front matter or without.")],
    category: Category = None,
) -> None:
    """Read Markdown files; a plain one's category is its folder's name."""
    _run(lambda _: MarkdownFolder(folder, category), category, full=True)


@app.command(name="csv")
def table(
    file: Annotated[Path, typer.Argument(help="A table with the columns title and body at least, in UTF-8.")],
    category: Category = None,
) -> None:
    """Read a table, as `articles export csv` writes it or with fewer columns."""
    _run(lambda _: Table(file, category), category, full=True)


def _run(source: Callable[[Path], Source], category: str | None, *, full: bool) -> None:
    root = Settings().articles_dir
    try:
        _refuse_unknown(category, root)
        plan = run_import(source(root), root, SystemClock(), full=full, say=_say)
    except (ArticleErrors, ImportFailed, EditedMeanwhile, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(summary_of(plan))


def _refuse_unknown(category: str | None, root: Path) -> None:
    known = load_articles(root).categories
    if category is not None and category not in known:
        raise ImportFailed(f"there is no category {category}; known: {', '.join(known)}")


def _say(message: str) -> None:
    typer.echo(message, err=True)
