from datetime import date, timedelta
from itertools import pairwise

import pytest

from bot.insight.figures import Figures, by_step, steps
from bot.insight.models import Counted, Figure, Outcome, Period, Scope
from bot.insight.reporting import Material, headlines, tables
from bot.insight.tables import Kind, Table, say

MONTH = Period(date(2026, 11, 1), date(2026, 11, 30))


def figures(*counted: tuple[Figure, str, int]) -> Figures:
    return Figures.of(Counted(*each) for each in counted)


NOW = figures(
    (Figure.TALKS, "", 200),
    (Figure.PROBLEMS, Outcome.CONFIRMED.value, 60),
    (Figure.PROBLEMS, Outcome.ASSUMED.value, 20),
    (Figure.PROBLEMS, Outcome.ESCALATED.value, 20),
    (Figure.PROBLEMS, Outcome.PENDING.value, 900),
    (Figure.FIRST_REPLY, "30", 9),
    (Figure.FIRST_REPLY, "600", 1),
    (Figure.SHOWN, "42", 5),
    (Figure.SHOWN, "7", 9),
    (Figure.ESCALATIONS, "alasan_baru", 3),
    (Figure.PREDICTED, "8", 10),
    (Figure.PREDICTED_HELPED, "8", 7),
    (Figure.PREDICTED_SUM, "8", 8400),
    (Figure.RATINGS, "good", 45),
    (Figure.RATINGS, "bad", 5),
)
BEFORE = figures((Figure.PROBLEMS, Outcome.CONFIRMED.value, 20), (Figure.PROBLEMS, Outcome.UNSOLVED.value, 80))


def table(slug: str) -> Table:
    material = Material(
        MONTH, Scope(), NOW, BEFORE, [(MONTH, NOW)], titles={7: "Aktivasi"}, whatsapp=[("2026-11", 250)],
        whatsapp_budget=1000, channels={"web": NOW}, programs={"ARKAS": NOW},
    )  # fmt: skip
    return next(each for each in tables(material) if each.slug == slug)


def test_what_is_still_pending_is_no_part_of_the_whole() -> None:
    name, count, share, *_ = table("penyelesaian").rows[0]
    assert (name, count, share) == ("Terjawab, dinyatakan pengguna", 60, 0.6)
    assert "900 kendala belum genap 7 hari" in table("penyelesaian").note


def test_confirmed_and_assumed_stand_apart_with_their_intervals() -> None:
    confirmed, assumed = table("penyelesaian").rows[:2]
    assert confirmed[3:5] == pytest.approx((0.502, 0.691), abs=0.001)
    assert assumed[2] == 0.2
    assert confirmed[6] == "nyata"


def test_times_tell_median_and_p90() -> None:
    assert [row[1] for row in table("waktu").rows] == [30, 30, None, None]
    assert table("waktu").rows[0][4] == 10


def test_the_most_shown_article_comes_first_and_a_deleted_one_is_told() -> None:
    assert [row[:2] for row in table("artikel").rows] == [("7. Aktivasi", 9), ("42. (sudah dihapus)", 5)]


def test_a_reason_that_nobody_named_yet_is_shown_as_it_is() -> None:
    assert ("alasan_baru", 3, 0) in table("eskalasi").rows


def test_calibration_sets_what_was_predicted_beside_what_helped() -> None:
    row = table("kalibrasi").rows[8]
    assert row[0] == "80-90 %"
    assert (row[1], row[2], row[5]) == (0.84, 0.7, 10)
    assert table("kalibrasi").rows[0][1:] == (None, None, None, None, 0)


def test_the_budget_of_whatsapp_is_told() -> None:
    assert table("whatsapp").rows == [("2026-11", 250, 1000, 0.25)]


def test_every_table_is_rectangular_and_its_chart_draws_numbers() -> None:
    material = Material(MONTH, Scope(), NOW, BEFORE, [(MONTH, NOW)], channels={"web": NOW}, programs={"ARKAS": NOW})
    for each in tables(material):
        assert {len(row) for row in each.rows} <= {len(each.columns)}
        assert all(each.columns[n].kind is not Kind.TEXT for n in (each.chart.columns if each.chart else ()))


def test_a_number_on_top_tells_a_change_only_when_it_is_one() -> None:
    top = {each.name: each for each in headlines(NOW, BEFORE)}
    assert (top["Terjawab (dinyatakan)"].value, top["Terjawab (dinyatakan)"].change) == ("60,0 %", "membaik")
    assert (top["Pelapor puas"].value, top["Pelapor puas"].change) == ("90,0 %", "")
    assert (top["Selesai (tengah)"].value, top["Percakapan"].before) == ("-", "0")


def test_a_long_period_is_told_by_weeks_that_cover_it() -> None:
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    weeks = steps(year)
    assert sum(week.days for week in weeks) == 365
    assert weeks[0].last == date(2026, 1, 4)  # a Sunday
    assert all(later.first == week.last + timedelta(days=1) for week, later in pairwise(weeks))


def test_days_fall_into_their_steps() -> None:
    days = [Counted(Figure.TALKS, "", n, date(2026, 11, n)) for n in (1, 30)]
    assert [each.count(Figure.TALKS) for each in by_step(days, steps(MONTH))] == [1, *[0] * 28, 30]


@pytest.mark.parametrize(
    ("cell", "kind", "said"),
    [(0.5, Kind.SHARE, "50,0 %"), (45, Kind.MINUTES, "45 mnt"), (540, Kind.MINUTES, "9 j"), ("x", Kind.COUNT, "x")],
)
def test_cells_are_said_in_indonesian(cell: float | str, kind: Kind, said: str) -> None:
    assert say(cell, kind) == said
