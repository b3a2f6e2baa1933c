"""Desks elsewhere: where a ticket is worked on when it is not here."""
