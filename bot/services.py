"""All services, made once and handed to whatever serves people."""

from dataclasses import dataclass

from bot.articles.linting import Folders
from bot.articles.places import Places
from bot.articles.service import ArticleService
from bot.articles.serving import ServedArticles
from bot.attachments.holding import HeldFiles
from bot.attachments.links import FileLinks
from bot.attachments.pdf import PdfPages
from bot.attachments.scanning import make_scanner
from bot.attachments.service import AttachmentService, Limits
from bot.calendar.service import ClosedDays, Paused, ServiceHours, load_overrides
from bot.channels.erasing import PersonEraser
from bot.channels.reaching import Messengers
from bot.channels.wiring import make_messengers
from bot.clock import Clock
from bot.conversations.reading import Talks
from bot.conversations.service import ConversationService
from bot.database import Database
from bot.dialogue.fallback import FallbackDialogue
from bot.dialogue.port import Dialogue
from bot.editing.building import IndexBuilder
from bot.editing.service import ArticleEditor
from bot.editing.shelf import Shelf
from bot.incidents.heralding import HeraldedDialogue
from bot.incidents.service import IncidentService
from bot.insight.service import Insight
from bot.learning.gaps import GapService
from bot.learning.labelled import LabelledFile
from bot.learning.replaying import ReplayService
from bot.learning.service import ReviewService
from bot.mail.assembly import Mail, make_mail, rating_links, ticket_links
from bot.mail.composing import Addresses
from bot.officers.audit import AuditLog
from bot.officers.passwords import Passwords
from bot.officers.rules import SessionPolicy
from bot.officers.service import OfficerService
from bot.officers.signing_in import SignIn
from bot.outbox.service import OutboxService
from bot.people.mailing import MailedCodes
from bot.people.service import PeopleService
from bot.presence.service import Presence
from bot.privacy.service import PrivacyService
from bot.replies.service import CannedReplies
from bot.satisfaction.links import RatingLinks
from bot.satisfaction.service import SatisfactionService
from bot.satisfaction.talking import RatingDialogue
from bot.settings import Settings
from bot.tickets.bulk import BulkDesk
from bot.tickets.desk import TicketDesk
from bot.tickets.inbox import Inbox
from bot.tickets.links import TicketLinks
from bot.tickets.log import DeskPolicy
from bot.tickets.search import TicketSearch
from bot.tickets.service import TicketService
from bot.tickets.state import SilencePolicy
from bot.views.service import SavedViews


@dataclass(frozen=True)
class Services:
    """The product's services. Who gets this may use all of them; a noun's own code gets only what it needs."""

    settings: Settings
    clock: Clock
    database: Database
    dialogue: Dialogue
    articles: ArticleService
    attachments: AttachmentService
    pdf_pages: PdfPages
    file_links: FileLinks
    held_files: HeldFiles
    conversations: ConversationService
    tickets: TicketService
    ticket_links: TicketLinks
    desk: TicketDesk
    inbox: Inbox
    outbox: OutboxService
    hours: ServiceHours
    policy: DeskPolicy
    mail: Mail
    people: PeopleService
    officers: OfficerService
    sign_in: SignIn
    audit: AuditLog
    privacy: PrivacyService
    messengers: Messengers
    incidents: IncidentService
    satisfaction: SatisfactionService
    rating_links: RatingLinks
    insight: Insight
    eraser: PersonEraser
    search: TicketSearch
    bulk: BulkDesk
    presence: Presence
    canned_replies: CannedReplies
    saved_views: SavedViews
    talks: Talks
    reviews: ReviewService
    replays: ReplayService
    gaps: GapService
    editor: ArticleEditor


