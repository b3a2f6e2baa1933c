"""What happens while an asked reporter is silent: reminders and closing, as errands of the outbox."""

from datetime import datetime

from bot.clock import Clock
from bot.database import Database
from bot.outbox.models import NotYet, OutboxItem
from bot.tickets.log import Change, DeskPolicy, TicketLog
from bot.tickets.models import Step, Ticket, TicketEventKind, TicketState

_ACTOR = "system"


class SilenceHandler:
    """Does the next step of a silent ticket, when it is still due.

    The ticket is held and its state read again when the errand fires, in the transaction that stores the reminder or
    the closing: so a reply that came in any moment before wins, and a step that was done once is never done again,
    whichever worker tries and wherever one died (zammad#1223 shows what happens otherwise).
    """

    def __init__(self, database: Database, clock: Clock, policy: DeskPolicy | None = None) -> None:
        self._log = TicketLog(database, clock, policy or DeskPolicy())

    async def handle(self, item: OutboxItem) -> None:
        """Remind or close. Raises NotYet when the step's time was moved (a late reminder, a new holiday)."""
        step = Step(item.payload["step"])
        async with self._log.change() as change:
            ticket = await change.hold(item.payload["ticket"])
            state = change.state(ticket)
            if state.asked_seq != item.payload["asked"]:
                return  # answered, closed, or asked again: that request has errands of its own
            if state.due is step:
                await _take(change, ticket, step)
            elif (moment := _moment_of(step, state)) is not None:
                raise NotYet(moment)


async def _take(change: Change, ticket: Ticket, step: Step) -> None:
    if step is Step.CLOSE:
        await change.append(ticket, TicketEventKind.CLOSED_FOR_SILENCE, _ACTOR)
    else:
        await change.append(ticket, TicketEventKind.REMINDED, _ACTOR, {"step": step.value})


def _moment_of(step: Step, state: TicketState) -> datetime | None:
    return state.closes_at if step is Step.CLOSE else dict(state.reminders).get(step)
