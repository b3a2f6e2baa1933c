"""Who may use the API from a browser on another site."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from structlog.testing import capture_logs

from bot.origins import ForeignOrigins
from bot.settings import Settings

pytestmark = pytest.mark.anyio

HOME = "https://bantuan.example"
FRIEND = "https://dinas.example:8443"
TALKS = "/api/v1/conversations"


@pytest.fixture
def stored() -> list[str]:
    return []


@pytest.fixture
async def http(stored: list[str]) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def anything(path: str) -> dict[str, str]:
        stored.append(path)
        return {}

    app.add_middleware(ForeignOrigins, allowed=(FRIEND,), home=f"{HOME}/")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOME) as client:
        yield client


@pytest.mark.parametrize("origin", [None, HOME, FRIEND])
async def test_home_friends_and_programs_are_let_in(http: httpx.AsyncClient, origin: str | None) -> None:
    answer = await http.post(TALKS, headers={"Origin": origin} if origin else {})
    assert answer.status_code == 200
    assert answer.headers["vary"] == "Origin"
    assert answer.headers.get("access-control-allow-origin") == (FRIEND if origin == FRIEND else None)
    assert "access-control-allow-credentials" not in answer.headers


async def test_host_of_a_proxy_is_home_too(http: httpx.AsyncClient) -> None:
    headers = {"Origin": "https://dalam.example", "Host": "dalam.example"}
    assert (await http.post(TALKS, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "https://jahat.example",
        "null",
        "http://dinas.example:8443",
        "https://dinas.example",
        f"{FRIEND}.jahat.example",
        "",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_others_are_refused_before_anything_is_stored(
    http: httpx.AsyncClient, stored: list[str], origin: str, method: str
) -> None:
    with capture_logs() as logs:
        answer = await http.request(method, TALKS, headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
    assert (answer.status_code, answer.json()["error"]) == (403, "asal_ditolak")
    assert "access-control-allow-origin" not in answer.headers
    assert stored == []
    assert logs == [{"event": "origin_refused", "log_level": "warning", "origin": origin, "method": method}]


async def test_friend_asks_before_it_sends_a_token(http: httpx.AsyncClient, stored: list[str]) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    answer = await http.options(TALKS, headers={"Origin": FRIEND, **asked})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == FRIEND
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert stored == []


@pytest.mark.parametrize("path", ["/api/v1/officer/tickets", "/api/v1/tickets"])
async def test_friend_gets_only_what_the_widget_needs(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path, headers={"Origin": FRIEND})).status_code == 403


async def test_pages_do_not_care(http: httpx.AsyncClient) -> None:
    assert (await http.get("/widget.js", headers={"Origin": "https://jahat.example"})).status_code == 200


@pytest.mark.parametrize("wrong", ["*", "sekolah.go.id", "https://*.go.id", "https://a.id/jalur", "ftp://a.id"])
def test_what_is_no_origin_is_refused_at_the_start(wrong: str) -> None:
    with pytest.raises(ValidationError, match="is no origin"):
        Settings(_env_file=None, allowed_origins=f"https://sekolah.go.id, {wrong}")


def test_origins_are_read_as_browsers_write_them() -> None:
    settings = Settings(_env_file=None, allowed_origins=" https://Sekolah.go.id:443/ ,http://127.0.0.1:9000, ")
    assert settings.origins == ("https://sekolah.go.id", "http://127.0.0.1:9000")
