"""The two sides of benchmarks/turns.py: the whole product, and bare Rasa."""

import os
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol, Self

import httpx

from actions.web import PATH
from bot.database import upgrade
from bot.settings import ROOT, Settings
from bot.supervision.surroundings import quiet
from tests.integration.rasa_process import LAUNCHER, RASA, free_port
from tests.integration.whole import built_index, built_model

STARTING_SECONDS = 180
MODEL = "arkas.tar.gz"
_ACTION = """
from rasa_sdk import Action
from rasa_sdk.events import SlotSet


class Suggest(Action):
    def name(self):
        return "action_suggest"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="Satu kalimat.")
        return [SlotSet("stage", None)]


class Greet(Suggest):
    def name(self):
        return "action_greet"
"""


class Side(Protocol):
    """Somebody to ask."""

    name: str

    def begin(self, talk: str) -> None: ...
    def ask(self, talk: str, text: str) -> None: ...


class Processes:
    """Started programs, and what they hold."""

    def __init__(self, folder: Path, http: httpx.Client) -> None:
        self.folder, self.http = folder, http
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        folder.mkdir()

    def start(self, name: str, *command: str, cwd: Path = ROOT, **environment: str) -> None:
        log = (self.folder / f"{name}.log").open("wb")
        given = {**os.environ, **quiet(), **environment}
        self._running[name] = subprocess.Popen(command, cwd=cwd, env=given, stdout=log, stderr=log)

    def wait_for(self, url: str) -> None:
        until = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < until:
            try:
                if self.http.get(url).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.3)
        logs = "\n".join(log.read_text(errors="replace")[-2000:] for log in self.folder.glob("*.log"))
        raise RuntimeError(f"{url} does not answer:\n{logs}")

    def pids(self) -> dict[str, int]:
        return {name: process.pid for name, process in self._running.items()}

    def __exit__(self, *_: object) -> None:
        for each in self._running.values():
            each.terminate()
        for each in self._running.values():
            each.wait(30)


class Product(Processes):
    """The web process and Rasa, as `./arkas serve` runs them."""

    name = "product"

    def __enter__(self) -> Self:
        port, rasa_port, token = free_port(), free_port(), secrets.token_hex(16)
        self.url = f"http://127.0.0.1:{port}"
        shutil.copytree(built_index(), self.folder / "index")
        upgrade(Settings(var_dir=self.folder).database)
        shared = {"ARKAS_ACTION_TOKEN": token, "ARKAS_VAR_DIR": str(self.folder), "ARKAS_LOG_LEVEL": "warning"}
        rasa = {"ARKAS_ACTION_URL": self.url + PATH, "ARKAS_TRACKER_URL": f"sqlite:///{self.folder}/tracker.db"}
        command = (str(RASA), str(LAUNCHER), "run", "--port", str(rasa_port), "--model", str(built_model()))
        self.start("rasa", *command, **shared, **rasa)
        uvicorn = (sys.executable, "-m", "uvicorn", "bot.app:create_app", "--factory", "--no-access-log")
        self.start("web", *uvicorn, "--port", str(port), ARKAS_RASA_URL=f"http://127.0.0.1:{rasa_port}", **shared)
        self.wait_for(f"{self.url}/readyz")
        self._talks: dict[str, tuple[str, dict[str, str]]] = {}
        return self

    def begin(self, talk: str) -> None:
        started = self.http.post(f"{self.url}/api/v1/conversations", json={"channel": "web"}).raise_for_status().json()
        url = f"{self.url}/api/v1/conversations/{started['id']}/messages"
        self._talks[talk] = url, {"Authorization": f"Bearer {started['token']}"}

    def ask(self, talk: str, text: str) -> None:
        url, token = self._talks[talk]
        replies = self.http.post(url, json={"text": text}, headers=token).raise_for_status().json()["messages"]
        if not replies or "sedang terganggu" in replies[0]["text"]:
            raise RuntimeError("the product did not take the turn")


class Bare(Processes):
    """`rasa run` and `rasa_sdk`, with the model of the product and their defaults."""

    name = "bare Rasa"

    def __enter__(self) -> Self:
        port, action_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{port}"
        shutil.copy(built_model() / MODEL, self.folder / MODEL)
        self._write(action_port)
        self.start("actions", str(RASA), "-m", "rasa_sdk", "--actions", "bare_actions", "--port", str(action_port),
                   cwd=self.folder, PYTHONPATH=str(self.folder))  # fmt: skip
        run = ("run", "--model", MODEL, "--endpoints", "endpoints.yml", "--credentials", "credentials.yml")
        self.start("rasa", str(RASA), "-m", "rasa", *run, "--port", str(port), cwd=self.folder)
        self.wait_for(f"http://127.0.0.1:{action_port}/health")
        self.wait_for(f"{self.url}/webhooks/rest/")
        self._talks: dict[str, str] = {}
        return self

    def _write(self, action_port: int) -> None:
        endpoints = f"action_endpoint:\n  url: http://127.0.0.1:{action_port}/webhook\n"
        files = {
            "bare_actions.py": _ACTION,
            "endpoints.yml": endpoints, "credentials.yml": "rest:\n",
        }  # fmt: skip
        for name, content in files.items():
            (self.folder / name).write_text(content)

    def begin(self, talk: str) -> None:
        self._talks[talk] = secrets.token_hex(16)

    def ask(self, talk: str, text: str) -> None:
        body = {"sender": self._talks[talk], "message": text}
        replies = self.http.post(f"{self.url}/webhooks/rest/webhook", json=body).raise_for_status().json()
        if not replies:
            raise RuntimeError("bare Rasa said nothing")
