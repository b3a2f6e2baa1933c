"""The one door to the talk: a channel that keeps text, cards and buttons of a message together.

Rasa's own REST channel splits a text at blank lines, sends cards apart from the text, and answers 200 with an empty
list when a turn broke. Here a broken turn is a 500, and the person gets the answer of the ranker instead.
"""
# mypy: disable-error-code="import-not-found, import-untyped, misc, no-untyped-call, type-arg"

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

Handler = Callable[[UserMessage], Awaitable[Any]]
_SHOWN_CHARACTERS = 120
_KEPT = ("text", "buttons", "custom")


class WholeMessages(OutputChannel):
    """Collects each message of the bot as it is."""

    def __init__(self) -> None:
        self.replies: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """Return the name that `channel:` in a response of domain.yml refers to."""
        return "arkas"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:  # noqa: ARG002 - Rasa's shape
        """Keep one message."""
        self.replies.append({key: message[key] for key in _KEPT if message.get(key)})


class ArkasChannel(InputChannel):
    """`POST turn {"sender", "message", "returning", "late"}`, `POST forget {"sender"}`, `GET /` for readiness."""

    @classmethod
    def name(cls) -> str:
        """Return the last part of the channel's address."""
        return "arkas"

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """Return the channel's routes."""
        door = Blueprint("arkas_channel", url_prefix="/")

        @door.get("/")
        async def ready(request: Request) -> HTTPResponse:
            loaded = request.app.ctx.agent is not None and request.app.ctx.agent.is_ready()
            return response.json({"ready": loaded}, status=200 if loaded else 503)

        @door.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            output = WholeMessages()
            message = UserMessage(request.json["message"], output, request.json["sender"], input_channel=self.name())
            first = [
                *(await _excuse(request) if request.json.get("late") else []),
                *(await _welcome(request) if request.json.get("returning") else []),
            ]
            await on_new_message(message)
            return response.json({"replies": [*first, *output.replies]})

        @door.post("/forget")
        async def forget(request: Request) -> HTTPResponse:
            agent = request.app.ctx.agent
            async with agent.lock_store.lock(request.json["sender"]):
                await agent.tracker_store.forget(request.json["sender"])
            return response.json({"forgotten": True})

        return door


async def _excuse(request: Request) -> list[dict[str, Any]]:
    """What is said first where a turn broke off and is taken up again."""
    processor = request.app.ctx.agent.processor
    tracker = await processor.tracker_store.retrieve(request.json["sender"])
    said = await processor.nlg.generate("utter_late", tracker, "arkas")
    return [{key: said[key] for key in _KEPT if said.get(key)}] if said else []


async def _welcome(request: Request) -> list[dict[str, Any]]:
    """What is said first to somebody who comes back after a long silence: what was open, and that it can go on."""
    processor = request.app.ctx.agent.processor
    tracker = await processor.tracker_store.retrieve(request.json["sender"])
    question = ((tracker.get_slot("talk") or {}) if tracker else {}).get("question")
    response_name = "utter_welcome_back" if question else "utter_welcome_back_plain"
    if tracker and tracker.active_loop_name:
        response_name = "utter_welcome_back_form"
    said = await processor.nlg.generate(response_name, tracker, "arkas", question=_shortened(question or ""))
    return [{key: said[key] for key in _KEPT if said.get(key)}] if said else []


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS].rsplit(" ", 1)[0] + " ..."
