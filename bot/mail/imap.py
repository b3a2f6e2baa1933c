"""The mailbox over IMAP (imap-tools, in a thread) and a stand-in in memory.

Mails are moved out of the inbox when they are done, and never deleted. So what is left in the inbox is what is to be
done: no position has to be remembered, and a changed UIDVALIDITY (RFC 3501, section 2.3.1.1) costs nothing.
"""

import imaplib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

DONE_FLAG: Final = "ArkasSelesai"  # for servers without MOVE (RFC 6851): copied, flagged, and left where it is
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_TROUBLE: Final = (ImapToolsError, imaplib.IMAP4.error, OSError)


class MailboxAway(Exception):
    """The mailbox cannot be reached, or the connection broke; the next round tries again."""


@dataclass(frozen=True)
class FetchedMail:
    """A mail in the inbox; one above the limit comes as its header alone. `uid` holds while `validity` is the same."""

    uid: str
    raw: bytes
    validity: str = ""
    too_large: bool = False


class Inbox(Protocol):
    """A mailbox to be emptied by moving. Its methods block, so they are called in a thread. All raise MailboxAway."""

    def fetch(self, limit: int) -> Iterator[FetchedMail]:
        """What lies in the inbox, oldest first, one after the other."""
        ...

    def settle(self, mail: FetchedMail, *, suspended: bool) -> None:
        """Move a mail that is done to the folder of the done or of the suspended ones."""
        ...

    def wait(self, seconds: float) -> bool:
        """Return when something arrives (IDLE) or after `seconds`; says whether it is worth looking."""
        ...

    def close(self) -> None:
        """Say goodbye."""
        ...


@dataclass(frozen=True)
class ImapServer:
    """Where mail is fetched: "imaps://user:password@host/INBOX"; "imap://" is STARTTLS, plain on this machine only."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: bool = True
    folder: str = "INBOX"

    @classmethod
    def parse(cls, url: str) -> "ImapServer":
        """Read an address. Raises ValueError with what is wrong, never with the password in it."""
        parts = urlsplit(url)
        if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
            raise ValueError("the IMAP address must look like imaps://user:password@host/INBOX")
        tls = parts.scheme == "imaps"
        return cls(
            host=parts.hostname,
            port=parts.port or (993 if tls else 143),
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            tls=tls,
            folder=unquote(parts.path.strip("/")) or "INBOX",
        )


class ImapInbox:
    """An inbox over IMAP. Not for several threads at once."""

    def __init__(
        self, server: ImapServer, *, done: str, suspended: str, max_bytes: int, idle: bool = True, timeout: float = 60.0
    ) -> None:
        self._server = server
        self._folders = {False: done, True: suspended}
        self._max_bytes = max_bytes
        self._idle = idle
        self._timeout = timeout
        self._box: BaseMailBox | None = None
        self._validity = ""

    def _mailbox(self) -> BaseMailBox:
        if self._box is None:
            server = self._server
            box = self._dial()
            try:
                box.login(server.user, server.password, initial_folder=None)
                box.client.capabilities = _capabilities(box)
                for folder in self._folders.values():
                    if not box.folder.exists(folder):
                        box.folder.create(folder)
                box.folder.set(server.folder)
            except _TROUBLE:
                _hang_up(box)
                raise
            self._box = box
            self._validity = _joined(box.client.response("UIDVALIDITY")[1] or []).decode("ascii", "replace")
        return self._box

    def _dial(self) -> BaseMailBox:
        server = self._server
        if server.tls:
            return MailBox(server.host, server.port, timeout=self._timeout)
        plain = server.host in _LOOPBACK
        return (MailBoxUnencrypted if plain else MailBoxStartTls)(server.host, server.port, timeout=self._timeout)

    def fetch(self, limit: int) -> Iterator[FetchedMail]:
        """See Inbox."""
        with self._guarded():
            uids = self._mailbox().uids(f"NOT DELETED NOT KEYWORD {DONE_FLAG}")[:limit]
        for uid in uids:
            with self._guarded():
                mail = self._fetch(self._mailbox(), uid)
            if mail is not None:
                yield mail

    def _fetch(self, box: BaseMailBox, uid: str) -> FetchedMail | None:
        size = _SIZE.search(_joined(box.client.uid("FETCH", uid, "(RFC822.SIZE)")[1]))
        if size is None:
            return None  # moved by somebody else in the meantime
        too_large = int(size[1]) > self._max_bytes
        what = "BODY.PEEK[HEADER]" if too_large else "BODY.PEEK[]"
        literals = [part[1] for part in box.client.uid("FETCH", uid, f"({what})")[1] if isinstance(part, tuple)]
        return FetchedMail(uid, literals[0], self._validity, too_large) if literals else None

    def settle(self, mail: FetchedMail, *, suspended: bool) -> None:
        """See Inbox."""
        folder = self._folders[suspended]
        with self._guarded():
            box = self._mailbox()
            if mail.validity != self._validity:
                raise MailboxAway("the mailbox was made anew; its mails have other numbers now")
            if "MOVE" in box.client.capabilities:
                box.move([mail.uid], folder)
            else:
                box.copy([mail.uid], folder)
                box.flag([mail.uid], [DONE_FLAG], value=True)

    def wait(self, seconds: float) -> bool:
        """See Inbox. Without IDLE (RFC 2177), or where a setting forbids it, only the time passes."""
        with self._guarded():
            box = self._mailbox()
            if self._idle and "IDLE" in box.client.capabilities:
                return any(b"EXISTS" in line for line in box.idle.wait(timeout=seconds))
        time.sleep(seconds)
        return False

    def close(self) -> None:
        """See Inbox."""
        box, self._box = self._box, None
        if box is not None:
            _hang_up(box)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn trouble into MailboxAway and drop the connection: the next call dials again."""
        try:
            yield
        except _TROUBLE as error:
            self.close()
            raise MailboxAway(f"{type(error).__name__}: {str(error)[:200]}") from error


def _capabilities(box: BaseMailBox) -> tuple[str, ...]:
    """What the server can do for somebody who is logged in; imaplib remembers what it said before."""
    return tuple(_joined(box.client.capability()[1]).decode("ascii", "replace").upper().split())


def _joined(data: list[object]) -> bytes:
    return b" ".join(part if isinstance(part, bytes) else part[0] for part in data if isinstance(part, bytes | tuple))


def _hang_up(box: BaseMailBox) -> None:
    with suppress(*_TROUBLE):
        box.client.shutdown()


class MemoryInbox:
    """An inbox in memory."""

    def __init__(self) -> None:
        self.inbox: dict[str, bytes] = {}
        self.done: list[bytes] = []
        self.suspended: list[bytes] = []
        self.max_bytes = 90 * 1024**2

    def append(self, raw: bytes) -> None:
        """Deliver a mail."""
        self.inbox[str(len(self.inbox) + len(self.done) + len(self.suspended) + 1)] = raw

    def fetch(self, limit: int) -> Iterator[FetchedMail]:
        """See Inbox."""
        for uid, raw in list(self.inbox.items())[:limit]:
            too_large = len(raw) > self.max_bytes
            head = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            yield FetchedMail(uid, head if too_large else raw, "1", too_large)

    def settle(self, mail: FetchedMail, *, suspended: bool) -> None:
        """See Inbox."""
        (self.suspended if suspended else self.done).append(self.inbox.pop(mail.uid))

    def wait(self, seconds: float) -> bool:
        """See Inbox."""
        if not self.inbox:
            time.sleep(seconds)
        return bool(self.inbox)

    def close(self) -> None:
        """See Inbox."""
