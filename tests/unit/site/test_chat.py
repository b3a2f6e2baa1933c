from datetime import UTC, datetime

import httpx
import pytest

from bot.conversations.models import Message, Sender
from tests.unit.site.memory import NOON, MemoryServices

pytestmark = pytest.mark.anyio
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


async def test_reading_the_page_begins_no_talk_and_sets_no_cookie(
    http: httpx.AsyncClient, services: MemoryServices
) -> None:
    answer = await http.get("/chat")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert services.conversations.talks == {}


async def test_first_message_begins_the_talk_that_later_ones_go_on(
    http: httpx.AsyncClient, services: MemoryServices
) -> None:
    answer = await http.post("/chat", data={"text": "tutup <bku>", "client_id": "a"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat#terbaru")
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "Path=/chat", "SameSite=lax", "Secure"))
    await http.post("/chat", data={"payload": "/pilih"})
    assert list(services.conversations.talks) == ["talk0"]
    html = (await http.get("/chat")).text
    assert "tutup &lt;bku&gt;" in html
    assert html.count("Tutup &lt;BKU&gt;") >= 2  # the card, and the tap on it told in its words
    assert html.count('class="choices"') == 1  # only the last message's buttons can be tapped
    assert html.count('id="terbaru"') == 0
    assert html.count("id=terbaru") == 1


async def test_answer_leads_to_its_article_and_offers_no_choice_of_it(
    http: httpx.AsyncClient, services: MemoryServices
) -> None:
    await http.post("/chat", data={"text": "halo", "client_id": "a"})
    card = {"id": 7, "title": "Tutup BKU", "excerpt": "Cek saldo.", "url": "/artikel/7", "payload": "/pilih"}
    answer = Message(99, Sender.BOT, "Begini caranya.", datetime(2026, 11, 23, tzinfo=UTC), articles=(card,))
    services.conversations.talks["talk0"] = [answer]
    html = (await http.get("/chat")).text
    assert '<a href="/artikel/7">Baca lengkap: Tutup BKU</a>' in html
    assert "Pilih artikel" not in html


async def test_officers_words_take_no_question_away(http: httpx.AsyncClient, services: MemoryServices) -> None:
    await http.post("/chat", data={"text": "satu"})
    await http.post("/chat", data={"text": "dua"})
    services.conversations.talks["talk0"].append(Message(99, Sender.OFFICER, "Sudah kami perbaiki.", NOON))
    html = (await http.get("/chat")).text
    assert html.index("Sudah kami perbaiki.") > html.index('class="choices"')
    assert html.count('class="choices"') == 1


async def test_chosen_files_go_along_and_can_be_fetched(http: httpx.AsyncClient, services: MemoryServices) -> None:
    files = [("files", ("layar <1>.png", PNG)), ("files", ("", b""))]  # a browser sends an empty part for none chosen
    answer = await http.post("/chat", data={"text": "ini layarnya", "client_id": "a"}, files=files)
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat#terbaru")
    [message] = services.conversations.received
    [file] = message.files
    assert (message.text, services.attachments.path_of(file).read_bytes()) == ("ini layarnya", PNG)
    html = (await http.get("/chat")).text
    assert f'<a href="{services.file_links.path(file.id).replace("&", "&amp;")}">layar &lt;1&gt;.png</a>' in html


async def test_file_needs_no_words(http: httpx.AsyncClient, services: MemoryServices) -> None:
    answer = await http.post("/chat", data={"text": ""}, files={"files": ("layar.png", PNG)})
    assert answer.status_code == 303
    assert [(each.text, len(each.files)) for each in services.conversations.received] == [(None, 1)]


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ([("virus.png", b"MZ" + bytes(60))], 415),
        ([("kosong.png", b"")], 422),
        ([("layar.png", PNG), ("besar.png", PNG + bytes(2000))], 413),
        ([(f"{n}.png", PNG) for n in range(3)], 413),
    ],
)
async def test_unusable_file_is_explained_and_the_words_are_kept(
    http: httpx.AsyncClient, services: MemoryServices, files: list[tuple[str, bytes]], status: int
) -> None:
    chosen = [("files", file) for file in files]
    answer = await http.post("/chat", data={"text": "ini <layarnya>"}, files=chosen)
    assert answer.status_code == status
    assert "ini &lt;layarnya&gt;</textarea>" in answer.text
    assert f"belum ikut terkirim ({', '.join(name for name, _ in files)})" in answer.text
    assert services.conversations.received == []
    assert [path for path in services.settings.data_dir.glob("files/**/*") if path.is_file()] == []


async def test_each_form_carries_its_own_client_id(http: httpx.AsyncClient, services: MemoryServices) -> None:
    await http.post("/chat", data={"text": "halo", "client_id": "x" * 500})
    assert services.conversations.received[0].client_id == "x" * 64
    html = (await http.get("/chat")).text
    identities = [part.split('"')[0] for part in html.split('name="client_id" value="')[1:]]
    assert len(set(identities)) == len(identities) >= 3


@pytest.mark.parametrize(("text", "status"), [("   ", 422), ("x" * 20_000, 413)])
async def test_unusable_message_is_explained_and_kept(http: httpx.AsyncClient, text: str, status: int) -> None:
    answer = await http.post("/chat", data={"text": text})
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert f"{text}</textarea>" in answer.text


@pytest.mark.parametrize("cookie", ["talk0.salah", "talk9.kunci", "talk0", "", "..."])
async def test_cookie_that_opens_nothing_is_ignored(
    http: httpx.AsyncClient, services: MemoryServices, cookie: str
) -> None:
    await services.conversations.start("web")
    answer = await http.get("/chat", headers={"Cookie": f"arkas_chat={cookie}"})
    assert answer.status_code == 200
    assert "Halo Bapak/Ibu." not in answer.text


async def test_new_talk_forgets_the_old_one(http: httpx.AsyncClient, services: MemoryServices) -> None:
    await http.post("/chat", data={"text": "satu"})
    await http.post("/chat/baru")
    await http.post("/chat", data={"text": "dua"})
    assert list(services.conversations.talks) == ["talk0", "talk1"]


@pytest.mark.parametrize(("path", "loaded"), [("/", True), ("/chat", False), ("/hubungi-kami", False)])
async def test_widget_is_not_laid_over_the_pages_that_take_its_place(
    http: httpx.AsyncClient, path: str, loaded: bool
) -> None:
    html = (await http.get(path)).text
    assert ('src="/widget.js"' in html) is loaded
    assert ('class="launcher"' in html) is loaded
