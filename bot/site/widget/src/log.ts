// The talk on show: every message once, in order, what waits at the end.

import { Bubble, type Taps } from "./bubbles";
import { el } from "./dom";
import { say } from "./labels";
import type { Card, Message, Waiting } from "./types";

export class Log {
  readonly node = el("div", { className: "log", role: "log", tabIndex: 0, "aria-label": say.talk, "aria-live": "polite" });
  private bubbles: Bubble[] = [];
  private waiting = new Map<string, Bubble>();
  private sent = new Map<string, Bubble>(); // answered, but the server has not told yet under which number
  private line: HTMLElement | undefined;
  private offer: HTMLElement | undefined;

  constructor(private taps: Taps) {}

  clear(): void {
    this.node.replaceChildren();
    this.bubbles = [];
    this.waiting.clear();
    this.sent.clear();
  }

  /** Does something that takes room; who sees the end of the talk goes on seeing it. */
  keepingEnd(change: () => void): void {
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    change();
    if (scrollHeight - scrollTop - clientHeight < 4) this.node.scrollTop = this.node.scrollHeight;
  }

  show(messages: Message[], history: boolean): void {
    const nodes = messages.map((message) => this.place(message));
    this.keepLastTaps();
    // An answer is read from its beginning; a talk that is taken up again, from where it ended.
    const last = nodes[nodes.length - 1];
    const asked = [...this.node.querySelectorAll<HTMLElement>(".user")].pop();
    let begin: Element | null | undefined = history || last?.matches(".officer") ? last : (asked ?? nodes[0]);
    if (begin?.matches(".user.long")) begin = begin.nextElementSibling;
    if (history && last?.previousElementSibling?.matches(".user:not(.long)")) begin = last.previousElementSibling;
    if (begin instanceof HTMLElement) this.begin(begin);
  }

  private begin(part: HTMLElement): void {
    this.node.scrollTop = part.offsetTop - this.node.offsetTop - 12;
  }

  showWaiting(waiting: Waiting): void {
    if (this.waiting.has(waiting.client_id)) return;
    const { text, attachments } = waiting;
    const bubble = new Bubble({ sender: "user", text, attachments }, this.taps);
    bubble.wait(waiting);
    this.waiting.set(waiting.client_id, bubble);
    this.node.append(bubble.node);
    this.keepLastTaps();
    this.node.scrollTop = this.node.scrollHeight;
  }

  waitingFor({ client_id }: Waiting): Bubble | undefined {
    return this.waiting.get(client_id);
  }

  takeBack({ client_id }: Waiting): void {
    this.waiting.get(client_id)?.node.remove();
    this.waiting.delete(client_id);
  }

  /** It was answered; until its number is known it stands just above its answer. */
  delivered({ client_id }: Waiting, answer: Message | undefined): void {
    const bubble = this.waiting.get(client_id);
    if (!bubble) return;
    const newest = this.bubbles[this.bubbles.length - 1]?.id ?? 0;
    bubble.settle(answer ? answer.id - 0.5 : newest + 0.5);
    this.waiting.delete(client_id);
    this.sent.set(client_id, bubble);
    this.insert(bubble);
  }

  /** Takes away what another tab showed as waiting and then took back. */
  prune(queue: Waiting[]): void {
    const alive = new Set(queue.map(({ client_id }) => client_id));
    for (const [client_id, { node }] of this.waiting) {
      if (alive.has(client_id)) continue;
      node.remove();
      this.waiting.delete(client_id);
    }
  }

  /** Offers articles while there is no network; called without any, takes the offer away. */
  hint(articles: Card[] = []): void {
    this.offer?.remove();
    this.offer = articles.length ? new Bubble({ sender: "bot", text: say.meanwhile, articles }, this.taps).node : undefined;
    if (!this.offer) return;
    this.node.append(this.offer);
    this.offer.scrollIntoView({ block: "nearest" });
  }

  /** Draws a line above the first message that was not read yet, and goes there: what came while it was closed moved nothing. */
  mark(read: number): void {
    this.line?.remove();
    const first = read ? this.bubbles.find(({ id, message }) => id > read && message.sender !== "user") : undefined;
    this.line = first && el("p", { className: "fresh", textContent: say.fresh });
    if (!this.line) return;
    first?.node.before(this.line);
    this.begin(this.line);
  }

  private place(message: Message): HTMLElement {
    const key = message.client_id ?? "";
    const own = this.waiting.get(key) ?? this.sent.get(key);
    const bubble = own ?? new Bubble(message, this.taps);
    own?.settle(message.id);
    this.waiting.delete(key);
    this.sent.delete(key);
    this.insert(bubble);
    return bubble.node;
  }

  private insert(bubble: Bubble): void {
    this.bubbles = [...this.bubbles.filter((other) => other !== bubble), bubble].sort((one, other) => one.id - other.id);
    const next = this.bubbles[this.bubbles.indexOf(bubble) + 1] ?? [...this.waiting.values()][0];
    // Moving what stands right would have screen readers say it again.
    if (bubble.node.parentNode && (bubble.node.nextElementSibling ?? undefined) === next?.node) return;
    if (next) next.node.before(bubble.node);
    else this.node.append(bubble.node);
  }

  // Only the last word of the talk offers something to tap; an officer's, which may come at any time, answers no question.
  private keepLastTaps(): void {
    const last = [...this.node.querySelectorAll(".m:not(.officer)")].pop();
    this.node.querySelectorAll(".taps").forEach((taps) => taps.parentNode === last || taps.remove());
  }
}
