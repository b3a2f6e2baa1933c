"""`./arkas backup FILE` and `./arkas restore FILE`."""

from pathlib import Path

from bot.clock import SystemClock
from bot.operations.backup import BackupUnusable, backup, restore
from bot.operations.postgres import OtherVersion
from bot.settings import Settings
from bot.supervision.failures import StartError


def _folders(settings: Settings) -> dict[str, Path]:
    return {"attachments": settings.attachments_dir, "mail": settings.mail_dir}


def save(settings: Settings, file: Path) -> str:
    """Make a backup; returns what to tell the operator."""
    backup(settings.database, _folders(settings), file, at=SystemClock().now())
    return f"saved: {file} ({file.stat().st_size:,} bytes)"


def bring_back(settings: Settings, file: Path) -> str:
    """Restore a backup; returns what to tell the operator. Raises StartError, which is told in one line."""
    try:
        restore(settings.database, _folders(settings), file)
    except (BackupUnusable, OtherVersion) as error:
        raise StartError(str(error)) from error
    return f"restored: {file}"
