"""Makes understanding cheap: of a message, only what describes the whole sentence is worked out.

Rasa's featurizers also describe each word, for components that this pipeline does not have, and its classifier joins
both kinds through a dozen sparse matrices: to understand a message took 4.7 ms of processor time, and takes 1.9. The
probabilities are the same to the last bit (tests/integration/dialogue/test_rasa_world.py).
"""

# ruff: noqa: SLF001 - there is no public way in a frozen Rasa
# mypy: disable-error-code="import-not-found, import-untyped, misc, no-untyped-call, type-arg"

import re
from typing import Any

import numpy as np
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.nlu.featurizers.sparse_featurizer.regex_featurizer import RegexFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix

_as_rasa_joins = LogisticRegressionClassifier._create_X


def apply() -> None:
    """Put the cheaper ways in place of Rasa's; for serving only, training takes Rasa's own."""
    CountVectorsFeaturizer._create_features = _count_sentence
    RegexFeaturizer._features_for_patterns = _match_sentence
    LogisticRegressionClassifier._create_X = _join_sentence


def _count_sentence(
    self: CountVectorsFeaturizer, attribute: str, all_tokens: "list[list[str]]"
) -> "tuple[list[None], list[csr_matrix | None]]":
    vectorizer = self.vectorizers.get(attribute)
    rows = [vectorizer.transform([" ".join(tokens)]) if vectorizer and tokens else None for tokens in all_tokens]
    return [None] * len(rows), rows


def _match_sentence(self: RegexFeaturizer, message: Message, attribute: str) -> "tuple[None, csr_matrix | None]":
    text, tokens = message.get(attribute), message.get(TOKENS_NAMES[attribute], [])
    if not text or not tokens:
        return None, None
    flags = 0 if self.case_sensitive else re.IGNORECASE
    spans = [(token.start, token.end) for token in tokens]
    found = [
        place for place, pattern in enumerate(self.known_patterns) if _meets(pattern["pattern"], text, flags, spans)
    ]
    shape = (1, len(self.known_patterns))
    return None, csr_matrix((np.ones(len(found)), found, [0, len(found)]), shape=shape)


def _meets(pattern: str, text: str, flags: int, spans: "list[tuple[int, int]]") -> bool:
    """Whether a match lies on a word; one on nothing but spaces counts for Rasa as none."""
    return any(
        start < match.end() and end > match.start()
        for match in re.finditer(pattern, text, flags)
        for start, end in spans
    )


def _join_sentence(self: LogisticRegressionClassifier, messages: "list[Message]") -> csr_matrix:
    if len(messages) != 1 or any(not features.is_sparse() for features in messages[0].features):
        return _as_rasa_joins(self, messages)
    rows = [f.features for f in messages[0].features if f.attribute == TEXT and f.type == FEATURE_TYPE_SENTENCE]
    return _side_by_side(rows) if rows else _as_rasa_joins(self, messages)


def _side_by_side(rows: "list[Any]") -> csr_matrix:
    """One row from several of them, without the checks that scipy makes of matrices of any shape."""
    widths = [row.shape[1] for row in rows]
    places = np.cumsum([0, *widths])
    indices = np.concatenate([row.indices + place for row, place in zip(rows, places, strict=False)])
    values = np.concatenate([row.data for row in rows]).astype(np.float64)
    return csr_matrix((values, indices, [0, len(indices)]), shape=(1, places[-1]))
