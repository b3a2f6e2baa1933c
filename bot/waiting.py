"""How long another server asks us to wait."""

from datetime import datetime
from email.utils import parsedate_to_datetime


def asked_seconds(header: str, now: datetime) -> float | None:
    """`Retry-After` in seconds or as a date (RFC 9110, 10.2.3); None when it is missing or says neither.

    >>> asked_seconds("17", datetime(2026, 1, 1))
    17.0
    """
    if header.isascii() and header.isdecimal():
        return float(header)
    try:
        return max((parsedate_to_datetime(header) - now).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
