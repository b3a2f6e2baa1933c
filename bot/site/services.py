"""What the pages need from the product; `bot/app.py` hands over the real ones."""

from typing import Protocol

from bot.articles.service import ArticleService
from bot.attachments.links import FileLinks
from bot.attachments.service import AttachmentService
from bot.calendar.service import ServiceHours
from bot.clock import Clock
from bot.conversations.service import ConversationService
from bot.people.service import PeopleService
from bot.people.web import Eraser
from bot.satisfaction.links import RatingLinks
from bot.satisfaction.service import SatisfactionService
from bot.settings import Settings
from bot.tickets.links import TicketLinks
from bot.tickets.service import TicketService


class SiteServices(Protocol):
    """The services behind the pages."""

    @property
    def settings(self) -> Settings:
        """The settings."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock."""
        ...

    @property
    def articles(self) -> ArticleService:
        """Articles."""
        ...

    @property
    def attachments(self) -> AttachmentService:
        """Files that are taken in."""
        ...

    @property
    def file_links(self) -> FileLinks:
        """Signed links to attachments."""
        ...

    @property
    def ticket_links(self) -> TicketLinks:
        """Signed links to whole tickets."""
        ...

    @property
    def rating_links(self) -> RatingLinks:
        """Signed links to ratings of solved tickets."""
        ...

    @property
    def satisfaction(self) -> SatisfactionService:
        """Ratings of solved tickets."""
        ...

    @property
    def tickets(self) -> TicketService:
        """Tickets."""
        ...

    @property
    def conversations(self) -> ConversationService:
        """Talks."""
        ...

    @property
    def people(self) -> PeopleService:
        """Who is who: carrying a talk over, proving an address."""
        ...

    @property
    def eraser(self) -> Eraser:
        """Forgets a person on every channel."""
        ...

    @property
    def hours(self) -> ServiceHours:
        """When the desk works."""
        ...
