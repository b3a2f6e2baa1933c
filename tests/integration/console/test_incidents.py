"""An incident from a burst to its end: noticed, confirmed, told, attached, undone, solved, mailed once each."""

from datetime import timedelta

import pytest

from bot.conversations import repository as talks
from bot.conversations.models import AskedQuestion, Conversation
from bot.incidents.models import IncidentStatus
from bot.incidents.ranking import NearestArticles
from bot.incidents.rules import BurstPolicy
from bot.incidents.watching import IncidentEnd, IncidentWatch
from bot.officers.models import Role
from bot.outbox.models import OutboxItem
from bot.outbox.repository import take
from bot.outbox.worker import Worker
from bot.tickets.models import NewTicket, TicketEventKind, TicketStatus
from tests.integration.consoles import House
from tests.integration.desks import KeptMails

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

BKU = 124  # Kendala tidak bisa tutup BKU
WORDS = ("Tidak bisa tutup BKU", "Tombol tutup BKU abu-abu sejak tadi pagi, padahal semua kegiatan sudah dibukukan.")


class Town:
    """The people around a house: they ask, report, and get mails."""

    def __init__(self, house: House) -> None:
        self.house = house
        services = house.services
        self.mails = KeptMails()
        articles = NearestArticles(services.articles)
        early = BurstPolicy(minimum_early=6)
        self.watch = IncidentWatch(services.database, house.clock, services.incidents, articles, early)
        end = IncidentEnd(services.database, house.clock, services.incidents)
        self.worker = Worker(services.database, house.clock, {"mail": self.mails, "incident_solved": end})

    async def ask(self, people: int, article: int = BKU) -> None:
        async with self.house.services.database.write() as connection:
            for n in range(people):
                name, now = f"{article}-{n}", self.house.clock.now()
                await talks.insert_conversation(connection, Conversation(name, "web", "x", now))
                asked = AskedQuestion(name, now, "tutup bku ga bs", "suggest", [(article, 0.8)])
                await talks.insert_question(connection, asked)

    async def report(self, name: str, program: str = "ARKAS") -> int:
        new = NewTicket(f"{name}@sdn1.sch.id", program, *WORDS)
        return (await self.house.services.tickets.open(new)).number

    async def look(self) -> None:
        while await self.watch.look():
            pass

    async def kinds(self, number: int) -> list[TicketEventKind]:
        ticket = await self.house.services.tickets.find(number)
        assert ticket is not None
        return [event.kind for event in ticket.events]


@pytest.fixture
def town(house: House) -> Town:
    return Town(house)


FORM = {"judul": "Tutup BKU sedang terganggu", "isi": "Sedang diperbaiki. Mohon <tunggu>.", "artikel": str(BKU)}


async def test_a_burst_is_noticed_once_and_chance_is_not(town: Town) -> None:
    await town.ask(5)
    await town.look()
    assert await town.house.services.incidents.list(IncidentStatus.SUSPECTED) == []
    for name in ("a", "b", "a"):  # two more people; the third report is by one of them again
        await town.report(name)
    await town.look()
    await town.look()
    (suspected,) = await town.house.services.incidents.list(IncidentStatus.SUSPECTED)
    assert (suspected.articles, suspected.evidence["people"]) == ([BKU], 7)


async def test_a_dismissed_suspicion_rests_for_a_day(town: Town) -> None:
    browser = town.house.browser(Role.SUPERVISOR)
    await town.ask(8)
    await town.look()
    (suspected,) = await town.house.services.incidents.list(IncidentStatus.SUSPECTED)
    await browser.submit(f"/petugas/gangguan/{suspected.id}/abaikan")
    await town.look()
    assert await town.house.services.incidents.list(IncidentStatus.SUSPECTED) == []
    assert (await browser.submit(f"/petugas/gangguan/{suspected.id}/abaikan")).status_code == 409


async def test_from_the_burst_to_the_end(town: Town) -> None:
    browser, incidents = town.house.browser(Role.SUPERVISOR), town.house.services.incidents
    before, other = await town.report("sebelum"), await town.report("lain", "SIPLah")
    town.house.clock.advance(timedelta(minutes=1))
    await town.ask(8)
    await town.look()
    (suspected,) = await incidents.list(IncidentStatus.SUSPECTED)
    assert f"{suspected.evidence['people']} orang bertanya" in (await browser.get("/petugas/gangguan")).text
    answer = await browser.submit(f"/petugas/gangguan/{suspected.id}", **FORM, program="ARKAS")
    assert answer.status_code == 303
    after = await town.report("sesudah")
    await town.look()
    assert list(await incidents.tickets(suspected.id)) == [before, after]
    assert TicketEventKind.INCIDENT_ATTACHED not in await town.kinds(other)

    await browser.submit(f"/petugas/gangguan/{suspected.id}/tiket/{before}/lepas")
    await town.look()
    assert list(await incidents.tickets(suspected.id)) == [after]
    await browser.submit(f"/petugas/gangguan/{suspected.id}/tiket", tiket=f"#{other}")
    assert list(await incidents.tickets(suspected.id)) == [other, after]

    await browser.submit(f"/petugas/gangguan/{suspected.id}/selesai", penutup="Sudah normal.")
    await town.worker.drain()
    assert [town.mails.of(n)[1:] for n in (before, other, after)] == [[], ["incident_solved"], ["incident_solved"]]
    told = await town.house.services.tickets.find(after)
    assert told is not None
    assert (told.status, told.events[-1].data["text"]) == (TicketStatus.SOLVED, "Sudah normal.")
    assert await incidents.told() == []
    assert (await browser.submit(f"/petugas/gangguan/{suspected.id}/selesai", penutup="Lagi.")).status_code == 409


async def test_an_errand_that_is_done_twice_tells_once(town: Town) -> None:
    browser, incidents = town.house.browser(Role.SUPERVISOR), town.house.services.incidents
    await browser.submit("/petugas/gangguan", **FORM)
    (opened,) = await incidents.list(IncidentStatus.OPEN)
    number = await town.report("a")
    await incidents.attach(opened.id, number, "budi")
    await incidents.solve(opened.id, "Sudah normal.", "budi")
    (item,) = [each for each in await _taken(town) if each.kind == "incident_solved"]
    end = IncidentEnd(town.house.services.database, town.house.clock, incidents)
    await end.handle(item)
    await end.handle(item)
    assert (await town.kinds(number)).count(TicketEventKind.INCIDENT_SOLVED) == 1


async def _taken(town: Town) -> list[OutboxItem]:
    now = town.house.clock.now()
    async with town.house.services.database.write() as connection:
        return await take(connection, ["incident_solved"], worker="t", now=now, until=now, limit=9)


async def test_what_cannot_be_told_is_said_beside_what_was_typed(town: Town) -> None:
    browser = town.house.browser(Role.SUPERVISOR)
    for wrong in ({"judul": ""}, {"isi": ""}, {"artikel": "124, 99999"}, {"program": "Excel"}):
        answer = await browser.submit("/petugas/gangguan", **(FORM | wrong))
        assert answer.status_code == 422
        assert "Mohon &lt;tunggu&gt;." in answer.text or not wrong.get("isi", "x")
    assert await town.house.services.incidents.told() == []
