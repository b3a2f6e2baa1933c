"""How often one address may do something, in one process (the `limits` library counts)."""

from fastapi import Request
from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.errors import TooManyRequests


class HourlyLimit:
    """A moving window of one hour: a fixed one would let twice the number pass at its edge."""

    def __init__(self, name: str, times: int) -> None:
        self._name = name
        self._item = RateLimitItemPerHour(times)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def check(self, request: Request) -> None:
        """Count one more for the request's peer. Raises TooManyRequests.

        The peer is uvicorn's, which believes a proxy only when told which one; never the raw X-Forwarded-For.
        """
        self.count(request.client.host if request.client else "?")

    def count(self, who: str) -> None:
        """Count one more for somebody who is known by other means than an address. Raises TooManyRequests."""
        if not self._limiter.hit(self._item, self._name, who):
            raise TooManyRequests
