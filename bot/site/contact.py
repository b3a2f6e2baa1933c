"""The way to a person: Formulir Layanan, what happens after it, and the status of a ticket."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.articles.models import ArticleCard, Suggestions
from bot.attachments.web import upload_form
from bot.dialogue.several import problems_of, related
from bot.errors import ArkasError, InvalidEmail, InvalidInput, TooManyRequests
from bot.http import HttpUpload, typed, uploads
from bot.limits import HourlyLimit
from bot.site.form_stamp import FormStamps
from bot.site.lost_files import with_lost_files
from bot.site.routing import PageRouter
from bot.site.services import SiteServices
from bot.site.templating import PRIVATE, page
from bot.site.views import Step
from bot.tickets import rules
from bot.tickets.models import NewTicket, PublicTicket
from bot.tickets.numbers import read_number

_PARSERS: Final[dict[str, Callable[[str], str]]] = {
    "email": rules.parse_email,
    "program": rules.parse_program,
    "subject": rules.parse_subject,
    "details": rules.parse_details,
}
_HOME: Final = Step("Beranda", "/")
_OFFERED: Final = 3
_FEWEST_LETTERS: Final = 4  # of a subject that says anything
_TROUBLE: Final = re.compile(
    r"\b(?:tidak|tdk|gak|ga|nggak|ndak|belum|blm|gagal|hilang|ditolak|salah|error|eror|galat|lupa|beda|berbeda|selisih|minus|"
    r"kosong|rusak|terkunci|macet|kendala|masalah|cara|caranya|bagaimana|gimana|gmn|kapan|mengapa|kenapa|apa|apakah|"
    r"berapa|di ?mana|mohon|minta|tolong|mau|ingin)\b|\?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Hint:
    """What is said once before a report is sent: articles that may answer it, and unrelated matters in it."""

    articles: tuple[ArticleCard, ...] = ()
    matters: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.articles or self.matters)


_NO_HINT: Final = Hint()


@dataclass(frozen=True)
class _Filled:
    """What came with the form.

    `situs` is hidden from people; whoever fills it is a program, gets the same thanks, and opens nothing.
    `mulai` is the form's stamp. `ditawari` says that articles were offered while the subject was typed, and
    `tetap` that the hint was seen. Files would have to be chosen again after a hint, so none is given with them.
    """

    values: dict[str, str]
    key: str
    situs: str
    mulai: str
    ditawari: str
    tetap: str
    files: list[HttpUpload]


def _filled(form: FormData) -> _Filled:
    return _Filled(
        values={name: typed(form, name) for name in _PARSERS},
        key=typed(form, "key")[:64] or secrets.token_urlsafe(16),
        situs=typed(form, "situs"),
        mulai=typed(form, "mulai"),
        ditawari=typed(form, "ditawari"),
        tetap=typed(form, "tetap"),
        files=uploads(form, "files"),
    )


def contact_router(services: SiteServices) -> PageRouter:
    """Make the routes of the form and of the status page."""
    router = PageRouter()
    desk = Contact(services)
    router.page("/hubungi-kami")(desk.form)
    router.post("/hubungi-kami", response_model=None)(desk.send)
    router.page("/hubungi-kami/terkirim")(desk.sent)
    router.page("/tiket")(desk.status)
    return router


class Contact:
    """Answers for the form and the status page."""

    def __init__(self, services: SiteServices) -> None:
        self._services = services
        self._base = services.settings.public_url.rstrip("/")
        self._limit = HourlyLimit("form", services.settings.tickets_per_hour)
        self._lookups = HourlyLimit("lookups", services.settings.lookups_per_hour)
        self._stamps = FormStamps(services.settings.secret_key.get_secret_value(), services.clock)

    async def form(self, request: Request, perihal: str = "") -> Response:
        """Show the empty form; a link may bring the subject along."""
        values = dict.fromkeys(_PARSERS, "") | {"subject": perihal[:150]}
        return self._form(request, values, {}, secrets.token_urlsafe(16), self._stamps.new())

    async def send(self, request: Request) -> Response:
        """Open a ticket, or show the form again with all that was typed and what to mend.

        The body is read within its limits; what is larger is refused before it lies anywhere.
        """
        async with upload_form(request, self._services.attachments.message_bytes) as form:
            return await self._heed(request, _filled(form))

    async def _heed(self, request: Request, filled: "_Filled") -> Response:
        if filled.situs:
            return RedirectResponse("/hubungi-kami/terkirim", 303)
        errors = check(filled.values) or self._too_soon(filled.mulai)
        hint = _NO_HINT if errors or filled.files or filled.tetap else await run_in_threadpool(self._hint, filled)
        if errors or hint:
            return self._again(request, filled, errors, hint=hint, seen=bool(filled.tetap or hint))
        try:
            await self._limit.check(request)
            stored = await self._services.attachments.take_in(filled.files)
        except TooManyRequests as error:
            return self._again(request, filled, {"form": error.detail}, seen=True)
        except ArkasError as error:  # a file that cannot be used, or nobody to examine it now
            return self._again(request, filled, {"files": error.detail}, seen=True)
        new = NewTicket(**filled.values, source="form", idempotency_key=f"form:{filled.key}")
        ticket = await self._services.tickets.open(new, files=stored)
        return RedirectResponse(f"/hubungi-kami/terkirim?nomor={ticket.number}", 303)

    async def sent(self, request: Request, nomor: str = "") -> Response:
        """Thank, and say what happens next. Nothing of the ticket is shown but the number that the address holds."""
        attention = self._services.hours.next_attention(self._services.clock.now())
        return page(
            request,
            "contact_sent.html",
            cache=PRIVATE,
            section="hubungi",
            number=read_number(nomor),
            attention=attention,
        )

    async def status(self, request: Request, nomor: str = "") -> Response:
        """Show what the public may see of a ticket; an absent and an unreadable number look alike."""
        return page(
            request,
            "ticket.html",
            cache=PRIVATE,
            section="tiket",
            canonical=f"{self._base}/tiket",
            asked=nomor.strip()[:20],
            ticket=await self._find(request, nomor),
            trail=[_HOME, Step("Lacak status tiket", "/tiket")],
        )

    def _too_soon(self, stamp: str) -> dict[str, str]:
        problem = self._stamps.problem(stamp)
        return {"form": problem} if problem else {}

    def _hint(self, filled: "_Filled") -> Hint:
        articles, subject = self._services.articles, filled.values["subject"]
        wanted = not filled.ditawari and len(subject.strip()) >= _FEWEST_LETTERS
        cards = articles.suggest(subject, limit=_OFFERED).cards if wanted else ()
        return Hint(tuple(cards), _matters(filled.values["details"], lambda part: articles.suggest(part, limit=1)))

    async def _find(self, request: Request, text: str) -> PublicTicket | None:
        number = read_number(text)
        if not number:
            return None
        await self._lookups.check(request)  # absent and present numbers count alike: guessing is no way to a ticket
        return await self._services.tickets.look_up(number)

    def _again(
        self, request: Request, filled: "_Filled", errors: dict[str, str], *, hint: Hint = _NO_HINT, seen: bool
    ) -> Response:
        stamp = self._stamps.keep(filled.mulai)
        errors = with_lost_files(errors, filled.files)
        return self._form(request, filled.values, errors, filled.key, stamp, hint=hint, seen=seen)

    def _form(
        self,
        request: Request,
        values: dict[str, str],
        errors: dict[str, str],
        key: str,
        stamp: str,
        *,
        hint: Hint = _NO_HINT,
        seen: bool = False,
    ) -> Response:
        return page(
            request,
            "contact.html",
            status=422 if errors else 200,
            cache=PRIVATE,
            section="hubungi",
            canonical=f"{self._base}/hubungi-kami",
            description="Kirim kendala ARKAS atau BOSP kepada Tim Helpdesk; balasan dikirim lewat email.",
            values=values,
            errors=errors,
            key=key,
            stamp=stamp,
            hint=hint,
            seen=seen,
            programs=rules.PROGRAMS,
            trail=[_HOME, Step("Formulir Layanan", "/hubungi-kami")],
        )


def _matters(details: str, rank: Callable[[str], Suggestions]) -> tuple[str, ...]:
    """The parts of a report that are about unrelated problems, read as the bot reads them; none when there are not two.

    What was tried before ("memperbarui aplikasi", "pajak sudah dicatat") names no problem, and is no matter of its own.
    """
    found = [(part, each) for part, each in problems_of(details, rank) if _TROUBLE.search(part)]
    matters = related(found) if found else []
    return tuple(matters) if len(matters) > 1 else ()


def check(values: dict[str, str]) -> dict[str, str]:
    """Return a sentence for each field that cannot be used, in the order of the form."""
    errors = {}
    for name, parse in _PARSERS.items():
        try:
            parse(values[name])
        except InvalidInput as error:
            errors[name] = _sentence(error)
    return errors


def _sentence(error: InvalidInput) -> str:
    if isinstance(error, InvalidEmail) and error.suggestion:
        return f"{error.detail}. Mungkin maksudnya {error.suggestion}?"
    return error.detail
