"""Pure rules of the outbox."""

from datetime import timedelta

from bot.outbox.models import WorkerPolicy


def retry_delay(attempts: int, policy: WorkerPolicy, chance: float) -> timedelta:
    """How long to wait after the attempt number `attempts` failed; `chance` in [0, 1) spreads it by a quarter each way.

    It doubles with each attempt up to the longest delay. Without the spread, all that failed together (the mail server
    was away) would come back together.
    """
    doubled = policy.first_delay * 2.0 ** min(attempts - 1, 30)
    return min(doubled, policy.longest_delay) * (0.75 + chance / 2)


def is_exhausted(attempts: int, policy: WorkerPolicy) -> bool:
    """Whether an errand that failed `attempts` times is given up."""
    return attempts >= policy.attempts
