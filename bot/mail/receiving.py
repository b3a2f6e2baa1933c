"""Receiving: a mail is archived and stored before it is looked at, and settled with its source only after the work.

    fetched -> archived -> stored (new) -> worked on (ticket) -> finished (replied | opened | suspended) -> moved

Whatever dies in between, the next one finds the mail again at its source or in the table, and does what is missing: the
fingerprint makes a second delivery the same mail, the key makes a second answer the same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.attachments.models import StoredFile
from bot.attachments.service import AttachmentService
from bot.clock import Clock
from bot.database import Database
from bot.errors import ArkasError, InvalidInput, ScannerAway, UnknownItem, UnknownTicket
from bot.faults import fault_point
from bot.mail import repository, rules
from bot.mail.archive import MailArchive
from bot.mail.bounces import find_bounce
from bot.mail.classification import classify
from bot.mail.desk import Answer, MailDesk, Report
from bot.mail.models import IncomingMail, MailKind, Outcome, ReceivedMail, Thread, ThreadedBy, UnreadableMail, Verdict
from bot.mail.reading import fingerprint, read_mail
from bot.mail.signing import TicketMarks
from bot.mail.threads import same_address, signed_threads, thread_of_subject

log = structlog.get_logger(__name__)

_TOLD_TO_DESK: Final = frozenset({MailKind.BOUNCE, MailKind.AUTO_REPLY})


@dataclass(frozen=True)
class Intake:
    """How mail is taken in: the desk's own address, the trusted checker of senders, size, and the loop breaker."""

    own: str
    authserv_id: str = ""
    max_bytes: int = 90 * 1024**2
    flood: int = 20
    flood_window: timedelta = timedelta(hours=1)
    message_bytes: int = 60 * 1024**2
    files: int = 10


