"""What axe-core (assets/axe.min.js, Mozilla Public License 2.0, kept unchanged) finds on a page."""

from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

_AXE: Final = (Path(__file__).parent / "assets" / "axe.min.js").read_text(encoding="utf-8")
_RULES: Final = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def findings(page: Page) -> list[str]:
    """Each finding with its element and how to mend it."""
    page.evaluate(_AXE)
    report: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", _RULES)
    return [f"{v['id']}: {node['html']} {node['failureSummary']}" for v in report["violations"] for node in v["nodes"]]
