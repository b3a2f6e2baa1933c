"""How fast a platform lets itself be written to: a burst, then a steady pace.

The generic cell rate algorithm (ITU-T I.371): each key has a time at which it will have paid for what it took.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field


@dataclass
class Pace:
    """One message in `every` seconds for each key, of which `burst` may come at once, borrowed from later ones."""

    every: float
    burst: int
    _paid: dict[Hashable, float] = field(default_factory=dict)
    _seen: float = 0.0

    def wait(self, key: Hashable, now: float) -> float:
        """How many seconds are missing; 0 takes one message."""
        if now < self._seen:  # the test's clock was set back: another story begins
            self._paid.clear()
        self._seen = now
        paid = max(self._paid.get(key, now), now)
        missing = paid - now - (self.burst - 1) * self.every
        if missing > 1e-3:  # 80 sums of times as large as today's lose microseconds
            return missing
        self._paid[key] = paid + self.every
        return 0.0
