"""`./arkas config`: every setting, its value, its default and what it is for."""

import re
import sys
from typing import Final, NamedTuple

import typer
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import Settings

MASK: Final = "********"
PASSWORD: Final = re.compile(r"(://[^:/@]*:)[^@]*@")  # of a database's or a server's address


class Line(NamedTuple):
    """One setting, as text."""

    variable: str
    value: str
    default: str
    description: str

    @property
    def changed(self) -> bool:
        """Whether the operator set it to something else."""
        return self.value != self.default


def lines(settings: Settings) -> list[Line]:
    """Return all settings in the order of the class. Secrets stay secret, but it is told whether they are set."""
    return [_line(settings, name, field) for name, field in Settings.model_fields.items()]


def _line(settings: Settings, name: str, field: FieldInfo) -> Line:
    value, default = getattr(settings, name), field.default
    if isinstance(value, SecretStr):
        shown = "(the default)" if value == default else MASK
        return Line(f"ARKAS_{name.upper()}", shown, "(the default)", field.description or "")
    return Line(f"ARKAS_{name.upper()}", PASSWORD.sub(r"\1***@", str(value)), str(default), field.description or "")


def show(settings: Settings) -> None:
    """A table for a person at a terminal; lines that a .env file could hold for everything else."""
    if sys.stdout.isatty():
        _show_table(settings)
        return
    for line in lines(settings):
        typer.echo(f"# {line.description} Default: {line.default or '(empty)'}\n{line.variable}={line.value}")


def _show_table(settings: Settings) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("setting", "value", "default", "what it is for", box=None, pad_edge=False)
    for line in lines(settings):
        default = "same" if not line.changed else line.default or "(empty)"
        table.add_row(line.variable, line.value or "(empty)", default, line.description, style="bold" * line.changed)
    Console().print(table)
