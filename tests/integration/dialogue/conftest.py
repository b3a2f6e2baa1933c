"""Rasa itself, trained and started once, with the real actions over services in memory."""

import secrets
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from actions import ActionServices, build_actions
from actions.web import PATH, ActionDoor, action_executor
from bot.dialogue.rasa_client import RasaDialogue
from tests.integration.rasa_process import RASA, ActionServer, RasaProcess, free_port
from tests.integration.shelves import Desk
from tests.integration.talking import Person
from tests.integration.whole import built_model


@pytest.fixture(scope="session")
def rasa_world() -> None:
    if not RASA.exists():
        pytest.skip("Rasa's environment .arkas/rasa does not exist; ./arkas test makes it")


@pytest.fixture(scope="session")
def model(rasa_world: None) -> Path:  # noqa: ARG001
    """The model of the working tree, the one that is served: trained only when it is missing or outdated."""
    return built_model()


@pytest.fixture(scope="session")
def action_server() -> Iterator[ActionServer]:
    desk, token, port = Desk(), secrets.token_hex(16), free_port()
    services = ActionServices(desk.shelf, desk.drawer, desk.diary, desk.hours, desk.clock)
    app = FastAPI()
    app.add_middleware(ActionDoor, executor=action_executor(build_actions(services)), token=token)
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield ActionServer(f"http://127.0.0.1:{port}{PATH}", token, desk)
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def rasa(model: Path, action_server: ActionServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaProcess]:
    memory = tmp_path_factory.mktemp("rasa-memory") / "tracker.db"
    environment = {
        "ARKAS_ACTION_URL": action_server.url, "ARKAS_ACTION_TOKEN": action_server.token,
        "ARKAS_TRACKER_URL": f"sqlite:///{memory}",
    }  # fmt: skip
    process = RasaProcess(free_port(), environment, model)
    process.start()
    yield process
    if process.process and process.process.poll() is None:
        process.stop()


@pytest.fixture
async def person(rasa: RasaProcess, action_server: ActionServer) -> AsyncIterator[Callable[[], Person]]:
    async with aclosing(RasaDialogue(rasa.url, 10.0)) as dialogue:
        yield lambda: Person(dialogue, action_server.desk)
