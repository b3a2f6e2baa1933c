"""One person's data are given out whole and erased without a trace, while another's and all counts stay."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from bot.conversations.repository import asked_questions
from bot.database import metadata
from bot.learning.labelled import LabelledFile
from bot.learning.repository import question_verdicts
from bot.mail.archive import FolderArchive
from bot.officers.models import Role
from bot.outbox.models import OutboxItem
from bot.outbox.repository import outbox
from bot.privacy.errors import TicketsStillOpen
from bot.privacy.retention import LeftoversHandler
from bot.privacy.service import LEFTOVERS
from embeddings import Verdict, append_verdict, read_verdicts
from tests.integration.consoles import House
from tests.integration.lives import PNG, Life, Words, everything, live, work
from tests.integration.whole import MONDAY

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

RINA = Words("rina.rahasia@sdn1.sch.id", "Kuncipribadi NPSN 20212345", PNG + b"rina" * 700)
TONO = Words("tono@sdn2.sch.id", "Persoalan lain sama sekali", PNG + b"tono" * 700)
NEEDLES = ("rina.rahasia", "kuncipribadi", "20212345")


class Memory:
    """What the dialogue remembers."""

    def __init__(self) -> None:
        self.forgotten: list[str] = []

    async def forget(self, conversation_id: str) -> None:
        self.forgotten.append(conversation_id)

    async def aclose(self) -> None:
        """Nothing is open."""


async def counts(house: House) -> dict[str, int]:
    tables = [
        table for name, table in metadata.tables.items() if name not in {"audit_log", "outbox", "officer_sessions"}
    ]
    async with house.database.read() as connection:
        return {
            table.name: int((await connection.execute(select(func.count()).select_from(table))).scalar_one())
            for table in tables
        }


async def judged(house: House, life: Life) -> None:
    """An officer copied the question out of the talk."""
    async with house.database.write() as connection:
        mine = asked_questions.c.conversation_id == life.talk
        question = (await connection.execute(select(asked_questions.c.id).where(mine))).scalars().first()
        values = {"question_id": question, "kind": "no_article", "text": RINA.said, "officer": "petugas"}
        await connection.execute(insert(question_verdicts).values(**values, at=house.clock.now()))
    await house.services.reviews.teach()
    assert "Kuncipribadi" in labelled_file(house).read_text("utf-8")
    append_verdict(
        labelled_file(house), Verdict(question="Soal orang lain", article=124, at=MONDAY, source="petugas:x#99")
    )


def labelled_file(house: House) -> Path:
    return house.services.settings.var_dir / "verdicts.jsonl"


async def clear_up(house: House) -> Memory:
    """Do the errand of what lies outside of the database."""
    memory, settings = Memory(), house.services.settings
    archive = FolderArchive(settings.mail_dir)
    labelled = LabelledFile(labelled_file(house))
    handler = LeftoversHandler(house.database, archive, labelled, memory, files=settings.attachments_dir)
    async with house.database.read() as connection:
        rows = (await connection.execute(select(outbox).where(outbox.c.kind == LEFTOVERS))).all()
    for row in rows:
        await handler.handle(OutboxItem(row.id, row.kind, row.key, row.due_at, row.payload, 1))
    return memory


def contents(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_nothing_of_an_erased_person_is_left(house: House) -> None:
    life, other = await live(house, RINA), await live(house, TONO)
    await judged(house, life)
    await house.services.desk.solve(life.ticket, "petugas", f"Sudah, {RINA.said}")
    house.clock.advance(timedelta(minutes=5))
    await work(house.services)
    before, figures = await everything(house.database), await counts(house)
    assert all(needle in before.lower() for needle in NEEDLES)
    await house.services.privacy.erase(RINA.email.upper(), by="officer:admin")
    memory = await clear_up(house)
    after = (await everything(house.database)).lower()
    assert [needle for needle in NEEDLES if needle in after] == []
    assert memory.forgotten == [life.talk]
    assert [verdict.question for verdict in read_verdicts(labelled_file(house))] == ["Soal orang lain"]
    stored = contents(house.services.settings.attachments_dir)
    assert (RINA.file in stored, TONO.file in stored) == (False, True)
    gone = {"identities", "people", "person_codes", "visitors", "attachments", "channel_people", "channel_outbox"}
    same = await counts(house)
    assert {name: count for name, count in same.items() if name not in gone} == {
        name: count for name, count in figures.items() if name not in gone
    }
    ticket, theirs = await house.services.tickets.find(life.ticket), await house.services.tickets.find(other.ticket)
    assert ticket is not None
    assert theirs is not None
    assert house.services.tickets.state(ticket).closed
    assert (theirs.email, theirs.subject) == (TONO.email, TONO.said)
    assert (await house.audited())[-1][:2] == ("officer:admin", "person.erased")


async def test_open_ticket_is_finished_first(house: House) -> None:
    life = await live(house, RINA)
    with pytest.raises(TicketsStillOpen, match=f"#{life.ticket}"):
        await house.services.privacy.erase(RINA.email, by="officer:admin")
    assert "kuncipribadi" in (await everything(house.database)).lower()


async def test_person_gets_all_that_is_kept_and_nothing_of_others(house: House) -> None:
    await live(house, RINA)
    await live(house, TONO)
    supervisor = house.browser(Role.SUPERVISOR)
    found = await supervisor.submit("/petugas/orang", address=RINA.email)
    assert "Unduh semua data" in found.text
    answer = await supervisor.submit("/petugas/orang/ekspor", address=RINA.email)
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    data = json.loads(archive.read("data.json"))
    assert {name for name, rows in data.items() if not rows} == {"identitas", "penilaian"}
    told = json.dumps(data)
    assert TONO.email not in told
    assert "note" not in {event["kind"] for event in data["kejadian_tiket"]}
    assert sum(archive.read(name) == RINA.file for name in archive.namelist()) == 2
    assert RINA.email not in str(answer.request.url)
    assert RINA.email not in json.dumps(await house.audited())


async def test_page_asks_for_the_word_before_it_erases(house: House) -> None:
    life = await live(house, RINA)
    await house.services.desk.solve(life.ticket, "petugas", "")
    admin = house.browser(Role.ADMIN)
    await admin.submit("/petugas/orang/hapus", address=RINA.email, sure="ya")
    assert "kuncipribadi" in (await everything(house.database)).lower()
    done = await admin.submit("/petugas/orang/hapus", address=RINA.email, sure="hapus")
    assert done.headers["location"] == "/petugas/orang"
    assert (await admin.submit("/petugas/orang", address=RINA.email)).status_code == 422
    assert (await admin.submit("/petugas/orang", address="bukan alamat")).status_code == 422
