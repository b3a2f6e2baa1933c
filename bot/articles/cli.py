"""`./arkas articles`: check, write, list, show, bring in and take out articles. Thin, over the functions beside it."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.articles.exporting import ExportFailed, Format, export
from bot.articles.importing import cli as importing_cli
from bot.articles.importing.ledger import ImportFailed
from bot.articles.linting import Folders, lint
from bot.articles.presenting import console, page_of, report_json, report_lines, table_of
from bot.articles.skeleton import write_skeleton
from bot.articles.writing import fields_of
from bot.clock import WIB, SystemClock
from bot.settings import Settings
from embeddings import Article, ArticleCollection, ArticleErrors, Grounding, Program, load_articles

app = typer.Typer(help="Check, write, list, show, import and export articles.", no_args_is_help=True)
app.add_typer(importing_cli.app, name="import")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Today = Annotated[
    datetime | None, typer.Option("--today", formats=["%Y-%m-%d"], help="Look at validity as if it were this day.")
]


def day(given: datetime | None) -> date:
    """The given day, or today where the help desk is."""
    return given.date() if given else SystemClock().now().astimezone(WIB).date()


def fail(message: object) -> NoReturn:
    """Say what is wrong on standard error and exit with 1."""
    typer.echo(str(message), err=True)
    raise typer.Exit(1)


def loaded(root: Path) -> ArticleCollection:
    """The articles, or the end of the command with every problem named."""
    try:
        return load_articles(root)
    except ArticleErrors as error:
        fail(error)


@app.command(name="lint")
def check(as_json: AsJson = False, today: Today = None) -> None:
    """Check fields, links, questions, texts and dates; exit with 1 when there is an error."""
    data = Settings().data_dir
    folders = Folders(data / "articles", data / "lexicon", data / "evaluation")
    try:
        report = lint(folders, today=day(today))
    except ImportFailed as error:
        fail(error)
    typer.echo(report_json(report) if as_json else report_lines(report))
    if report.errors:
        raise typer.Exit(1)


@app.command()
def new(
    title: Annotated[str, typer.Option(prompt="Title (Indonesian)", help="What the article is called.")],
    category: Annotated[str, typer.Option(prompt="Category (folder name)", help="A slug of categories.yml.")],
    program: Annotated[Program, typer.Option(help="The application or subject.")] = Program.ARKAS,
) -> None:
    """Write the skeleton of a new article, with the next free number."""
    root = Settings().articles_dir
    collection = loaded(root)
    if category not in collection.categories:
        fail(f"There is no category {category}. Known: {', '.join(collection.categories)}")
    if not title.strip():
        fail("The title is empty.")
    try:
        path = write_skeleton(collection, root, title=title, category=category, program=program, today=day(None))
    except ImportFailed as error:
        fail(error)
    typer.echo(f"{path}\nWrite it, then run: ./arkas articles lint")


@app.command(name="list")
def show_list(
    category: Annotated[str | None, typer.Option(help="Only this category.")] = None,
    grounding: Annotated[Grounding | None, typer.Option(help="Only articles with this support.")] = None,
    expired: Annotated[bool, typer.Option("--expired", help="Only articles past their date.")] = False,
    as_json: AsJson = False,
    today: Today = None,
) -> None:
    """List the articles."""
    collection, on = loaded(Settings().articles_dir), day(today)
    if category is not None and category not in collection.categories:
        fail(f"There is no category {category}. Known: {', '.join(collection.categories)}")
    found = [
        article
        for article in collection.articles.values()
        if category in (None, article.category)
        and grounding in (None, article.grounding)
        and (not expired or _is_expired(article, on))
    ]
    if as_json:
        rows = [{key: value for key, value in fields_of(a).items() if key != "body"} for a in found]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    console().print(table_of(found, today=on))
    typer.echo(f"{len(found)} articles")


def _is_expired(article: Article, today: date) -> bool:
    return article.valid_until is not None and article.valid_until < today


@app.command()
def show(number: Annotated[int, typer.Argument(metavar="ID", help="The article's number.")]) -> None:
    """Show one article: fields, text and questions."""
    collection = loaded(Settings().articles_dir)
    if number not in collection.articles:
        fail(f"There is no article {number}.")
    console().print(page_of(collection.articles[number], collection))


@app.command(name="export")
def take_out(
    format_: Annotated[Format, typer.Argument(metavar="FORMAT", help="zendesk-json, csv or markdown.")],
    target: Annotated[Path, typer.Argument(help="The file to write; for markdown, a new folder.")],
) -> None:
    """Write all articles to a file or folder that `articles import` can read back."""
    settings = Settings()
    collection = loaded(settings.articles_dir)
    try:
        export(collection, settings.articles_dir, format_, target, public_url=settings.public_url)
    except ExportFailed as error:
        fail(error)
    typer.echo(f"{len(collection.articles)} articles written to {target}")
