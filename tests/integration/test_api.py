"""The HTTP API over a real database: what strangers send, and what they get."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from bot.attachments.links import FileLinks
from bot.attachments.service import AttachmentService, Limits
from bot.attachments.web import file_router
from bot.clock import SettableClock
from bot.conversations import repository
from bot.conversations import web as conversations_web
from bot.conversations.identity import Visitor, sign, verify
from bot.conversations.service import ConversationService
from bot.conversations.web import conversation_router
from bot.database import Database
from bot.http import install_error_handlers
from bot.limits import HourlyLimit
from bot.requests import RequestLog
from bot.tickets.service import TicketService
from bot.tickets.web import ticket_router
from tests.integration.dialogues import EchoDialogue, HonestFallback

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

KEY = "k" * 32
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 32
REPORT = {
    "email": "rina@sdn1.sch.id",
    "program": "ARKAS",
    "subject": "Tidak bisa tutup BKU",
    "details": "Tombol Tutup BKU abu-abu sejak kemarin.",
}


@pytest.fixture
def app(database: Database, clock: SettableClock, tmp_path: Path) -> FastAPI:
    app = FastAPI()
    attachments = AttachmentService(tmp_path / "files", clock, Limits(10_000, 20_000, 3))
    talks = ConversationService(database, clock, EchoDialogue(), HonestFallback(), max_characters=10_000)
    links = FileLinks("rahasia", clock, timedelta(hours=1))
    known = lambda claim: verify(claim, key=KEY, now=clock.now())  # noqa: E731
    app.include_router(conversation_router(talks, attachments, links, known))
    app.include_router(file_router(database, attachments, links))
    limits = HourlyLimit("tickets", 5), HourlyLimit("lookups", 10)
    app.include_router(ticket_router(TicketService(database, clock), attachments, *limits))
    install_error_handlers(app)
    app.add_middleware(RequestLog)
    return app


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as client:
        yield client


@pytest.fixture
async def talk(http: httpx.AsyncClient) -> tuple[str, dict[str, str]]:
    started = (await http.post("/api/v1/conversations", json={"channel": "web"})).json()
    return f"/api/v1/conversations/{started['id']}", {"Authorization": f"Bearer {started['token']}"}


async def test_talk_is_started_and_answered(http: httpx.AsyncClient, talk: tuple[str, dict[str, str]]) -> None:
    url, token = talk
    answer = await http.post(f"{url}/messages", headers=token, json={"text": "tutup bku", "client_id": "a1"})
    assert answer.status_code == 200
    [message] = answer.json()["messages"]
    assert set(message) == {
        "id", "sender", "text", "articles", "buttons", "ticket", "attachments", "client_id", "created_at"
    }  # fmt: skip
    assert message["sender"] == "bot"


async def test_message_comes_back_with_the_id_that_its_sender_chose(
    http: httpx.AsyncClient, talk: tuple[str, dict[str, str]]
) -> None:
    url, token = talk
    await http.post(f"{url}/messages", headers=token, json={"text": "tutup bku", "client_id": "a1"})
    stored = (await http.get(f"{url}/messages", headers=token)).json()["messages"]
    assert [message["client_id"] for message in stored] == [None, "a1", None]


async def test_signed_visitor_is_remembered_with_the_talk_and_forgotten_with_it(
    http: httpx.AsyncClient, database: Database, clock: SettableClock
) -> None:
    expires = int(clock.now().timestamp()) + 60
    claim = {"user_id": "77", "email": "rina@sdn1.sch.id", "expires": expires}
    claim["signature"] = sign(KEY, "77", "rina@sdn1.sch.id", expires)
    started = await http.post("/api/v1/conversations", json={"channel": "web", "identity": claim})
    assert started.status_code == 201
    talk = started.json()["id"]
    async with database.write() as connection:
        assert await repository.find_visitor(connection, talk) == Visitor("77", "rina@sdn1.sch.id")
        await repository.erase(connection, [talk], token_hash="x")
        assert await repository.find_visitor(connection, talk) is None


async def test_wrong_signature_starts_no_talk(http: httpx.AsyncClient, database: Database) -> None:
    claim = {"user_id": "77", "email": "rina@sdn1.sch.id", "expires": 2**40, "signature": "0" * 64}
    answer = await http.post("/api/v1/conversations", json={"channel": "web", "identity": claim})
    assert (answer.status_code, answer.json()["error"]) == (403, "identitas_ditolak")
    async with database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(repository.conversations))).scalar_one() == 0


async def test_messages_after_one_are_read(http: httpx.AsyncClient, talk: tuple[str, dict[str, str]]) -> None:
    url, token = talk
    await http.post(f"{url}/messages", headers=token, json={"text": "satu"})
    everything = (await http.get(f"{url}/messages", headers=token)).json()["messages"]
    later = (await http.get(f"{url}/messages?after={everything[0]['id']}", headers=token)).json()["messages"]
    assert later == everything[1:]


async def test_files_come_by_multipart(http: httpx.AsyncClient, talk: tuple[str, dict[str, str]]) -> None:
    url, token = talk
    form = {"text": "ini layarnya"}
    answer = await http.post(f"{url}/messages", headers=token, data=form, files={"files": ("layar.png", PNG)})
    assert answer.status_code == 200
    stored = (await http.get(f"{url}/messages", headers=token)).json()["messages"]
    [file] = stored[1]["attachments"]
    assert (file["name"], file["media_type"], file["size"]) == ("layar.png", "image/png", len(PNG))
    assert (await http.get(file["url"])).content == PNG
    assert (await http.get(file["url"][:-3])).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"json": {"text": ""}}, 422, "pesan_kosong"),
        ({"json": {}}, 422, "pesan_kosong"),
        ({"json": {"text": "x" * 20_000}}, 413, "pesan_terlalu_panjang"),
        ({"json": {"text": 5}}, 400, "json_rusak"),
        ({"json": []}, 400, "json_rusak"),
        ({"json": {"text": "a", "client_id": "x" * 101}}, 400, "json_rusak"),
        ({"content": b'{"text": "a'}, 400, "json_rusak"),
        ({"content": b"\xff\xfe\x00"}, 400, "json_rusak"),
        ({"content": b""}, 400, "json_rusak"),
        ({"content": b'{"text": "' + b"a" * 400_000 + b'"}'}, 413, "pesan_terlalu_panjang"),
        ({"content": b"[" * 100_000}, 400, "json_rusak"),
        ({"files": {"files": ("kosong.png", b"")}}, 422, "berkas_kosong"),
        ({"files": {"files": ("virus.png", b"MZ" + b"\x00" * 99)}}, 415, "jenis_berkas_ditolak"),
        ({"files": {"files": ("besar.png", PNG + b"\x00" * 10_000)}}, 413, "berkas_terlalu_besar"),
        ({"files": [("files", (f"{n}.png", PNG)) for n in range(4)]}, 413, "berkas_terlalu_banyak"),
        (
            {"content": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=y"}},
            400,
            "json_rusak",
        ),
        ({"content": b"abc", "headers": {"Content-Type": "multipart/form-data"}}, 400, "json_rusak"),
    ],
)
async def test_bad_message_is_refused_in_indonesian_and_stores_nothing(
    http: httpx.AsyncClient, talk: tuple[str, dict[str, str]], body: dict[str, object], status: int, code: str
) -> None:
    url, token = talk
    headers = {**token, **body.pop("headers", {})}  # type: ignore[dict-item]
    before = (await http.get(f"{url}/messages", headers=token)).json()
    answer = await http.post(f"{url}/messages", headers=headers, **body)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert answer.json()["detail"].endswith((".", "dahulu.", "ulang."))
    assert (await http.get(f"{url}/messages", headers=token)).json() == before


async def test_stranger_sees_and_says_nothing(http: httpx.AsyncClient, talk: tuple[str, dict[str, str]]) -> None:
    url, _ = talk
    for headers in ({}, {"Authorization": "Bearer salah"}, {"Authorization": "Basic salah"}):
        for method, path in (("GET", "/messages"), ("POST", "/messages"), ("GET", "/events")):
            answer = await http.request(method, url + path, headers=headers)
            assert (answer.status_code, answer.json()["error"]) == (401, "tidak_berwenang")


async def test_token_of_one_talk_opens_no_other(http: httpx.AsyncClient, talk: tuple[str, dict[str, str]]) -> None:
    url, token = talk
    other = (await http.post("/api/v1/conversations", json={"channel": "web"})).json()
    stranger = {"Authorization": f"Bearer {other['token']}"}
    before = (await http.get(f"{url}/messages", headers=token)).json()
    for method, path in (("GET", "/messages"), ("POST", "/messages"), ("GET", "/events")):
        answer = await http.request(method, url + path, headers=stranger)
        assert (answer.status_code, answer.json()["error"]) == (401, "tidak_berwenang")
    # Nor is a token taken from the address or a cookie, which a page of a stranger could make a browser send.
    given = token["Authorization"].removeprefix("Bearer ")
    elsewhere: tuple[dict[str, Any], ...] = ({"params": {"token": given}}, {"headers": {"Cookie": f"token={given}"}})
    for request in elsewhere:
        assert (await http.post(f"{url}/messages", json={"text": "halo"}, **request)).status_code == 401
    assert (await http.get(f"{url}/messages", headers=token)).json() == before


async def test_unknown_conversation_is_not_found(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/conversations/tidakada/messages", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.json()["error"]) == (404, "percakapan_tidak_ditemukan")


@pytest.mark.parametrize("after", ["-1", "abc", "9" * 40])
async def test_senseless_position_is_refused(
    http: httpx.AsyncClient, talk: tuple[str, dict[str, str]], after: str
) -> None:
    url, token = talk
    assert (await http.get(f"{url}/messages?after={after}", headers=token)).status_code == 422


async def test_request_id_is_told_back(http: httpx.AsyncClient) -> None:
    own = await http.get("/api/v1/tickets/1", headers={"X-Request-ID": "proxy-12345"})
    assert own.headers["x-request-id"] == "proxy-12345"
    evil = await http.get("/api/v1/tickets/1", headers={"X-Request-ID": "a b\tc"})
    assert len(evil.headers["x-request-id"]) == 32


async def test_ticket_is_opened_and_read_back(http: httpx.AsyncClient) -> None:
    opened = await http.post("/api/v1/tickets", json=REPORT)
    assert opened.status_code == 201
    status = (await http.get(f"/api/v1/tickets/{opened.json()['number']}")).json()
    assert status == opened.json()
    assert (status["status"], status["email"]) == ("Dalam Antrean", "ri***@s***.id")


async def test_ticket_takes_files(http: httpx.AsyncClient) -> None:
    opened = await http.post("/api/v1/tickets", data=REPORT, files={"files": ("layar.png", PNG)})
    assert opened.status_code == 201


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"email": "rina@gmail"}, 422, "email_tidak_valid"),
        ({"program": "e-rapor"}, 422, "program_tidak_dikenal"),
        ({"subject": ""}, 422, "perihal_tidak_valid"),
        ({"details": "x"}, 422, "detail_tidak_valid"),
        ({"email": None}, 400, "json_rusak"),
    ],
)
async def test_wrong_report_is_told_which_field(
    http: httpx.AsyncClient, change: dict[str, str | None], status: int, code: str
) -> None:
    answer = await http.post("/api/v1/tickets", json={**REPORT, **change})
    assert (answer.status_code, answer.json()["error"]) == (status, code)


async def test_too_many_tickets_from_one_address_are_refused(http: httpx.AsyncClient) -> None:
    answers = [await http.post("/api/v1/tickets", json=REPORT) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429]


async def test_guessing_numbers_ends_soon(http: httpx.AsyncClient) -> None:
    answers = [await http.get(f"/api/v1/tickets/{number}") for number in range(1, 12)]
    assert [answer.status_code for answer in answers] == [404] * 10 + [429]


async def test_absent_ticket_is_not_found(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/tickets/424242")
    assert (answer.status_code, answer.json()["error"]) == (404, "tiket_tidak_ditemukan")


async def test_events_go_on_where_the_line_dropped(
    app: FastAPI, http: httpx.AsyncClient, talk: tuple[str, dict[str, str]]
) -> None:
    url, token = talk
    await http.post(f"{url}/messages", headers=token, json={"text": "satu"})
    everything = (await http.get(f"{url}/messages", headers=token)).json()["messages"]
    seen = await _first_event(app, f"{url}/events", {**token, "Last-Event-ID": str(everything[1]["id"])})
    assert seen == everything[2]


async def test_stream_ends_quietly_when_its_token_opens_the_talk_no_more(
    app: FastAPI, talk: tuple[str, dict[str, str]], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations_web, "_HEARTBEAT_SECONDS", 0.02)
    url, token = talk
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot.test") as strict:
        listening = asyncio.create_task(strict.get(f"{url}/events", headers=token))
        await asyncio.sleep(0.2)
        assert not listening.done()
        async with database.write() as connection:
            await repository.set_token(connection, url.rsplit("/", 1)[-1], "another")
        answer = await asyncio.wait_for(listening, 10)
    assert answer.status_code == 200
    assert answer.text.count("masih tersambung") >= 2


async def _first_event(app: FastAPI, path: str, headers: dict[str, str]) -> object:
    """Open the stream as a server would and hang up after the first event (httpx's transport waits for the end)."""
    hung_up, sent = asyncio.Event(), bytearray()

    async def receive() -> dict[str, object]:
        if not asked:
            asked.append(True)
            return {"type": "http.request", "body": b"", "more_body": False}
        await hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        sent.extend(message.get("body", b""))  # type: ignore[arg-type]
        if b"data: " in sent and sent.endswith(b"\n\n"):
            hung_up.set()

    asked: list[bool] = []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path,
        "raw_path": path.encode(), "query_string": b"", "scheme": "http", "root_path": "", "server": ("bot.test", 80),
        "client": ("127.0.0.1", 1), "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
    }  # fmt: skip
    await asyncio.wait_for(app(scope, receive, send), 10)  # type: ignore[arg-type]
    data = next(line for line in sent.decode().splitlines() if line.startswith("data: "))
    return json.loads(data.removeprefix("data: "))
