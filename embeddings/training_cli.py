"""The commands of `train`, which make the weights and check them: thin, over the library's functions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from embeddings import GENERAL_ENCODER, SHIPPED_ENCODER, load_articles, load_lexicon, provenance, read_verdicts
from embeddings import train_encoder as train
from embeddings.documents import documents_of
from embeddings.evaluation import read_questions
from embeddings.fusion import load_fusion
from embeddings.options import (
    ARTICLES,
    ASKED,
    LEXICON,
    TRAINED,
    VERDICTS,
    AnyEncoder,
    Articles,
    Asked,
    Encoder,
    Lexicon,
    Verdicts,
    default_encoder,
    say,
    with_plain_errors,
)
from embeddings.storage import FUSION

Data = Annotated[Path, typer.Option(help="The folder of the public data (see embeddings/weights/ATTRIBUTION.md).")]

training = typer.Typer(help="Train what can be trained.", no_args_is_help=True)


@training.command("encoder")
def train_encoder(
    *,
    articles: Articles = ARTICLES,
    lexicon: Lexicon = LEXICON,
    base: Annotated[Path, typer.Option(help="The general encoder to begin with.")] = GENERAL_ENCODER,
    verdicts: Verdicts = VERDICTS,
    asked: Asked = ASKED,
    target: Encoder = TRAINED,
) -> None:
    """Train the project's own encoder and its fusion on the articles' questions and the verdicts."""

    def run() -> None:
        train(
            load_articles(articles),
            lexicon_dir=lexicon,
            base=base,
            target=target,
            verdicts=read_verdicts(verdicts),
            asked=read_questions(asked) if asked.exists() else (),
            progress=say,
        )

    with_plain_errors(run)


@training.command("calibration")
def train_calibration(
    *,
    articles: Articles = ARTICLES,
    lexicon: Lexicon = LEXICON,
    asked: Asked = ASKED,
    encoder: AnyEncoder = None,
) -> None:
    """Learn again how sure to be, for an encoder that is trained already: half a minute."""

    def run() -> None:
        from embeddings.pipeline import calibrate  # torch: only those who train wait for it

        words, chosen = load_lexicon(lexicon), encoder or default_encoder()
        calibrate(chosen, documents_of(load_articles(articles)), words.outside, words, read_questions(asked))
        say(f"sharpness {load_fusion(chosen / FUSION).sharpness}")

    with_plain_errors(run)


@training.command("general")
def train_general(
    *,
    data: Data,
    articles: Articles = ARTICLES,
    lexicon: Lexicon = LEXICON,
    target: Encoder = GENERAL_ENCODER,
) -> None:
    """Train the general encoder on public data: the stage before `train encoder`."""

    def run() -> None:
        from embeddings.pipeline import train_general as train_it  # torch: only those who train wait for it

        train_it(load_articles(articles), lexicon_dir=lexicon, data=data, target=target, progress=say)

    with_plain_errors(run)


@training.command("passages")
def train_passages(
    *,
    data: Data,
    lexicon: Lexicon = LEXICON,
    target: Encoder = GENERAL_ENCODER,
) -> None:
    """Train the second look at another collection's documents, beside the general encoder."""
    from embeddings.pipeline import train_passages as train_it  # torch: only those who train wait for it

    with_plain_errors(lambda: train_it(lexicon_dir=lexicon, data=data, target=target, progress=say))


@training.command("check")
def check_weights(
    *,
    data: Annotated[
        Path | None, typer.Option(help="The folder of the public data; without, it is not compared.")
    ] = None,
    articles: Articles = ARTICLES,
    lexicon: Lexicon = LEXICON,
    asked: Asked = ASKED,
    general: Annotated[Path, typer.Option(help="The general encoder.")] = GENERAL_ENCODER,
    encoder: Encoder = SHIPPED_ENCODER,
) -> None:
    """Tell whether the weights are what the recipe makes of these sources; exit with 1 if they are not."""

    def run() -> None:
        collection = load_articles(articles)
        stages = {
            provenance.GENERAL: provenance.general_inputs(collection, lexicon, data),
            provenance.PASSAGES: provenance.passages_inputs(general, lexicon, data),
            provenance.ENCODER: provenance.encoder_inputs(
                collection, lexicon, general, asked=read_questions(asked) if asked.exists() else ()
            ),
        }
        found = [line for folder in (general, encoder) for line in provenance.differences(folder, stages)]
        typer.echo("\n".join(found or ["the weights are what the recipe makes of these sources"]))
        if found:
            raise typer.Exit(1)

    with_plain_errors(run)
