"""`./arkas person show|export|erase`: one person's data, given out or erased, also while everything runs."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from bot.errors import ArkasError
from bot.privacy.models import Reach
from bot.privacy.service import PrivacyService

T = TypeVar("T")
BY: Final = "system:cli"  # who stands in the audit log
Address = Annotated[str, typer.Argument(help="The mail address that the person reported with.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask again.")]


def person_commands(open_service: Callable[[], PrivacyService]) -> typer.Typer:
    """The commands. `open_service` makes the service from the operator's settings, when a command runs."""
    app = typer.Typer(no_args_is_help=True, help="Give out or erase one person's data.")

    @app.command()
    def show(address: Address) -> None:
        """Tell how much is kept of a person."""
        sys.stdout.write(_told(_run(open_service().look_up(address, by=BY))))

    @app.command()
    def export(address: Address, file: Path) -> None:
        """Write all that is kept of a person into a ZIP: data.json and the files."""
        _run(open_service().export(address, file, by=BY))
        sys.stdout.write(f"{file}\n")

    @app.command()
    def erase(address: Address, yes: Yes = False) -> None:
        """Erase what a person said and is known by. Numbers, times and kinds stay, so that statistics stay whole."""
        if not yes:
            sys.stdout.write(_told(_run(open_service().look_up(address, by=BY))))
            typer.confirm("Erase it for good?", abort=True)
        _run(open_service().erase(address, by=BY))
        sys.stdout.write("erased; the worker removes files and what the dialogue remembers\n")

    return app


def _told(reach: Reach) -> str:
    tickets = ", ".join(f"#{number}" for number in reach.tickets) or "none"
    return f"{len(reach.talks)} talks, {reach.mails} mails, tickets: {tickets}\n"


def _run(work: Awaitable[T]) -> T:
    async def main() -> T:
        return await work

    try:
        return asyncio.run(main())
    except ArkasError as error:
        typer.echo(f"arkas: {error.detail}", err=True)
        raise typer.Exit(1) from error
