"""What is sent to Rasa, and what is made of its answers."""

import json

import httpx
import pytest

from bot.dialogue.port import DialogueUnavailable, Turn
from bot.dialogue.rasa_client import RasaDialogue

pytestmark = pytest.mark.anyio
CARD = {"id": 1, "title": "T", "excerpt": "E", "category": "C", "url": "/artikel/1", "payload": "/choose_article{}"}
ANSWER = {
    "replies": [{"text": "Halo", "buttons": [{"title": "Ya", "payload": "/affirm"}], "custom": {"articles": [CARD]}}]
}


class Rasa:
    """Takes down what it is sent and answers as it was told to."""

    def __init__(self, answer: object = ANSWER, status: int = 200) -> None:
        self.sent: list[dict[str, str]] = []
        self._answer, self._status = answer, status

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(json.loads(request.content) if request.content else {})
        return httpx.Response(self._status, json=self._answer)


def dialogue(rasa: Rasa) -> RasaDialogue:
    return RasaDialogue("http://rasa:5005/", httpx.AsyncClient(transport=httpx.MockTransport(rasa)), 1.0)


async def test_text_cards_and_buttons_stay_together() -> None:
    (reply,) = await dialogue(Rasa()).turn(Turn("c", "halo", None))
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
    await dialogue(rasa).turn(turn)
    assert rasa.sent == [{"sender": "c", "message": message}]


@pytest.mark.parametrize(
    ("answer", "status"), [(ANSWER, 500), ({"replies": []}, 200), ([], 200), ({}, 200), ("x", 404)]
)
async def test_anything_but_a_proper_answer_is_unavailable(answer: object, status: int) -> None:
    with pytest.raises(DialogueUnavailable):
        await dialogue(Rasa(answer, status)).turn(Turn("c", "halo", None))


async def test_a_dead_rasa_is_unavailable_and_not_ready() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    dead = RasaDialogue("http://rasa:5005", httpx.AsyncClient(transport=httpx.MockTransport(refuse)), 1.0)
    assert not await dead.ready()
    with pytest.raises(DialogueUnavailable):
        await dead.turn(Turn("c", "halo", None))
    with pytest.raises(DialogueUnavailable):
        await dead.forget("c")


async def test_rasa_is_told_of_a_long_silence() -> None:
    rasa = Rasa()
    await dialogue(rasa).turn(Turn("c", "halo", None, returning=True))
    assert rasa.sent == [{"sender": "c", "message": "halo", "returning": True}]
