// Several tabs, one talk: one of them sends and listens at a time and tells the others what came.

import type { Message } from "./types";

/** Does something while no other tab does it. Without Web Locks (plain http) each tab is on its own, which is harmless. */
export const alone = async (what: string, action: () => Promise<void>): Promise<void> => {
  if (navigator.locks) await navigator.locks.request(`arkas-chat-${what}`, action);
  else await action();
};

interface News {
  talk: string;
  messages: Message[];
  ordered: boolean;
}

export class Tabs {
  private channel = "BroadcastChannel" in window ? new BroadcastChannel("arkas-chat") : undefined;

  tell(news: News): void {
    this.channel?.postMessage(news);
  }

  onNews(then: (news: News) => void): void {
    this.channel?.addEventListener("message", ({ data }) => then(data as News));
  }
}
