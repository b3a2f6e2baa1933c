"""What is sent to Rasa, and what is made of its answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.dialogue.port import DialogueUnavailable, Turn
from bot.dialogue.rasa_client import RasaDialogue
from bot.supervision.ports import free_port

pytestmark = pytest.mark.anyio
CARD = {"id": 1, "title": "T", "excerpt": "E", "category": "C", "url": "/artikel/1", "payload": "/choose_article{}"}
ANSWER = {
    "replies": [{"text": "Halo", "buttons": [{"title": "Ya", "payload": "/affirm"}], "custom": {"articles": [CARD]}}]
}


class Rasa:
    """Listens on the loopback, takes down what it is sent and answers as it was told to."""

    def __init__(self, answer: object = ANSWER, status: int = 200) -> None:
        self.sent: list[dict[str, str]] = []
        self._answer, self._status = answer, status

    async def handle(self, request: web.Request) -> web.Response:
        self.sent.append(await request.json() if request.can_read_body else {})
        return web.json_response(self._answer, status=self._status)

    @asynccontextmanager
    async def dialogue(self) -> AsyncIterator[RasaDialogue]:
        app = web.Application()
        app.router.add_route("*", "/webhooks/arkas/{rest:.*}", self.handle)
        async with TestServer(app) as server, aclosing(RasaDialogue(str(server.make_url("/")), 1.0)) as dialogue:
            yield dialogue


async def test_text_cards_and_buttons_stay_together() -> None:
    async with Rasa().dialogue() as dialogue:
        (reply,) = await dialogue.turn(Turn("c", "halo", None))
    assert (reply.text, reply.buttons[0].payload, reply.articles[0].id) == ("Halo", "/affirm", 1)


@pytest.mark.parametrize(
    ("turn", "message"),
    [
        (Turn("c", "halo", None), "halo"),
        (Turn("c", None, "/affirm"), "/affirm"),
        (Turn("c", None, '/choose_article{"article":"1"}'), '/choose_article{"article":"1"}'),
        (Turn("c", "/restart", None), "restart"),
        (Turn("c", " // /session_start", None), "session_start"),
        (Turn("c", None, "/restart"), "restart"),
        (Turn("c", None, '/set_slot{"stage":"offer"}'), 'set_slot{"stage":"offer"}'),
        (Turn("c", None, '/affirm{"x":{"y":1}}'), 'affirm{"x":{"y":1}}'),
        (Turn("c", None, None, ("a.png",)), "/send_files"),
        (Turn("c", "/", None), "/say_nothing"),
        (Turn("c", None, None), "/say_nothing"),
        (Turn("c", "lihat ini", None, ("a.png",)), "lihat ini"),
    ],
)
async def test_only_our_own_payloads_are_commands(turn: Turn, message: str) -> None:
    rasa = Rasa()
    async with rasa.dialogue() as dialogue:
        await dialogue.turn(turn)
    assert rasa.sent == [{"sender": "c", "message": message}]


@pytest.mark.parametrize(
    ("answer", "status"), [(ANSWER, 500), ({"replies": []}, 200), ([], 200), ({}, 200), ("x", 404)]
)
async def test_anything_but_a_proper_answer_is_unavailable(answer: object, status: int) -> None:
    async with Rasa(answer, status).dialogue() as dialogue:
        with pytest.raises(DialogueUnavailable):
            await dialogue.turn(Turn("c", "halo", None))


async def test_a_dead_rasa_is_unavailable_and_not_ready() -> None:
    async with aclosing(RasaDialogue(f"http://127.0.0.1:{free_port(0)}", 1.0)) as dead:
        assert not await dead.ready()
        with pytest.raises(DialogueUnavailable):
            await dead.turn(Turn("c", "halo", None))
        with pytest.raises(DialogueUnavailable):
            await dead.forget("c")


async def test_a_hung_rasa_is_unavailable_when_the_time_is_over() -> None:
    released = asyncio.Event()

    async def hang(_request: web.Request) -> web.Response:
        await released.wait()
        return web.json_response(ANSWER)

    app = web.Application()
    app.router.add_post("/webhooks/arkas/turn", hang)
    async with TestServer(app) as server, aclosing(RasaDialogue(str(server.make_url("/")), 0.05)) as dialogue:
        with pytest.raises(DialogueUnavailable):
            await dialogue.turn(Turn("c", "halo", None))
        released.set()


async def test_a_connection_that_rasa_closed_unnoticed_is_replaced() -> None:
    rasa, asked = Rasa(), 0

    async def close_first(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        if asked == 1 and request.transport is not None:
            request.transport.close()
        return await rasa.handle(request)

    app = web.Application()
    app.router.add_post("/webhooks/arkas/turn", close_first)
    async with TestServer(app) as server, aclosing(RasaDialogue(str(server.make_url("/")), 1.0)) as dialogue:
        assert await dialogue.turn(Turn("c", "halo", None))
    assert asked == 2


async def test_after_a_restart_of_rasa_the_next_turn_is_taken() -> None:
    rasa, port = Rasa(), free_port(0)
    async with aclosing(RasaDialogue(f"http://127.0.0.1:{port}", 1.0)) as dialogue:
        for _ in range(2):
            app = web.Application()
            app.router.add_post("/webhooks/arkas/turn", rasa.handle)
            async with TestServer(app, port=port):
                assert await dialogue.turn(Turn("c", "halo", None))
    assert len(rasa.sent) == 2


async def test_rasa_is_told_of_a_long_silence() -> None:
    rasa = Rasa()
    async with rasa.dialogue() as dialogue:
        await dialogue.turn(Turn("c", "halo", None, returning=True))
    assert rasa.sent == [{"sender": "c", "message": "halo", "returning": True}]
