"""Brings articles in: from a Zendesk help center, a folder of Markdown, a table, or a file that we exported."""
