"""Rasa itself, trained and started once, with the real actions over services in memory."""

import os
import secrets
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from shelves import Desk
from talking import Person

from actions import ActionServices, build_actions
from actions.web import PATH, action_executor, action_router
from bot.dialogue.rasa_client import RasaDialogue

ROOT = Path(__file__).resolve().parents[3]
RASA = ROOT / ".arkas" / "rasa" / "bin" / "python"
LAUNCHER = ROOT / "bot" / "dialogue" / "rasa_world" / "launcher.py"
STARTING_SECONDS = 90


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def launch(*arguments: str, timeout: float = 240, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(RASA), str(LAUNCHER), *arguments], cwd=ROOT, env={**os.environ, **environment}, check=False,
        capture_output=True, text=True, timeout=timeout,
    )  # fmt: skip


@pytest.fixture(scope="session")
def rasa_world() -> None:
    if not RASA.exists():
        pytest.skip("Rasa's environment .arkas/rasa does not exist; ./arkas test makes it")


@pytest.fixture(scope="session")
def model(rasa_world: None, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001
    """The model of the working tree, trained for this session."""
    out = tmp_path_factory.mktemp("rasa-model")
    trained = launch("train", "--out", str(out))
    assert trained.returncode == 0, trained.stdout[-3000:] + trained.stderr[-3000:]
    return out


@dataclass
class ActionServer:
    url: str
    token: str
    desk: Desk


@pytest.fixture(scope="session")
def action_server() -> Iterator[ActionServer]:
    desk, token, port = Desk(), secrets.token_hex(16), free_port()
    services = ActionServices(desk.shelf, desk.drawer, desk.diary, desk.hours, desk.clock)
    app = FastAPI()
    app.include_router(action_router(action_executor(build_actions(services)), token))
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield ActionServer(f"http://127.0.0.1:{port}{PATH}", token, desk)
    server.should_exit = True
    thread.join(10)


@dataclass
class RasaProcess:
    """Rasa as the product starts it; can be killed and started again on the same memory."""

    port: int
    environment: dict[str, str]
    model: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [str(RASA), str(LAUNCHER), "run", "--port", str(self.port), "--model", str(self.model)]
        self.process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **self.environment})
        until = time.monotonic() + STARTING_SECONDS
        while not self._answers():
            assert self.process.poll() is None, f"Rasa ended with {self.process.returncode}"
            assert time.monotonic() < until, "Rasa did not come up"
            time.sleep(0.2)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/webhooks/arkas/", timeout=2).is_success
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(15)


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
async def person(rasa: RasaProcess, action_server: ActionServer) -> "Callable[[], Person]":
    http = httpx.AsyncClient()
    return lambda: Person(RasaDialogue(rasa.url, http, 10.0), action_server.desk)
