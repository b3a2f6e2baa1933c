// What was not read yet: a number on the launcher, cleared in every tab as soon as one of them shows the talk.

import { say } from "./labels";
import type { Store } from "./store";
import { Tabs } from "./tabs";
import type { Message } from "./types";

export class Badge {
  private unread = new Set<number>();
  private launcher: HTMLElement | undefined;

  constructor(
    private store: Store,
    private isRead: () => boolean,
  ) {
    // Also before the first click: then another tab tells, and nothing is asked of the server.
    new Tabs().onNews(({ talk, messages }) => {
      if (talk !== store.load().id) return;
      this.count(messages);
      this.look();
    });
    store.onChange(() => this.look());
  }

  show(launcher: HTMLElement): void {
    this.launcher = launcher;
  }

  count(messages: Message[]): void {
    for (const { id, sender } of messages) if (sender !== "user") this.unread.add(id);
  }

  /** Forgets what has been read, here or in another tab, and shows how much is left. */
  look(): void {
    const newest = Math.max(0, ...this.unread);
    if (this.isRead() && newest > this.store.load().read) this.store.change({ read: newest });
    const { read } = this.store.load();
    this.unread.forEach((id) => id <= read && this.unread.delete(id));
    const openers = [this.launcher, ...document.querySelectorAll<HTMLElement>("[data-arkas-chat]")];
    for (const opener of openers) if (opener) this.tell(opener);
  }

  private tell(opener: HTMLElement): void {
    const count = this.unread.size;
    if (count) opener.dataset.unread = String(count);
    else delete opener.dataset.unread;
    if (opener === this.launcher) opener.setAttribute("aria-label", count ? `${say.ask} (${say.unread(count)})` : say.ask);
    else if (count) opener.setAttribute("aria-description", say.unread(count));
    else opener.removeAttribute("aria-description");
  }
}
