"""The chat for browsers without scripts: the same talks as the widget's, over plain forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import Query
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.attachments.web import upload_form
from bot.conversations.models import InboundMessage, Message, Sender
from bot.conversations.rules import answers
from bot.errors import ArkasError
from bot.http import HttpUpload, typed, uploads
from bot.site.chat_cookie import ChatCookie
from bot.site.lost_files import with_lost_files
from bot.site.routing import PageRouter
from bot.site.services import SiteServices
from bot.site.templating import PRIVATE, page

_LONGEST_CLIENT_ID: Final = 64
_ERASING: Final = {"/hapus", "/hapus_data", "/stop"}  # as on the messengers (bot/channels/commands.py)


@dataclass(frozen=True)
class _Said:
    """What was typed, tapped or chosen."""

    text: str
    payload: str
    client_id: str
    files: list[HttpUpload]


def _said(form: FormData) -> _Said:
    files = uploads(form, "files")
    return _Said(typed(form, "text"), typed(form, "payload"), typed(form, "client_id")[:_LONGEST_CLIENT_ID], files)


def chat_router(services: SiteServices) -> PageRouter:
    """Make the routes of the chat."""
    router = PageRouter()
    chat = Chat(services)
    router.page("/chat")(chat.show)
    router.post("/chat", response_model=None)(chat.say)
    router.post("/chat/baru", response_model=None)(chat.begin_anew)
    return router


class Chat:
    """Answers for the chat."""

    def __init__(self, services: SiteServices) -> None:
        self._talks = services.conversations
        self._settings = services.settings
        self._attachments = services.attachments
        self._file_links = services.file_links
        self._cookie = ChatCookie(services.conversations, secure=services.settings.public_url.startswith("https:"))

    async def show(self, request: Request, sambung: Annotated[str, Query(max_length=20)] = "") -> Response:
        """Show the talk so far, or the welcome; a link out of a messenger (`?sambung=`) leads to where it is taken up.

        Reading changes nothing: programs that look at links before people do would use the code up.
        """
        if sambung:
            return RedirectResponse(f"/chat/saya?kode={quote(sambung)}#kode", 303)
        return await self._page(request)

    async def say(self, request: Request) -> Response:
        """Hand over what was typed, tapped or chosen, then show the talk; beginning one when there is none.

        The body is read within its limits; what is larger is refused before it lies anywhere.
        """
        async with upload_form(request, self._attachments.message_bytes) as form:
            return await self._heed(request, _said(form))

    async def _heed(self, request: Request, said: _Said) -> Response:
        if said.text.strip().lower() in _ERASING:
            return RedirectResponse("/chat/saya#hapus", 303)
        talk = await self._cookie.talk(request) or await self._begin()
        try:
            files = tuple(await self._attachments.take_in(said.files))
            message = InboundMessage(said.text or None, said.payload or None, said.client_id or None, files)
            await self._talks.receive(*talk, message)
        except ArkasError as error:  # unusable words or files, or nobody to examine them now
            return self._cookie.remember(await self._page(request, talk=talk, error=error, said=said), talk)
        return self._cookie.remember(RedirectResponse("/chat#terbaru", 303), talk)

    async def begin_anew(self) -> Response:
        """Forget the talk in this browser."""
        return self._cookie.forget(RedirectResponse("/chat", 303))

    async def _begin(self) -> tuple[str, str]:
        conversation, token, _ = await self._talks.start("web")
        return conversation.id, token

    async def _page(
        self,
        request: Request,
        *,
        talk: tuple[str, str] | None = None,
        error: ArkasError | None = None,
        said: _Said | None = None,
    ) -> Response:
        talk = talk or await self._cookie.talk(request)
        messages = await self._talks.latest(*talk) if talk else []
        errors = with_lost_files({"text": error.detail}, said.files) if error and said else {}
        return page(
            request,
            "chat.html",
            status=error.status if error else 200,
            cache=PRIVATE,
            messages=shown(messages),
            errors=errors,
            typed=said.text if said else "",
            file_link=self._file_links.path,
            longest=self._settings.message_max_characters,
        )


def shown(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Write messages for the page: a tap is shown by the words of what was tapped, and the last own one is marked.

    Buttons are kept below the last word only; an officer's, which may come at any time, answers no question.
    """
    names: dict[str, str] = {}
    views: list[dict[str, Any]] = []
    last_own = max((i for i, m in enumerate(messages) if m.sender is Sender.USER), default=-1)
    last = max((i for i, m in enumerate(messages) if m.sender is not Sender.OFFICER), default=-1)
    for index, message in enumerate(messages):
        names |= {tap["payload"]: tap["title"] for tap in (*message.articles, *message.buttons)}
        views.append(
            {
                "sender": message.sender.value,
                "text": message.text or names.get(message.payload or "", ""),
                "articles": message.articles,
                "answers": answers(message),
                "buttons": message.buttons if index == last else (),
                "files": message.attachments,
                "ticket": message.ticket,
                "newest": index == last_own,
            }
        )
    return views
