// A small lexical index: which article speaks of which words. It knows no meaning, but it needs no network either.

export interface Index {
  articles: [id: number, title: string, path: string, excerpt: string][];
  words: Record<string, number[]>; // a word -> places in `articles`
}

export interface Hit {
  id: number;
  title: string;
  url: string;
  excerpt: string;
}

const SHORTEST = 2;
const PREFIX = 4; // letters from which the beginning of a word counts, by half: "tutup" finds "tutupnya"
const ENOUGH = 0.35; // of the question's weight; below, silence is better than noise

export const wordsOf = (text: string): string[] => [
  ...new Set(text.toLowerCase().normalize("NFKC").match(/[\p{L}\p{N}]+/gu)?.filter((word) => word.length >= SHORTEST) ?? []),
];

const places = (index: Index, word: string): [place: number, part: number][] => {
  const exact = index.words[word];
  if (exact) return exact.map((place) => [place, 1]);
  if (word.length < PREFIX) return [];
  const alike = Object.keys(index.words).filter((other) => other.startsWith(word) || (other.length >= PREFIX && word.startsWith(other)));
  return [...new Set(alike.flatMap((other) => index.words[other] ?? []))].map((place) => [place, 0.5]);
};

/** The articles that share the rarest words with a question, best first. */
export const search = (index: Index, question: string, limit: number): Hit[] => {
  const scores = new Map<number, number>();
  let most = 0;
  for (const word of wordsOf(question)) {
    const found = places(index, word);
    const rarity = Math.log(1 + index.articles.length / (1 + found.length));
    most += found.length ? rarity : 0;
    for (const [place, part] of found) scores.set(place, (scores.get(place) ?? 0) + rarity * part);
  }
  return [...scores]
    .filter(([, score]) => score >= most * ENOUGH)
    .sort(([one, a], [other, b]) => b - a || one - other)
    .slice(0, limit)
    .flatMap(([place]) => {
      const article = index.articles[place];
      return article ? [{ id: article[0], title: article[1], url: article[2], excerpt: article[3] }] : [];
    });
};