def make_services(
    settings: Settings,
    clock: Clock,
    dialogue: Dialogue,
    served: ServedArticles,
    passwords: Passwords | None = None,
) -> Services:
    """Wire the services together. Without `passwords` officers' passwords are hashed at full cost."""
    passwords = passwords or Passwords()
    database = Database(settings.database)
    articles = ArticleService(served, database, clock, Places.load(settings.data_dir / "places.yml"))
    fallback = FallbackDialogue(articles, f"{settings.public_url.rstrip('/')}/hubungi-kami")
    attachments = attachment_service(settings, clock)
    closed = closed_days(settings)
    hours = service_hours(settings, closed)
    policy = desk_policy(settings, closed, hours)
    tickets = TicketService(database, clock, policy)
    mail = make_mail(settings, database, clock, tickets, hours, attachments)
    people = people_service(settings, database, clock, dialogue, mail)
    incidents, links = IncidentService(database, clock, policy), rating_links(settings, clock)
    satisfaction = SatisfactionService(database, clock, tickets)
    talking = RatingDialogue(HeraldedDialogue(dialogue, incidents), satisfaction, links)
    return Services(
        settings=settings,
        clock=clock,
        database=database,
        dialogue=dialogue,
        articles=articles,
        attachments=attachments,
        pdf_pages=PdfPages(),
        file_links=FileLinks(settings.secret_key.get_secret_value(), clock, settings.file_link_lifetime),
        held_files=HeldFiles(settings.secret_key.get_secret_value()),
        conversations=ConversationService(
            database,
            clock,
            talking,
            HeraldedDialogue(fallback, incidents),
            max_characters=settings.message_max_characters,
        ),
        tickets=tickets,
        ticket_links=ticket_links(settings, clock),
        desk=TicketDesk(database, clock, policy),
        inbox=(inbox := Inbox(database, clock)),
        outbox=OutboxService(database, clock),
        hours=hours,
        policy=policy,
        mail=mail,
        people=people,
        officers=officer_service(settings, database, clock, passwords),
        sign_in=_sign_in(settings, database, clock, passwords),
        audit=AuditLog(database, clock),
        privacy=privacy_service(settings, database, clock),
        messengers=make_messengers(settings, database, clock),
        incidents=incidents,
        satisfaction=satisfaction,
        rating_links=links,
        insight=Insight(database, clock, articles.titles, whatsapp_budget=settings.whatsapp_budget),
        eraser=PersonEraser(database, people),
        search=TicketSearch(database, clock, inbox),
        bulk=BulkDesk(tickets),
        presence=Presence(database, clock),
        canned_replies=CannedReplies(database, clock),
        saved_views=SavedViews(database),
        talks=Talks(database),
        replays=(replays := ReplayService(database, clock)),
        gaps=GapService(database, clock, served, tickets),
        editor=_editor(settings, database, clock, replays),
        reviews=ReviewService(database, clock, articles, LabelledFile(settings.var_dir / "verdicts.jsonl")),
    )


def _editor(settings: Settings, database: Database, clock: Clock, replays: ReplayService) -> ArticleEditor:
    data = settings.data_dir
    shelf = Shelf(Folders(settings.articles_dir, settings.lexicon_dir, data / "evaluation"))
    return ArticleEditor(database, clock, shelf, IndexBuilder(settings), replays)


def people_service(
    settings: Settings, database: Database, clock: Clock, dialogue: Dialogue, mail: Mail
) -> PeopleService:
    """Who is who; without a mail server no address can be proved."""
    addresses = Addresses(settings.mail_from, settings.mail_reply_address)
    codes = MailedCodes(mail.mailer, addresses, clock) if mail.mailer else None
    key = settings.secret_key.get_secret_value()
    return PeopleService(database, clock, dialogue, codes, key=key, files=settings.attachments_dir)


def officer_service(settings: Settings, database: Database, clock: Clock, passwords: Passwords) -> OfficerService:
    """Accounts of officers."""
    return OfficerService(database, clock, passwords, key=settings.secret_key.get_secret_value())


def privacy_service(settings: Settings, database: Database, clock: Clock) -> PrivacyService:
    """One person's data, given out or erased."""
    key = settings.secret_key.get_secret_value()
    return PrivacyService(database, clock, files=settings.attachments_dir, key=key)


def _sign_in(settings: Settings, database: Database, clock: Clock, passwords: Passwords) -> SignIn:
    policy = SessionPolicy(settings.officer_session_idle, settings.officer_session_lifetime)
    return SignIn(database, clock, passwords, policy, key=settings.secret_key.get_secret_value())


def mail_alone(settings: Settings, database: Database, clock: Clock) -> Mail:
    """Mail with the services that it needs, for a process that neither talks nor ranks."""
    closed = closed_days(settings)
    hours = service_hours(settings, closed)
    tickets = TicketService(database, clock, desk_policy(settings, closed, hours))
    return make_mail(settings, database, clock, tickets, hours, attachment_service(settings, clock))


def attachment_service(settings: Settings, clock: Clock) -> AttachmentService:
    """Where files are taken in, with the limits of the settings."""
    limits = Limits(settings.file_max_bytes, settings.message_max_file_bytes, settings.message_max_files)
    return AttachmentService(settings.attachments_dir, clock, limits, make_scanner(settings.clamd))


def closed_days(settings: Settings) -> ClosedDays:
    """The days on which the desk is closed beside weekends."""
    overrides = load_overrides(settings.data_dir / "calendar" / "overrides.yml")
    return ClosedDays(overrides, joint_leave=settings.holidays_include_joint_leave)


def service_hours(settings: Settings, closed: ClosedDays) -> ServiceHours:
    """When the desk works, and what it promises."""
    return ServiceHours(closed, first_response=settings.first_response_target)


def desk_policy(settings: Settings, closed: ClosedDays, hours: ServiceHours) -> DeskPolicy:
    """The rules of the desk that settings decide."""
    silence = SilencePolicy(paused=Paused(closed, settings.silence_clock_pauses))
    return DeskPolicy(silence, hours.first_response_due, settings.desk)
