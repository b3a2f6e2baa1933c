"""Pure rules: how an article is shown."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bot.articles.models import Answer, ArticleCard, Topic
from embeddings import Article, ArticleCollection, Decision, RankedArticle, Ranking
from embeddings.articles import LINK, Link, Section

SOLVERS: Final = {
    "sekolah": "satuan pendidikan",
    "dinas": "dinas pendidikan setempat",
    "bosp_salur": "BOSP Salur",
    "siplah": "mitra SIPLah",
    "kpp": "kantor pajak (KPP)",
    "bank": "bank penyalur",
    "dapodik": "Dapodik",
    "helpdesk": "Tim Helpdesk",
}


def article_path(article: Article) -> str:
    """The canonical path of an article's page."""
    return f"/artikel/{article.id}-{article.slug}"


def card_of(article: Article, collection: ArticleCollection) -> ArticleCard:
    """What is shown of an article before it is opened."""
    return ArticleCard(
        id=article.id,
        title=article.title,
        excerpt=article.excerpt,
        category=collection.categories[article.category].name,
        url=article_path(article),
        payload=f'/choose_article{{"article":"{article.id}"}}',
    )


_LIKELY: Final = 0.05  # a topic less probable than this is no guess worth asking about


def topics_between(ranking: Ranking, collection: ArticleCollection) -> tuple[Topic, ...]:
    """The topics to ask about when a question fits too many articles, or none clearly; the likeliest first."""
    if ranking.decision is Decision.CLARIFY:
        named = _named([option.articles[0] for option in ranking.between], collection)
        return named if len(named) > 1 else ()
    if ranking.decision is Decision.ABSTAIN:
        return _named([article for article in ranking.articles if article.confidence >= _LIKELY], collection)
    return ()


def _named(firsts: Sequence[RankedArticle], collection: ArticleCollection) -> tuple[Topic, ...]:
    """The topics of these articles, each once, with the first article of each."""
    topics = [_topic(first, collection) for first in firsts]
    return tuple({topic.name: topic for topic in reversed(topics)}.values())[::-1]


def _topic(ranked: RankedArticle, collection: ArticleCollection) -> Topic:
    article = collection.articles[int(ranked.id)]
    return Topic(collection.categories[article.category].name, article.title)


def solved_by(article: Article) -> str:
    """Who solves it, in words, first office first."""
    names = [SOLVERS.get(office, office) for office in article.solved_by]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} atau {names[-1]}"


def answer_of(article: Article, collection: ArticleCollection) -> Answer:
    """The chat's form of an article."""
    text = chat_text(article, collection.links)
    return Answer(card_of(article, collection), text, solved_by(article), verified=article.grounding != "prior")


CHAT_CHARACTERS: Final = 900  # about one phone screen
# What every article ends with; a chat tells who solves it in one line, and the rest is one tap away on the page.
_CLOSING: Final = ("siapa yang", "sebelum menghubungi")

_INLINE: Final = (
    (re.compile(r"!?\[([^\]]*)\]\(([^)]*)\)"), r"\1 (\2)"),
    (re.compile(r"[*_]{1,3}(?=\S)(.+?)(?<=\S)[*_]{1,3}"), r"\1"),
    (re.compile(r"`([^`]*)`"), r"\1"),
)


def chat_text(article: Article, links: Mapping[str, Link]) -> str:
    """An article's form for a chat: plain text with its lines and numbers kept.

    The introduction and all that is told or to be done always stand, however long; of what every article ends with
    (who solves it, what to have at hand for the desk) as much as fits into CHAT_CHARACTERS.
    """
    told = [s for s in article.sections if not s.heading.lower().startswith(_CLOSING)]
    closing = [s for s in article.sections if s not in told]
    parts = [_plain_lines(article.introduction, links), *(_chat_section(section, links) for section in told)]
    for part in (_chat_section(section, links) for section in closing):
        if sum(map(len, parts)) + len(part) > CHAT_CHARACTERS:
            break
        parts.append(part)
    return "\n\n".join(parts)


def _chat_section(section: Section, links: Mapping[str, Link]) -> str:
    return f"{section.heading}\n{_plain_lines(section.text, links)}"


def _plain_lines(markdown: str, links: Mapping[str, Link]) -> str:
    text = LINK.sub(lambda m: _link_words(links.get(m[1])), markdown)
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text.strip()


def _link_words(link: Link | None) -> str:
    if link is None:
        return ""
    return link.title if link.url.startswith("/") or link.title in link.url else f"{link.title} ({link.url})"
