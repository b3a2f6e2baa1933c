"""From calibrated probabilities to what the bot does."""

from __future__ import annotations

from typing import Final

from embeddings.fusion import Matrix
from embeddings.ranking import Decision

# Stated risks: an "answer" may be wrong one time in four; three articles are shown when one of them is likelier to help
# than not to; otherwise the person is asked, as long as the field seems right at all.
ANSWER: Final = 0.75
SHOWN: Final = 3
SUGGEST: Final = 0.5


def decide(confidences: Matrix, *, abstain_below: float) -> Decision:
    """The decision for all documents' probabilities in falling order."""
    if float(confidences.sum()) < abstain_below:
        return Decision.ABSTAIN
    if float(confidences[0]) >= ANSWER:
        return Decision.ANSWER
    if float(confidences[:SHOWN].sum()) >= SUGGEST:
        return Decision.SUGGEST
    return Decision.CLARIFY
