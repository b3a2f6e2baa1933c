"""A person's own page beside the chat without scripts: go on elsewhere, prove an address, erase everything."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.errors import ArkasError, NotAuthorised
from bot.limits import HourlyLimit
from bot.people.rules import telegram_url, whatsapp_url
from bot.people.tickets import own_tickets
from bot.site.chat_cookie import ChatCookie
from bot.site.routing import PageRouter
from bot.site.services import SiteServices
from bot.site.templating import PRIVATE, page

PAGE: Final = "/chat/saya"
_TRIES_PER_HOUR: Final = 30
# A code may stand in the address: no other site hears of it.
_SECRET: Final = {"Referrer-Policy": "no-referrer"}


def carrying_router(services: SiteServices) -> PageRouter:
    """Make the routes of the page."""
    router = PageRouter()
    own = Carrying(services)
    router.page(PAGE)(own.show)
    router.post(PAGE, response_model=None)(own.act)
    return router


@dataclass(frozen=True)
class _Given:
    """What was typed into the page."""

    code: str = ""
    email: str = ""


class Carrying:
    """Answers for the page. All but taking up another talk needs the browser's own talk."""

    def __init__(self, services: SiteServices) -> None:
        self._services = services
        self._cookie = ChatCookie(services.conversations, secure=services.settings.public_url.startswith("https:"))
        self._tries = HourlyLimit("links", _TRIES_PER_HOUR)
        self._acts: Mapping[str, Callable[[Request, _Given], Awaitable[Response]]] = {
            "lanjut": self._go_on,
            "sambung": self._take_up,
            "email": self._ask_email,
            "kode": self._confirm_email,
            "hapus": self._erase,
        }

    async def show(self, request: Request, kode: Annotated[str, Query(max_length=20)] = "") -> Response:
        """Show what can be done."""
        return await self._page(request, code=kode)

    async def act(
        self,
        request: Request,
        *,
        aksi: Annotated[str, Form()] = "",
        code: Annotated[str, Form(max_length=20)] = "",
        email: Annotated[str, Form(max_length=300)] = "",
    ) -> Response:
        """Do what was pressed; what cannot be done is said on the page."""
        do = self._acts.get(aksi)
        if do is None:
            return RedirectResponse(PAGE, 303)
        try:
            await self._tries.check(request)
            return await do(request, _Given(code.strip(), email.strip()))
        except ArkasError as error:
            return await self._page(request, error=error, part=aksi, code=code, email=email)

    async def _own(self, request: Request) -> str:
        talk = await self._cookie.talk(request)
        if talk is None:
            raise NotAuthorised
        return talk[0]

    async def _go_on(self, request: Request, _given: _Given) -> Response:
        link = await self._services.people.make_link(await self._own(request))
        settings = self._services.settings
        links = {
            "Telegram": telegram_url(settings.telegram_bot, f"k_{link.code}"),
            "WhatsApp": whatsapp_url(settings.whatsapp_number, f"KODE {link.code}"),
        }
        return await self._page(request, links={name: url for name, url in links.items() if url})

    async def _take_up(self, request: Request, given: _Given) -> Response:
        own = await self._cookie.talk(request)
        talk = await self._services.people.redeem_link(given.code, own[0] if own else None)
        token = await self._services.conversations.hand_over(talk)
        return self._cookie.remember(RedirectResponse("/chat#terbaru", 303), (talk, token))

    async def _ask_email(self, request: Request, given: _Given) -> Response:
        email = await self._services.people.ask_email(await self._own(request), given.email)
        return await self._page(request, asked=email)

    async def _confirm_email(self, request: Request, given: _Given) -> Response:
        email = await self._services.people.confirm_email(await self._own(request), given.code)
        return await self._page(request, news=f"Email {email} sudah dikonfirmasi. Tiketnya mengikuti Bapak/Ibu.")

    async def _erase(self, request: Request, _given: _Given) -> Response:
        await self._services.eraser.erase(await self._own(request))
        erased = await self._page(request, news="Pesan dan identitas Bapak/Ibu sudah dihapus.")
        return self._cookie.forget(erased)

    async def _page(
        self,
        request: Request,
        *,
        error: ArkasError | None = None,
        part: str = "",
        news: str = "",
        links: Mapping[str, str] | None = None,
        asked: str = "",
        code: str = "",
        email: str = "",
    ) -> Response:
        settings = self._services.settings
        talk = await self._cookie.talk(request)
        answer = page(
            request,
            "chat_own.html",
            status=error.status if error else 200,
            cache=PRIVATE,
            error=error.detail if error else "",
            part=part,
            news=news,
            links=links or {},
            asked=asked or (email if part == "kode" else ""),
            code=code,
            email=email,
            talks=talk is not None,
            tickets=await own_tickets(self._services.people, self._services.tickets, talk[0]) if talk else [],
            messengers=[name for name, on in _messengers(settings.telegram_bot, settings.whatsapp_number) if on],
            proves_email=self._services.people.mails,
        )
        answer.headers.update(_SECRET)
        return answer


def _messengers(telegram: str, whatsapp: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("Telegram", telegram), ("WhatsApp", whatsapp)
