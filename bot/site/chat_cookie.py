"""The cookie of the chat without scripts: the talk's id and token, set only once somebody writes."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from bot.conversations.service import ConversationService
from bot.errors import NotAuthorised, UnknownConversation

COOKIE: Final = "arkas_chat"
_LIFETIME: Final = 24 * 3600  # seconds; a talk is taken up again within a day


class ChatCookie:
    """Which talk a browser goes on with. `secure` keeps the cookie to https."""

    def __init__(self, talks: ConversationService, *, secure: bool) -> None:
        self._talks = talks
        self._secure = secure

    async def talk(self, request: Request) -> tuple[str, str] | None:
        """The id and token of the browser's talk, when they open one."""
        conversation_id, _, token = request.cookies.get(COOKIE, "").partition(".")
        try:
            await self._talks.authorise(conversation_id, token)
        except (UnknownConversation, NotAuthorised):
            return None
        return conversation_id, token

    def remember(self, response: Response, talk: tuple[str, str]) -> Response:
        """Have the browser go on with this talk."""
        response.set_cookie(
            COOKIE,
            ".".join(talk),
            max_age=_LIFETIME,
            path="/chat",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )
        return response

    def forget(self, response: Response) -> Response:
        """Forget the talk in this browser."""
        response.delete_cookie(COOKIE, path="/chat")
        return response
