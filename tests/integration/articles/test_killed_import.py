"""An import that is killed (SIGKILL, at every step) leaves the old state or the new, never a mixture."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.articles.importing import swapping
from bot.articles.importing.fetching import Fetcher
from bot.articles.importing.ledger import imported_numbers
from bot.articles.importing.running import run_import
from bot.articles.importing.swapping import EditedMeanwhile, signature
from bot.articles.importing.zendesk import ZendeskSource
from bot.articles.importing.zendesk_api import HttpHelpCenter
from bot.clock import SettableClock
from bot.settings import ROOT
from embeddings import load_articles
from tests.integration.articles.conftest import NOW, OWN, Import
from tests.integration.articles.zendesk_stand_in import StandIn

# Runs the whole import as a process of its own, which ends itself at the step named last.
PROCESS = """\
import os, signal, sys
from pathlib import Path
from bot.articles.importing import swapping
from bot.articles.importing.fetching import Fetcher
from bot.articles.importing.running import run_import
from bot.articles.importing.zendesk import ZendeskSource
from bot.articles.importing.zendesk_api import HttpHelpCenter
from bot.clock import SystemClock
from embeddings import load_articles

origin, root, last, exchange = sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4]
if exchange == "renames":
    swapping._exchange = lambda one, other: False
def at(step):
    if step == last:
        os.kill(os.getpid(), signal.SIGKILL)
center = HttpHelpCenter(Fetcher(origin), locale="id")
run_import(ZendeskSource(center, root, load_articles(root), locale="id"), root, SystemClock(), at=at)
"""


def import_killed_at(step: str, center: StandIn, root: Path, exchange: str = "kernel") -> int:
    command = [sys.executable, "-c", PROCESS, center.origin, str(root), step, exchange]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False).returncode


def state_of(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


@pytest.mark.parametrize(
    ("step", "is_new"),
    [("copied", False), ("built", False), ("swapping", False), ("swapped", True), ("cleared", True)],
)
def test_killed_at_a_step_it_leaves_one_state_whole(
    root: Path, center: StandIn, bring_in: Import, step: str, is_new: bool
) -> None:
    bring_in()
    before = state_of(root)
    center.content.put(2, body="<p>Teks yang baru.</p>")
    center.content.put(6)
    assert import_killed_at(step, center, root) == -signal.SIGKILL
    after = state_of(root)
    articles = load_articles(root).articles
    if is_new:
        assert articles[126].body == "Teks yang baru."
        assert imported_numbers(root) == {125, 126, 127, 128, 129, 130} == set(articles) - {124}
    else:
        assert after == before


@pytest.mark.parametrize("step", ["copied", "built", "swapping", "swapped"])
def test_the_next_run_ends_what_a_killed_one_began(root: Path, center: StandIn, bring_in: Import, step: str) -> None:
    assert import_killed_at(step, center, root) == -signal.SIGKILL
    bring_in()
    assert set(load_articles(root).articles) == {124, 125, 126, 127, 128, 129}
    assert sorted(p.name for p in root.parent.iterdir()) == [".articles.lock", "articles"]


def test_without_the_kernel_s_exchange_the_next_run_puts_the_old_state_back(
    root: Path, center: StandIn, bring_in: Import
) -> None:
    bring_in()
    before = state_of(root)
    center.content.put(6)
    assert import_killed_at("between", center, root, "renames") == -signal.SIGKILL
    assert not root.exists()
    fetcher = Fetcher(center.origin)
    with swapping.alone(root, lambda _: None):
        assert state_of(root) == before
    source = ZendeskSource(HttpHelpCenter(fetcher, locale="id"), root, load_articles(root), locale="id")
    assert len(run_import(source, root, SettableClock(NOW)).added) == 1


def test_without_the_kernel_s_exchange_an_import_still_arrives(root: Path, center: StandIn) -> None:
    assert import_killed_at("never", center, root, "renames") == 0
    assert len(load_articles(root).articles) == 6


def test_an_edit_while_the_import_runs_is_not_lost(root: Path, center: StandIn) -> None:
    source = ZendeskSource(HttpHelpCenter(Fetcher(center.origin), locale="id"), root, load_articles(root), locale="id")

    def edit(step: str) -> None:
        if step == "built":
            (root / OWN).write_text((root / OWN).read_text(encoding="utf-8") + "Baru.\n", encoding="utf-8")

    with pytest.raises(EditedMeanwhile):
        run_import(source, root, SettableClock(NOW), at=edit)
    assert (root / OWN).read_text(encoding="utf-8").endswith("Baru.\n")
    assert set(load_articles(root).articles) == {124}


def test_what_did_not_change_keeps_its_file(root: Path, bring_in: Import) -> None:
    before = (root / OWN).stat()
    bring_in()
    after = (root / OWN).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert len(signature(root)) > 1