class MailReceiver:
    """Takes raw mails in, from whatever source. Receiving a mail again is harmless."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        desk: MailDesk,
        archive: MailArchive,
        attachments: AttachmentService,
        marks: TicketMarks,
        intake: Intake,
    ) -> None:
        self._database = database
        self._clock = clock
        self._desk = desk
        self._archive = archive
        self._attachments = attachments
        self._marks = marks
        self._intake = intake

    async def receive(self, raw: bytes, *, source: str) -> ReceivedMail:
        """Store a mail and do what it asks for. Returns how it ended; raises only when database or disk are away."""
        stored = await self.store(raw, source=source)
        return await self.work(stored, raw) if stored.outcome is Outcome.NEW else stored

    async def store(self, raw: bytes, *, source: str) -> ReceivedMail:
        """Only archive and store a mail, for a source that wants a quick answer; `work_off` does the rest."""
        identity = fingerprint(raw)
        known = await self._find(identity)
        if known is not None:
            return known
        sha256 = await self._archive.keep(raw)
        fault_point("mail.archived")
        new = ReceivedMail(identity, sha256, len(raw), source[:100], self._clock.now())
        async with self._database.write() as connection:
            await repository.insert_received(connection, new)
        fault_point("mail.taken_in")
        stored = await self._find(identity)
        if stored is None:
            raise RuntimeError("the mail was stored and is gone")
        return stored

    async def _find(self, identity: str) -> ReceivedMail | None:
        async with self._database.read() as connection:
            return await repository.find_received(connection, identity)

    async def work_off(self, *, older_than: timedelta = timedelta()) -> int:
        """Work on mails that were stored and not finished. Returns how many."""
        async with self._database.read() as connection:
            waiting = await repository.unfinished(connection, before=self._clock.now() - older_than)
        for stored in waiting:
            await self._work_again(stored)
        return len(waiting)

    async def _work_again(self, stored: ReceivedMail) -> None:
        try:
            await self.work(stored, await self._archive.read(stored.raw_sha256))
        except (OperationalError, InterfaceError, ScannerAway, OSError):
            raise  # not the mail's fault: it waits
        except Exception as error:  # noqa: BLE001 - one mail's failure must not stop those behind it
            await self._abandon(stored, error)

    async def work(self, stored: ReceivedMail, raw: bytes) -> ReceivedMail:
        """Read a stored mail, decide what it is, and do it."""
        try:
            if len(raw) > self._intake.max_bytes:
                raise UnreadableMail("surat melebihi batas ukuran")
            mail = read_mail(raw)
            threads = await self._known(mail)
            verdict = self._judged(mail, signed=bool(threads))
        except UnreadableMail as trouble:
            return await self._finish(stored, Outcome.SUSPENDED, Verdict(MailKind.UNREADABLE, str(trouble)))
        stored = await self._described(stored, mail)
        verdict = await self._flooded(mail, verdict)
        if verdict.kind is not MailKind.PERSON:
            return await self._suspend(stored, mail, verdict, threads)
        try:
            return await self._heed(stored, mail, threads)
        except InvalidInput as refusal:
            return await self._finish(stored, Outcome.SUSPENDED, Verdict(MailKind.UNREADABLE, refusal.detail))

    async def release(self, mail_id: int, *, into: int | None = None) -> ReceivedMail:
        """Heed a suspended mail, as an officer wishes: in the ticket named or the one that it answers, or as a new one.

        Raises UnknownItem, UnknownTicket, InvalidInput or UnreadableMail.
        """
        stored = await self._suspended(mail_id)
        if into is not None and await self._desk.reporter(into) is None:
            raise UnknownTicket
        mail = read_mail(await self._archive.read(stored.raw_sha256))
        threads = await self._known(mail) if into is None else [Thread(into, ThreadedBy.OFFICER)]
        return await self._heed(stored, mail, threads)

    async def discard(self, mail_id: int) -> ReceivedMail:
        """Put a suspended mail aside for good; it is kept, and answered by nobody. Raises UnknownItem."""
        stored = await self._suspended(mail_id)
        verdict = Verdict(MailKind(stored.kind), stored.reason)
        return await self._finish(stored, Outcome.DISCARDED, verdict, stored.ticket_number)

    async def _suspended(self, mail_id: int) -> ReceivedMail:
        async with self._database.read() as connection:
            stored = await repository.received_by_id(connection, mail_id)
        if stored is None or stored.outcome is not Outcome.SUSPENDED:
            raise UnknownItem("Email tertahan dengan nomor ini tidak ditemukan. Muat ulang daftarnya.")
        return stored

    def _judged(self, mail: IncomingMail, *, signed: bool) -> Verdict:
        intake = self._intake
        try:
            return classify(mail, marks=self._marks, own=intake.own, signed=signed, authserv_id=intake.authserv_id)
        except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise UnreadableMail(f"susunan surat rusak ({type(error).__name__})") from error

    async def _known(self, mail: IncomingMail) -> list[Thread]:
        """The ticket that a mail surely answers, if it stands in our books."""
        for thread in signed_threads(mail, self._marks):
            if await self._desk.reporter(thread.number) is not None:
                return [thread]
        return []

    async def _described(self, stored: ReceivedMail, mail: IncomingMail) -> ReceivedMail:
        described = replace(
            stored,
            sender=mail.sender.casefold(),
            subject=rules.shown_subject(mail.subject),
            message_id=mail.message_id,
            text=mail.text,
        )
        values = {name: getattr(described, name) for name in ("sender", "subject", "message_id", "text")}
        async with self._database.write() as connection:
            await repository.update_received(connection, stored.id, values)
        return described

    async def _flooded(self, mail: IncomingMail, verdict: Verdict) -> Verdict:
        """The loop breaker: a machine that hides being one still writes more often than people do."""
        if verdict.kind is not MailKind.PERSON:
            return verdict
        since = self._clock.now() - self._intake.flood_window
        async with self._database.read() as connection:
            count = await repository.count_from(connection, mail.sender, since=since)
        if count <= self._intake.flood:
            return verdict
        return Verdict(MailKind.FLOOD, f"{count} surat dari pengirim ini dalam {self._intake.flood_window}")

    async def _suspend(
        self, stored: ReceivedMail, mail: IncomingMail, verdict: Verdict, threads: Sequence[Thread]
    ) -> ReceivedMail:
        number = threads[0].number if threads else None
        if verdict.kind is MailKind.BOUNCE:
            number = await self._bounced(mail, verdict) or number
        if number is not None and verdict.kind in _TOLD_TO_DESK:
            text = f"{verdict.reason}\n\n{rules.answer_text(mail, ())}"
            await self._desk.answer(Answer(number, mail.sender, text, stored.fingerprint, verdict.kind), ())
            fault_point("mail.told")
        return await self._finish(stored, Outcome.SUSPENDED, verdict, number)

    async def _bounced(self, mail: IncomingMail, verdict: Verdict) -> int | None:
        """Find the mail of ours that came back, and write it down when it came back for good."""
        found = find_bounce(mail)
        identities = self._marks.own_message_ids(found.evidence) if found else []
        if found is None or not identities:
            return None
        if not found.final:
            return next(self._marks.numbers_of_references(identities[0]), None)
        async with self._database.write() as connection:
            return await repository.mark_bounced(connection, identities[0], verdict.reason)

    async def _heed(self, stored: ReceivedMail, mail: IncomingMail, threads: Sequence[Thread]) -> ReceivedMail:
        number = threads[0].number if threads else await self._number_of_reporter(mail)
        files, refused = await self._files(mail)
        fault_point("mail.files_kept")
        if number is not None:
            text = rules.answer_text(mail, refused)
            number = await self._desk.answer(Answer(number, mail.sender, text, stored.fingerprint), files)
            outcome = Outcome.REPLIED
        else:
            number = await self._open(stored, mail, refused, files)
            outcome = Outcome.OPENED
        fault_point("mail.told")
        return await self._finish(stored, outcome, Verdict(MailKind.PERSON), number)

    async def _open(
        self, stored: ReceivedMail, mail: IncomingMail, refused: Sequence[str], files: Sequence[StoredFile]
    ) -> int:
        report = Report(
            sender=mail.sender,
            program=rules.program_of(mail),
            subject=rules.report_subject(mail),
            text=rules.report_text(mail, refused),
            key=stored.fingerprint,
        )
        return await self._desk.open(report, files)

    async def _number_of_reporter(self, mail: IncomingMail) -> int | None:
        thread = thread_of_subject(mail)
        if thread is None:
            return None
        reporter = await self._desk.reporter(thread.number)
        return thread.number if reporter is not None and same_address(reporter, mail.sender) else None

    async def _files(self, mail: IncomingMail) -> tuple[list[StoredFile], list[str]]:
        """Take the files in one by one: a refused one is named to the officer and does not take the rest along.

        Raises ScannerAway, so that the mail is worked on later.
        """
        kept: list[StoredFile] = []
        refused: list[str] = []
        for number, file in enumerate(mail.files):
            try:
                if number >= self._intake.files or self._full(kept):
                    raise InvalidInput("melebihi batas satu surat")
                kept += await self._attachments.take_in([file])
            except InvalidInput as refusal:
                refused.append(f"{file.filename or 'tanpa nama'} ({refusal.detail})")
        return kept, refused

    def _full(self, kept: Sequence[StoredFile]) -> bool:
        return sum(file.size for file in kept) >= self._intake.message_bytes

    async def _finish(
        self, stored: ReceivedMail, outcome: Outcome, verdict: Verdict, number: int | None = None
    ) -> ReceivedMail:
        values = {"outcome": outcome.value, "kind": verdict.kind.value, "reason": verdict.reason}
        async with self._database.write() as connection:
            await repository.update_received(connection, stored.id, values | {"ticket_number": number})
        fault_point("mail.finished")
        log.info("mail_in", outcome=outcome.value, kind=verdict.kind.value, ticket=number, source=stored.source)
        return replace(stored, outcome=outcome, kind=verdict.kind.value, reason=verdict.reason, ticket_number=number)

    async def give_up(self, raw: bytes, error: Exception, *, source: str) -> None:
        """Suspend a mail whose work fails again and again, so that it does not stop those behind it."""
        stored = await self.store(raw, source=source)
        if stored.outcome is Outcome.NEW:
            await self._abandon(stored, error)

    async def _abandon(self, stored: ReceivedMail, error: Exception) -> None:
        said = str(error) if isinstance(error, ArkasError | UnreadableMail) else type(error).__name__
        log.error("mail_abandoned", mail=stored.id, error=f"{type(error).__name__}: {error}"[:300])
        await self._finish(stored, Outcome.SUSPENDED, Verdict(MailKind.UNREADABLE, f"gagal diproses: {said}"))
