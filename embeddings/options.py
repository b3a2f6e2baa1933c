"""What the commands share: their options, where things lie, and how trouble is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from embeddings import (
    SHIPPED_ENCODER,
    ArticleErrors,
    CorpusErrors,
    EncoderMissing,
    IndexMismatch,
    IndexMissing,
    LexiconErrors,
    VerdictErrors,
    WorseIndex,
)
from embeddings.comparing import BaselineErrors
from embeddings.encoder import is_own
from embeddings.evaluation import QuestionErrors

ROOT: Final = Path(__file__).resolve().parent.parent
TROUBLE: Final = (
    ArticleErrors,
    BaselineErrors,
    CorpusErrors,
    EncoderMissing,
    IndexMismatch,
    IndexMissing,
    LexiconErrors,
    QuestionErrors,
    VerdictErrors,
    OSError,
)

Articles = Annotated[Path, typer.Option(help="The folder of the articles.")]
Lexicon = Annotated[Path, typer.Option(help="The folder of the lexicon.")]
Index = Annotated[Path, typer.Option(help="The folder of the index.")]
Encoder = Annotated[Path, typer.Option(help="The encoder: a folder, or the name of a SentenceTransformer.")]
AnyEncoder = Annotated[
    Path | None, typer.Option(help="An encoder; by default the trained one, or the general one for a corpus.")
]
Corpus = Annotated[Path | None, typer.Option(help="Rank the documents of this JSON lines file instead.")]
Verdicts = Annotated[Path, typer.Option(help="What officers decided about questions, JSON lines.")]
Asked = Annotated[Path, typer.Option(help="Questions that say how sure to be, JSON lines.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

ARTICLES: Final = ROOT / "data" / "articles"
LEXICON: Final = ROOT / "data" / "lexicon"
ASKED: Final = ROOT / "data" / "calibration" / "asked.jsonl"
REFUSED: Final = 3  # the exit code of a change that loses more past questions than it gains
VERDICTS: Final = ROOT / "var" / "verdicts.jsonl"
INDEX: Final = ROOT / "var" / "index"
TRAINED: Final = ROOT / "var" / "encoder"  # what was trained here goes before what ships


def default_encoder(trained: Path = TRAINED) -> Path:
    """The encoder that was trained on this machine, or else the one that ships."""
    return trained if is_own(trained) else SHIPPED_ENCODER


def with_plain_errors(run: Callable[[], None]) -> None:
    """Run a command; what can be mended is told in plain lines and exits with 1, a worse index with 3."""
    try:
        run()
    except WorseIndex as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(REFUSED) from error
    except TROUBLE as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def say(message: str) -> None:
    """Progress goes where it does not mix with results."""
    typer.echo(message, err=True)
