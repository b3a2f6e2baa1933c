"""One person's data: looked up, given out as an archive, erased."""

import asyncio
import hashlib
import hmac
import json
import uuid
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bot.clock import Clock
from bot.database import Database
from bot.officers import repository as officers_repository
from bot.outbox.models import NewItem
from bot.outbox.repository import enqueue
from bot.people.rules import parse_email
from bot.privacy import repository
from bot.privacy.errors import NobodyKnown, TicketsStillOpen
from bot.privacy.models import Reach

LEFTOVERS: Final = "privacy_leftovers"


class PrivacyService:
    """What may be done with one person's data. `by` is the actor who stands in the audit log."""

    def __init__(self, database: Database, clock: Clock, *, files: Path, key: str) -> None:
        self._database = database
        self._clock = clock
        self._files = files
        self._key = key.encode()

    async def look_up(self, address: str, *, by: str) -> Reach:
        """What is kept of whoever has this address. Raises InvalidEmail or NobodyKnown."""
        reach = await self._reach(address)
        await self._note(by, "person.searched", reach)
        return reach

    async def export(self, address: str, target: Path, *, by: str) -> None:
        """Write all that is kept into a ZIP: `data.json`, and the files. Raises InvalidEmail or NobodyKnown."""
        reach = await self._reach(address)
        async with self._database.read() as connection:
            rows = await repository.rows_of(connection, reach)
            files = await repository.files_of(connection, reach)
        await asyncio.to_thread(self._pack, target, rows, files)
        await self._note(by, "person.exported", reach, files=len(files))

    async def erase(self, address: str, *, by: str) -> Reach:
        """Erase a person; what lies outside of the database goes by an errand of the same transaction.

        Raises InvalidEmail, NobodyKnown or TicketsStillOpen. Returns what there was.
        """
        email, now = _normal(address), self._clock.now()
        async with self._database.write() as connection:
            reach = await repository.reach_of(connection, email)
            if reach.empty:
                raise NobodyKnown
            if reach.open_tickets:
                numbers = ", ".join(f"#{number}" for number in reach.open_tickets)
                raise TicketsStillOpen(f"Masih ada tiket terbuka ({numbers}). Selesaikan lebih dahulu.")
            left = await repository.erase(connection, reach)
            await enqueue(
                connection, [NewItem(LEFTOVERS, f"{LEFTOVERS}:{uuid.uuid4().hex}", now, left.payload())], at=now
            )
            await officers_repository.insert_audit(
                connection, at=now, actor=by, action="person.erased", subject=self._mark(email), details=_counts(reach)
            )
        return reach

    async def _reach(self, address: str) -> Reach:
        async with self._database.read() as connection:
            reach = await repository.reach_of(connection, _normal(address))
        if reach.empty:
            raise NobodyKnown
        return reach

    async def _note(self, by: str, action: str, reach: Reach, **more: object) -> None:
        details = _counts(reach) | more
        async with self._database.write() as connection:
            await officers_repository.insert_audit(
                connection,
                at=self._clock.now(),
                actor=by,
                action=action,
                subject=self._mark(reach.emails[0]),
                details=details,
            )

    def _mark(self, email: str) -> str:
        """Names a person in the audit log without naming them: the same mark for the same address."""
        return f"person:{hmac.new(self._key, email.encode(), hashlib.sha256).hexdigest()[:12]}"

    def _pack(self, target: Path, rows: dict[str, list[dict[str, Any]]], files: list[tuple[str, str, str]]) -> None:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("data.json", json.dumps(rows, ensure_ascii=False, indent=1, default=_plain))
            for identity, name, digest in files:
                path = self._files / digest[:2] / digest
                if path.is_file():
                    archive.write(path, f"berkas/{identity}-{_harmless(name)}")


def _normal(address: str) -> str:
    return parse_email(address).lower()


def _counts(reach: Reach) -> dict[str, Any]:
    return {"talks": len(reach.talks), "tickets": list(reach.tickets), "mails": reach.mails}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _harmless(name: str) -> str:
    """A name inside an archive that leads nowhere else."""
    return "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in name)[-100:].lstrip(".")
