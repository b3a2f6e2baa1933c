"""Several Rasa processes with one memory: PostgreSQL and Redis, where ARKAS_TEST_* names them."""

import os
import secrets
import subprocess
from contextlib import aclosing
from pathlib import Path

import pytest

from bot.dialogue.rasa_client import RasaDialogue
from tests.integration.rasa_process import RASA, ROOT, ActionServer, RasaProcess, free_port, launch
from tests.integration.talking import Person

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.timeout(600)]
SERVERS = ("ARKAS_TEST_POSTGRES_URL", "ARKAS_TEST_REDIS_URL")
CONTRACT = """
import sys
from rasa_world.rows import open_rows
url, key = sys.argv[1:]
rows, others = open_rows(url), open_rows(url)
assert rows.read(key) is None
rows.write(key, "satu")
rows.write(key, "dua")
assert others.read(key) == "dua"
assert key in list(others.keys())
others.delete(key)
others.delete(key)
assert rows.read(key) is None
"""


def address(variable: str) -> str:
    url = os.environ.get(variable)
    if not url:
        pytest.skip(f"{variable} names no server")
    scheme, _, rest = url.partition("://")
    return f"{scheme.split('+')[0]}://{rest}"  # without SQLAlchemy's driver


@pytest.mark.usefixtures("rasa_world")
@pytest.mark.parametrize("variable", SERVERS)
def test_a_row_written_by_one_process_is_read_by_another(variable: str) -> None:
    command = [str(RASA), "-c", CONTRACT, address(variable), secrets.token_hex(8)]
    folder = {"PYTHONPATH": str(ROOT / "bot" / "dialogue")}
    played = subprocess.run(command, env={**os.environ, **folder}, capture_output=True, text=True, check=False)
    assert played.returncode == 0, played.stderr[-2000:]


@pytest.mark.parametrize("variable", SERVERS)
async def test_a_talk_goes_on_at_another_process(variable: str, model: Path, action_server: ActionServer) -> None:
    environment = {
        "ARKAS_ACTION_URL": action_server.url, "ARKAS_ACTION_TOKEN": action_server.token,
        "ARKAS_TRACKER_URL": address(variable), "ARKAS_REDIS_URL": os.environ.get("ARKAS_TEST_REDIS_URL", ""),
    }  # fmt: skip
    processes = [RasaProcess(free_port(), environment, model) for _ in range(2)]
    try:
        for process in processes:
            process.start()
        first, second = (RasaDialogue(process.url, 10.0) for process in processes)
        async with aclosing(first), aclosing(second):
            budi = Person(first, action_server.desk)
            await budi.says("mau lapor")
            budi.dialogue = second
            await budi.says("budi@sekolah.sch.id")
            assert "program apa" in budi.text
            await second.forget(budi.id)
    finally:
        for process in processes:
            if process.process:
                process.kill()


@pytest.mark.usefixtures("rasa_world")
def test_a_lock_store_that_is_none_is_named_before_anything_is_served(model: Path) -> None:
    command = ("run", "--port", str(free_port()), "--model", str(model))
    actions = "http://127.0.0.1:9"
    started = launch(*command, ARKAS_REDIS_URL="mysql://x", ARKAS_ACTION_URL=actions, ARKAS_ACTION_TOKEN="x")
    assert started.returncode != 0
    assert "ARKAS_REDIS_URL must begin with redis://" in started.stderr
