"""What strangers send to the webhooks: refused, nothing stored, and no personal data in the log."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels import repository
from bot.channels.port import Inbound
from bot.channels.queue_repository import channel_inbox
from tests.integration.channels.conftest import BOTH, PHONE, RINA, SECRET, House
from tests.integration.channels.whatsapp_stand_in import APP_SECRET, signature, signed

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

JSON = {"Content-Type": "application/json"}


async def stored(house: House) -> int:
    async with house.database.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(channel_inbox))).scalar_one())


@pytest.mark.parametrize("secret", ["", "salah", SECRET + "x", SECRET[:-1], "rahasia-ünïcode"])
async def test_update_without_the_secret_is_refused(house: House, secret: str) -> None:
    headers = {b"X-Telegram-Bot-Api-Secret-Token": secret.encode()} if secret else {}
    update = house.telegram.says(RINA, "halo")
    answer = await house.http.post("/channels/telegram", json=update, headers=headers)
    assert (answer.status_code, await stored(house)) == (401, 0)


async def test_delivery_without_the_right_signature_is_refused(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, headers = signed(house.whatsapp.says(PHONE, "nomor saya 081234567890"))
    wrong = [
        {},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": "sha256="},
        {"X-Hub-Signature-256": signature(raw, "another")},
        {"X-Hub-Signature-256": signature(raw + b" ")},
        {"X-Hub-Signature": headers["X-Hub-Signature-256"]},
        {"X-Hub-Signature-256": headers["X-Hub-Signature-256"].removeprefix("sha256=")},
    ]
    for each in wrong:
        assert (await house.http.post("/channels/whatsapp", content=raw, headers=JSON | each)).status_code == 401
    assert await stored(house) == 0
    logged = capsys.readouterr()
    assert "channel_forged" in logged.out + logged.err
    assert "081234567890" not in logged.out + logged.err
    assert PHONE not in logged.out + logged.err


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"null", 400),
        (b"[]", 400),
        (b'{"update_id": "x"}', 400),
        (b'{"update_id": -1}', 400),
        (b'{"update_id": 99999999999999999999999999}', 400),
        (b'{"update_id": 1, "message": {"message_id": 1}}', 400),
        (b'{"update_id": 1, "message": ' + b'{"a":' * 100_000 + b"}" * 100_000 + b"}", 400),
        (b"[" * 200_000, 400),
        (b'{"update_id": NaN}', 400),
        (b"\xff\xfe", 400),
        (b'{"update_id": 1, "x": "' + b"a" * 1024**2 + b'"}', 413),
    ],
)
async def test_body_that_is_no_update_is_refused(house: House, body: bytes, status: int) -> None:
    headers = JSON | {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    answer = await house.http.post("/channels/telegram", content=body, headers=headers)
    assert (answer.status_code, await stored(house)) == (status, 0)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b'{"object": "page", "entry": []}', 400),
        (b'{"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": 5}]}]}', 400),
        (b'{"object": "whatsapp_business_account", "entry": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
        (b'{"object": "' + b"a" * (3 * 1024**2) + b'"}', 413),
    ],
)
async def test_signed_body_that_is_no_delivery_is_refused(house: House, body: bytes, status: int) -> None:
    headers = JSON | {"X-Hub-Signature-256": signature(body)}
    answer = await house.http.post("/channels/whatsapp", content=body, headers=headers)
    assert (answer.status_code, await stored(house)) == (status, 0)


@BOTH
async def test_same_update_again_is_stored_and_answered_once(house: House) -> None:
    update = house.telegram.says(RINA, "halo")
    await house.on_telegram(update, update)
    await house.on_telegram(update)
    assert await stored(house) == 1
    assert house.telegram.texts(RINA) == ["Anda berkata: halo"]


async def test_deliveries_at_once_are_each_stored_and_one_that_fails_alone_is_told_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = repository.store_inbound

    async def refusing(connection: AsyncConnection, events: Sequence[Inbound], *, at: datetime) -> int:
        if any(event.text == "racun" for event in events):
            raise OSError("the database refuses this one")
        return await store(connection, events, at=at)

    monkeypatch.setattr(repository, "store_inbound", refusing)
    said = ["satu", "dua", "racun", "tiga", "empat"]
    updates = [house.telegram.says(RINA + place, text) for place, text in enumerate(said)]
    told = await asyncio.gather(*(house.deliver_telegram(update) for update in (*updates, updates[0])))
    assert told == [200, 200, 500, 200, 200, 200]
    assert await stored(house) == 4


async def test_update_played_again_after_days_is_not_stored(house: House) -> None:
    telegram, whatsapp = house.telegram.says(RINA, "halo"), house.whatsapp.says(PHONE, "halo")
    house.clock.advance(timedelta(days=9))
    assert await house.deliver_telegram(telegram) == 200
    assert await house.deliver_whatsapp(whatsapp, APP_SECRET) == 200
    assert await stored(house) == 0


async def test_what_nobody_answers_is_taken_and_not_stored(house: House) -> None:
    poll = {"update_id": 5, "poll": {"id": "1"}}
    channel_post = house.telegram.says(-5, "siaran", kind="channel")
    other_bot = house.telegram.says(7, "halo")
    other_bot["message"]["from"]["is_bot"] = True
    for update in (poll, channel_post, other_bot):
        assert await house.deliver_telegram(update) == 200
    assert await stored(house) == 0


@pytest.mark.parametrize("more_settings", [{"telegram_token": "", "whatsapp_token": ""}])
async def test_channel_that_is_off_is_not_there(house: House) -> None:
    assert await house.deliver_telegram(house.telegram.says(RINA, "halo")) == 404
    assert await house.deliver_whatsapp(house.whatsapp.says(PHONE, "halo")) == 404
    assert (await house.http.get("/channels/whatsapp")).status_code == 404


@pytest.mark.parametrize("more_settings", [{"telegram_secret": ""}])
async def test_webhook_without_a_secret_of_ours_stays_closed(house: House) -> None:
    assert await house.deliver_telegram(house.telegram.says(RINA, "halo"), secret="") == 404


def test_json_of_the_tests_is_deeper_than_python_reads() -> None:
    with pytest.raises(RecursionError):
        json.loads("[" * 200_000)
