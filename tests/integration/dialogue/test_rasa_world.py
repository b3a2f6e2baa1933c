"""Rasa as a process: its data are sound, it is small, it survives, it keeps its mouth shut."""

import asyncio
import os
import re
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest

from bot.dialogue.port import DialogueUnavailable, Turn
from bot.dialogue.rasa_client import RasaDialogue
from tests.integration.rasa_process import LAUNCHER, RASA, ROOT, ActionServer, RasaProcess, free_port, launch
from tests.integration.shelves import Held
from tests.integration.talking import Person

# Whichever test comes first waits for the training of the model.
pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.timeout(600)]
RASA_MEGABYTES = 320  # measured 183; TensorFlow alone would be 400 more


_UNDERSTOOD_ALIKE = """
import asyncio, sys
from rasa_world import graph, lighter
from rasa_world.logs import quiet
quiet()
lighter.leave_out(lighter.UNUSED)
from rasa.core.agent import Agent
from rasa_world import sentences

agent = Agent.load(sys.argv[1])
texts = [*sys.stdin.read().split("\\n"), "?!", "\\U0001f600", "BKU " * 500]

def understood():
    parsed = (asyncio.run(agent.parse_message(text)) for text in texts)
    return [[(each["name"], each["confidence"]) for each in one["intent_ranking"]] for one in parsed]

before = understood()
sentences.apply()
assert understood() == before
print(len(before))
"""


def test_understanding_the_sentence_alone_gives_the_same_probabilities(model: Path) -> None:
    examples = [
        line.strip("- ") for file in sorted((ROOT / "data" / "nlu").glob("*.yml"))
        for line in file.read_text().splitlines() if line.startswith("      - ") and line.strip("- ")
    ][::40]  # fmt: skip
    found = subprocess.run(
        [str(RASA), "-c", _UNDERSTOOD_ALIKE, str(model / "arkas.tar.gz")], input="\n".join(examples), text=True,
        capture_output=True, timeout=300, check=False, env={**os.environ, "PYTHONPATH": str(LAUNCHER.parents[1])},
    )  # fmt: skip
    assert found.returncode == 0, found.stderr[-3000:]
    assert int(found.stdout.split()[-1]) >= 50


@pytest.mark.usefixtures("rasa_world")
def test_the_training_data_are_valid() -> None:
    checked = launch("check")
    assert checked.returncode == 0, checked.stdout[-3000:] + checked.stderr[-3000:]


def test_every_test_story_goes_as_written(model: Path, tmp_path: Path) -> None:
    played = launch("test", "--model", str(model), "--out", str(tmp_path))
    failed = tmp_path / "failed_test_stories.yml"
    assert played.returncode == 0, failed.read_text() if failed.exists() else played.stderr[-3000:]
    count = re.search(r"(\d+) of (\d+) test stories", played.stdout)
    assert count is not None
    assert int(count[2]) >= 20


async def test_a_talk_goes_on_after_rasa_was_killed(rasa: RasaProcess, person: Callable[[], Person]) -> None:
    budi = person()
    await budi.says("tidak bisa tutup bku")
    rasa.kill()
    with pytest.raises(DialogueUnavailable):
        await budi.says("2")
    rasa.start()
    await budi.says("2")
    assert "mengajukan hapus BKU" in budi.text


async def test_a_turn_that_breaks_off_in_its_middle_leaves_the_talk_as_it_was(
    rasa: RasaProcess, action_server: ActionServer, person: Callable[[], Person]
) -> None:
    budi, held = person(), Held()
    await budi.says("tidak bisa tutup bku")
    action_server.desk.shelf.held = held
    turn = asyncio.create_task(budi.says("pagu belum muncul"))
    await asyncio.to_thread(held.reached.wait, 60)
    rasa.kill()
    held.free.set()
    with pytest.raises(DialogueUnavailable):
        await turn
    action_server.desk.shelf.held = None
    rasa.start()
    await budi.says("2")
    assert "mengajukan hapus BKU" in budi.text


async def test_a_form_goes_on_after_rasa_was_killed(rasa: RasaProcess, person: Callable[[], Person]) -> None:
    budi = person()
    await budi.says("mau lapor")
    await budi.says("a@b.sch.id")
    rasa.kill()
    rasa.start()
    await budi.taps("ARKAS")
    assert "Apa perihalnya" in budi.text


async def test_rasa_stays_small(rasa: RasaProcess, person: Callable[[], Person]) -> None:
    budi = person()
    for _ in range(20):
        await budi.says("kapan dana bos cair ya")
    assert rasa.resident_megabytes() < RASA_MEGABYTES


async def test_a_talks_row_does_not_grow(rasa: RasaProcess, person: Callable[[], Person]) -> None:
    budi = person()
    sizes = []
    for _ in range(30):
        await budi.says("kapan dana bos cair ya")
        await budi.says("ya")
        sizes.append(_row_size(rasa, budi.id))
    assert sizes[-1] <= sizes[0] + 50


def _row_size(rasa: RasaProcess, talk: str) -> int:
    path = rasa.environment["ARKAS_TRACKER_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        (size,) = database.execute("SELECT length(state) FROM talk WHERE id = ?", (talk,)).fetchone()
    return int(size)


async def test_forgetting_leaves_nothing(rasa: RasaProcess, person: Callable[[], Person]) -> None:
    budi = person()
    await budi.says("tidak bisa tutup bku")
    await budi.dialogue.forget(budi.id)
    path = rasa.environment["ARKAS_TRACKER_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT 1 FROM talk WHERE id = ?", (budi.id,)).fetchone() is None


async def test_rasas_own_api_is_not_served(rasa: RasaProcess) -> None:
    async with httpx.AsyncClient() as http:
        for path in ("/status", "/domain", "/conversations/x/tracker", "/model/parse", "/webhooks/rest/webhook"):
            assert (await http.get(rasa.url + path)).status_code == 404


async def test_a_broken_action_server_is_no_silence(rasa: RasaProcess, action_server: ActionServer) -> None:
    """A turn whose action fails is DialogueUnavailable, so that the ranker answers."""
    shelf = action_server.desk.shelf
    async with aclosing(RasaDialogue(rasa.url, 10)) as dialogue:
        shelf.broken = True
        try:
            with pytest.raises(DialogueUnavailable):
                await dialogue.turn(Turn("broken", "tidak bisa tutup bku", None))
        finally:
            shelf.broken = False
        assert await dialogue.turn(Turn("broken", "tidak bisa tutup bku", None))


async def test_rasa_ends_quietly_when_told_to(model: Path, rasa: RasaProcess) -> None:
    other = RasaProcess(free_port(), rasa.environment, model)
    other.start()
    assert other.stop() == 0
