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
from bot.people.service import PeopleService
from bot.settings import Settings

_BEARER: Final = HTTPBearer(auto_error=False, description="The token that starting the conversation gave")
_TRIES_PER_HOUR: Final = 30


class Eraser(Protocol):
    """Erases a person everywhere, whatever channel they are on."""

    async def erase(self, conversation_id: str) -> None:
        """Erase what whoever leads this talk said, and who they are."""
        ...


class LinkOut(BaseModel):
    """A code that carries the talk over once, and links that hold it; null where a channel is off."""

    code: str
    expires_at: datetime
    telegram_url: str | None
    whatsapp_url: str | None


class CodeIn(BaseModel):
    """A code, as it was told or mailed."""

    code: str = Field(min_length=4, max_length=20)


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


class EraseIn(BaseModel):
    """The person's own yes."""

    confirm: Literal[True]


def people_router(
    conversations: ConversationService, people: PeopleService, eraser: Eraser, settings: Settings
) -> APIRouter:
    """Return the routes of people."""
    router = APIRouter(prefix="/api/v1", tags=["people"], responses=ERROR_RESPONSES)
    tries = HourlyLimit("links", _TRIES_PER_HOUR)

    async def opened(
        conversation_id: str, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> Conversation:
        if credentials is None:
            raise NotAuthorised
        return await conversations.authorise(conversation_id, credentials.credentials)

    talk_of = Depends(opened)

    @router.post("/conversations/{conversation_id}/link", status_code=201)
    async def link(talk: Annotated[Conversation, talk_of]) -> LinkOut:
        """Make a code that carries this talk to Telegram, WhatsApp or another browser, once within 15 minutes."""
        made = await people.make_link(talk.id)
        return LinkOut(
            code=made.code,
            expires_at=made.expires_at,
            telegram_url=_telegram_url(settings, made.code),
            whatsapp_url=_whatsapp_url(settings, made.code),
        )

    @router.post("/links/redeem")
    async def redeem(given: CodeIn, request: Request) -> TalkOut:
        """Go on with the talk that a code leads to."""
        await tries.check(request)
        talk = await people.redeem_link(given.code)
        return TalkOut(id=talk, token=await conversations.hand_over(talk))

    @router.post("/conversations/{conversation_id}/email", status_code=202)
    async def ask_email(talk: Annotated[Conversation, talk_of], given: EmailIn, request: Request) -> EmailOut:
        """Mail a code to an address; typing it here joins the address, and its tickets, with this talk."""
        await tries.check(request)
        return EmailOut(email=await people.ask_email(talk.id, given.email))

    @router.post("/conversations/{conversation_id}/email/confirm")
    async def confirm_email(talk: Annotated[Conversation, talk_of], given: CodeIn) -> EmailOut:
        """Prove an address by the code that was mailed to it."""
        return EmailOut(email=await people.confirm_email(talk.id, given.code))

    @router.post("/conversations/{conversation_id}/erase", status_code=204)
    async def erase(talk: Annotated[Conversation, talk_of], _given: EraseIn) -> None:
        """Erase what this person said and who they are, on every channel; tickets stay with the help desk."""
        await eraser.erase(talk.id)

    return router


def _telegram_url(settings: Settings, code: str) -> str | None:
    bot = settings.telegram_bot
    return f"https://t.me/{bot}?start=k_{code}" if bot else None


def _whatsapp_url(settings: Settings, code: str) -> str | None:
    number = settings.whatsapp_number
    return f"https://wa.me/{number}?text=KODE%20{code}" if number else None
