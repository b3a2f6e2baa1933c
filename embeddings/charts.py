"""The pictures of a report, as PNG. Needs matplotlib, which only a report loads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE: Final = (5.2, 4.2)  # inches
DOTS: Final = 110  # an inch
OURS: Final = "#1b5e9b"
THEIRS: Final = "#9a9a9a"

Rows = Sequence[Mapping[str, float]]


def reliability_diagram(bins: Rows) -> bytes:
    """Stated confidence against how often it was right; a perfect calibration lies on the diagonal."""

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=THEIRS, linestyle="--", label="perfect")
        axes.plot([b["stated"] for b in bins], [b["true"] for b in bins], marker="o", color=OURS, label="ranker")
        axes.set(xlabel="stated confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1.02), title="Reliability")
        axes.legend()

    return _png(draw)


def risk_coverage_curve(points: Rows) -> bytes:
    """The share of wrong first articles when only the surest questions are answered (El-Yaniv and Wiener 2010)."""

    def draw(axes: Axes) -> None:
        axes.plot([p["coverage"] for p in points], [p["risk"] for p in points], marker="o", color=OURS)
        axes.set(xlabel="share of questions answered", ylabel="share wrong", xlim=(0, 1.02), title="Risk and coverage")
        axes.set_ylim(bottom=0)

    return _png(draw)


def group_chart(groups: Mapping[str, Mapping[str, Any]], title: str) -> bytes:
    """hit@1 of each group with its interval, the worst at the top."""
    rows = sorted(groups.items(), key=lambda group: -float(group[1]["hit@1"]["value"]))

    def draw(axes: Axes) -> None:
        values = [float(f["hit@1"]["value"]) for _, f in rows]
        lows = [max(0.0, float(f["hit@1"]["value"] - f["hit@1"]["low"])) for _, f in rows]
        highs = [max(0.0, float(f["hit@1"]["high"] - f["hit@1"]["value"])) for _, f in rows]
        axes.barh([name for name, _ in rows], values, xerr=[lows, highs], color=OURS, ecolor=THEIRS)
        axes.set(xlabel="hit@1", xlim=(0, 1), title=title)

    return _png(draw, height=1.2 + 0.28 * len(rows))


def _png(draw: Callable[[Axes], None], height: float = SIZE[1]) -> bytes:
    # Without pyplot, which would choose a window system and keep every figure in a list of its own.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(SIZE[0], height), dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    draw(figure.add_subplot())
    picture = BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()
