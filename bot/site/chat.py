"""The chat for browsers without scripts: the same talks as the widget's, over plain forms."""

from collections.abc import Sequence
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.conversations.models import InboundMessage, Message, Sender
from bot.conversations.rules import answers
from bot.errors import InvalidInput
from bot.site.chat_cookie import ChatCookie
from bot.site.routing import PageRouter
from bot.site.services import SiteServices
from bot.site.templating import PRIVATE, page

_LONGEST_CLIENT_ID: Final = 64
_ERASING: Final = {"/hapus", "/hapus_data", "/stop"}  # as on the messengers (bot/channels/commands.py)


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
        self._cookie = ChatCookie(services.conversations, secure=services.settings.public_url.startswith("https:"))

    async def show(self, request: Request, sambung: Annotated[str, Query(max_length=20)] = "") -> Response:
        """Show the talk so far, or the welcome; a link out of a messenger (`?sambung=`) leads to where it is taken up.

        Reading changes nothing: programs that look at links before people do would use the code up.
        """
        if sambung:
            return RedirectResponse(f"/chat/saya?kode={quote(sambung)}#kode", 303)
        return await self._page(request)

    async def say(
        self,
        request: Request,
        *,
        text: Annotated[str, Form()] = "",
        payload: Annotated[str, Form()] = "",
        client_id: Annotated[str, Form()] = "",
    ) -> Response:
        """Hand over what was typed or tapped, then show the talk; beginning one when there is none."""
        if text.strip().lower() in _ERASING:
            return RedirectResponse("/chat/saya#hapus", 303)
        talk = await self._cookie.talk(request) or await self._begin()
        message = InboundMessage(
            text=text or None, payload=payload or None, client_id=client_id[:_LONGEST_CLIENT_ID] or None
        )
        try:
            await self._talks.receive(*talk, message)
        except InvalidInput as error:
            return self._cookie.remember(await self._page(request, talk=talk, error=error, typed=text), talk)
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
        error: InvalidInput | None = None,
        typed: str = "",
    ) -> Response:
        talk = talk or await self._cookie.talk(request)
        messages = await self._talks.messages(*talk) if talk else []
        return page(
            request,
            "chat.html",
            status=error.status if error else 200,
            cache=PRIVATE,
            messages=shown(messages),
            error=error.detail if error else None,
            typed=typed,
            longest=self._settings.message_max_characters,
        )


def shown(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Write messages for the page: a tap is shown by the words of what was tapped, and the last own one is marked."""
    names: dict[str, str] = {}
    views: list[dict[str, Any]] = []
    last_own = max((i for i, m in enumerate(messages) if m.sender is Sender.USER), default=-1)
    for index, message in enumerate(messages):
        names |= {tap["payload"]: tap["title"] for tap in (*message.articles, *message.buttons)}
        views.append(
            {
                "sender": message.sender.value,
                "text": message.text or names.get(message.payload or "", ""),
                "articles": message.articles,
                "answers": answers(message),
                "buttons": message.buttons,
                "ticket": message.ticket,
                "newest": index == last_own,
            }
        )
    return views
