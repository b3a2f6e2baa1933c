"""The officers' API over real databases: the anonymous first."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.clock import SettableClock
from bot.database import Database
from bot.http import install_error_handlers
from bot.outbox.models import PermanentFailure
from bot.outbox.service import OutboxService
from bot.tickets.inbox import Inbox
from bot.tickets.log import DeskPolicy
from bot.tickets.officer_web import officer_router
from bot.tickets.officers import OfficerTokens, new_token
from tests.integration.desks import REPORT, Desk

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

BASE = "/api/v1/officer"
TOKEN, ENTRY = new_token("budi")


@pytest.fixture
def desk(database: Database, clock: SettableClock) -> Desk:
    return Desk(database, clock, DeskPolicy(response_due=lambda at: at + timedelta(hours=9)))


def make_app(desk: Desk, tokens: OfficerTokens) -> FastAPI:
    app = FastAPI()
    outbox = OutboxService(desk.database, desk.clock)
    app.include_router(officer_router(tokens, desk.tickets, desk.officers, Inbox(desk.database, desk.clock), outbox))
    install_error_handlers(app)
    return app


@pytest.fixture
async def http(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(make_app(desk, OfficerTokens.parse(ENTRY)))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test", headers=headers) as client:
        yield client


@pytest.mark.parametrize("setting", [ENTRY, ""])
async def test_anonymous_sees_and_does_nothing(desk: Desk, setting: str) -> None:
    app = make_app(desk, OfficerTokens.parse(setting))
    number = (await desk.open()).number
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot.test") as client:
        paths = app.openapi()["paths"]
        assert len(paths) > 12
        for path, methods in paths.items():
            url = path.replace("{number}", str(number)).replace("{item}", "1")
            for method in methods:
                for headers in ({}, {"Authorization": "Bearer salah"}, {"Authorization": f"Basic {TOKEN}"}):
                    answer = await client.request(method, url, headers=headers, json={})
                    assert (answer.status_code, answer.json()["error"]) == (401, "tidak_berwenang")
    assert (await desk.ticket(number)).length == 1


async def do(http: httpx.AsyncClient, number: int, what: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401
    answer = await http.post(f"{BASE}/tickets/{number}/{what}", json=body)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


async def test_ticket_is_worked_from_queue_to_solution(http: httpx.AsyncClient, desk: Desk) -> None:
    number = (await desk.open()).number
    seen = (await http.get(f"{BASE}/tickets/{number}")).json()
    assert (seen["title"], seen["status"]) == (f"#{number} - {REPORT.subject}", "Dalam Antrean")
    seen = await do(http, number, "assign", version=seen["version"])
    assert seen["assignee"] == "budi"
    seen = await do(http, number, "ask", text="Mohon kirim NPSN.", version=seen["version"])
    assert set(seen["reminders"]) == {"reminder_6h", "reminder_24h"}
    assert seen["closes_at"] is not None
    await desk.reply(number, "20212345")
    await do(http, number, "note", text="NPSN benar")
    await do(http, number, "change", priority="tinggi")
    seen = await do(http, number, "answer", text="Silakan coba lagi.")
    seen = await do(http, number, "solve", text="Selesai.", version=seen["version"])
    assert seen["status"] == "Sudah Selesai"
    assert [event["actor"] for event in seen["events"]][-1] == "officer:budi"
    follow_up = await do(http, number, "reopen")
    assert follow_up["links"] == [number]
    spam = await do(http, follow_up["number"], "spam", spam=True)
    assert spam["spam"] is True


async def test_outdated_view_is_refused(http: httpx.AsyncClient, desk: Desk) -> None:
    number = (await desk.open()).number
    await do(http, number, "assign", version=1)
    answer = await http.post(f"{BASE}/tickets/{number}/solve", json={"version": 1})
    assert (answer.status_code, answer.json()["error"]) == (409, "tiket_berubah")


async def test_tickets_are_linked_and_merged(http: httpx.AsyncClient, desk: Desk) -> None:
    first, second = (await desk.open()).number, (await desk.open()).number
    assert (await do(http, first, "link", to=second))["links"] == [second]
    assert (await do(http, first, "merge", into=second))["merged_into"] == second


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("tickets/424242/solve", {}, 404),
        ("tickets/0/solve", {}, 422),
        ("tickets/{n}/answer", {"text": "  "}, 422),
        ("tickets/{n}/answer", {"text": "x" * 100_001}, 413),
        ("tickets/{n}/change", {"program": "whatsapp"}, 422),
        ("tickets/{n}/change", {"priority": "apa saja"}, 422),
        ("tickets/{n}/merge", {"into": 10**30}, 422),
        ("outbox/424242/retry", {}, 404),
    ],
)
async def test_wrong_operation_is_told_in_indonesian(
    http: httpx.AsyncClient, desk: Desk, path: str, body: dict[str, Any], status: int
) -> None:
    number = (await desk.open()).number
    answer = await http.post(f"{BASE}/{path.format(n=number)}", json=body)
    assert (answer.status_code, set(answer.json())) == (status, {"error", "detail"})
    assert (await desk.ticket(number)).length == 1


async def listed(http: httpx.AsyncClient, **query: str | int) -> list[int]:
    """All numbers of a view, page after page of two."""
    numbers: list[int] = []
    after: dict[str, str | int] = {}
    while True:
        answer = await http.get(f"{BASE}/tickets", params={"limit": 2} | query | after)
        assert answer.status_code == 200, answer.text
        numbers += [line["number"] for line in answer.json()["tickets"]]
        if answer.json()["after"] is None:
            return numbers
        after = {"after": answer.json()["after"]}


async def test_views_hold_what_they_say(http: httpx.AsyncClient, desk: Desk) -> None:
    queued, asked, answered, solved, spam = [(await desk.open()).number for _ in range(5)]
    desk.clock.advance(timedelta(minutes=1))
    await desk.officers.ask_information(asked, "sari", "NPSN?")
    await desk.officers.assign(answered, "sari", to="budi")
    await desk.officers.answer(answered, "budi", "Coba lagi")
    await desk.officers.solve(solved, "budi")
    await desk.officers.spam(spam, "budi")
    assert await listed(http, view="unassigned") == [asked, queued]
    assert await listed(http, view="mine") == [answered]
    assert await listed(http, view="waiting_for_us") == [queued]
    assert await listed(http, view="waiting_for_reporter") == [asked]
    assert await listed(http, view="due_soon") == [queued]
    assert await listed(http, view="solved_today") == [solved]
    assert await listed(http, view="spam") == [spam]
    assert sorted(await listed(http)) == [queued, asked, answered, solved]
    assert await listed(http, view="waiting_for_us", program="SIPLah") == []
    counts = (await http.get(f"{BASE}/counts")).json()
    assert counts == {
        "mine": 1, "unassigned": 2, "waiting_for_us": 1, "waiting_for_reporter": 1, "due_soon": 1,
        "solved_today": 1,
    }  # fmt: skip


async def test_pages_hold_every_ticket_once(http: httpx.AsyncClient, desk: Desk) -> None:
    opened = [(await desk.open()).number for _ in range(7)]
    assert await listed(http) == opened[::-1]
    assert await listed(http, view="waiting_for_us") == opened


@pytest.mark.parametrize("after", ["x", "bm90IGpzb24=", "WzEsMl0=", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwgMV0="])
async def test_position_that_we_did_not_give_is_refused(http: httpx.AsyncClient, after: str) -> None:
    assert (await http.get(f"{BASE}/tickets", params={"after": after})).status_code == 422


async def test_dead_letters_are_seen_and_tried_again(http: httpx.AsyncClient, desk: Desk) -> None:
    number = (await desk.open()).number

    desk.mails.failures.append(PermanentFailure("550 no such user"))
    await desk.worker.drain()
    [letter] = (await http.get(f"{BASE}/outbox/dead")).json()
    assert "550" in letter["error"]
    assert letter["key"].startswith(f"mail:{number}:")
    assert (await http.post(f"{BASE}/outbox/{letter['id']}/retry")).status_code == 204
    assert (await http.get(f"{BASE}/outbox/dead")).json() == []
