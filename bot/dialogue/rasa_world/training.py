"""Trains, checks and measures what Rasa has learnt."""
# mypy: disable-error-code="import-not-found, import-untyped, misc, no-untyped-call, type-arg"

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import Any

from rasa.cli.utils import validate_files
from rasa.core.agent import load_agent
from rasa.model_training import train as train_model
from rasa.shared.importers.importer import TrainingDataImporter

from .place import NAME, model_file


def training_files(root: Path) -> list[str]:
    """Return the folders that hold training data; data/ holds much else (articles, questions)."""
    return [str(root / "data" / "nlu"), str(root / "data" / "dialogue")]


def train(root: Path, out: Path) -> int:
    """Train and put the model in place in one step, so that a reader finds the old one or the new one."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as work:
        result = train_model(
            domain=str(root / "domain.yml"), config=str(root / "config.yml"), training_files=training_files(root),
            output=work, fixed_model_name=NAME, force_training=True,
        )  # fmt: skip
        if result.code == 0 and result.model:
            Path(result.model).replace(out / NAME)
    return int(result.code)


def check(root: Path) -> int:
    """Validate as `rasa data validate --fail-on-warnings` does; it leaves with code 1 when something is wrong."""
    importer = TrainingDataImporter.load_from_config(
        str(root / "config.yml"), str(root / "domain.yml"), training_files(root)
    )
    validate_files(fail_on_warnings=True, max_history=None, importer=importer)
    return 0


def play_stories(options: argparse.Namespace) -> int:
    """Play the test stories against the model; a step that is predicted otherwise fails."""
    from rasa.core.test import test as play

    async def run() -> dict[str, Any]:
        agent = await load_agent(model_path=str(model_file(Path(options.model))))
        result: dict[str, Any] = await play(options.stories, agent, e2e=True, out_directory=options.out)
        return result

    Path(options.out).mkdir(parents=True, exist_ok=True)
    stories = asyncio.run(run())["report"]["conversation_accuracy"]
    print(f"{stories['correct']} of {stories['total']} test stories went as written")  # noqa: T201 - the answer
    return 0 if stories["correct"] == stories["total"] else 1
