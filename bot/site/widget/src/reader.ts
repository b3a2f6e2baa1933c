// Reading an article inside the widget.

import { el, link, rebuild } from "./dom";
import { LANG, say } from "./labels";
import { type Line, Refused } from "./line";
import type { Store } from "./store";
import type { Article, Card } from "./types";

/** The article from the server or, without a network, from what was read here before. */
export const fetchArticle = async (line: Line, store: Store, { id }: Card): Promise<Article> => {
  try {
    const { title, html, url, verified } = await line.call<Article>("GET", `/articles/${encodeURIComponent(id)}`);
    const article = { id, title, html, url, verified };
    store.keep(article);
    return article;
  } catch (error) {
    const kept = error instanceof Refused ? undefined : store.article(id);
    if (kept) return kept;
    throw error instanceof Refused ? error : new Error(say.noArticle);
  }
};

export const articlePage = (article: Article, answered: (words: string, payload: string) => void): HTMLElement => {
  const tap = (words: string, payload: string) => el("button", { className: "tap", textContent: words, onclick: () => answered(words, payload) });
  return el(
    "div",
    { className: "read", tabIndex: 0, role: "article", "aria-label": article.title, lang: "id" },
    el("h1", { textContent: article.title, tabIndex: -1 }),
    article.verified === false ? el("p", { className: "warn", lang: LANG, textContent: say.unverified }) : null,
    ...rebuild(article.html),
    el(
      "div",
      { className: "foot", lang: LANG },
      el("b", { textContent: say.helpful }),
      el("div", { className: "taps" }, tap(say.yes, "/affirm"), tap(say.no, "/deny")),
      el("p", {}, link(article.url, say.fullPage)),
    ),
  );
};
