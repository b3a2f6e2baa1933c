import httpx
import pytest

from bot.tickets.models import NewTicket
from tests.unit.site.memory import MemoryServices

pytestmark = pytest.mark.anyio


async def act(http: httpx.AsyncClient, what: str, **fields: str) -> httpx.Response:
    return await http.post("/chat/saya", data={"aksi": what, **fields})


async def test_who_has_no_talk_may_only_take_one_up(http: httpx.AsyncClient, services: MemoryServices) -> None:
    html = (await http.get("/chat/saya")).text
    assert 'value="sambung"' in html
    assert not any(f'value="{what}"' in html for what in ("lanjut", "email", "kode", "hapus"))
    for what in ("lanjut", "email", "kode", "hapus"):
        assert (await act(http, what, email="rina@sdn1.sch.id", code="123456")).status_code == 401
    assert services.people.links == services.people.emails == {}


async def test_talk_is_carried_to_the_messengers_that_are_on(http: httpx.AsyncClient) -> None:
    await http.post("/chat", data={"text": "halo"})
    assert "arkas_bot" not in (await http.get("/chat/saya")).text, "reading makes no code"
    html = (await act(http, "lanjut")).text
    assert "https://t.me/arkas_bot?start=k_2ABCDEFGHJ" in html
    assert "https://wa.me/6281100000000?text=KODE%202ABCDEFGHJ" in html


async def test_own_tickets_are_listed_and_nobody_elses(http: httpx.AsyncClient, services: MemoryServices) -> None:
    new = [NewTicket("rina@sdn1.sch.id", "ARKAS", subject, "Sejak kemarin.") for subject in ("BKU <Juni>", "Lain")]
    mine, other = [(await services.tickets.open(each)).number for each in new]
    await http.post("/chat", data={"text": "halo"})
    assert "Tiket saya" not in (await http.get("/chat/saya")).text
    services.people.tickets = {"talk0": [mine], "talk1": [other]}
    html = (await http.get("/chat/saya")).text
    assert f'<a href="/tiket?nomor={mine}">#{mine} BKU &lt;Juni&gt;</a>' in html
    assert "Dalam Antrean" in html
    assert str(other) not in html


async def test_link_from_a_messenger_is_used_only_when_pressed(
    http: httpx.AsyncClient, services: MemoryServices
) -> None:
    talk = (await services.conversations.start("telegram"))[0].id
    code = (await services.people.make_link(talk)).code
    shown = await http.get(f"/chat?sambung={code}", follow_redirects=True)
    assert f'value="{code}"' in shown.text
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert services.people.joined == []
    await http.post("/chat", data={"text": "halo"})
    answer = await act(http, "sambung", code=code)
    assert answer.headers["location"] == "/chat#terbaru"
    assert services.people.joined == [(talk, "talk1")], "the browser's own talk becomes the same person's"
    assert f"arkas_chat={talk}.kunci" in answer.headers["set-cookie"]


async def test_used_code_is_explained(http: httpx.AsyncClient) -> None:
    answer = await act(http, "sambung", code="2XXXXXXXXX")
    assert answer.status_code == 410
    assert 'role="alert"' in answer.text


async def test_address_is_proved_by_the_mailed_code(http: httpx.AsyncClient) -> None:
    await http.post("/chat", data={"text": "halo"})
    assert 'role="alert"' in (await act(http, "email", email="bukan alamat")).text
    asked = (await act(http, "email", email="rina@sdn1.sch.id")).text
    assert "sudah dikirim ke rina@sdn1.sch.id" in asked
    wrong = await act(http, "kode", code="000000", email="rina@sdn1.sch.id")
    assert 'role="alert"' in wrong.text
    assert 'value="kode"' in wrong.text, "another guess is possible"
    assert "rina@sdn1.sch.id sudah dikonfirmasi" in (await act(http, "kode", code="123456")).text


@pytest.mark.parametrize("typed", ["/hapus", " /HAPUS "])
async def test_erasing_asks_first_and_forgets_the_talk(
    http: httpx.AsyncClient, services: MemoryServices, typed: str
) -> None:
    await http.post("/chat", data={"text": "halo"})
    asked = await http.post("/chat", data={"text": typed})
    assert asked.headers["location"] == "/chat/saya#hapus"
    assert "talk0" in services.conversations.talks
    answer = await act(http, "hapus")
    assert services.conversations.talks == {}
    assert "sudah dihapus" in answer.text
    assert 'arkas_chat=""' in answer.headers["set-cookie"]


async def test_button_that_is_none_leads_back(http: httpx.AsyncClient) -> None:
    assert (await act(http, "curi")).headers["location"] == "/chat/saya"
