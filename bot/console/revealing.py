"""Personal data one by one: masked in pages, shown at a press, and each showing stands in the audit log.

What a button would show travels in it, encrypted for this officer alone and for a day, so that every page can offer it
without a way of its own to find the value again, and a page's source tells no more than the page.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Final

from cryptography.fernet import Fernet, InvalidToken
from fastapi import APIRouter, Form
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from bot.console.guard import SignedIn
from bot.console.pages import Console
from bot.console.templating import add_filter
from bot.errors import InvalidInput
from bot.officers.models import Permission
from bot.people.masking import Piece, pieces
from bot.settings import Settings

REVEAL: Final = "/petugas/ungkap"
_LIFETIME: Final = timedelta(days=1)  # a page that stands open overnight still works


@dataclass(frozen=True)
class Sealed:
    """What a button holds: the value, what it is, and what it belongs to ("ticket:12345")."""

    value: str
    kind: str
    subject: str


class Seals:
    """Seals and opens. Nobody but the officer whom a seal was made for can have it opened."""

    def __init__(self, settings: Settings) -> None:
        key = hashlib.sha256(f"reveal:{settings.secret_key.get_secret_value()}".encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, sealed: Sealed, officer: int) -> str:
        """The text for a button."""
        return self._fernet.encrypt(json.dumps([officer, sealed.value, sealed.kind, sealed.subject]).encode()).decode()

    def open(self, token: str, officer: int) -> Sealed:
        """What was sealed. Raises InvalidInput for what is not ours, too old, or another officer's."""
        try:
            found = json.loads(self._fernet.decrypt(token, ttl=int(_LIFETIME.total_seconds())))
        except (InvalidToken, ValueError) as error:
            raise InvalidInput(_OLD) from error
        if found[0] != officer:
            raise InvalidInput(_OLD)
        return Sealed(*found[1:])


_OLD: Final = "Tombol ini sudah kedaluwarsa. Muat ulang halamannya lalu coba lagi."


def reveal_router(console: Console) -> APIRouter:
    """Make the route, and the filters that put its buttons into pages."""
    router, seals = console.router(), Seals(console.services.settings)
    add_filter("pribadi", _filter(seals))

    @router.action(REVEAL)
    async def reveal(
        request: Request,
        officer: Annotated[SignedIn, console.allowed(Permission.REVEAL_PERSONAL_DATA)],
        token: Annotated[str, Form(max_length=4000)],
    ) -> Response:
        """Show one value, and write down that it was shown; not the value itself."""
        sealed = seals.open(token, officer.account.id)
        await console.audit(officer, "personal_data.revealed", sealed.subject, kind=sealed.kind)
        block = "revealed" if "hx-request" in request.headers else None
        return console.page(request, officer, "revealed.html", block=block, sealed=sealed)

    return router


def _filter(seals: Seals) -> Any:  # noqa: ANN401 - Jinja knows it by the attribute that pass_context sets
    @pass_context
    def shown(context: Context, text: str | None, subject: str) -> Markup:
        """A text whose personal data stand masked, each with a button for who may see it."""
        officer: SignedIn = context["officer"]
        parts = [_written(piece, seals, officer, subject) for piece in pieces(text or "")]
        return Markup("").join(parts)

    return shown


_BUTTON: Final = Markup(
    '<button class="reveal" form="ungkap" name="token" value="{token}" hx-post="{address}" hx-vals="{vals}" '
    'hx-target="this" hx-swap="outerHTML" aria-label="Tampilkan {kind} {masked}">{masked}</button>'
)


def _written(piece: Piece, seals: Seals, officer: SignedIn, subject: str) -> Markup:
    if not piece.kind:
        return escape(piece.text)
    if not officer.may(Permission.REVEAL_PERSONAL_DATA):
        return escape(piece.masked)
    token = seals.seal(Sealed(piece.text, piece.kind, subject), officer.account.id)
    vals = json.dumps({"token": token})
    return _BUTTON.format(token=token, address=REVEAL, vals=vals, kind=piece.kind, masked=piece.masked)
