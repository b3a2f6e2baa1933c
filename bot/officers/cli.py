"""`./arkas officer create|list|disable|enable|reset`: the accounts of the console, also while it is being served."""

import sys
from collections.abc import Callable
from typing import Annotated, Final

import typer

from bot.commands import run_command
from bot.officers.models import Officer, Role
from bot.officers.service import NewOfficer, OfficerService

BY: Final = "system:cli"  # who stands in the audit log
Name = Annotated[str, typer.Argument(help="The name to sign in with, like rina.s")]
Shown = Annotated[str, typer.Option("--display-name", help="The name that colleagues read; without it, the name.")]
Email = Annotated[str, typer.Option(help="For sign-in over an identity provider (OIDC) and for reports by mail.")]
Ask = Annotated[bool, typer.Option("--ask", help="Ask for the password instead of inventing one.")]


def officer_commands(open_service: Callable[[], OfficerService]) -> typer.Typer:
    """The commands. `open_service` makes the service from the operator's settings, when a command runs."""
    app = typer.Typer(no_args_is_help=True, help="Look after the accounts of the officers' console.")

    @app.command()
    def create(
        name: Name, role: Role = Role.OFFICER, display_name: Shown = "", email: Email = "", ask: Ask = False
    ) -> None:
        """Make an account; the invented password is printed once."""
        new = NewOfficer(name, display_name or name, role, email, _asked() if ask else None)
        officer, invented = run_command(open_service().create(new, by=BY))
        _tell(officer.name, invented)

    @app.command("list")
    def list_officers() -> None:
        """List all accounts."""
        for officer in run_command(open_service().all()):
            sys.stdout.write(f"{_line(officer)}\n")

    @app.command()
    def disable(name: Name) -> None:
        """Close an account and end its sessions."""
        run_command(open_service().disable(name, by=BY))

    @app.command()
    def enable(name: Name) -> None:
        """Open a closed account again."""
        run_command(open_service().enable(name, by=BY))

    @app.command()
    def reset(name: Name, ask: Ask = False) -> None:
        """Give a new password, take the second factor off and end all sessions."""
        _tell(name, run_command(open_service().reset(name, by=BY, password=_asked() if ask else None)))

    return app


def _asked() -> str:
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _tell(name: str, invented: str | None) -> None:
    if invented is not None:
        sys.stdout.write(f"{name}: {invented}\nIt is shown only now, and has to be changed at the first sign-in.\n")


def _line(officer: Officer) -> str:
    second = "second factor" if officer.has_second_factor else "password only"
    closed = "closed" if officer.disabled_at else "open"
    seen = f"{officer.last_sign_in_at:%Y-%m-%d}" if officer.last_sign_in_at else "never signed in"
    return f"{officer.name:20} {officer.role:10} {closed:7} {second:14} {seen:16} {officer.display_name}"
