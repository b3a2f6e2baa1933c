// How a message looks.

import { CROSS, el, icon, link, withLinks } from "./dom";
import { LANG, say } from "./labels";
import type { Attachment, Button, Card, Message, Waiting } from "./types";

const LONG = 120; // characters; above, a message of one's own is not scrolled to together with its answer

export interface Taps {
  send(text: string, payload: string): void;
  choose(card: Card): void;
  open(card: Card, opener: HTMLElement): void;
  cancel(waiting: Waiting): void;
}

const file = ({ name, url }: Attachment, place: number): (Node | string)[] => [place ? ", " : "", url ? link(url, name) : name];

export class Bubble {
  readonly node: HTMLElement;
  private bar: HTMLProgressElement | undefined;

  constructor(
    readonly message: Partial<Message> & Pick<Message, "sender" | "text">,
    private taps: Taps,
  ) {
    const { sender, text, articles = [], buttons = [], attachments = [], ticket } = message;
    const node = (this.node = el("div", { className: `m ${sender}${text.length > LONG ? " long" : ""}`, lang: "id" }));
    node.append(el("span", { className: "sr", lang: LANG, textContent: `${say.speakers[sender] ?? ""}: ` }));
    if (sender === "officer") node.append(el("div", { className: "who", textContent: say.speakers.officer, "aria-hidden": true }));
    if (text) node.append(el("div", { className: "t" }, ...withLinks(text)));
    if (attachments.length) node.append(el("div", { className: "t sent" }, `${say.attachments}: `, ...attachments.flatMap(file)));
    // The answer names its article once more: what is left to do with it is to read it whole (bot/conversations/rules.py).
    const answers = articles.length === 1 && !articles[0]?.number && buttons.every(({ payload }) => payload.startsWith("/read_on"));
    if (articles.length) node.append(el("ol", { className: "cards" }, ...articles.map((card, i) => this.card(card, card.number ?? i + 1, answers))));
    if (ticket) node.append(this.ticket(ticket));
    if (buttons.length) node.append(el("div", { className: "taps" }, ...buttons.map((button) => this.tap(button))));
  }

  get id(): number {
    return this.message.id ?? 0;
  }

  /** It waits to be sent; files show how far they are and can be stopped. */
  wait(waiting: Waiting): void {
    this.node.classList.add("late");
    if (!waiting.attachments?.length) return;
    this.bar = el("progress", { max: 1, value: 0, "aria-label": say.uploading });
    const stop = el("button", { type: "button", "aria-label": say.cancel, onclick: () => this.taps.cancel(waiting) }, icon(CROSS));
    this.node.append(el("div", { className: "up" }, this.bar, stop));
  }

  progress(fraction: number): void {
    if (this.bar) this.bar.value = fraction;
  }

  /** The server has it, under this number. */
  settle(id: number): void {
    this.message.id = id;
    this.node.classList.remove("late");
    this.node.querySelector(".up")?.remove();
  }

  private tap({ title, payload }: Button): HTMLElement {
    return el("button", { className: "tap", textContent: title, onclick: () => this.taps.send(title, payload) });
  }

  private card(card: Card, number: number, answers: boolean): HTMLElement {
    if (answers) return el("li", {}, this.more(card, `${say.readFull}: ${card.title}`, "tap flat"));
    const words = el("span", {}, el("b", { textContent: card.title }), el("small", { textContent: card.excerpt }));
    const pick = el("button", { className: "pick", onclick: () => this.taps.choose(card) }, el("span", { className: "n", textContent: number }), words);
    return el("li", {}, pick, this.more(card, say.readFull, "more"));
  }

  private more(card: Card, words: string, className: string): HTMLElement {
    const more = el("button", { className, textContent: words, "aria-label": `${say.readFull}: ${card.title}`, onclick: () => this.taps.open(card, more) });
    return more;
  }

  private ticket({ number }: { number: number }): HTMLElement {
    const status = link(`/tiket?nomor=${encodeURIComponent(number)}`, say.ticketStatus);
    return el("div", { className: "ticket" }, say.ticket, el("b", { textContent: `#${number}` }), status);
  }
}
