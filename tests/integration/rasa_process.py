"""Rasa as the product starts it, for tests."""

import os
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.integration.shelves import Desk

ROOT = Path(__file__).resolve().parents[2]
RASA = ROOT / ".arkas" / "rasa" / "bin" / "python"
LAUNCHER = ROOT / "bot" / "dialogue" / "rasa_world" / "launcher.py"
STARTING_SECONDS = 180  # a few when the machine is idle


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def launch(*arguments: str, timeout: float = 240, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(RASA), str(LAUNCHER), *arguments], cwd=ROOT, env={**os.environ, **environment}, check=False,
        capture_output=True, text=True, timeout=timeout,
    )  # fmt: skip


@dataclass
class ActionServer:
    url: str
    token: str
    desk: Desk


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
        try:
            self._come_up(self.process)
        except BaseException:
            self.process.kill()  # else it goes on, unseen, beside the tests that come after
            raise

    def _come_up(self, process: "subprocess.Popen[bytes]") -> None:
        until = time.monotonic() + STARTING_SECONDS
        while not self._answers():
            assert process.poll() is None, f"Rasa ended with {process.returncode}"
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

    def resident_megabytes(self) -> float:
        assert self.process is not None
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
