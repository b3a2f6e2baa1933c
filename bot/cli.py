"""The words of `./arkas` once the environments stand. Composition only: each command calls one function.

What a command needs is imported inside it: the supervisor of `serve` lives as long as the product, and stays small.
"""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Annotated, Literal, NoReturn

import typer
from pydantic import ValidationError

from bootstrap.progress import Progress
from bot.settings import ROOT, Settings
from bot.supervision.failures import StartError
from bot.supervision.preparing import encoder_step, index_step, rasa_step
from bot.supervision.steps import carry_out

app = typer.Typer(name="arkas", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Host = Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 lets other machines in.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")]
INTERRUPTED = 130
Trained = Literal["all", "rasa", "encoder", "general", "passages", "calibration", "check"]
REFUSED = 3  # as the library: the change would be worse
PASSED_ON = {"ignore_unknown_options": True, "allow_extra_args": True}


def operators_settings() -> Settings:
    """Read the settings; the project's .env counts whatever folder the person stands in."""
    return Settings(_env_file=ROOT / ".env")


@app.command()
def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Set up what is missing and serve the help center."""
    from bot.supervision.serving import serve as run

    run(operators_settings(), host, port, Progress())


@app.command(context_settings=PASSED_ON, add_help_option=False)
def test(context: typer.Context) -> None:
    """Run linters, type checks and all tests; with arguments only pytest, with them."""
    from bot.supervision.checks import test_all

    test_all(operators_settings(), context.args, Progress())


@app.command(context_settings=PASSED_ON)
def train(context: typer.Context, what: Annotated[Trained, typer.Argument()] = "all") -> None:
    """Train Rasa's model and build the index where they are outdated; `encoder` trains one anew, for minutes.

    What ships is made by `general --data FOLDER`, `passages --data FOLDER`, `encoder --target FOLDER` and
    `calibration --encoder FOLDER`; `check` tells whether it is what that makes now (see embeddings/weights/README.md).
    """
    if what in ("general", "passages", "calibration", "check") or (what == "encoder" and context.args):
        _tell_the_library("train", what, context.args)
        return
    if context.args:
        raise typer.BadParameter(f"{what} takes no more than that: {' '.join(context.args)}")
    settings = operators_settings()
    rasa, articles = rasa_step(settings), index_step(settings)
    chosen = {"all": (articles, rasa), "rasa": (rasa,), "encoder": (encoder_step(settings),)}
    carry_out(chosen[what], Progress())


@app.command()
def index(
    force: Annotated[str, typer.Option(metavar="REASON", help="Take even an index that is worse; say why.")] = "",
) -> None:
    """Build the article index, unless it is up to date; refused when past questions would be answered worse."""
    carry_out((index_step(operators_settings(), force),), Progress())


@app.command()
def replay(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only talks from this day on; articles' own always.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show which past questions gain and which lose if the index were built now; exit with 3 if that is worse."""
    from bot.learning.cli import as_text
    from bot.learning.cli import replay as run

    report = run(operators_settings(), since)
    typer.echo(as_text(report, as_json=as_json))
    if report["gate"]["worse"]:
        raise typer.Exit(REFUSED)


@app.command(context_settings=PASSED_ON, add_help_option=False)
def rank(context: typer.Context) -> None:
    """Rank the articles for questions given as words or one a line on standard input. [--json] [--corpus FILE]"""
    _ask_the_library("rank", context.args)


@app.command(context_settings=PASSED_ON, add_help_option=False)
def evaluate(context: typer.Context) -> None:
    """Score rankings beside plain BM25's. --questions FILE [--corpus FILE] [--report FOLDER] [--json]"""
    _ask_the_library("evaluate", context.args)


@app.command(context_settings=PASSED_ON, add_help_option=False)
def articles(context: typer.Context) -> None:
    """Look after the knowledge base: lint, new, list, show, import, export."""
    from bot.articles.cli import app as commands

    commands(context.args or ["--help"], prog_name="./arkas articles")


def _ask_the_library(command: str, arguments: list[str]) -> None:
    """The library has a command line of its own; it is told where this product keeps its things."""
    settings = operators_settings()
    if "--help" not in arguments:
        carry_out((index_step(settings),), Progress())
    from bot.supervision.article_index import ArticleIndex
    from embeddings.cli import commands

    places = ArticleIndex(settings).places()
    commands([command, *arguments], prog_name="./arkas", default_map={command: places})


def _tell_the_library(command: str, verb: str, arguments: list[str]) -> None:
    """The same for what needs no index."""
    from bot.supervision.article_index import ArticleIndex
    from embeddings.cli import commands

    places = ArticleIndex(operators_settings()).places()
    commands([command, verb, *arguments], prog_name="./arkas", default_map={command: {verb: places}})


@app.command(context_settings=PASSED_ON, add_help_option=False)
def mail(context: typer.Context) -> None:
    """Read the mails that were sent, kept, received and suspended: list | show | release."""
    from bot.clock import SystemClock
    from bot.database import Database
    from bot.logs import configure_logs
    from bot.mail.cli import mail_commands
    from bot.services import mail_alone

    settings = operators_settings()
    configure_logs("warning", settings.log_format)
    commands = mail_commands(lambda: mail_alone(settings, Database(settings.database), SystemClock()))
    commands(context.args, prog_name="./arkas mail")


@app.command(context_settings=PASSED_ON, add_help_option=False)
def officer(context: typer.Context) -> None:
    """Look after the accounts of the officers' console: create | list | disable | enable | reset."""
    from bot.clock import SystemClock
    from bot.database import Database
    from bot.officers.cli import officer_commands
    from bot.officers.passwords import Passwords
    from bot.services import officer_service

    settings, clock, passwords = operators_settings(), SystemClock(), Passwords()
    commands = officer_commands(lambda: officer_service(settings, Database(settings.database), clock, passwords))
    commands(context.args or ["--help"], prog_name="./arkas officer")


@app.command(context_settings=PASSED_ON, add_help_option=False)
def person(context: typer.Context) -> None:
    """Give out or erase one person's data: show | export | erase ADDRESS."""
    from bot.clock import SystemClock
    from bot.database import Database
    from bot.privacy.cli import person_commands
    from bot.services import privacy_service

    settings = operators_settings()
    commands = person_commands(lambda: privacy_service(settings, Database(settings.database), SystemClock()))
    commands(context.args or ["--help"], prog_name="./arkas person")


@app.command(context_settings=PASSED_ON, add_help_option=False)
def telegram(context: typer.Context) -> None:
    """Talk to Telegram: poll (from a laptop) | webhook URL (for a server)."""
    from bot.channels.telegram.cli import telegram_commands

    telegram_commands(context.args or ["--help"], prog_name="./arkas telegram")


@app.command()
def report(days: Annotated[int, typer.Option(min=1, max=366, help="How many days, up to today.")] = 7) -> None:
    """Count what is due, and tell how it goes beside the days before; the console shows it with charts."""
    from bot.insight.commands import told

    typer.echo(told(operators_settings(), days))


@app.command()
def config() -> None:
    """Print every setting, its value, its default and what it is for."""
    from bot.supervision.configuration import show

    show(operators_settings())


@app.command()
def doctor(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Say what is missing on this machine and how to mend it."""
    from bot.supervision.doctor import look

    findings = list(look(operators_settings(), host, port))
    typer.echo("\n".join(map(str, findings)))
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)


@app.command()
def migrate() -> None:
    """Bring the database to its newest version; `serve` does it by itself."""
    from bot.database import upgrade

    upgrade(operators_settings().database)


@app.command()
def worker() -> None:
    """Send mails, remind and close in a process of its own, beside web processes with ARKAS_WORKER=false."""
    from bot.worker import run_worker

    run_worker(operators_settings())


@app.command()
def backup(file: Path) -> None:
    """Save the database, attachments and raw mails in one file, while everything runs."""
    from bot.operations.commands import save

    typer.echo(save(operators_settings(), file))


@app.command()
def restore(file: Path) -> None:
    """Put back what `backup` saved, while everything runs. What was stored since is lost."""
    from bot.operations.commands import bring_back

    typer.echo(bring_back(operators_settings(), file))


@contextmanager
def plain_failures() -> Iterator[None]:
    """What can be mended is told in one line and exits with 1; an interrupted command exits with 130."""
    try:
        yield
    except StartError as failure:
        _leave(str(failure), 1)
    except ValidationError as wrong:
        problems = "; ".join(f"ARKAS_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in wrong.errors())
        _leave(f"a setting is wrong: {problems}", 1)
    except SystemExit as leaving:  # Typer makes it of a KeyboardInterrupt, and says nothing
        if leaving.code == INTERRUPTED:
            sys.stderr.write("\narkas: stopped.\n")
        raise


def _leave(line: str, code: int) -> NoReturn:
    sys.stderr.write(f"arkas: {line}\n")
    sys.exit(code)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def main() -> None:
    """Run a command. `kill` is told like Ctrl-C, so that training that has begun is stopped too."""
    signal.signal(signal.SIGTERM, _interrupt)
    with plain_failures():
        app(prog_name="./arkas")


if __name__ == "__main__":
    main()
