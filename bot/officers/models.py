"""Officers as plain values: roles, permissions, sessions and lines of the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What an officer is at the help desk."""

    OFFICER = "petugas"
    SUPERVISOR = "penyelia"
    EDITOR = "penyunting"
    ADMIN = "admin"


class Permission(StrEnum):
    """What a page or an action of the console asks for; which role has which stands in rules.py."""

    READ_TICKETS = "read_tickets"
    WORK_TICKETS = "work_tickets"
    REVIEW_TALKS = "review_talks"
    EDIT_ARTICLES = "edit_articles"
    PUBLISH_ARTICLES = "publish_articles"
    MANAGE_INCIDENTS = "manage_incidents"
    READ_INSIGHT = "read_insight"
    REVEAL_PERSONAL_DATA = "reveal_personal_data"
    MANAGE_PERSONS = "manage_persons"  # export and erase one person's data
    READ_AUDIT = "read_audit"
    MANAGE_OFFICERS = "manage_officers"
    READ_MAIL = "read_mail"  # suspended mails and dead letters


class Stage(StrEnum):
    """How far a sign-in has come: after the password, or with everything that the account asks for."""

    PASSWORD = "password"  # noqa: S105 - the name of a stage
    FULL = "full"


@dataclass(frozen=True)
class Officer:
    """One account. `name` is what is typed at sign-in and stands in logs of tickets; it never changes."""

    id: int
    name: str
    display_name: str
    email: str | None
    role: Role
    password_hash: str | None
    must_change: bool
    totp_secret: str | None
    totp_last_step: int | None
    created_at: datetime
    disabled_at: datetime | None
    last_sign_in_at: datetime | None

    @property
    def has_second_factor(self) -> bool:
        """Whether a code is asked for after the password."""
        return self.totp_secret is not None


@dataclass(frozen=True)
class Session:
    """A browser in which an officer signed in; the token itself is known to that browser only."""

    id: int
    officer_id: int
    stage: Stage
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str


@dataclass(frozen=True)
class Browser:
    """Where a sign-in comes from, as far as a server can see.

    `known` marks a browser in which the same officer has signed in before; empty for all others.
    """

    address: str
    agent: str = ""
    known: str = ""


@dataclass(frozen=True)
class AuditEntry:
    """One line of the audit log. `details` hold no personal data: field names, numbers, reasons."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class AuditQuery:
    """Which lines of the audit log are wanted; what is empty does not narrow. `before` is an id: older ones only."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 100
