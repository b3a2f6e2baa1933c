"""The closing deadline of a ticket as a calendar file (RFC 5545)."""

from datetime import datetime, timedelta
from typing import Final

from icalendar import Alarm, Calendar, Event

from bot.mail.desk import Letter

_SHOWN: Final = timedelta(minutes=30)
_WARNED: Final = timedelta(hours=2)


def deadline_file(letter: Letter, uid: str, at: datetime) -> bytes:
    """An .ics whose entry ends when the ticket closes. PUBLISH: no client asks to accept it. Raises ValueError without
    a deadline.
    """
    if letter.closes_at is None:
        raise ValueError("a letter without a deadline has no calendar file")
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", at)
    event.add("dtstart", letter.closes_at - _SHOWN)
    event.add("dtend", letter.closes_at)
    event.add("summary", f"Batas balasan tiket #{letter.number}")
    event.add("description", f"Balas email tiket #{letter.number} - {letter.subject} sebelum tertutup otomatis.")
    event.add_component(_alarm(letter.number))
    calendar = Calendar()
    calendar.add("prodid", "-//ARKAS Bot//Tiket//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _alarm(number: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"Tiket #{number} segera tertutup otomatis")
    alarm.add("trigger", -_WARNED)
    return alarm
