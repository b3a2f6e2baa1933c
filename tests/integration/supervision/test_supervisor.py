"""The supervisor over real processes: small servers that behave as ours do, or misbehave."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from bootstrap.progress import Progress
from bot.settings import ROOT
from bot.supervision.failures import NotReadyInTime, ProcessDied
from bot.supervision.ports import free_port, is_free
from bot.supervision.processes import Program
from bot.supervision.supervisor import Supervisor

SERVER = """
import http.server, os, signal, sys, time

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/die":
            print("no memory left", flush=True)
            os._exit(7)
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass

time.sleep(float(sys.argv[2]))
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("serving", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Program]:
    def program(name: str, *behaviour: str, delay: float = 0.0) -> Program:
        port = free_port(0)
        return Program(
            name=name,
            command=(sys.executable, "-c", SERVER, str(port), str(delay), *behaviour),
            log=tmp_path / f"{name}.log",
            ready_url=f"http://127.0.0.1:{port}/",
            folder=tmp_path,
        )

    return program


def port_of(program: Program) -> int:
    return int(program.command[3])


def supervise(*programs: Program, ready_seconds: float = 20, stop_seconds: float = 2) -> Supervisor:
    return Supervisor(programs, Progress(io.StringIO()), ready_seconds, stop_seconds)


def send(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


def ask(program: Program, path: str) -> None:
    with suppress(httpx.HTTPError):
        httpx.get(program.ready_url + path.lstrip("/"), timeout=5)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all_and_is_no_failure(make: Callable[..., Program], number: signal.Signals) -> None:
    rasa, web = make("rasa"), make("web")

    supervise(rasa, web).run(lambda: send(number))

    assert is_free("127.0.0.1", port_of(rasa))
    assert is_free("127.0.0.1", port_of(web))


def test_ready_is_said_only_when_all_answer(make: Callable[..., Program]) -> None:
    rasa, web = make("rasa", delay=1.0), make("web")
    started = time.monotonic()

    def on_ready() -> None:
        assert not is_free("127.0.0.1", port_of(rasa))
        assert not is_free("127.0.0.1", port_of(web))
        send(signal.SIGTERM)

    supervise(rasa, web).run(on_ready)

    assert time.monotonic() - started >= 1.0


def test_one_that_dies_takes_the_other_with_it_and_is_named(make: Callable[..., Program]) -> None:
    rasa, web = make("rasa"), make("web")

    with pytest.raises(ProcessDied, match=r"(?s)rasa died \(exit code 7\).*no memory left"):
        supervise(rasa, web).run(lambda: ask(rasa, "/die"))

    assert is_free("127.0.0.1", port_of(web))


def test_one_that_is_killed_is_told_so(make: Callable[..., Program]) -> None:
    rasa, web = make("rasa"), make("web")
    supervisor = supervise(rasa, web)

    with pytest.raises(ProcessDied, match=r"web died \(killed by SIGKILL\)"):
        supervisor.run(lambda: os.kill(supervisor._processes[1].pid, signal.SIGKILL))

    assert is_free("127.0.0.1", port_of(rasa))


def test_one_that_dies_before_it_is_ready_is_told_at_once(make: Callable[..., Program], tmp_path: Path) -> None:
    broken = Program(
        name="rasa",
        command=(sys.executable, "-c", "import sys; sys.exit('no model')"),
        log=tmp_path / "rasa.log",
        ready_url="http://127.0.0.1:1/",
        folder=tmp_path,
    )

    with pytest.raises(ProcessDied, match=r"(?s)exit code 1.*no model"):
        supervise(broken, make("web")).run(pytest.fail)


def test_one_that_never_answers_is_given_up(make: Callable[..., Program]) -> None:
    with pytest.raises(NotReadyInTime, match="rasa did not answer within 1 s"):
        supervise(make("rasa", delay=60), ready_seconds=1).run(pytest.fail)


def test_one_that_does_not_listen_to_sigterm_is_killed(make: Callable[..., Program]) -> None:
    stubborn = make("rasa", "stubborn")
    started = time.monotonic()

    supervise(stubborn, stop_seconds=1).run(lambda: send(signal.SIGTERM))

    assert 1 <= time.monotonic() - started < 15
    assert is_free("127.0.0.1", port_of(stubborn))


def test_a_second_signal_does_not_wait(make: Callable[..., Program]) -> None:
    stubborn = make("rasa", "stubborn")
    started = time.monotonic()

    def impatient() -> None:
        send(signal.SIGINT)
        threading.Timer(0.5, send, [signal.SIGINT]).start()

    supervise(stubborn, stop_seconds=30).run(impatient)

    assert time.monotonic() - started < 15


def test_a_signal_while_starting_stops_at_once(make: Callable[..., Program]) -> None:
    threading.Timer(0.5, send, [signal.SIGINT]).start()
    started = time.monotonic()

    supervise(make("rasa", delay=60)).run(pytest.fail)

    assert time.monotonic() - started < 15


def test_the_handlers_of_before_are_back_afterwards(make: Callable[..., Program]) -> None:
    before = signal.getsignal(signal.SIGTERM)

    supervise(make("rasa")).run(lambda: send(signal.SIGTERM))

    assert signal.getsignal(signal.SIGTERM) is before


SUPERVISE = """
import sys
from pathlib import Path
from bootstrap.progress import Progress
from bot.supervision.processes import Program
from bot.supervision.supervisor import Supervisor
port, folder, server = sys.argv[1:]
program = Program("rasa", (sys.executable, "-c", server, port, "0"), Path(folder) / "rasa.log",
                  f"http://127.0.0.1:{port}/", Path(folder))
Supervisor([program], Progress()).run(lambda: print("ready", flush=True))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")
def test_a_supervisor_that_is_killed_leaves_no_process_on_the_port(tmp_path: Path) -> None:
    port = free_port(0)
    command = [sys.executable, "-c", SUPERVISE, str(port), str(tmp_path), SERVER]
    supervisor = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert supervisor.stdout
    assert supervisor.stdout.readline() == "ready\n"

    supervisor.kill()
    supervisor.communicate(timeout=10)

    deadline = time.monotonic() + 10
    while not is_free("127.0.0.1", port) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert is_free("127.0.0.1", port)
