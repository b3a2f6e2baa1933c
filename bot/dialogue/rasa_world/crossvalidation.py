"""How well the intents are told apart: each example is judged by a model that has not seen it."""

# mypy: disable-error-code="import-not-found, import-untyped, misc, no-untyped-call, type-arg, no-any-return"

import asyncio
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from rasa.core.agent import Agent
from rasa.model_training import train_nlu
from rasa.nlu.test import generate_folds
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLWriter
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.metrics import classification_report

_SEED = 20251124
_SHOWN = 60


def report(root: Path, folds: int) -> str:
    """Return precision, recall and F1 of each intent, the macro average, and what was taken for what."""
    np.random.seed(_SEED)  # the folds are drawn with numpy's own generator
    importer = TrainingDataImporter.load_from_config(
        str(root / "config.yml"), training_data_paths=[str(root / "data" / "nlu")]
    )
    judged = [
        item for train, test in generate_folds(folds, importer.get_nlu_data()) for item in _judge(root, train, test)
    ]
    truths, found = [truth for _, truth, _ in judged], [said for _, _, said in judged]
    # `nlu_fallback` is nobody's intent: it counts against the intents that were missed, and has no score of its own.
    table: str = classification_report(truths, found, labels=sorted(set(truths)), digits=3, zero_division=0)
    return f"{table}\n{_confusions(judged)}\n"


def _judge(root: Path, train: TrainingData, test: TrainingData) -> "list[tuple[str, str, str]]":
    """Return (text, true intent, found intent) for each example of `test`."""
    with tempfile.TemporaryDirectory() as work:
        examples = str(Path(work) / "nlu.yml")
        RasaYAMLWriter().dump(examples, train)
        agent = Agent.load(train_nlu(str(root / "config.yml"), examples, work))
        return [(e.get("text"), e.get("intent"), _intent(agent, e.get("text"))) for e in test.intent_examples]


def _intent(agent: Agent, text: str) -> str:
    found = asyncio.run(agent.parse_message(text))
    return found["intent"]["name"] or ""


def _confusions(judged: "list[tuple[str, str, str]]") -> str:
    wrong = [item for item in judged if item[1] != item[2]]
    pairs = Counter((truth, said) for _, truth, said in wrong)
    lines = [f"{count:4d}  {truth} -> {said}" for (truth, said), count in pairs.most_common(_SHOWN)]
    return "\n".join([*lines, "", *(f"{truth} -> {said}: {text}" for text, truth, said in wrong)])
