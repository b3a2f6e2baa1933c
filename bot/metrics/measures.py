"""What a process counts and times itself. Imports nothing of ours, so that every room may use it.

Labels hold only what the code chose: route templates, decisions, reasons. Several processes behind one port share
their counts through PROMETHEUS_MULTIPROC_DIR (prometheus-client's own way); see docs/operations.md.
"""

from typing import Final

from prometheus_client import Counter, Histogram

_QUICK: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
_WAITED_FOR: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS: Final = Counter("arkas_http_requests", "Answered requests.", ["method", "route", "status"])
REQUEST_SECONDS: Final = Histogram(
    "arkas_http_request_seconds", "Time until a request was answered in full.", ["route"], buckets=_WAITED_FOR
)
TURN_SECONDS: Final = Histogram(
    "arkas_turn_seconds", "Time of a turn of a talk, by who answered: rasa or fallback.", ["by"], buckets=_WAITED_FOR
)
RANKING_SECONDS: Final = Histogram("arkas_ranking_seconds", "Time of ranking one question.", buckets=_QUICK)
DECISIONS: Final = Counter("arkas_ranking_decisions", "What the ranker decided about questions of talks.", ["decision"])
ESCALATIONS: Final = Counter("arkas_escalations", "Talks that led to the ticket form.", ["reason"])
CHANNEL_ROWS: Final = Counter(
    "arkas_channel_rows", "Messages of channels that were done with.", ["queue", "channel", "outcome"]
)
