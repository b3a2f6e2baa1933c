"""Errands that never end, and those of the nouns behind them: daily figures, incidents, the weekly report."""

from collections.abc import Mapping
from typing import Final

import structlog

from bot.articles.service import ArticleService
from bot.articles.serving import ServedArticles
from bot.calendar.service import ServiceHours
from bot.clock import Clock
from bot.database import Database
from bot.dialogue.rasa_client import RasaDialogue
from bot.incidents.ranking import NearestArticles
from bot.incidents.service import SOLVED, IncidentService
from bot.incidents.watching import WATCH, IncidentEnd, IncidentWatch
from bot.insight.keeping import FIGURES, FigureKeeper
from bot.insight.service import Insight
from bot.insight.weekly import MAIL, WEEKLY, WeeklyMail, WeeklyReport
from bot.learning.labelled import LabelledFile
from bot.mail.archive import FolderArchive
from bot.mail.assembly import Mail, mail_addresses
from bot.outbox.models import OutboxHandler
from bot.outbox.recurring import Recurring
from bot.privacy.models import Retention
from bot.privacy.retention import RETENTION, LeftoversHandler, RetentionKeeper
from bot.privacy.service import LEFTOVERS
from bot.settings import Settings
from bot.tickets.log import DeskPolicy
from embeddings import IndexMismatch, IndexMissing

log = structlog.get_logger(__name__)

STANDING: Final = (FIGURES, WEEKLY, WATCH, RETENTION)  # written down once, when a worker starts


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
    handlers |= _privacy_handlers(settings, database, clock)
    if articles is not None:
        watch = IncidentWatch(database, clock, incidents, NearestArticles(articles))
        handlers[WATCH] = Recurring(clock, watch.round)
    return handlers


def _privacy_handlers(settings: Settings, database: Database, clock: Clock) -> Mapping[str, OutboxHandler]:
    dialogue = RasaDialogue(settings.rasa_url, settings.dialogue_timeout.total_seconds())
    archive, files = FolderArchive(settings.mail_dir), settings.attachments_dir
    labelled = LabelledFile(settings.var_dir / "verdicts.jsonl")
    sessions = settings.officer_session_lifetime, settings.officer_session_idle
    keeper = RetentionKeeper(database, clock, retention_of(settings), sessions=sessions)
    return {
        RETENTION: Recurring(clock, keeper.round),
        LEFTOVERS: LeftoversHandler(database, archive, labelled, dialogue, files=files),
    }


def retention_of(settings: Settings) -> Retention:
    """How long things are kept; zero in the settings keeps them."""
    return Retention(
        transcripts=settings.retention_transcripts or None,
        attachments=settings.retention_attachments or None,
        suspended_mails=settings.retention_suspended_mails or None,
    )


def articles_alone(settings: Settings, database: Database, clock: Clock) -> ArticleService | None:
    """The articles for a worker of its own; None when no index was built where it runs."""
    try:
        return ArticleService(ServedArticles.open(settings.index_dir), database, clock)
    except (IndexMissing, IndexMismatch) as error:
        log.warning("incidents_not_watched_here", reason=str(error)[:200])
        return None
