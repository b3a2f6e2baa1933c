"""The loop that empties the inbox: fetch, receive, settle, one mail after the other."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.errors import ScannerAway
from bot.faults import fault_point
from bot.mail.imap import FetchedMail, Inbox
from bot.mail.models import Outcome, UnreadableMail
from bot.mail.reading import fingerprint
from bot.mail.receiving import MailReceiver

log = structlog.get_logger(__name__)

MAILBOX: Final = "mailbox"  # the name under which a look that did not fail is told to whoever watches
UNFINISHED_AFTER: Final = timedelta(minutes=5)  # whoever stored the mail has surely died or failed by then
_BATCH: Final = 50
_TRIES: Final = 5  # a mail that fails this often is suspended; the database being away does not count
_FIRST_PAUSE: Final = 2.0
_LONGEST_PAUSE: Final = 120.0
_LONGEST_NAP: Final = 3.0  # a stop is heeded within this many seconds


async def _nobody_asks() -> None:
    """Nobody wants to know that the mailbox was looked into."""


class MailFetcher:
    """Empties an inbox into a receiver."""

    def __init__(
        self,
        inbox: Inbox,
        receiver: MailReceiver,
        *,
        source: str,
        poll: timedelta,
        looked: Callable[[], Awaitable[None]] = _nobody_asks,
    ) -> None:
        self._looked = looked
        self._inbox = inbox
        self._receiver = receiver
        self._source = source
        self._poll = poll.total_seconds()
        self._failures: dict[str, int] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch until `stop` is set; a mailbox or database that is away is waited for."""
        failures = 0
        try:
            while not stop.is_set():
                worked = await self._round()
                failures = failures + 1 if worked is None else 0
                if worked is None:
                    await self._pause(stop, failures)
                elif not worked:
                    await self._nap(stop)
        finally:
            await asyncio.to_thread(self._inbox.close)

    async def _pause(self, stop: asyncio.Event, failures: int) -> None:
        """Leave a server that is away, or refuses the password, alone for longer each time.

        Whoever dials every few seconds is locked out by the server that he waits for.
        """
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause_after(failures, self._poll))

    async def _round(self) -> int | None:
        """Empty the inbox once. Returns how many mails were worked on, None when something was away."""
        try:
            worked = await self.run_once() + await self._receiver.work_off(older_than=UNFINISHED_AFTER)
            await self._looked()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round must come
            log.warning("mail_fetch_failed", error=f"{type(error).__name__}: {error}"[:300])
            return None
        return worked

    async def _nap(self, stop: asyncio.Event) -> None:
        ends = time.monotonic() + self._poll
        while not stop.is_set() and (left := ends - time.monotonic()) > 0:
            nap = min(left, _LONGEST_NAP)
            try:
                if await asyncio.to_thread(self._inbox.wait, nap):
                    return
            except Exception:  # noqa: BLE001 - the next round will meet it again, and tell
                return

    async def run_once(self) -> int:
        """Fetch and receive what lies there now. Returns how many mails were settled."""
        mails = self._inbox.fetch(_BATCH)
        settled = 0
        while (mail := await asyncio.to_thread(_next, mails)) is not None:
            fault_point("mail.fetched")
            settled += await self._take(mail)
        return settled

    async def _take(self, mail: FetchedMail) -> int:
        try:
            suspended = await self._received(mail)
        except (OperationalError, InterfaceError, ScannerAway, OSError):
            raise  # not the mail's fault: all of them wait
        except Exception as error:  # noqa: BLE001 - one mail's failure must not stop those behind it
            if not await self._gave_up(mail, error):
                return 0
            suspended = True
        await asyncio.to_thread(self._settle, mail, suspended)
        fault_point("mail.moved")
        return 1

    def _settle(self, mail: FetchedMail, suspended: bool) -> None:
        self._inbox.settle(mail, suspended=suspended)

    async def _received(self, mail: FetchedMail) -> bool:
        if mail.too_large:
            trouble = UnreadableMail("surat melebihi batas ukuran; hanya kepalanya yang disimpan")
            await self._receiver.give_up(mail.raw, trouble, source=self._source)
            return True
        return (await self._receiver.receive(mail.raw, source=self._source)).outcome is Outcome.SUSPENDED

    async def _gave_up(self, mail: FetchedMail, error: Exception) -> bool:
        identity = fingerprint(mail.raw)
        tries = self._failures[identity] = self._failures.get(identity, 0) + 1
        log.error("mail_failed", tries=tries, error=f"{type(error).__name__}: {error}"[:300])
        if tries < _TRIES:
            return False
        del self._failures[identity]
        await self._receiver.give_up(mail.raw, error, source=self._source)
        return True


def pause_after(failures: int, poll: float) -> float:
    """How many seconds to leave a server alone that failed so often in a row: doubled each time, up to two minutes.

    >>> [pause_after(failures, 60) for failures in (1, 2, 3, 6, 7, 1000)]
    [2.0, 4.0, 8.0, 64.0, 120.0, 120.0]
    """
    return min(min(poll, _FIRST_PAUSE) * 2.0 ** min(failures - 1, 10), max(poll, _LONGEST_PAUSE))


def _next(mails: Iterator[FetchedMail]) -> FetchedMail | None:
    return next(mails, None)
