"""The HTTP API of talks (DESIGN.md, contract 5)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData, UploadFile

from bot.attachments.links import FileLinks
from bot.attachments.service import AttachmentService
from bot.attachments.web import holds_files, upload_form
from bot.conversations.identity import Claim, Visitor
from bot.conversations.models import InboundMessage, Message
from bot.conversations.service import ConversationService
from bot.errors import BrokenJson, IdentityRefused, InvalidInput, MessageTooLong, NotAuthorised, UnknownConversation
from bot.http import ERROR_RESPONSES, HttpUpload

_HEARTBEAT_SECONDS: Final = 15.0  # below the idle limit of common proxies (30-60 s)
_JSON_MAX_BYTES: Final = 256 * 1024
_LARGEST_ID: Final = 2**63 - 1
_BEARER: Final = HTTPBearer(auto_error=False, description="The token that starting the conversation gave")


class IdentityIn(BaseModel):
    """Who the visitor is, signed by the embedding site's server (docs/widget.md)."""

    user_id: str = Field(min_length=1, max_length=100)
    email: str = Field(max_length=254)
    expires: int = Field(ge=0, le=_LARGEST_ID)
    signature: str = Field(max_length=64)

    def claim(self) -> Claim:
        """Return it as the rules want it."""
        return Claim(self.user_id, self.email, self.expires, self.signature)


class NewConversation(BaseModel):
    """What starts a talk. Only the web begins one here; other channels have their own doors."""

    channel: Literal["web"] = "web"
    identity: IdentityIn | None = None


class MessageIn(BaseModel):
    """One message: words or a button's payload, and a `client_id` that makes a repeat harmless."""

    model_config = ConfigDict(extra="ignore")

    text: str | None = None
    payload: str | None = None
    client_id: str | None = Field(None, min_length=1, max_length=100)


class MessageOut(BaseModel):
    """One message as everybody sees it."""

    id: int
    sender: Literal["user", "bot", "officer"]
    text: str
    articles: list[dict[str, Any]]
    buttons: list[dict[str, str]]
    ticket: dict[str, Any] | None
    attachments: list[dict[str, Any]]
    client_id: str | None
    created_at: datetime


class MessagesOut(BaseModel):
    """Messages, oldest first."""

    messages: list[MessageOut]


class ConversationOut(MessagesOut):
    """A new talk. The token is told only here."""

    id: str
    token: str


def message_out(message: Message, links: FileLinks) -> MessageOut:
    """Return the message in its public shape; its files can be fetched by signed links."""
    return MessageOut(
        id=message.id,
        sender=message.sender.value,
        text=message.text,
        articles=[dict(card) for card in message.articles],
        buttons=[dict(button) for button in message.buttons],
        ticket=dict(message.ticket) if message.ticket else None,
        attachments=[dict(file) | {"url": links.path(str(file["id"]))} for file in message.attachments],
        client_id=message.client_id,
        created_at=message.created_at,
    )


def nobody(_claim: Claim) -> Visitor:
    """Believe no claim. Raises IdentityRefused."""
    raise IdentityRefused


def _bearer(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> str:
    if credentials is None:
        raise NotAuthorised
    return credentials.credentials


Token = Annotated[str, Depends(_bearer)]


async def _read_json(request: Request) -> MessageIn:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _JSON_MAX_BYTES:
            raise MessageTooLong  # whatever it says, and before it fills the memory
    try:
        return MessageIn.model_validate_json(body)
    except ValidationError as error:
        raise BrokenJson from error


def _read_form(form: FormData) -> tuple[MessageIn, list[HttpUpload]]:
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    files = [HttpUpload(value) for _, value in form.multi_items() if isinstance(value, UploadFile)]
    try:
        return MessageIn.model_validate(fields), files
    except ValidationError as error:
        raise BrokenJson from error


_MESSAGE_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": MessageIn.model_json_schema()},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "text": {"type": "string"},
                        "client_id": {"type": "string", "maxLength": 100},
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                    },
                }
            },
        },
    }
}


def conversation_router(
    service: ConversationService,
    attachments: AttachmentService,
    links: FileLinks,
    known: Callable[[Claim], Visitor] = nobody,
) -> APIRouter:
    """Return the routes of talks; `known` finds out whom a signed claim is about."""
    router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"], responses=ERROR_RESPONSES)

    def told(messages: Iterable[Message]) -> list[MessageOut]:
        return [message_out(each, links) for each in messages]

    @router.post("", status_code=201)
    async def start(new: NewConversation) -> ConversationOut:
        """Start a talk; keep the token, it opens this conversation and is told only once."""
        visitor = known(new.identity.claim()) if new.identity else None
        conversation, token, messages = await service.start(new.channel, visitor)
        return ConversationOut(id=conversation.id, token=token, messages=told(messages))

    @router.post("/{conversation_id}/messages", openapi_extra=_MESSAGE_BODY)
    async def send(conversation_id: str, request: Request, token: Token) -> MessagesOut:
        """Send words, a button's payload or files; the bot's replies come in the same answer."""
        if holds_files(request):  # `receive` asks too, but nobody's files are taken in before
            await service.authorise(conversation_id, token)
        try:
            inbound = await _inbound(request, attachments)
        except InvalidInput:
            await service.authorise(conversation_id, token)  # a stranger is told only that he is one
            raise
        replies = await service.receive(conversation_id, token, inbound)
        return MessagesOut(messages=told(replies))

    @router.get("/{conversation_id}/messages")
    async def read(
        conversation_id: str, token: Token, after: Annotated[int, Query(ge=0, le=_LARGEST_ID)] = 0
    ) -> MessagesOut:
        """Read what was said after a message, oldest first, at most 200 at once."""
        messages = await service.messages(conversation_id, token, after)
        return MessagesOut(messages=told(messages))

    @router.get("/{conversation_id}/events", response_class=StreamingResponse)
    async def events(
        conversation_id: str,
        request: Request,
        token: Token,
        after: Annotated[int, Query(ge=0, le=_LARGEST_ID)] = 0,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> StreamingResponse:
        """Server-sent events, one a message; `Last-Event-ID` goes on where a dropped line stopped."""
        await service.authorise(conversation_id, token)
        begin = int(last_event_id) if last_event_id and last_event_id.isdecimal() and len(last_event_id) < 19 else after
        stream = _stream(service, conversation_id, token, begin, request, links)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    return router


async def _inbound(request: Request, attachments: AttachmentService) -> InboundMessage:
    if not holds_files(request):
        message = await _read_json(request)
        return InboundMessage(message.text, message.payload, message.client_id)
    async with upload_form(request, attachments.message_bytes) as form:
        message, uploads = _read_form(form)
        files = await attachments.take_in(uploads)
    return InboundMessage(message.text, message.payload, message.client_id, tuple(files))


async def _stream(
    service: ConversationService, conversation_id: str, token: str, after: int, request: Request, links: FileLinks
) -> AsyncIterator[str]:
    yield ": tersambung\n\n"  # at once, so that a reader knows whether anything on the way holds streams back
    while not await request.is_disconnected():
        arrival = service.next_arrival(conversation_id)
        try:
            arrived = await service.messages(conversation_id, token, after)
        except (NotAuthorised, UnknownConversation):  # carried elsewhere or erased: too late for a status of its own
            return
        for message in arrived:
            after = message.id
            yield f"id: {message.id}\nevent: message\ndata: {message_out(message, links).model_dump_json()}\n\n"
        try:
            await asyncio.wait_for(arrival.wait(), _HEARTBEAT_SECONDS)
        except TimeoutError:
            yield ": masih tersambung\n\n"
