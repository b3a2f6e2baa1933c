from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.attachments.links import FileLinks
from bot.clock import SettableClock
from bot.errors import LinkExpired, UnknownFile


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(datetime(2026, 11, 23, tzinfo=UTC))


def parts(path: str) -> tuple[str, int, str]:
    url = urlsplit(path)
    query = parse_qs(url.query)
    return url.path.rsplit("/", 1)[-1], int(query["sampai"][0]), query["tanda"][0]


def test_link_works_until_its_time_is_over(clock: SettableClock) -> None:
    links = FileLinks("rahasia", clock, timedelta(hours=1))
    link = parts(links.path("abc"))
    clock.advance(timedelta(hours=1))
    links.check(*link)
    clock.advance(timedelta(seconds=1))
    with pytest.raises(LinkExpired):
        links.check(*link)


def test_changed_link_is_nobodys(clock: SettableClock) -> None:
    links = FileLinks("rahasia", clock, timedelta(hours=1))
    file_id, until, signature = parts(links.path("abc"))
    for wrong in (
        ("abd", until, signature),
        (file_id, until + 1, signature),
        (file_id, until, "A" + signature),
        (file_id, until, "é"),
    ):
        with pytest.raises(UnknownFile):
            links.check(*wrong)
    with pytest.raises(UnknownFile):
        FileLinks("lain", clock, timedelta(hours=1)).check(file_id, until, signature)
