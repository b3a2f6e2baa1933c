"""Under which numbers a message may lie of which we do not know whether Telegram took it. Pure.

The Bot API has no key against repetition (tdlib/telegram-bot-api, issue 482: `random_id` is withheld on purpose) and
nothing that lists messages. But all private chats of an account count their messages together, in and out, by one
(LonamiWebs/Telethon, issue 1308: "unique per channel and otherwise unique per account"), so the message lies where our
rows leave a gap.
"""

from typing import Final

from bot.channels.port import Trail

_IN_FLIGHT: Final = 8  # how many may lie above all that we know: as many as a process sends at once (QueuePolicy)
_MOST: Final = 16  # each costs a call; in a longer gap somebody else was busy, and a message twice is no disaster


def candidates(trail: Trail) -> list[int]:
    """Numbers that the message may bear, lowest first; none where nothing tells where to begin."""
    before, after = (_numbers(ids) for ids in (trail.before, trail.after))
    if not before:
        return []
    lowest, highest = max(before), max(before | after)
    gap = (number for number in range(lowest + 1, highest + _IN_FLIGHT + 1) if number not in after)
    return [number for number, _ in zip(gap, range(_MOST), strict=False)]


def _numbers(ids: tuple[str, ...]) -> set[int]:
    return {int(each) for each in ids if each.isascii() and each.isdigit() and len(each) < 19}
