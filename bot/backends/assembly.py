"""Putting the desk elsewhere together from the settings."""

import httpx

from bot.attachments.service import AttachmentService
from bot.backends.following import FollowingHandler
from bot.backends.opening import TellingHandler
from bot.backends.zendesk import ZendeskBackend
from bot.clock import Clock
from bot.conversations.reading import Talks
from bot.database import Database
from bot.outbox.models import OutboxHandler
from bot.settings import Settings
from bot.tickets.consequences import REMOTE_STATUS
from bot.tickets.log import DeskPolicy
from bot.tickets.models import ZENDESK


def remote_handlers(
    settings: Settings, database: Database, clock: Clock, policy: DeskPolicy, files: AttachmentService,
    http: httpx.AsyncClient,
) -> dict[str, OutboxHandler]:  # fmt: skip
    """The handlers of a desk elsewhere; none where no account is set.

    An account without ARKAS_DESK=zendesk goes on with the tickets that were opened there before.
    """
    if not settings.zendesk_url:
        return {}
    token = settings.zendesk_token.get_secret_value()
    url, email = settings.zendesk_url, settings.zendesk_email
    backend = ZendeskBackend(http, clock, url=url, email=email, token=token)
    return {
        ZENDESK: TellingHandler(database, clock, backend, Talks(database), files.path_of),
        REMOTE_STATUS: FollowingHandler(database, clock, backend, policy),
    }
