"""Telling Telegram where the webhook is, and which commands its menu shows."""

from typing import Final

from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.reading import UPDATES
from bot.channels.telegram.web import PATH

COMMANDS: Final = {
    "menu": "Daftar yang bisa dibantu",
    "tiket": "Cek status tiket",
    "petugas": "Hubungkan ke petugas",
    "email": "Sambungkan tiket lewat email",
    "situs": "Lanjutkan percakapan di situs",
    "hapus": "Hapus data saya",
}


async def set_webhook(client: TelegramClient, public_url: str, secret: str) -> str:
    """Set the webhook below an https address, and the menu; returns the webhook's address. Raises ChannelError."""
    url = f"{public_url.rstrip('/')}{PATH}"
    await client.call("setWebhook", url=url, secret_token=secret, allowed_updates=UPDATES, max_connections=40)
    await set_commands(client)
    return url


async def set_commands(client: TelegramClient) -> None:
    """Show our commands in the chat's menu. Raises ChannelError."""
    commands = [{"command": name, "description": told} for name, told in COMMANDS.items()]
    await client.call("setMyCommands", commands=commands)


async def drop_webhook(client: TelegramClient) -> None:
    """Give the webhook up, so that updates can be polled; what waits at Telegram is kept. Raises ChannelError."""
    await client.call("deleteWebhook", drop_pending_updates=False)
