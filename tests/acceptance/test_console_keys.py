"""Keys of a tired officer: Enter beside what was chosen, and a key too many while a page is on its way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bot.learning.models import VerdictKind
from bot.learning.replaying import EVER
from bot.learning.repository import newest_verdicts
from bot.tickets.models import NewTicket, Priority, TicketState
from bot.tickets.state import folded
from tests.acceptance.console_house import RunningHouse, laptop_page, running_house
from tests.acceptance.test_learning import QUESTIONS, press, sign_in, talks

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningHouse]:
    with running_house(tmp_path) as house:
        yield house


@pytest.fixture
def page(browser: Browser, desk: RunningHouse) -> Iterator[Page]:
    with laptop_page(browser, desk) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        yield page


async def tickets(desk: RunningHouse, count: int) -> list[int]:
    opened = []
    for number in range(count):
        new = NewTicket(f"guru{number}@sdn1.sch.id", "ARKAS", f"Judul {number}", "Isi laporan.")
        opened.append((await desk.house.services.tickets.open(new)).number)
    return opened


async def standing(desk: RunningHouse, number: int) -> TicketState:
    ticket = await desk.house.services.tickets.find(number)
    assert ticket is not None
    return folded(ticket.events)


def test_enter_beside_a_value_does_what_the_value_is_for(desk: RunningHouse, page: Page) -> None:
    first, second = desk.do(tickets(desk, 2))
    sign_in(page)
    page.goto("/petugas/tiket?tampilan=all&urut=terlama")
    page.keyboard.press("f")  # opens the filters, and Tab goes on inside
    page.keyboard.press("Tab")
    expect(page.locator("#s-status")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("p")
    page.keyboard.type("tinggi")
    press(page, "Enter")
    expect(page.locator("#kabar")).to_contain_text("1 tiket sudah diperbarui")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("m")
    page.keyboard.type(str(second))
    press(page, "Enter")
    expect(page.locator("#kabar")).to_contain_text("1 tiket sudah diperbarui")
    state = desk.do(standing(desk, first))
    assert (state.priority, state.merged_into, state.assignee) == (Priority.HIGH, second, None)


async def decided(desk: RunningHouse) -> list[tuple[str, VerdictKind]]:
    async with desk.house.database.read() as connection:
        verdicts = await newest_verdicts(connection, since=EVER)
    return sorted((verdict.text, verdict.kind) for verdict in verdicts.values())


def test_a_key_while_a_verdict_is_on_its_way_changes_nothing(desk: RunningHouse, page: Page) -> None:
    desk.do(talks(desk))
    sign_in(page)
    page.goto("/petugas/tinjauan")
    sent: list[Route] = []

    def hold(route: Route) -> None:
        """The first one waits until it is let go."""
        sent.append(route)
        if len(sent) > 1:
            route.continue_()

    page.route("**/petugas/tinjauan/*", hold)
    with page.expect_request("**/petugas/tinjauan/*"):
        page.keyboard.press("n")
    page.keyboard.press("o")
    page.wait_for_timeout(300)
    assert len(sent) == 1
    sent[0].continue_()
    expect(page.locator("#kabar")).to_contain_text("Dinilai: belum ada artikelnya.")
    page.wait_for_load_state()  # the words are there before the page listens to keys
    assert desk.do(decided(desk)) == [(QUESTIONS[-1], VerdictKind.NO_ARTICLE)]
    press(page, "o")
    assert len(desk.do(decided(desk))) == 2
