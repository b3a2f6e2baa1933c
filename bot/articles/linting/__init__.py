"""Checks the articles and all that is read with them: `./arkas articles lint`."""

from bot.articles.linting.checking import Folders, lint
from bot.articles.linting.findings import Finding, Report, Severity

__all__ = ["Finding", "Folders", "Report", "Severity", "lint"]
