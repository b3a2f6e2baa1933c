"""`./arkas report`: the figures up to now, in the terminal."""

import asyncio
from datetime import timedelta

from bot.clock import SystemClock
from bot.database import Database
from bot.insight.keeping import FigureKeeper
from bot.insight.models import Period
from bot.insight.reporting import headlines
from bot.insight.service import Insight
from bot.services import closed_days, service_hours
from bot.settings import Settings


def told(settings: Settings, days: int) -> str:
    """Count what is due, and tell of the last `days` beside as many before."""
    return asyncio.run(_told(settings, days))


async def _told(settings: Settings, days: int) -> str:
    database, clock = Database(settings.database), SystemClock()
    insight = Insight(database, clock, dict, whatsapp_budget=settings.whatsapp_budget)
    keeper = FigureKeeper(database, clock, service_hours(settings, closed_days(settings)))
    try:
        while await keeper.count_due():
            pass
        today = insight.today()
        period = Period(today - timedelta(days=days - 1), today)
        lines = headlines(*await insight.compared(period))
    finally:
        await database.close()
    head = f"{period.first} sampai {period.last}, di sampingnya {days} hari sebelumnya"
    return "\n".join([head, *(f"{each.name:<26}{each.value:>14}{each.before:>14}  {each.change}" for each in lines)])
