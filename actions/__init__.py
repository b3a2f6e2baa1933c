"""Rasa's actions: thin adapters between slots and the services in bot/, served by actions/web.py."""

from rasa_sdk import Action

from actions import answers, tickets
from actions.services import ActionServices

__all__ = ["ActionServices", "build_actions"]

_ACTIONS = (
    answers.Agree, answers.Calm, answers.Choose, answers.DeclineOffer, answers.Drop, answers.Enough, answers.Explain,
    answers.Files, answers.GoOn, answers.Greet, answers.Help, answers.NoForm, answers.Nothing, answers.ReadOn,
    answers.Refuse, answers.Reject, answers.Rephrase, answers.Resolve, answers.Suggest, answers.Warn, answers.Welcome,
    answers.WhatThen, tickets.CancelTicket, tickets.Escalate, tickets.OpenTicket, tickets.TicketAgain,
    tickets.TicketStatus, tickets.ValidateTicketForm,
)  # fmt: skip


def build_actions(services: ActionServices) -> list[Action]:
    """Every action of domain.yml, working on `services`."""
    return [action(services) for action in _ACTIONS]
