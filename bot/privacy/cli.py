"""`./arkas person show|export|erase`: one person's data, given out or erased, also while everything runs."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.commands import run_command
from bot.privacy.models import Reach
from bot.privacy.service import PrivacyService

BY: Final = "system:cli"  # who stands in the audit log
Address = Annotated[str, typer.Argument(help="The mail address that the person reported with.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask again.")]


def person_commands(open_service: Callable[[], PrivacyService]) -> typer.Typer:
    """The commands. `open_service` makes the service from the operator's settings, when a command runs."""
    app = typer.Typer(no_args_is_help=True, help="Give out or erase one person's data.")

    @app.command()
    def show(address: Address) -> None:
        """Tell how much is kept of a person."""
        sys.stdout.write(_told(run_command(open_service().look_up(address, by=BY))))

    @app.command()
    def export(address: Address, file: Path) -> None:
        """Write all that is kept of a person into a ZIP: data.json and the files."""
        run_command(open_service().export(address, file, by=BY))
        sys.stdout.write(f"{file}\n")

    @app.command()
    def erase(address: Address, yes: Yes = False) -> None:
        """Erase what a person said and is known by. Numbers, times and kinds stay, so that statistics stay whole."""
        if not yes:
            sys.stdout.write(_told(run_command(open_service().look_up(address, by=BY))))
            typer.confirm("Erase it for good?", abort=True)
        run_command(open_service().erase(address, by=BY))
        sys.stdout.write("erased; the worker removes files and what the dialogue remembers\n")

    return app


def _told(reach: Reach) -> str:
    tickets = ", ".join(f"#{number}" for number in reach.tickets) or "none"
    return f"{len(reach.talks)} talks, {reach.mails} mails, tickets: {tickets}\n"
