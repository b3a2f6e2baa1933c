"""Every talk of tests/scenarios over the real HTTP API, with the shipped articles and the real Rasa."""

from collections.abc import Iterator

import httpx
import pytest

from tests.integration.rasa_process import RASA
from tests.integration.scenarios import Scenario, play, scenarios
from tests.integration.web_talker import WebTalker
from tests.integration.whole import Whole, running

# Whichever comes first waits for the model and the index where they must be built.
pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    if not RASA.exists():
        pytest.skip("Rasa's environment .arkas/rasa does not exist; ./arkas test makes it")
    with running(tmp_path_factory.mktemp("whole")) as product:
        yield product


@pytest.fixture(scope="module")
def http(whole: Whole) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=whole.url, timeout=30) as client:
        yield client


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda each: each.name)
def test_talk_on_the_web(scenario: Scenario, whole: Whole, http: httpx.Client) -> None:
    play(scenario, WebTalker(http), whole)


def test_there_are_enough_talks() -> None:
    assert len(scenarios()) >= 80
