"""`./arkas mail list|show|release`: what was sent, kept, received and suspended."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, TypeVar

import typer

from bot.errors import ArkasError
from bot.mail.assembly import Mail
from bot.mail.models import OutgoingMail, ReceivedMail, UnreadableMail
from bot.mail.reading import read_mail

T = TypeVar("T")
Received = Annotated[bool, typer.Option("--in", help="Mails that came in, instead of those that went out.")]
Ticket = Annotated[int | None, typer.Option(help="Only mails of this ticket.")]
State = Annotated[
    str | None, typer.Option(help="Only mails in this state: kept, sent, refused; suspended, replied ...")
]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="How many.")]
Raw = Annotated[bool, typer.Option("--raw", help="The mail as it stands, byte for byte.")]


def mail_commands(open_mail: Callable[[], Mail]) -> typer.Typer:
    """The commands. `open_mail` makes mail from the operator's settings, when a command runs and not before."""
    app = typer.Typer(no_args_is_help=True, help="Read the mails that were sent, kept, received and suspended.")

    @app.command("list")
    def list_mails(received: Received = False, ticket: Ticket = None, state: State = None, limit: Limit = 50) -> None:
        """List mails, newest first."""
        service = open_mail().service
        if received:
            incoming = _run(lambda: service.received(ticket=ticket, outcome=state, limit=limit))
            _print(_received_line(mail) for mail in incoming)
        else:
            outgoing = _run(lambda: service.sent(ticket=ticket, state=state, limit=limit))
            _print(_sent_line(mail) for mail in outgoing)

    @app.command()
    def show(number: int, received: Received = False, raw: Raw = False) -> None:
        """Show one mail: its header and its text."""
        service = open_mail().service
        content = _run(lambda: service.received_raw(number) if received else service.sent_raw(number))
        sys.stdout.write(content.decode("utf-8", "replace") if raw else _readable(content))

    @app.command()
    def release(number: int) -> None:
        """Heed a suspended mail all the same: it answers its ticket, or opens one."""
        service = open_mail().service
        done = _run(lambda: service.release(number))
        sys.stdout.write(f"{done.outcome.value}: #{done.ticket_number}\n")

    return app


def _run(work: Callable[[], Awaitable[T]]) -> T:
    async def main() -> T:
        return await work()

    try:
        return asyncio.run(main())
    except (ArkasError, UnreadableMail) as error:
        sys.stderr.write(f"arkas: {error}\n")
        raise typer.Exit(1) from error


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _sent_line(mail: OutgoingMail) -> str:
    return f"{mail.id:>6}  {mail.created_at:%Y-%m-%d %H:%M}  {mail.state.value:<9}  {mail.recipient}  {mail.subject}"


def _received_line(mail: ReceivedMail) -> str:
    what = f"{mail.outcome.value}{f' ({mail.kind}: {mail.reason})' if mail.reason else ''}"
    ticket = f"#{mail.ticket_number}" if mail.ticket_number else "-"
    return f"{mail.id:>6}  {mail.received_at:%Y-%m-%d %H:%M}  {ticket:<8}  {mail.sender}  {mail.subject}  {what}"


def _readable(content: bytes) -> str:
    try:
        mail = read_mail(content)
    except UnreadableMail:
        return content.decode("utf-8", "replace")
    names = ("from", "to", "reply-to", "subject", "date", "message-id", "in-reply-to")
    head = "\n".join(f"{name.title()}: {value}" for name in names for value in mail.all_of(name))
    body = "\n\n".join(part for part in (mail.text, mail.quoted) if part)
    files = "".join(f"\n[lampiran: {file.filename}]" for file in mail.files)
    return f"{head}\n\n{body}\n{files}\n"
