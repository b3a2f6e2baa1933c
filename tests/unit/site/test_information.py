from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.site.information import Announcement, Information, load_information
from embeddings import load_articles

DATA = Path(__file__).parents[3] / "data"


def test_shipped_announcements_are_readable_and_lead_somewhere() -> None:
    information = load_information(DATA / "site" / "info.yml")
    assert information.cards
    assert information.searches


def test_shipped_announcements_name_written_articles() -> None:
    information = load_information(DATA / "site" / "info.yml")
    named = {a.article for a in (*information.cards, information.banner) if a and a.article}
    assert named <= set(load_articles(DATA / "articles").articles)


def test_without_a_file_there_are_no_announcements(tmp_path: Path) -> None:
    assert load_information(tmp_path / "none.yml") == Information()


@pytest.mark.parametrize(
    "values", [{"text": "x"}, {"text": "x", "article": 1, "url": "/y"}, {"text": "x", "url": "/y", "colour": "red"}]
)
def test_announcement_that_leads_nowhere_or_has_unknown_keys_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Announcement.model_validate(values)
