"""What `./arkas serve` keeps when one of its processes is killed in the middle of a talk."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.settings import ROOT
from bot.supervision.ports import free_port

BUILT = ("encoder", "index", "rasa/model")  # as far as they are there
READY_SECONDS = 420  # on a fresh clone the model is trained and the index built first
pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]


class Serving:
    """One `./arkas serve` after the other, over one database."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port(0)
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        rasa = f"http://127.0.0.1:{free_port(0)}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "serve", "--port", str(self.port)],
            cwd=ROOT,
            env=os.environ | {"ARKAS_VAR_DIR": str(self.var), "ARKAS_RASA_URL": rasa},
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + READY_SECONDS
        while not self._ready():
            assert self.process.poll() is None, self.process.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.3)

    def _ready(self) -> bool:
        try:
            return self.http.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def child(self, words: str) -> int:
        """The number of the process with these words in its command line."""
        assert self.process
        own = self.process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        [found] = [child for child in children if words in Path(f"/proc/{child}/cmdline").read_text()]
        return int(found)

    def end(self) -> tuple[int, str]:
        """Wait until the supervisor has ended; its code and its words."""
        assert self.process
        words = self.process.communicate(timeout=60)[1]
        return self.process.returncode, words

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.end()


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    for name in BUILT:
        if (ROOT / "var" / name).exists():
            shutil.copytree(ROOT / "var" / name, tmp_path / "var" / name)
    serving = Serving(tmp_path / "var")
    yield serving
    serving.stop()


class Talk:
    """A conversation over the API, as the widget holds it."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        begun = http.post("/api/v1/conversations", json={"channel": "web"}).raise_for_status().json()
        self.path = f"/api/v1/conversations/{begun['id']}/messages"
        self.headers = {"Authorization": f"Bearer {begun['token']}"}

    def say(self, text: str) -> list[str]:
        body = {"text": text, "client_id": text}
        answer = self.http.post(self.path, json=body, headers=self.headers).raise_for_status().json()
        return [message["text"] for message in answer["messages"]]

    def stored(self) -> list[tuple[str, str]]:
        answer = self.http.get(self.path, headers=self.headers).raise_for_status().json()
        return [(message["sender"], message["text"]) for message in answer["messages"]]


def open_ticket(http: httpx.Client) -> int:
    ticket = {
        "email": "operator@sdn1.sch.id",
        "program": "ARKAS",
        "subject": "BKU tidak bisa ditutup",
        "details": "Tombol tutup BKU bulan Maret tidak dapat ditekan sejak kemarin.",
    }
    return int(http.post("/api/v1/tickets", json=ticket).raise_for_status().json()["number"])


@pytest.mark.parametrize(("victim", "name"), [("launcher.py", "Rasa"), ("uvicorn", "the web process")])
def test_a_killed_process_loses_no_message_and_no_ticket_and_the_talk_goes_on(
    serving: Serving, victim: str, name: str
) -> None:
    serving.start()
    talk = Talk(serving.http)
    talk.say("tidak bisa tutup BKU")
    number = open_ticket(serving.http)
    before = talk.stored()

    os.kill(serving.child(victim), signal.SIGKILL)
    code, words = serving.end()

    assert code == 1
    assert re.search(rf"arkas: {name} died \(killed by SIGKILL\)", words)

    serving.start()

    assert talk.stored() == before
    assert serving.http.get(f"/api/v1/tickets/{number}").status_code == 200
    replies = talk.say("saya lupa kata sandi")
    assert replies
    assert talk.stored()[: len(before)] == before


def test_a_second_serve_says_that_the_port_is_taken_and_sigterm_ends_the_first(serving: Serving) -> None:
    serving.start()
    second = subprocess.run(
        [sys.executable, "-m", "bot.cli", "serve", "--port", str(serving.port)],
        cwd=ROOT, env=os.environ | {"ARKAS_VAR_DIR": str(serving.var)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert second.returncode == 1
    assert second.stderr.strip() == (
        f"arkas: Port {serving.port} on 127.0.0.1 is taken by another program. "
        f"Stop it, or choose another: ./arkas serve --port {serving.port + 1}"
    )
    assert serving.http.get("/healthz").status_code == 200

    assert serving.process
    children = [serving.child("launcher.py"), serving.child("uvicorn")]
    serving.process.terminate()
    code, _ = serving.end()

    assert code == 0
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
