"""All SQL of the figures: what is counted by day, and what is read of it."""

from typing import Final

from sqlalchemy import Column, Date, Index, Integer, String, Table

from bot.database import UtcDateTime, metadata

# One row says: on this day, `count` of `figure` about `subject`, on this channel, for this program ('' where a figure
# knows none). The figure stands first, so that one of them over a year is one stretch of the index.
insight_figures: Final = Table(
    "insight_figures",
    metadata,
    Column("figure", String(30), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("subject", String(60), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("program", String(40), primary_key=True),
    Column("count", Integer, nullable=False),
    Index("ix_insight_figures_day", "day"),
)

insight_days: Final = Table(
    "insight_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("counted_at", UtcDateTime, nullable=False),
)
