"""Pure rules between our tickets and requests elsewhere: what is sent, and what a status there means here."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.backends.port import NewRequest, RemoteStatus
from bot.tickets.models import Ticket, TicketEvent, TicketEventKind, TicketState, TicketStatus

SUBJECT_MAX: Final = 150
BODY_MAX: Final = 60_000  # Zendesk takes 64 KB; what is not ASCII needs more than a byte
OFFICER: Final = "Zendesk"
SIGNATURE_LIFE: Final = timedelta(minutes=5)
_CUT: Final = "\n[... dipotong ...]"
_K = TicketEventKind
_SAYS: Final = {
    _K.KEPT_OPEN: "Pelapor masih membutuhkan bantuan.",
    _K.SOLVED: "Pelapor menyatakan kendala sudah selesai.",
}


@dataclass(frozen=True)
class TalkRecord:
    """The talk out of which a ticket came: its words, and the articles that were shown."""

    transcript: str = ""
    articles: Sequence[str] = ()


def request_of(ticket: Ticket, talk: TalkRecord, uploads: Sequence[str] = ()) -> NewRequest:
    """The request that tells a desk elsewhere of a ticket. Zendesk asks for a name; we know the address only."""
    name = ticket.email.partition("@")[0]
    return NewRequest(name, ticket.email, ticket.title[:SUBJECT_MAX], _body(ticket, talk), tuple(uploads))


def _body(ticket: Ticket, talk: TalkRecord) -> str:
    parts = [ticket.details, f"Nomor tiket: #{ticket.number}\nProgram: {ticket.program}\nAsal: {ticket.source}"]
    if talk.articles:
        parts.append("Artikel yang sudah ditampilkan:\n" + "\n".join(f"- {article}" for article in talk.articles))
    if talk.transcript:
        parts.append(f"Percakapan sebelumnya:\n{talk.transcript}")
    return bounded("\n\n".join(parts))


def note_of(ticket: Ticket, event: TicketEvent) -> str:
    """What the officers elsewhere are told of a reporter's deed here."""
    said = str(event.data.get("text") or _SAYS.get(event.kind, ""))
    return bounded(f"Pelapor ({ticket.email}) lewat bot, tiket #{ticket.number}:\n\n{said}".rstrip())


def status_by(ticket: Ticket, event: TicketEvent) -> RemoteStatus | None:
    """How a request stands there by what its reporter did here; thanks change nothing.

    The ticket as it is now counts, not as the event left it: errands may be done in another order.
    """
    if event.kind is _K.THANKED:
        return None
    return RemoteStatus.SOLVED if ticket.status is TicketStatus.SOLVED else RemoteStatus.OPEN


def bounded(text: str) -> str:
    """At most as many bytes as a comment may have."""
    raw = text.encode()
    return text if len(raw) <= BODY_MAX else raw[:BODY_MAX].decode(errors="ignore") + _CUT


def key_of(request: NewRequest) -> str:
    """The idempotency key: the same content is the same request, another content (fresh uploads) is another key."""
    content = json.dumps(request.as_json(), sort_keys=True)
    return "arkas-" + hashlib.sha256(content.encode()).hexdigest()[:48]


def steps(status: RemoteStatus, state: TicketState) -> list[tuple[TicketEventKind, dict[str, object]]]:
    """The events that bring our ticket to where the request stands elsewhere."""
    if state.spam or state.merged_into is not None or status is RemoteStatus.NEW:
        return []
    if status in {RemoteStatus.SOLVED, RemoteStatus.CLOSED}:
        return [] if state.closed else [(_K.SOLVED, {"text": "", "by": OFFICER})]
    again: list[tuple[TicketEventKind, dict[str, object]]] = [(_K.REOPENED, {})] if state.closed else []
    if status is RemoteStatus.PENDING:
        waits = state.status is TicketStatus.WAITING_FOR_REPORTER
        return again + ([] if waits else [(_K.INFORMATION_ASKED, {"text": ""})])
    return again or _taken_up(state)


def _taken_up(state: TicketState) -> list[tuple[TicketEventKind, dict[str, object]]]:
    if state.status is TicketStatus.QUEUED:
        return [(_K.ASSIGNED, {"officer": OFFICER})]
    return [(_K.KEPT_OPEN, {})] if state.status is TicketStatus.WAITING_FOR_REPORTER else []


def next_look(status: RemoteStatus, now: datetime) -> datetime | None:
    """When to ask again how a request stands; never once it is closed for good. Webhooks come sooner."""
    if status is RemoteStatus.CLOSED:
        return None
    return now + (timedelta(hours=1) if status is RemoteStatus.SOLVED else timedelta(minutes=5))


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """`base64(HMACSHA256(TIMESTAMP + BODY))` (Zendesk, "Verifying webhooks")."""
    digest = hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def is_signed(given: str, timestamp: str, body: bytes, *, secret: str, now: datetime) -> bool:
    """Whether a delivery is Zendesk's and of this moment; a missing secret or header signs nothing."""
    if not secret or not timestamp:
        return False
    same = hmac.compare_digest(given.encode(), signature(secret, timestamp, body).encode())
    return same and _is_fresh(timestamp, now)


def _is_fresh(timestamp: str, now: datetime) -> bool:
    try:
        at = datetime.fromisoformat(timestamp)
    except ValueError:
        return False
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return abs(now - at) <= SIGNATURE_LIFE
