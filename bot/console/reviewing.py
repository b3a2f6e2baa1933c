"""Reviewing talks, one question at a time: by keyboard alone, ten a minute."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from bot.articles.models import SearchHit
from bot.console.guard import SignedIn
from bot.console.pages import Console
from bot.console.talk_view import talk_lines
from bot.conversations.reading import Told
from bot.learning.errors import WrongVerdict
from bot.learning.models import Review, StoredVerdict, VerdictKind, Why
from bot.officers.models import Permission
from bot.people.rules import mask_personal_data

REVIEW: Final = "/petugas/tinjauan"
_CANDIDATES: Final = 9  # as many as there are keys
_WHY: Final = {
    Why.ESCALATED: "diteruskan ke petugas",
    Why.REJECTED: "ditolak dua kali",
    Why.CAME_BACK: "kembali setelah terbantu",
    Why.UNSURE: "bot kurang yakin",
    Why.OUTSIDE: "dianggap di luar bidang",
    Why.SAMPLE: "contoh acak",
}
_DECISIONS: Final = {
    "answer": "Bot langsung menjawab",
    "suggest": "Bot menawarkan artikel",
    "clarify": "Bot bertanya balik",
    "abstain": "Bot tidak menawarkan artikel",
}
_DECIDED: Final = {
    VerdictKind.NO_ARTICLE: "belum ada artikelnya",
    VerdictKind.OUTSIDE: "di luar bidang",
    VerdictKind.BOT_RIGHT: "bot sudah benar",
    VerdictKind.SKIPPED: "dilewati",
}


@dataclass(frozen=True)
class Candidate:
    """An article to choose: how sure the ranker is today (0-1), and how sure it was then."""

    number: int
    title: str
    now: float
    then: float | None


def reviewing_router(console: Console) -> APIRouter:
    """Make the routes."""
    router, reviews = console.router(), console.services.reviews
    reviewer = console.allowed(Permission.REVIEW_TALKS)

    @router.page(REVIEW)
    async def following(request: Request, officer: Annotated[SignedIn, reviewer]) -> Response:
        return await _page(console, request, officer, await reviews.next(officer.name))

    @router.page(f"{REVIEW}/{{question}}")
    async def again(request: Request, question: int, officer: Annotated[SignedIn, reviewer]) -> Response:
        return await _page(console, request, officer, await reviews.find(question, officer.name))

    @router.action(f"{REVIEW}/urungkan")
    async def undo(officer: Annotated[SignedIn, reviewer]) -> Response:
        question = await reviews.undo(officer.name)
        if question is None:
            return console.see_other(REVIEW, flash="Belum ada putusan hari ini.", tone="plain")
        await console.audit(officer, "verdict.withdrawn", f"question:{question}")
        return console.see_other(f"{REVIEW}/{question}", flash="Putusan terakhir diurungkan.", tone="plain")

    @router.action(f"{REVIEW}/{{question}}/cari")
    async def search(
        request: Request, question: int, officer: Annotated[SignedIn, reviewer], cari: Annotated[str, Form()] = ""
    ) -> Response:
        return await _page(console, request, officer, await reviews.find(question, officer.name), cari)

    @router.action(f"{REVIEW}/{{question}}")
    async def decide(
        question: int, officer: Annotated[SignedIn, reviewer], putusan: Annotated[str, Form()] = ""
    ) -> Response:
        kind, article = _parsed(putusan)
        await reviews.decide(question, kind, officer.name, article)
        await console.audit(officer, f"verdict.{kind}", f"question:{question}", article=article)
        told = f"[{article}] {console.article_title(article)}" if article else _DECIDED.get(kind, kind.value)
        return console.see_other(REVIEW, flash=f"Dinilai: {told}.", tone="plain")

    return router


async def _page(
    console: Console, request: Request, officer: SignedIn, review: Review | None, wanted: str = ""
) -> Response:
    if review is not None:
        await console.audit(officer, "talk.read", f"talk:{review.asked.conversation_id}")
    progress = await console.services.reviews.progress(officer.name)
    shown = _shown(console, review, wanted) if review else {}
    return console.page(request, officer, "review.html", review=review, progress=progress, home=REVIEW, **shown)


def _parsed(verdict: str) -> tuple[VerdictKind, int | None]:
    """The form's value: "article:124", or a kind. Raises WrongVerdict."""
    name, _, number = verdict.partition(":")
    if name not in set(VerdictKind) or name == VerdictKind.WITHDRAWN or (number and not number.isdecimal()):
        raise WrongVerdict
    return VerdictKind(name), int(number) if number else None


def _shown(console: Console, review: Review, wanted: str) -> dict[str, Any]:
    asked = review.asked
    found = console.services.articles.search(wanted.strip() or asked.question, _CANDIDATES)
    then = dict(asked.ranked)
    return {
        "question": mask_personal_data(asked.question),
        "understood": mask_personal_data(console.services.articles.search(asked.question, 1).understood),
        "why": _WHY[review.why],
        "decision": _DECISIONS.get(asked.decision, asked.decision),
        "then": [(number, console.article_title(number), confidence) for number, confidence in asked.ranked],
        "candidates": [_candidate(hit, then) for hit in found.hits],
        "wanted": wanted,
        "talk": talk_lines(Told("", review.messages, review.events), console.article_title),
        "others": [
            (each.asked.id, mask_personal_data(each.asked.question), _decided(console, each.verdict))
            for each in review.questions
            if each.asked.question
        ],
    }


def _candidate(hit: SearchHit, then: dict[int, float]) -> Candidate:
    return Candidate(hit.card.id, hit.card.title, hit.confidence, then.get(hit.card.id))


def _decided(console: Console, verdict: StoredVerdict | None) -> str:
    if verdict is None:
        return ""
    if verdict.article is not None:
        return f"[{verdict.article}] {console.article_title(verdict.article)}"
    return _DECIDED.get(verdict.kind, verdict.kind.value)
