"""All services, made once and handed to whatever serves people."""

from dataclasses import dataclass

from bot.articles.service import ArticleService
from bot.attachments.service import AttachmentService, Limits
from bot.calendar.service import ClosedDays, ServiceHours, load_overrides
from bot.clock import Clock
from bot.conversations.service import ConversationService
from bot.database import Database
from bot.dialogue.fallback import FallbackDialogue
from bot.dialogue.port import Dialogue
from bot.settings import Settings
from bot.tickets.service import TicketService
from embeddings import ArticleCollection, Ranker


@dataclass(frozen=True)
class Services:
    """The product's services. Who gets this may use all of them; a noun's own code gets only what it needs."""

    settings: Settings
    clock: Clock
    database: Database
    dialogue: Dialogue
    articles: ArticleService
    attachments: AttachmentService
    conversations: ConversationService
    tickets: TicketService
    hours: ServiceHours


def make_services(
    settings: Settings, clock: Clock, dialogue: Dialogue, collection: ArticleCollection, ranker: Ranker
) -> Services:
    """Wire the services together."""
    database = Database(settings.database)
    articles = ArticleService(collection, ranker, database, clock)
    fallback = FallbackDialogue(articles, f"{settings.public_url.rstrip('/')}/hubungi-kami")
    limits = Limits(settings.file_max_bytes, settings.message_max_file_bytes, settings.message_max_files)
    overrides = load_overrides(settings.data_dir / "calendar" / "overrides.yml")
    return Services(
        settings=settings,
        clock=clock,
        database=database,
        dialogue=dialogue,
        articles=articles,
        attachments=AttachmentService(settings.attachments_dir, clock, limits),
        conversations=ConversationService(
            database, clock, dialogue, fallback, max_characters=settings.message_max_characters
        ),
        tickets=TicketService(database, clock),
        hours=ServiceHours(ClosedDays(overrides, joint_leave=settings.holidays_include_joint_leave)),
    )
