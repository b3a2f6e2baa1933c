"""Checks the articles and all that is read with them: `./arkas articles lint`."""

from bot.articles.linting.checking import Folders, lint
from bot.articles.linting.findings import Finding, Report, Severity
from bot.articles.linting.neighbours import Held, Neighbours, Twin

__all__ = ["Finding", "Folders", "Held", "Neighbours", "Report", "Severity", "Twin", "lint"]
