"""Whether a folder of weights is what the recipe makes of the sources at hand: hashes of what went in and came out.

Each training writes its stage into the folder's provenance.json; `./arkas train check` reads it. Hashes are SHA-256.
"""

from __future__ import annotations

import ast
import hashlib
import json
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from embeddings.articles import ArticleCollection
from embeddings.documents import Document, documents_of
from embeddings.encoder import folder_hash
from embeddings.evaluation import LabelledQuestion
from embeddings.general import SOURCES
from embeddings.lexicon import lexicon_hash
from embeddings.verdicts import Verdict, verdicts_hash

FILE: Final = "provenance.json"
HERE: Final = Path(__file__).parent
DECIDING: Final = ("numpy", "scikit-learn", "scipy", "torch")  # another release may round otherwise

GENERAL, PASSAGES, ENCODER = "general", "passages", "encoder"  # the stages, as `train` calls them
RECIPES: Final = {  # the modules that `pipeline` calls for each; with all that these import
    GENERAL: ("general", "training", "crossfit", "learning"),
    PASSAGES: ("reranker_training",),
    ENCODER: ("training", "crossfit", "learning", "calibrating"),
}
COMMON: Final = ("modules", "repeatable")

Hashes = Mapping[str, str]


@dataclass(frozen=True)
class Stage:
    """One training: what it read, by which code and libraries, and the files that it wrote."""

    inputs: Hashes
    recipe: str
    software: Hashes
    made: Hashes


def record(folder: Path, stage: str, inputs: Hashes, files: Iterable[str]) -> None:
    """Write down that `stage` has just made these files of the folder from these inputs."""
    made = {name: _hash([folder / name]) for name in sorted(files)}
    stages = {**_stages(folder), stage: Stage(inputs, recipe_hash(stage), software(), made)}
    told = {name: asdict(each) for name, each in sorted(stages.items())}
    (folder / FILE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def differences(folder: Path, inputs: Mapping[str, Hashes]) -> Iterator[str]:
    """What speaks against the folder being what the recipe makes now; nothing when it is.

    `inputs` are those at hand, by stage; one that is not told is not compared.
    """
    stages = _stages(folder)
    if not stages:
        yield f"{folder.name}: nothing says what it was made of"
    for name, stage in stages.items():
        changed = [f for f, known in stage.made.items() if _hash([folder / f]) != known]
        changed = [f for f in changed if not _made_later(f, stage, folder, stages)]
        yield from (f"{folder.name}/{file}: is not what `{name}` wrote" for file in changed)
        here = inputs.get(name, {})
        yield from (f"{name}: {i} changed since" for i, h in stage.inputs.items() if here.get(i, h) != h)
        if stage.recipe != recipe_hash(name):
            yield f"{name}: the code of the recipe changed since"
        other = software()
        yield from (f"{name}: {k} was {v}, here {other.get(k)}" for k, v in stage.software.items() if other.get(k) != v)


def _made_later(file: str, by: Stage, folder: Path, stages: Mapping[str, Stage]) -> bool:
    """Whether another stage wrote the file as it is."""
    return any(s.made.get(file) == _hash([folder / file]) for s in stages.values() if s is not by)


def _stages(folder: Path) -> dict[str, Stage]:
    path = folder / FILE
    told = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {name: Stage(**stage) for name, stage in told.items()}


def software() -> dict[str, str]:
    """What else decides the last bits: Python, libraries, the kind of processor."""
    return {"python": platform.python_version(), "machine": platform.machine()} | {n: version(n) for n in DECIDING}


def recipe_hash(stage: str) -> str:
    """A hash of the code that a stage runs."""
    return _hash(HERE / f"{name}.py" for name in recipe_modules(stage))


def recipe_modules(stage: str) -> list[str]:
    """The modules of a stage's recipe, and all of this library that they import, by name."""
    found = {"pipeline"}  # which imports the modules of every stage
    waiting = [*COMMON, *RECIPES[stage]]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _imports(HERE / f"{name}.py")
    return sorted(found)


def _imports(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return [name.removeprefix("embeddings.") for name in names if name.startswith("embeddings.")]


def general_inputs(collection: ArticleCollection, lexicon_dir: Path, data: Path | None) -> Hashes:
    """What stage one reads: no question of an article; the public data only when they are at hand."""
    read = [document.model_copy(update={"questions": ()}) for document in documents_of(collection)]
    return {
        "articles": documents_hash(read),
        "lexicon": lexicon_hash(lexicon_dir),
        **({"data": data_hash(data, SOURCES)} if data else {}),
    }


def passages_inputs(encoder: Path, lexicon_dir: Path, data: Path | None) -> Hashes:
    """What the second look at passages is learned from."""
    told = {"encoder": folder_hash(encoder), "lexicon": lexicon_hash(lexicon_dir)}
    return told | ({"data": data_hash(data, SOURCES)} if data else {})


def encoder_inputs(
    collection: ArticleCollection,
    lexicon_dir: Path,
    base: Path,
    verdicts: Sequence[Verdict] = (),
    asked: Sequence[LabelledQuestion] = (),
) -> Hashes:
    """What stage two reads."""
    return {
        "articles": documents_hash(documents_of(collection)),
        "lexicon": lexicon_hash(lexicon_dir),
        "base": folder_hash(base),
        "verdicts": verdicts_hash(verdicts),
        "asked": hashlib.sha256("\n".join(q.model_dump_json() for q in asked).encode()).hexdigest(),
    }


def data_hash(data: Path, sources: Iterable[str]) -> str:
    """A hash of all files of the sources that lie under `data`."""
    return _hash(p for name in sorted(sources) for p in sorted((data / name).rglob("*")) if p.is_file())


def documents_hash(documents: Sequence[Document]) -> str:
    """A hash of what a training reads of documents."""
    return hashlib.sha256("\n".join(d.model_dump_json() for d in documents).encode()).hexdigest()


def _hash(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
