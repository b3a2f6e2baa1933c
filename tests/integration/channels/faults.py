"""What a platform's stand-in does wrong on purpose: the next calls fail in the order written down."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from starlette.responses import JSONResponse, Response


@dataclass
class Faults:
    """`next(503)` answers the next call so; `next(429, body, headers)` too; `stall(s)` lets it wait; `lose()` takes the
    call and then answers 502, as a broken line does."""

    waiting: deque[tuple[int, dict[str, object], dict[str, str]]] = field(default_factory=deque)
    stalls: deque[float] = field(default_factory=deque)
    losses: int = 0

    def next(self, status: int, body: dict[str, object] | None = None, headers: dict[str, str] | None = None) -> None:
        self.waiting.append((status, body or {}, headers or {}))

    def stall(self, seconds: float) -> None:
        self.stalls.append(seconds)

    def lose(self) -> None:
        self.losses += 1

    async def strike(self) -> Response | None:
        if self.stalls:
            await asyncio.sleep(self.stalls.popleft())
        if self.waiting:
            status, body, headers = self.waiting.popleft()
            return JSONResponse(body, status, headers=headers)
        return None

    def lost(self) -> bool:
        if self.losses:
            self.losses -= 1
            return True
        return False
