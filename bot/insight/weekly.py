"""The weekly report by mail: on Monday morning, once for each recipient, with aggregate figures only."""

import hashlib
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Final

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.clock import WIB, Clock
from bot.database import Database
from bot.insight.models import Period
from bot.insight.reporting import headlines
from bot.insight.rules import week_before
from bot.insight.service import Insight
from bot.mail.composing import POLICY, Addresses
from bot.mail.models import Envelope, Mailer, MailRefused
from bot.outbox.models import NewItem, OutboxItem, PermanentFailure
from bot.outbox.repository import enqueue
from bot.site.formatting import indonesian_date

log = structlog.get_logger(__name__)

WEEKLY: Final = "insight_weekly"
MAIL: Final = "insight_weekly_mail"
_SENT_AT: Final = time(7)  # WIB, before the desk opens
_LATE: Final = timedelta(days=2)  # a worker that stood still longer sends no report of a week that nobody asks for
_LOOK_EVERY: Final = timedelta(minutes=10)


class WeeklyReport:
    """Writes the week's mails into the outbox. Their keys name week and recipient: each is written once for ever."""

    def __init__(self, database: Database, clock: Clock, recipients: str) -> None:
        self._database = database
        self._clock = clock
        self._recipients = [address.strip() for address in recipients.split(",") if address.strip()]

    async def round(self) -> timedelta:
        """Write what is due; returns how long to wait before the next round."""
        now = self._clock.now()
        week = week_before(now)
        due = datetime.combine(week.last + timedelta(days=1), _SENT_AT, WIB)
        if due <= now < due + _LATE:
            async with self._database.write() as connection:
                await enqueue(connection, [_errand(address, week, due) for address in self._recipients], at=now)
        return _LOOK_EVERY


def _errand(address: str, week: Period, due: datetime) -> NewItem:
    digest = hashlib.sha256(address.casefold().encode()).hexdigest()[:16]
    return NewItem(MAIL, f"{MAIL}:{week.first}:{digest}", due, {"monday": week.first.isoformat(), "to": address})


class WeeklyMail:
    """Sends one mail of the report. A second attempt carries the same Message-ID."""

    def __init__(
        self, insight: Insight, clock: Clock, addresses: Addresses, mailer: Mailer | None, *, home: str
    ) -> None:
        self._insight = insight
        self._clock = clock
        self._addresses = addresses
        self._mailer = mailer
        self._home = home.rstrip("/")
        folder = FileSystemLoader(Path(__file__).parent / "templates")
        # The text is no HTML; what is in it are our own words and numbers.
        self._plain = Environment(loader=folder, undefined=StrictUndefined, autoescape=False, trim_blocks=True)  # noqa: S701
        self._rich = Environment(loader=folder, undefined=StrictUndefined, autoescape=True, trim_blocks=True)

    async def handle(self, item: OutboxItem) -> None:
        """Send it. Raises PermanentFailure when the server refuses it, MailError to be called again."""
        if self._mailer is None:
            log.warning("weekly_report_not_sent", reason="no SMTP server is set")
            return
        monday = date.fromisoformat(item.payload["monday"])
        letter = await self.letter(Period(monday, monday + timedelta(days=6)), item.payload["to"], item.key)
        envelope = Envelope(self._addresses.plain, item.payload["to"], letter.as_bytes())
        try:
            await self._mailer.send(envelope, before_content=_nothing)
        except MailRefused as refused:
            raise PermanentFailure(str(refused)) from refused

    async def letter(self, week: Period, to: str, key: str) -> EmailMessage:
        """The mail about a week."""
        now, before = await self._insight.compared(week)
        facts = {
            "lines": headlines(now, before),
            "week": f"{indonesian_date(week.first)} - {indonesian_date(week.last)}",
            "link": f"{self._home}/petugas/laporan?dari={week.first}&sampai={week.last}",
        }
        letter = EmailMessage(policy=POLICY)
        letter["From"] = self._addresses.sender
        letter["To"] = to
        letter["Subject"] = f"Laporan mingguan ARKAS Bot, {facts['week']}"
        letter["Date"] = format_datetime(self._clock.now())
        letter["Message-ID"] = f"<{key.replace(':', '.')}@{self._addresses.domain}>"
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers to this
        letter.set_content(self._plain.get_template("weekly.txt.j2").render(facts), cte="quoted-printable")
        html = self._rich.get_template("weekly.html.j2").render(facts)
        letter.add_alternative(html, subtype="html", cte="quoted-printable")
        return letter


async def _nothing() -> None:
    """Nothing has to be written down before the content goes."""
