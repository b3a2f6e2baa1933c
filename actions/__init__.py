"""Rasa's actions: thin adapters between slots and the services in bot/, served by actions/web.py."""

from rasa_sdk import Action

from actions import answers, tickets
from actions.services import ActionServices

__all__ = ["ActionServices", "build_actions"]

_ACTIONS = (
    answers.Suggest, answers.Choose, answers.Agree, answers.Resolve, answers.Reject, answers.Explain,
    answers.DeclineOffer, answers.Drop, answers.Greet, answers.Refuse, tickets.Escalate, tickets.ValidateTicketForm,
    tickets.OpenTicket, tickets.CancelTicket, tickets.TicketAgain, tickets.TicketStatus,
)  # fmt: skip


def build_actions(services: ActionServices) -> list[Action]:
    """Every action of domain.yml, working on `services`."""
    return [action(services) for action in _ACTIONS]
