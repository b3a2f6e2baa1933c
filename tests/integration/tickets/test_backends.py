"""One contract over both desks elsewhere: the one in memory, and Zendesk's client against a stand-in on loopback."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.responses import Response

from bot.backends.memory import InMemoryBackend
from bot.backends.port import BackendAway, BackendRefused, NewRequest, RemoteFile, RemoteStatus, TicketBackend
from bot.backends.zendesk import ZendeskBackend
from bot.clock import SettableClock
from tests.integration.channels.loopback import serving
from tests.integration.tickets.zendesk_stand_in import EMAIL, TOKEN, ZendeskStandIn, busy

pytestmark = [pytest.mark.anyio, pytest.mark.integration]
REQUEST = NewRequest("rina", "rina@sdn1.sch.id", "#12 - Tidak bisa tutup BKU", "Tombolnya abu-abu.")


@dataclass
class World:
    """A backend and how an officer there changes a status."""

    backend: TicketBackend
    move: Callable[[int, str], None]


@pytest.fixture
async def zendesk(clock: SettableClock) -> AsyncIterator[tuple[ZendeskStandIn, ZendeskBackend]]:
    stand_in = ZendeskStandIn(clock)
    async with serving(stand_in.app()) as url, httpx.AsyncClient() as http:
        yield stand_in, ZendeskBackend(http, clock, url=url, email=EMAIL, token=TOKEN)


@pytest.fixture(params=["memory", "zendesk"])
def world(
    request: pytest.FixtureRequest, clock: SettableClock, zendesk: tuple[ZendeskStandIn, ZendeskBackend]
) -> World:
    if request.param == "zendesk":
        return World(zendesk[1], zendesk[0].move)
    memory = InMemoryBackend(clock)
    return World(memory, lambda number, status: memory.move(number, RemoteStatus(status)))


@pytest.fixture
def file(tmp_path: Path) -> RemoteFile:
    path = tmp_path / "isi"
    path.write_bytes(b"\x89PNG layar")
    return RemoteFile("layar bku.png", "image/png", path)


def changed(**fields: object) -> NewRequest:
    return NewRequest.from_json(REQUEST.as_json() | fields)


async def test_request_is_opened_and_its_status_read_back(world: World, file: RemoteFile, clock: SettableClock) -> None:
    token = await world.backend.upload(file)
    number = await world.backend.create(changed(uploads=(token,)), key="k1")
    [ticket] = await world.backend.tickets([number, 999])
    assert (ticket.id, ticket.status) == (number, RemoteStatus.NEW)
    clock.advance(timedelta(minutes=1))
    for status in RemoteStatus:
        world.move(number, status.value)
        [ticket] = await world.backend.tickets([number])
        assert (ticket.status, ticket.updated_at) == (status, clock.now())
    assert await world.backend.tickets([]) == []


async def test_same_key_is_the_same_request_and_it_is_found_by_its_subject(world: World, clock: SettableClock) -> None:
    since = clock.now()
    number = await world.backend.create(REQUEST, key="k1")
    assert await world.backend.create(REQUEST, key="k1") == number
    assert await world.backend.create(changed(subject="#13 - Lain"), key="k2") != number
    assert await world.backend.find(REQUEST.email, REQUEST.subject, since) == number
    assert await world.backend.find(REQUEST.email, "#1 - Tidak bisa tutup BKU", since) is None
    assert await world.backend.find(REQUEST.email, REQUEST.subject, since + timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    "fields",
    [{"subject": ""}, {"subject": "#1 - " + "x" * 146}, {"email": ""}, {"body": ""}, {"uploads": ("no-such-token",)}],
)
async def test_wrong_request_is_refused_for_good(world: World, fields: dict[str, object]) -> None:
    with pytest.raises(BackendRefused):
        await world.backend.create(changed(**fields), key="k1")


async def test_empty_file_is_refused(world: World, file: RemoteFile) -> None:
    file.path.write_bytes(b"")
    with pytest.raises(BackendRefused):
        await world.backend.upload(file)


async def test_note_says_how_it_stands_and_refuses_what_is_absent(world: World) -> None:
    number = await world.backend.create(REQUEST, key="k1")
    world.move(number, "solved")
    await world.backend.note(number, "Terima kasih", [])
    assert (await world.backend.tickets([number]))[0].status is RemoteStatus.SOLVED
    await world.backend.note(number, "Masih terjadi", [], RemoteStatus.OPEN)
    assert (await world.backend.tickets([number]))[0].status is RemoteStatus.OPEN
    with pytest.raises(BackendRefused):
        await world.backend.note(999, "Masih terjadi", [])


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (busy("40"), 40.0),
        (busy("Mon, 23 Nov 2026 03:01:30 GMT"), 90.0),
        (busy("soon"), None),
        (Response(status_code=503), None),
        (Response("<html>", 200), None),
        (Response("[]", 200), None),
        (Response('{"request": {}}', 200), None),
        (Response('{"error": "conflict"}', 409), None),
    ],
)
async def test_stumbling_zendesk_is_away(
    zendesk: tuple[ZendeskStandIn, ZendeskBackend], fault: Response, wait: float | None
) -> None:
    zendesk[0].faults.append(fault)
    with pytest.raises(BackendAway) as away:
        await zendesk[1].create(REQUEST, key="k1")
    assert away.value.wait == wait


async def test_wrong_token_is_refused_and_a_closed_port_is_away(
    clock: SettableClock,
) -> None:
    stand_in = ZendeskStandIn(clock)
    async with httpx.AsyncClient() as http:
        async with serving(stand_in.app()) as url:
            wrong = ZendeskBackend(http, clock, url=url, email=EMAIL, token="salah")
            with pytest.raises(BackendRefused, match="401"):
                await wrong.create(REQUEST, key="k1")
        with pytest.raises(BackendAway):
            await wrong.create(REQUEST, key="k1")


async def test_files_arrive_whole_under_their_names(
    zendesk: tuple[ZendeskStandIn, ZendeskBackend], file: RemoteFile
) -> None:
    file.path.write_bytes(b"x" * 700_000)
    token = await zendesk[1].upload(file)
    assert zendesk[0].uploads[token] == ("layar bku.png", b"x" * 700_000)
