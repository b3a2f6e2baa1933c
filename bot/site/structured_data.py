"""What search engines are told about a page, as schema.org values."""

from collections.abc import Iterable
from typing import Any

from bot.site.templating import SITE_NAME
from bot.site.views import ArticleView, Step

JsonLd = dict[str, Any]


def breadcrumbs(steps: Iterable[Step], base: str) -> JsonLd:
    """Describe the trail."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": step.name, "item": base + step.url}
            for position, step in enumerate(steps, 1)
        ],
    }


def question_page(article: ArticleView, base: str) -> JsonLd:
    """Describe an article as the question that it answers."""
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": "id",
        "url": base + article.url,
        "dateModified": article.checked.isoformat(),
        "mainEntity": [
            {
                "@type": "Question",
                "name": article.title,
                "acceptedAnswer": {"@type": "Answer", "text": str(article.html)},
            }
        ],
    }


def website(base: str) -> JsonLd:
    """Describe the site and how it is searched."""
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": SITE_NAME,
        "inLanguage": "id",
        "url": f"{base}/",
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{base}/cari?q={{search_term_string}}",
            "query-input": "required name=search_term_string",
        },
    }
