"""`./arkas telegram`: long polling for a laptop, and setting the webhook for a server."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from bot.channels.calls import PlatformHttp
from bot.channels.files import stored_files
from bot.channels.inbox import ChannelInbox
from bot.channels.port import ChannelError
from bot.channels.telegram.adapter import TelegramChannel
from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.setting_up import drop_webhook, set_commands, set_webhook
from bot.clock import SystemClock
from bot.database import Database
from bot.logs import configure_logs
from bot.settings import ROOT, Settings

telegram_commands = typer.Typer(
    help="Telegram: ambil pesan dari laptop, atau pasang webhook.", no_args_is_help=True, add_completion=False
)


@telegram_commands.command()
def poll() -> None:
    """Ambil pesan terus-menerus sampai Ctrl+C; jawabannya dikerjakan oleh ./arkas serve yang sedang berjalan."""
    _run(_poll)


@telegram_commands.command()
def webhook(
    url: Annotated[str, typer.Argument(help="Alamat https server ini, misalnya https://bantuan.contoh.go.id")],
) -> None:
    """Pasang webhook dan daftar perintah di Telegram."""

    async def do(settings: Settings, client: TelegramClient) -> None:
        secret = settings.telegram_secret.get_secret_value()
        if not secret:
            raise typer.BadParameter("ARKAS_TELEGRAM_SECRET belum diisi")
        typer.echo(f"Webhook terpasang: {await set_webhook(client, url, secret)}")

    _run(do)


def _run(do: Callable[[Settings, TelegramClient], Awaitable[None]]) -> None:
    settings = Settings(_env_file=ROOT / ".env")
    configure_logs(settings.log_level, settings.log_format)
    token = settings.telegram_token.get_secret_value()
    if not token:
        raise typer.BadParameter("ARKAS_TELEGRAM_TOKEN belum diisi; minta token dari @BotFather")
    try:
        asyncio.run(_with_client(settings, token, do))
    except ChannelError as error:
        typer.echo(f"Telegram menolak: {error}", err=True)
        raise typer.Exit(1) from error


async def _with_client(
    settings: Settings, token: str, do: Callable[[Settings, TelegramClient], Awaitable[None]]
) -> None:
    http = PlatformHttp()
    try:
        await do(settings, TelegramClient(http, token, settings.telegram_api_url))
    finally:
        await http.aclose()


async def _poll(settings: Settings, client: TelegramClient) -> None:
    from bot.services import attachment_service  # brings the ranker's libraries along, which `webhook` can do without

    database, clock, stop = Database(settings.database), SystemClock(), asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    channel = TelegramChannel(client, stored_files(settings, clock, database, attachment_service(settings, clock)))
    await drop_webhook(client)
    await set_commands(client)
    typer.echo("Mengambil pesan dari Telegram. Tekan Ctrl+C untuk berhenti.")
    try:
        await Poller(client, channel, ChannelInbox(database, clock, wake=lambda: None)).run(stop)
    finally:
        await database.close()
