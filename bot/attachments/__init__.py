"""Attachments: sniffed, stored by hash under a safe name."""
