"""People: their addresses and personal data."""
