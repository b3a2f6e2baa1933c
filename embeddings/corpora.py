"""Ranking another collection than the articles: an index in memory, and a second look where one was learned."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from embeddings.analysis import Analyzer
from embeddings.documents import Document
from embeddings.encoder import open_encoder
from embeddings.fusion import load_fusion
from embeddings.index import make_index
from embeddings.lexicon import Lexicon
from embeddings.ranker import Ranker
from embeddings.reranking import FILE, Learned, Reranker
from embeddings.storage import FUSION


def corpus_ranker(documents: Sequence[Document], *, encoder: Path, lexicon: Lexicon) -> Ranker:
    """A ranker of any documents. What was learned beside the encoder is used; another model has hand-set weights.

    Raises:
        EncoderMissing: when there is no encoder.
    """
    fusion = load_fusion(encoder / FUSION)
    index = make_index(documents, encoder=open_encoder(encoder), lexicon=lexicon, fusion=fusion)
    learned = encoder / FILE
    second = Reranker(Learned.load(learned), documents, Analyzer(lexicon), fusion) if learned.is_file() else None
    return Ranker(index, second)
