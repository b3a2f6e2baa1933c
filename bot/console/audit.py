"""The audit log: who saw or changed whose data, narrowed as wanted, and as CSV."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from bot.clock import WIB
from bot.console.audit_words import details_of, label_of
from bot.console.guard import SignedIn
from bot.console.pages import Console
from bot.console.spreadsheets import csv_response
from bot.officers.models import AuditEntry, AuditQuery, Permission

AUDIT: Final = "/petugas/audit"
_PAGE: Final = 100
_CSV_PAGE: Final = 1000
_CSV_MAX: Final = 100_000  # lines; narrow the days for more


@dataclass(frozen=True)
class Filters:
    """What was typed above the list; days are days in WIB, both inclusive. What is no day does not narrow."""

    pelaku: Annotated[str, Query(max_length=100)] = ""
    tindakan: Annotated[str, Query(max_length=60)] = ""
    perihal: Annotated[str, Query(max_length=100)] = ""
    sejak: Annotated[str, Query(max_length=10)] = ""
    sampai: Annotated[str, Query(max_length=10)] = ""

    def query(self, *, before: int | None, limit: int) -> AuditQuery:
        """The question to the log. An officer may be named without the word before."""
        actor = self.pelaku.strip()
        return AuditQuery(
            actor=actor if ":" in actor or not actor else f"officer:{actor}",
            action=self.tindakan.strip(),
            subject=self.perihal.strip(),
            since=_midnight(self.sejak),
            until=_midnight(self.sampai, after=timedelta(days=1)),
            before=before,
            limit=limit,
        )

    def address(self, path: str, **more: object) -> str:
        """The address of the list with these filters."""
        values = {**vars(self), **more}
        return f"{path}?{urlencode({name: value for name, value in values.items() if value})}"


def _midnight(day: str, *, after: timedelta = timedelta()) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(day), time(), WIB) + after
    except (ValueError, OverflowError):
        return None


def audit_router(console: Console) -> APIRouter:
    """Make the routes."""
    router, log = console.router(), console.services.audit
    reader = console.allowed(Permission.READ_AUDIT)

    @router.page(AUDIT)
    async def show(
        request: Request,
        officer: Annotated[SignedIn, reader],
        filters: Annotated[Filters, Depends()],
        sebelum: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    ) -> Response:
        entries = await log.entries(filters.query(before=sebelum, limit=_PAGE + 1))
        more = filters.address(AUDIT, sebelum=entries[_PAGE - 1].id) if len(entries) > _PAGE else ""
        return console.page(
            request,
            officer,
            "audit.html",
            entries=entries[:_PAGE],
            filters=filters,
            actions=[("", "semua"), *((action, label_of(action)) for action in await log.actions())],
            label_of=label_of,
            details_of=details_of,
            next=more,
            first=filters.address(AUDIT) if sebelum else "",
            csv=filters.address(f"{AUDIT}/csv"),
        )

    @router.page(f"{AUDIT}/csv")
    async def export(officer: Annotated[SignedIn, reader], filters: Annotated[Filters, Depends()]) -> Response:
        await console.audit(officer, "audit.exported", "audit:csv")

        async def rows() -> AsyncIterator[Sequence[object]]:
            query = filters.query(before=None, limit=_CSV_PAGE)
            for _ in range(_CSV_MAX // _CSV_PAGE):
                entries = await log.entries(query)
                for entry in entries:
                    yield _cells(entry)
                if len(entries) < _CSV_PAGE:
                    return
                query = replace(query, before=entries[-1].id)

        return csv_response("audit.csv", ("waktu_wib", "pelaku", "tindakan", "perihal", "rincian"), rows())

    return router


def _cells(entry: AuditEntry) -> Sequence[object]:
    when = f"{entry.at.astimezone(WIB):%Y-%m-%d %H:%M:%S}"
    return (when, entry.actor, entry.action, entry.subject, details_of(entry))
