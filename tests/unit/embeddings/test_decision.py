"""What the bot does follows from the probabilities alone."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings import Decision
from embeddings.decision import decide


@pytest.mark.parametrize(
    ("confidences", "decision"),
    [
        ([0.80, 0.1, 0.0], Decision.ANSWER),
        ([0.40, 0.2, 0.1], Decision.SUGGEST),
        ([0.15, 0.15, 0.1, 0.1, 0.1, 0.1], Decision.CLARIFY),
        ([0.30, 0.1, 0.0], Decision.ABSTAIN),
    ],
)
def test_decisions(confidences: list[float], decision: Decision) -> None:
    assert decide(np.array(confidences, np.float32), abstain_below=0.5) is decision


def test_the_learned_bar_decides_when_to_abstain() -> None:
    assert decide(np.array([0.3, 0.1, 0.0], np.float32), abstain_below=0.2) is Decision.CLARIFY
