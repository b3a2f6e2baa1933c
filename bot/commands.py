"""How a word of the command line that looks after people's data does its work and tells what went wrong."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import typer

from bot.errors import ArkasError

T = TypeVar("T")


def run_command(work: Awaitable[T]) -> T:
    """Do the work in a loop of its own. A typed error is told in one line and ends the command with 1."""

    async def main() -> T:
        return await work

    try:
        return asyncio.run(main())
    except ArkasError as error:
        typer.echo(f"arkas: {error.detail}", err=True)
        raise typer.Exit(1) from error
