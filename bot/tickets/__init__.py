"""Tickets: an append-only log of events; status is derived."""
