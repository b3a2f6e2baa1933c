"""Reviewing talks in the console: who gets which question, what a verdict teaches, and what can be taken back."""

import re
from datetime import timedelta

import pytest

from bot.articles.models import Suggestions
from bot.conversations.models import EventKind
from bot.learning.models import VerdictKind
from bot.officers.models import Role
from embeddings import Decision, read_verdicts
from embeddings.verdicts import latest
from tests.integration.consoles import House, Visitor

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

HOME = "/petugas/tinjauan"


async def talk(house: House, *questions: str, escalated: bool = True, confidence: float = 0.4) -> str:
    """A talk in which these questions were ranked, over since an hour."""
    conversations = house.services.conversations
    conversation, _, _ = await conversations.start("web")
    for question in questions:
        ranked = ((124, confidence), (122, 0.2))
        found = Suggestions(question, question, Decision.SUGGEST, (), ranked)
        await conversations.record_question(conversation.id, found)
        await conversations.record(conversation.id, EventKind.SUGGESTED, articles=[124, 122])
    if escalated:
        await conversations.record(conversation.id, EventKind.ESCALATED, reason="two_rejections")
    house.clock.advance(timedelta(hours=1))
    return conversation.id


async def arrived(house: House, role: Role) -> Visitor:
    """An officer who signs in now: sessions do not outlive the hours that talks take here."""
    return await house.sign_in(house.officers[role])


def question_of(page: str) -> str:
    found = re.search(r'<blockquote id="pertanyaan">(.*?)</blockquote>', page)
    return found[1] if found else ""


async def decide(visitor: Visitor, verdict: str) -> str:
    """Decide the question that is shown; returns the next one."""
    page = (await visitor.get(HOME)).text
    number = re.search(rf'action="{HOME}/(\d+)"', page)
    assert number, page
    answer = await visitor.submit(f"{HOME}/{number[1]}", putusan=verdict)
    assert answer.status_code == 303, answer.text
    return question_of((await visitor.get(HOME)).text)


def taught(house: House) -> dict[str, int | None]:
    lines = latest(read_verdicts(house.services.settings.var_dir / "verdicts.jsonl"))
    return {line.question: line.article for line in lines}


async def test_each_officer_gets_another_talk_and_verdicts_teach(house: House) -> None:
    await talk(house, "bku juni terkunci kok", "kalau dihapus gimana")
    await talk(house, "harga emas hari ini berapa")
    first, second = await arrived(house, Role.OFFICER), await arrived(house, Role.SUPERVISOR)
    assert question_of((await first.get(HOME)).text) == "harga emas hari ini berapa"
    assert question_of((await second.get(HOME)).text) == "bku juni terkunci kok"
    assert await decide(second, "article:126") == "kalau dihapus gimana"
    assert await decide(first, "outside") == ""  # the other talk is being reviewed
    assert await decide(second, "bot_right") == ""
    assert taught(house) == {"bku juni terkunci kok": 126, "harga emas hari ini berapa": None}
    assert ("officer:petugas", "verdict.outside") in [line[:2] for line in await house.audited()]


async def test_a_verdict_is_taken_back_and_changed(house: House) -> None:
    await talk(house, "bku juni terkunci kok")
    visitor = await arrived(house, Role.OFFICER)
    await decide(visitor, "article:126")
    undone = await visitor.submit(f"{HOME}/urungkan")
    assert taught(house) == {}
    shown = await visitor.get(undone.headers["location"])
    assert question_of(shown.text) == "bku juni terkunci kok"
    await decide(visitor, "no_article")
    assert taught(house) == {"bku juni terkunci kok": None}
    nothing = await visitor.submit(f"{HOME}/urungkan")
    assert nothing.headers["location"].startswith(HOME)
    assert taught(house) == {}


async def test_what_is_kept_of_a_question_holds_no_personal_data(house: House) -> None:
    await talk(house, "nik saya 3275012345670001 email budi@sd.sch.id kok ditolak arkas")
    visitor = await arrived(house, Role.OFFICER)
    shown = (await visitor.get(HOME)).text
    assert "3275012345670001" not in shown
    await decide(visitor, "article:40")
    assert taught(house) == {"nik saya email kok ditolak arkas": 40}


async def test_a_skipped_question_comes_back_tomorrow_and_to_others_at_once(house: House) -> None:
    await talk(house, "bku juni terkunci kok")
    visitor = await arrived(house, Role.OFFICER)
    assert await decide(visitor, "skipped") == ""
    other = await arrived(house, Role.EDITOR)
    assert question_of((await other.get(HOME)).text) == "bku juni terkunci kok"
    house.clock.advance(timedelta(days=1, hours=1))
    visitor = await arrived(house, Role.OFFICER)
    assert question_of((await visitor.get(HOME)).text) == "bku juni terkunci kok"
    assert taught(house) == {}


async def test_what_went_well_is_looked_at_by_number(house: House) -> None:
    for number in range(20):
        await talk(house, f"pertanyaan nomor {number} yang lancar", escalated=False, confidence=0.9)
    visitor = await arrived(house, Role.OFFICER)
    assert question_of((await visitor.get(HOME)).text).endswith("yang lancar")
    assert await decide(visitor, "bot_right") == ""  # one of twenty


async def test_wrong_verdicts_and_others_talks_are_refused(house: House) -> None:
    await talk(house, "bku juni terkunci kok")
    first, second = await arrived(house, Role.OFFICER), await arrived(house, Role.SUPERVISOR)

    number = re.findall(rf'action="({HOME}/\d+)"', (await first.get(HOME)).text)[0]
    refused = [await first.submit(number, putusan=wrong) for wrong in ("article:99999", "article", "withdrawn", "")]
    assert {answer.status_code for answer in refused} == {422}
    assert (await second.submit(number, putusan="outside")).status_code == 409
    assert (await first.submit(f"{HOME}/987654321", putusan="outside")).status_code == 404
    found = await first.submit(f"{number}/cari", cari="lupa kata sandi")
    assert "article:40" in found.text


async def test_lines_that_a_killed_process_left_out_are_added_later(house: House) -> None:
    await talk(house, "bku juni terkunci kok")
    await talk(house, "siapa yang memenangkan pemilu")
    reviews, path = house.services.reviews, house.services.settings.var_dir / "verdicts.jsonl"
    first = await reviews.next("petugas")
    assert first is not None
    await reviews.decide(first.asked.id, VerdictKind.OUTSIDE, "petugas")
    path.unlink()  # as if the process had died between the database and the file
    second = await reviews.next("petugas")
    assert second is not None
    await reviews.decide(second.asked.id, VerdictKind.ARTICLE, "petugas", 126)
    assert len(taught(house)) == 2
    assert len(read_verdicts(path)) == 2
