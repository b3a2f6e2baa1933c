"""The Dialogue that Rasa holds, reached over the loopback through the channel in rasa_world/channel.py.

aiohttp and not httpx, which all else here calls others with: every turn passes this door, and httpx took 15 % of the
web process's time for it.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import aiohttp

from bot.articles.models import ArticleCard
from bot.dialogue.payloads import is_payload
from bot.dialogue.port import Button, DialogueUnavailable, Reply, Turn
from bot.tickets.models import TicketSummary

_PATH: Final = "/webhooks/arkas"
_READY_WITHIN: Final = aiohttp.ClientTimeout(total=2.0)
_BROKEN: Final = (aiohttp.ClientError, TimeoutError)
# Rasa reads a leading slash as a command ("/restart", "/set_slot"): a person's words must never be one.
_LEADING_SLASHES: Final = re.compile(r"^[\s/]+")


class RasaDialogue:
    """Posts each turn to Rasa. Anything but a proper answer is DialogueUnavailable."""

    def __init__(self, base_url: str, timeout: float) -> None:
        self._url = base_url.rstrip("/") + _PATH
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:  # it belongs to the loop that runs, so not made before
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        return self._session

    async def aclose(self) -> None:
        """Close the connections to Rasa; a later turn opens new ones."""
        if self._session is not None:
            await self._session.close()

    async def turn(self, turn: Turn) -> list[Reply]:
        """Return Rasa's replies to this turn."""
        body: dict[str, object] = {"sender": turn.conversation_id, "message": _message(turn)}
        body |= {name: True for name in ("returning", "late") if getattr(turn, name)}
        answer = await self._post("/turn", body)
        replies = [_reply(reply) for reply in answer.get("replies", [])]
        if not replies:
            # An action failed (its exception stands in the log): silence is the one thing a person must not get.
            raise DialogueUnavailable("Rasa took the turn and said nothing")
        return replies

    async def ready(self) -> bool:
        """Whether Rasa answers with a loaded model."""
        try:
            async with self._http().get(self._url + "/", timeout=_READY_WITHIN) as response:
                return response.ok
        except _BROKEN:
            return False

    async def forget(self, conversation_id: str) -> None:
        """Drop Rasa's state of a conversation."""
        await self._post("/forget", {"sender": conversation_id})

    async def _post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        try:
            answer = await self._answer(path, body)
        except (*_BROKEN, ValueError) as error:
            raise DialogueUnavailable(f"Rasa did not take the turn: {type(error).__name__}") from error
        if not isinstance(answer, dict):
            raise DialogueUnavailable("Rasa answered in an unknown shape")
        return answer

    async def _answer(self, path: str, body: Mapping[str, object]) -> object:
        try:
            return await self._ask(path, body)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            # A kept connection whose other side is gone (Rasa was restarted) is noticed only by using it. Once more on
            # a fresh one: a turn that was broken off has left nothing in Rasa, and a ticket has its idempotency key.
            return await self._ask(path, body)

    async def _ask(self, path: str, body: Mapping[str, object]) -> object:
        async with self._http().post(self._url + path, json=body, raise_for_status=True) as response:
            answer: object = await response.json()
            return answer


def _message(turn: Turn) -> str:
    if turn.payload and is_payload(turn.payload):
        return turn.payload
    words = _LEADING_SLASHES.sub("", turn.text or turn.payload or "")
    if words:
        return words
    return "/send_files" if turn.attachments else "/say_nothing"


def _reply(message: Mapping[str, Any]) -> Reply:
    custom = message.get("custom") or {}
    ticket, fixed = custom.get("ticket"), message.get("buttons") or ()
    return Reply(
        text=message.get("text") or "",
        articles=tuple(ArticleCard(**card) for card in custom.get("articles", ())),
        buttons=tuple(Button(b["title"], b["payload"]) for b in (*custom.get("choices", ()), *fixed)),
        ticket=TicketSummary(**ticket) if ticket else None,
    )
