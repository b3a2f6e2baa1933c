"""The HTTP API of people: carrying a talk over, proving an address, erasing. Each begins with the talk's token."""

from datetime import datetime
from typing import Annotated, Final, Literal, Protocol

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

from bot.conversations.models import Conversation
from bot.conversations.service import ConversationService
from bot.errors import NotAuthorised
from bot.http import ERROR_RESPONSES
from bot.limits import HourlyLimit
from bot.people.rules import telegram_url, whatsapp_url
from bot.people.service import PeopleService
from bot.people.tickets import Tickets, own_tickets
from bot.settings import Settings

_BEARER: Final = HTTPBearer(auto_error=False, description="The token that starting the conversation gave")
_TRIES_PER_HOUR: Final = 30


class Eraser(Protocol):
    """Erases a person everywhere, whatever channel they are on."""

    async def erase(self, conversation_id: str) -> None:
        """Erase what whoever leads this talk said, and who they are."""
        ...


class LinkOut(BaseModel):
    """A code that carries the talk over once, and links that hold it; null where a channel is off.

    `proves_email` says whether an address can be proved here: without a mail server none can.
    """

    code: str
    expires_at: datetime
    telegram_url: str | None
    whatsapp_url: str | None
    proves_email: bool


class CodeIn(BaseModel):
    """A code, as it was told or mailed."""

    code: str = Field(min_length=4, max_length=20)


class RedeemIn(CodeIn):
    """A code, and the talk in which it was typed: with its token, both become one person's."""

    conversation_id: str | None = Field(None, max_length=32)


class TalkOut(BaseModel):
    """A talk that was carried over. The token is told only here; earlier ones no longer open it."""

    id: str
    token: str


class EmailIn(BaseModel):
    """An address that is to be proved."""

    email: str = Field(max_length=300)


class EmailOut(BaseModel):
    """The address as it was understood."""

    email: str


class TicketLine(BaseModel):
    """A ticket of one's own."""

    number: int
    subject: str
    status: str


class TicketsOut(BaseModel):
    """The newest tickets, newest first."""

    tickets: list[TicketLine]


class EraseIn(BaseModel):
    """The person's own yes."""

    confirm: Literal[True]


def people_router(
    conversations: ConversationService, people: PeopleService, eraser: Eraser, tickets: Tickets, settings: Settings
) -> APIRouter:
    """Return the routes of people."""
    router = APIRouter(prefix="/api/v1", tags=["people"], responses=ERROR_RESPONSES)
    tries = HourlyLimit("links", _TRIES_PER_HOUR)
    door = _Door(conversations)
    talk_of = Depends(door.opened)
    router.include_router(_link_router(door, people, settings, tries))

    @router.post("/conversations/{conversation_id}/email", status_code=202)
    async def ask_email(talk: Annotated[Conversation, talk_of], given: EmailIn, request: Request) -> EmailOut:
        """Mail a code to an address; typing it here joins the address, and its tickets, with this talk."""
        await tries.check(request)
        return EmailOut(email=await people.ask_email(talk.id, given.email))

    @router.post("/conversations/{conversation_id}/email/confirm")
    async def confirm_email(talk: Annotated[Conversation, talk_of], given: CodeIn) -> EmailOut:
        """Prove an address by the code that was mailed to it."""
        return EmailOut(email=await people.confirm_email(talk.id, given.code))

    @router.get("/conversations/{conversation_id}/tickets")
    async def tickets_of(talk: Annotated[Conversation, talk_of]) -> TicketsOut:
        """List the tickets of whoever leads this talk: from their talks, and from addresses that they proved."""
        found = await own_tickets(people, tickets, talk.id)
        lines = [TicketLine(number=each.number, subject=each.subject, status=each.status.value) for each in found]
        return TicketsOut(tickets=lines)

    @router.post("/conversations/{conversation_id}/erase", status_code=204)
    async def erase(talk: Annotated[Conversation, talk_of], _given: EraseIn) -> None:
        """Erase what this person said and who they are, on every channel; tickets stay with the help desk."""
        await eraser.erase(talk.id)

    return router


class _Door:
    """Lets in who holds a talk's token."""

    def __init__(self, conversations: ConversationService) -> None:
        self.conversations = conversations

    async def opened(
        self, conversation_id: str, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> Conversation:
        """The talk. Raises NotAuthorised or UnknownConversation."""
        if credentials is None:
            raise NotAuthorised
        return await self.conversations.authorise(conversation_id, credentials.credentials)


def _link_router(door: _Door, people: PeopleService, settings: Settings, tries: HourlyLimit) -> APIRouter:
    router = APIRouter()

    @router.post("/conversations/{conversation_id}/link", status_code=201)
    async def link(talk: Annotated[Conversation, Depends(door.opened)]) -> LinkOut:
        """Make a code that carries this talk to Telegram, WhatsApp or another browser, once within 15 minutes."""
        made = await people.make_link(talk.id)
        return LinkOut(
            code=made.code,
            expires_at=made.expires_at,
            telegram_url=telegram_url(settings.telegram_bot, f"k_{made.code}"),
            whatsapp_url=whatsapp_url(settings.whatsapp_number, f"KODE {made.code}"),
            proves_email=people.mails,
        )

    @router.post("/links/redeem")
    async def redeem(
        given: RedeemIn,
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    ) -> TalkOut:
        """Go on with the talk that a code leads to; the caller's own talk, when it is named, joins it."""
        await tries.check(request)
        if given.conversation_id is not None:
            await door.opened(given.conversation_id, credentials)
        talk = await people.redeem_link(given.code, given.conversation_id)
        return TalkOut(id=talk, token=await door.conversations.hand_over(talk))

    return router
