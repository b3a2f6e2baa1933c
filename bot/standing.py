"""Errands that never end, and those of the nouns behind them: daily figures, incidents, the weekly report."""

from collections.abc import Mapping
from typing import Final

import structlog

from bot.articles.service import ArticleService
from bot.articles.serving import ServedArticles
from bot.calendar.service import ServiceHours
from bot.clock import Clock
from bot.database import Database
from bot.incidents.ranking import NearestArticles
from bot.incidents.service import SOLVED, IncidentService
from bot.incidents.watching import WATCH, IncidentEnd, IncidentWatch
from bot.insight.keeping import FIGURES, FigureKeeper
from bot.insight.service import Insight
from bot.insight.weekly import MAIL, WEEKLY, WeeklyMail, WeeklyReport
from bot.mail.assembly import Mail, mail_addresses
from bot.outbox.models import OutboxHandler
from bot.outbox.recurring import Recurring
from bot.settings import Settings
from bot.tickets.log import DeskPolicy
from embeddings import IndexMismatch, IndexMissing

log = structlog.get_logger(__name__)

STANDING: Final = (FIGURES, WEEKLY, WATCH)  # written down once, when a worker starts


def standing_handlers(
    settings: Settings,
    database: Database,
    clock: Clock,
    policy: DeskPolicy,
    hours: ServiceHours,
    mail: Mail,
    articles: ArticleService | None,
) -> Mapping[str, OutboxHandler]:
    """The handlers by kind. Without articles nobody watches for incidents here; another worker does."""
    incidents = IncidentService(database, clock, policy)
    insight = Insight(database, clock, dict, whatsapp_budget=settings.whatsapp_budget)
    report = WeeklyReport(database, clock, settings.report_recipients)
    letters = WeeklyMail(insight, clock, mail_addresses(settings), mail.mailer, home=settings.public_url)
    handlers: dict[str, OutboxHandler] = {
        FIGURES: Recurring(clock, FigureKeeper(database, clock, hours).round),
        WEEKLY: Recurring(clock, report.round),
        MAIL: letters,
        SOLVED: IncidentEnd(database, clock, incidents, policy),
    }
    if articles is not None:
        watch = IncidentWatch(database, clock, incidents, NearestArticles(articles))
        handlers[WATCH] = Recurring(clock, watch.round)
    return handlers


def articles_alone(settings: Settings, database: Database, clock: Clock) -> ArticleService | None:
    """The articles for a worker of its own; None when no index was built where it runs."""
    try:
        return ArticleService(ServedArticles.open(settings.index_dir), database, clock)
    except (IndexMissing, IndexMismatch) as error:
        log.warning("incidents_not_watched_here", reason=str(error)[:200])
        return None
