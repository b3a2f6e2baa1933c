"""A Zendesk help center on this machine: speaks the documented API, with the faults that real ones have.

with serving(HelpCenterContent.of(5_000)) as center:
    httpx.get(f"{center.origin}/api/v2/help_center/id/articles.json")
"""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
SECTIONS = {11: "Tutup BKU", 12: "Pajak & Coretax", 13: "Lain-lain"}
HTML = """\
<h1 class="title">Langkah {n}</h1><p>Buka <b>Menu {n}</b> lalu <a href="/hc/id/articles/{other}">baca ini</a>.</p>
<ol><li>Satu<li>Dua<ul><li>rincian</li></ol>
<table><tr><th>Bulan</th><th>Status</th></tr><tr><td>Mei</td><td>Draf</td></tr></table>
<p><img src="/hc/article_attachments/{n}/layar.png" alt="Layar {n}" onerror="alert(1)"></p>
<script>document.cookie</script><p onclick="steal()">Selesai nomor {n}<b>, kata {word}
<h2>Mengapa langkah {n} gagal?</h2><p>Karena {word}.</p><iframe src="//video.example/{n}"></iframe>
"""


@dataclass
class HelpCenterContent:
    """What the help center holds; tests change it between runs."""

    articles: dict[int, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, count: int) -> HelpCenterContent:
        content = cls()
        for number in range(1, count + 1):
            content.put(number)
        return content

    def put(self, number: int, **changes: Any) -> None:  # noqa: ANN401 - JSON
        """Add an article, or change one: its time moves on."""
        article = self.articles.get(number) or new_article(number)
        latest = max((datetime.fromisoformat(a["updated_at"]) for a in self.articles.values()), default=BEGAN)
        stamp = (latest + timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
        self.articles[number] = {**article, "updated_at": stamp, "edited_at": stamp, **changes}


def new_article(number: int) -> dict[str, Any]:
    words = random.Random(number)  # noqa: S311 - the same each time
    word = "".join(words.choices("abcdefghijklmnoprstu", k=12))
    return {
        "id": 9_000_000 + number,
        "title": f"Kendala {word} nomor {number}",
        "body": HTML.format(n=number, other=number + 1, word=word),
        "section_id": 11 + number % 2,
        "locale": "id",
        "draft": False,
        "label_names": ["bku", word],
        "html_url": f"https://bantuan.example/hc/id/articles/{9_000_000 + number}",
        "author_id": 1,
        "vote_sum": 0,
    }


@dataclass
class StandIn:
    """The running server, what it was asked, and the faults that it still has to show."""

    content: HelpCenterContent
    origin: str = ""
    cursor: bool = False
    per_page: int = 100
    faults: list[Response] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def page(self, request: Request) -> Response:
        self.asked.append(str(request.url))
        if self.faults:
            return self.faults.pop(0)
        name = request.path_params["what"]
        entries = self._entries(name, request.path_params.get("section"))
        if request.query_params.get("sort_by") == "updated_at" and name == "articles":
            entries.sort(key=lambda a: a["updated_at"], reverse=request.query_params.get("sort_order") == "desc")
        return JSONResponse(self._sliced(name, entries, request))

    def _entries(self, name: str, section: str | None) -> list[dict[str, Any]]:
        if name == "sections":
            return [{"id": n, "name": title, "category_id": 1} for n, title in SECTIONS.items()]
        if name == "categories":
            return [{"id": 1, "name": "ARKAS"}]
        return [a for a in self.content.articles.values() if section is None or str(a.get("section_id")) == section]

    def _sliced(self, name: str, entries: list[dict[str, Any]], request: Request) -> dict[str, Any]:
        start = int(request.query_params.get("page[after]" if self.cursor else "page", "0" if self.cursor else "1"))
        begin = start if self.cursor else (start - 1) * self.per_page
        end = begin + self.per_page
        more = end < len(entries)
        found = {name: entries[begin:end]}
        if self.cursor:
            following = request.url.include_query_params(**{"page[after]": end})
            return found | {"meta": {"has_more": more}, "links": {"next": str(following) if more else None}}
        following = request.url.include_query_params(page=start + 1)
        return found | {"count": len(entries), "next_page": str(following) if more else None}


@contextmanager
def serving(content: HelpCenterContent) -> Iterator[StandIn]:
    """Serve a help center on a free port of the loopback."""
    center = StandIn(content)
    routes = [
        Route("/api/v2/help_center/id/sections/{section}/{what}.json", center.page),
        Route("/api/v2/help_center/id/{what}.json", center.page),
        Route("/api/v2/help_center/moved/{what}.json", lambda _: RedirectResponse("https://elsewhere.example/")),
    ]
    listener = socket.create_server(("127.0.0.1", 0))
    center.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(Starlette(routes=routes), log_level="critical", lifespan="off", timeout_graceful_shutdown=0)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield center
    finally:
        server.should_exit = True
        thread.join(10)
