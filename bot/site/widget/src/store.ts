// What is kept in the browser between visits and shared by its tabs: the talk's id and token, what could not be sent
// yet, what was read. Private windows may refuse storage; the talk then lives as long as the page.

import { IDENTITY } from "./config";
import type { Article, Saved, Waiting } from "./types";

const NAME = "arkas-chat";
const SHELF = "arkas-chat-read";
const SHELF_LENGTH = 5; // articles, about 5 KB each

const attempt = <T>(action: () => T): T | undefined => {
  try {
    return action();
  } catch {
    return undefined;
  }
};

export const newId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export class Store {
  private memory: Saved = { read: 0, queue: [] };

  /** This tab; stays the same when the page is loaded again. */
  readonly tab = attempt(() => sessionStorage.getItem(`${NAME}-tab`)) || newId();

  constructor() {
    attempt(() => sessionStorage.setItem(`${NAME}-tab`, this.tab));
    // Another person at the same computer never meets the talk of the one before.
    if ((this.load().user ?? "") !== (IDENTITY?.user_id ?? "")) this.forget();
  }

  load(): Saved {
    const kept = attempt(() => JSON.parse(localStorage.getItem(NAME) ?? "null") as Partial<Saved> | null);
    if (!kept) return this.memory;
    return { ...kept, read: kept.read || 0, queue: Array.isArray(kept.queue) ? kept.queue : [] };
  }

  change(changed: Partial<Saved>): void {
    this.memory = { ...this.load(), ...changed };
    attempt(() => localStorage.setItem(NAME, JSON.stringify(this.memory)));
  }

  add(waiting: Waiting): void {
    this.change({ queue: [...this.load().queue, waiting] });
  }

  remove({ client_id }: Waiting): void {
    this.change({ queue: this.load().queue.filter((other) => other.client_id !== client_id) });
  }

  forget(): void {
    this.memory = { user: IDENTITY?.user_id, read: 0, queue: [] };
    attempt(() => localStorage.setItem(NAME, JSON.stringify(this.memory)));
  }

  /** Another tab changed what is kept. */
  onChange(then: () => void): void {
    addEventListener("storage", (event) => event.key === NAME && then());
  }

  get wasOpen(): boolean {
    return attempt(() => sessionStorage.getItem(NAME)) === "open";
  }

  set wasOpen(open: boolean) {
    attempt(() => sessionStorage.setItem(NAME, open ? "open" : ""));
  }

  /** The last articles read open without a network. */
  article(id: number): Article | undefined {
    return this.shelf().find((article) => article.id === id);
  }

  keep(article: Article): void {
    const kept = [article, ...this.shelf().filter(({ id }) => id !== article.id)].slice(0, SHELF_LENGTH);
    attempt(() => localStorage.setItem(SHELF, JSON.stringify(kept)));
  }

  private shelf(): Article[] {
    return attempt(() => JSON.parse(localStorage.getItem(SHELF) ?? "[]") as Article[]) ?? [];
  }
}
