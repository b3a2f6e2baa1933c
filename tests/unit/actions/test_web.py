"""The route on which Rasa calls the actions."""

import json
import zlib
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.web import PATH, ActionDoor, action_executor


class Greets(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_greet"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:  # noqa: ARG002
        dispatcher.utter_message(response="utter_greet")
        return [SlotSet("stage", tracker.get_slot("stage"))]


class Rejects(Greets):
    def name(self) -> str:
        return "action_reject"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:  # noqa: ARG002
        raise ActionExecutionRejection(self.name())


TOKEN = {"Authorization": "Bearer benar"}
CALL = {"next_action": "action_greet", "sender_id": "c", "version": "3.6.21",
        "tracker": {"sender_id": "c", "slots": {"stage": "offer"}, "latest_message": {}, "events": []}}  # fmt: skip


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    app.add_middleware(ActionDoor, executor=action_executor([Greets(), Rejects()]), token="benar")
    return TestClient(app)


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer salah"}, {"Authorization": "benar"}, {"Authorization": "Bearer "}]
)
def test_without_the_token_nothing_is_run(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post(PATH, json=CALL, headers=headers).status_code == 401


def test_an_action_is_run(client: TestClient) -> None:
    answer = client.post(PATH, json=CALL, headers=TOKEN).json()
    assert answer["responses"][0]["response"] == "utter_greet"
    assert (answer["events"][0]["name"], answer["events"][0]["value"]) == ("stage", "offer")


def test_a_deflated_call_is_run(client: TestClient) -> None:
    body = zlib.compress(json.dumps(CALL).encode())
    answer = client.post(PATH, content=body, headers={**TOKEN, "Content-Encoding": "deflate"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("change", "status"),
    [({"next_action": "action_reject"}, 400), ({"next_action": "action_none"}, 404), ({"domain_digest": "stale"}, 449)],
)
def test_rejection_unknown_action_and_stale_domain_answer_as_rasa_sdk_does(
    client: TestClient, change: dict[str, str], status: int
) -> None:
    answer = client.post(PATH, json={**CALL, **change}, headers=TOKEN)
    assert (answer.status_code, answer.json()["action_name"]) == (status, change.get("next_action", "action_greet"))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'"x"'])
def test_a_broken_call_is_a_400(client: TestClient, body: bytes) -> None:
    assert client.post(PATH, content=body, headers=TOKEN).status_code == 400


def test_a_broken_or_bursting_deflate_body_is_refused(client: TestClient) -> None:
    deflate = {**TOKEN, "Content-Encoding": "deflate"}
    assert client.post(PATH, content=b"no deflate", headers=deflate).status_code == 400
    assert client.post(PATH, content=zlib.compress(b" " * 50_000_000), headers=deflate).status_code == 413


def test_the_route_is_not_in_the_documentation(client: TestClient) -> None:
    assert PATH not in client.get("/openapi.json").text
