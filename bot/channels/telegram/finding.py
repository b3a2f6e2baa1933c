"""Under which numbers a message may lie of which we do not know whether Telegram took it. Pure.

The Bot API has no key against repetition (tdlib/telegram-bot-api, issue 482: `random_id` is withheld on purpose) and
nothing that lists messages. But all private chats of an account count their messages together, in and out, by one
(LonamiWebs/Telethon, issue 1308: "unique per channel and otherwise unique per account"), so the message lies where our
rows leave a gap, above what had passed when its sending began.
"""

from itertools import count, islice
from typing import Final

from bot.channels.port import Trail

# Each costs a call, where the message is not there. After a restart, what people wrote meanwhile is not known yet, and
# Telegram hands over at most 40 updates at once (setting_up.py); beyond that, a message twice is no disaster.
_MOST: Final = 40


def candidates(trail: Trail) -> list[int]:
    """Numbers that the message may bear, lowest first; none where nothing tells where to begin."""
    before, after = (_numbers(ids) for ids in (trail.before, trail.after))
    if not before:
        return []
    return [*islice((number for number in count(max(before) + 1) if number not in after), _MOST)]


def _numbers(ids: tuple[str, ...]) -> set[int]:
    return {int(each) for each in ids if each.isascii() and each.isdigit() and len(each) < 19}
