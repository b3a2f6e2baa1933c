// The talk without its looks: begun once, sent in order, answered once, the same in every tab.

import { IDENTITY } from "./config";
import { say } from "./labels";
import { Cancelled, Line, Refused, type Upload } from "./line";
import { Live } from "./live";
import { newId, Store } from "./store";
import { alone, Tabs } from "./tabs";
import type { Message, Saved, Waiting } from "./types";

const ABANDONED = 600_000; // milliseconds after which files of a tab that is gone are given up
const SETTLING = 5_000; // after which what another tab took back disappears here too
const PAGE = 200; // messages that the server tells at once

export interface Stage {
  say(sentence: string, goingOn?: boolean): void;
  show(messages: Message[], history: boolean): void;
  showWaiting(waiting: Waiting): void;
  delivered(waiting: Waiting, answer: Message | undefined): void;
  takeBack(waiting: Waiting, files: File[], sentence: string): void;
  prune(queue: Waiting[]): void;
  progress(waiting: Waiting, fraction: number): void;
  patience(waiting: Waiting): void;
  clear(): void;
}

export interface Doors {
  telegram_url: string | null;
  whatsapp_url: string | null;
  proves_email: boolean;
}

export interface OwnTicket {
  number: number;
  subject: string;
  status: string;
}

interface Answer {
  messages: Message[];
}

const isGone = (error: unknown): boolean => error instanceof Refused && (error.status === 401 || error.status === 404);

export class Talk {
  readonly line = new Line();
  private tabs = new Tabs();
  private live: Live;
  private known = new Map<number, Message>();
  private heardUpTo = 0; // of what comes in order; answers may overtake what an officer wrote before them
  private files = new Map<string, File[]>(); // too large for the storage, so a reload loses them
  private uploads = new Map<string, AbortController>();
  private pumping = false;
  private id: string | undefined;

  constructor(
    readonly store: Store,
    private stage: Stage,
  ) {
    this.live = new Live(this.line, {
      talk: () => store.load(),
      cursor: () => this.heardUpTo,
      arrived: (messages) => this.receive(messages, { ordered: true, tell: true }),
    });
    this.tabs.onNews(({ talk, messages, ordered }) => talk === this.id && this.receive(messages, { ordered }));
    store.onChange(() => this.onOtherTab());
  }

  get messages(): Message[] {
    return [...this.known.values()].sort((one, other) => one.id - other.id);
  }

  async begin(): Promise<void> {
    this.stage.say(say.connecting, true);
    try {
      await this.line.try(
        () => alone("begin", () => (this.store.load().id ? this.takeUp() : this.start())),
        () => this.stage.say(say.waiting, true),
      );
      this.stage.say("");
      this.listen();
      await this.pump();
    } catch (error) {
      this.stage.say((error as Error).message);
    }
  }

  async beginAnew(): Promise<void> {
    this.store.forget();
    this.reset();
    await this.begin();
  }

  send(text: string, payload?: string, files: File[] = []): void {
    const attachments = files.map(({ name }) => ({ name }));
    const waiting: Waiting = { client_id: newId(), text, attachments, tab: this.store.tab, at: Date.now() };
    if (payload) waiting.payload = payload;
    if (files.length) this.files.set(waiting.client_id, files);
    this.store.add(waiting);
    this.stage.showWaiting(waiting);
    void this.pump();
  }

  // ---- the person --------------------------------------------------------------------------------------------

  /** Where the talk can go on. Asking makes a code that works once. */
  doors(): Promise<Doors> {
    return this.ask("link");
  }

  async tickets(): Promise<OwnTicket[]> {
    const { id, token } = this.store.load();
    return (await this.line.call<{ tickets: OwnTicket[] }>("GET", `/conversations/${id}/tickets`, { token })).tickets;
  }

  /** Goes on with the talk to which a code leads. */
  async goOn(code: string): Promise<void> {
    const { id, token } = this.store.load();
    const talk = await this.line.call<{ id: string; token: string }>("POST", "/links/redeem", { body: { code, conversation_id: id }, token });
    this.store.change({ ...talk, read: 0 });
    await this.begin();
  }

  async askEmail(email: string): Promise<string> {
    return (await this.ask<{ email: string }>("email", { email })).email;
  }

  async confirmEmail(code: string): Promise<string> {
    return (await this.ask<{ email: string }>("email/confirm", { code })).email;
  }

  async erase(): Promise<void> {
    await this.ask("erase", { confirm: true });
    await this.beginAnew();
  }

  private ask<T>(path: string, body: unknown = {}): Promise<T> {
    const { id, token } = this.store.load();
    return this.line.call("POST", `/conversations/${id}/${path}`, { body, token });
  }

  cancel({ client_id }: Waiting): void {
    this.uploads.get(client_id)?.abort();
  }

  private listening = false;

  private listen(): void {
    if (this.listening) this.live.restart();
    else void alone("live", () => this.live.run());
    this.listening = true;
  }

  private reset(): void {
    this.known.clear();
    this.heardUpTo = 0;
    this.stage.clear();
  }

  private async start(): Promise<void> {
    const body = { channel: "web", ...(IDENTITY && { identity: IDENTITY }) };
    const talk = await this.line.call<{ id: string; token: string } & Answer>("POST", "/conversations", { body });
    this.store.change({ id: talk.id, token: talk.token, user: IDENTITY?.user_id ?? "" });
    this.id = talk.id;
    this.receive(talk.messages, { ordered: true });
  }

  private async takeUp(): Promise<void> {
    const { id, token, queue } = this.store.load();
    try {
      const told: Message[] = [];
      for (let page = PAGE; page === PAGE; ) {
        const path = `/conversations/${id}/messages${told.length ? `?after=${told[told.length - 1]?.id}` : ""}`;
        const { messages } = await this.line.call<Answer>("GET", path, { token });
        page = messages.length;
        told.push(...messages);
      }
      this.reset();
      this.id = id;
      this.receive(told, { ordered: true, history: true });
      this.showQueue(queue);
    } catch (error) {
      if (!isGone(error)) throw error;
      await this.start(); // the talk is gone; what was typed is not
    }
  }

  // Each message is shown once, whoever tells of it first: an answer, the stream, another tab.
  private receive(messages: Message[], { ordered = false, history = false, tell = false } = {}): void {
    const fresh = messages.filter(({ id }) => !this.known.has(id));
    for (const message of fresh) this.known.set(message.id, message);
    if (ordered) this.heardUpTo = Math.max(this.heardUpTo, ...messages.map(({ id }) => id));
    if (fresh.length) this.stage.show(fresh, history);
    if (tell && this.id) this.tabs.tell({ talk: this.id, messages, ordered });
  }

  private onOtherTab(): void {
    const { id, queue } = this.store.load();
    if (id && id !== this.id) {
      this.reset();
      void this.begin();
    } else if (id) {
      this.showQueue(queue);
      setTimeout(() => this.stage.prune(this.store.load().queue), SETTLING);
    }
  }

  // What arrived but whose answer got lost stands there already; it is still sent again, for its answer.
  private showQueue(queue: Waiting[]): void {
    const stored = new Set([...this.known.values()].map(({ client_id }) => client_id));
    for (const waiting of queue) if (!stored.has(waiting.client_id)) this.stage.showWaiting(waiting);
  }

  // ---- sending ---------------------------------------------------------------------------------------------

  /** Sends what waits, one at a time and in order; a message leaves the queue only when the server has answered it. */
  private async pump(): Promise<void> {
    if (this.pumping || !this.store.load().id) return;
    this.pumping = true;
    await alone("send", async () => {
      try {
        for (let next = this.next(); next; next = this.next()) await this.deliver(next);
      } finally {
        this.pumping = false;
      }
    });
  }

  private next(): Waiting | undefined {
    const { id, queue } = this.store.load();
    const ours = ({ attachments, tab, at }: Waiting) => !attachments?.length || tab === this.store.tab || Date.now() - at > ABANDONED;
    return id ? queue.find(ours) : undefined;
  }

  private async deliver(waiting: Waiting): Promise<void> {
    const talk = this.store.load();
    const files = this.files.get(waiting.client_id);
    if (waiting.attachments?.length && !files) {
      this.giveBack(waiting, say.lostFiles(waiting.attachments.map(({ name }) => name).join(", ")));
      return;
    }
    this.stage.say(files ? say.uploading : say.typing, true);
    try {
      const { messages } = await this.line.try(
        () => (files ? this.upload(talk, waiting, files) : this.post(talk, waiting)),
        () => {
          this.stage.say(say.waiting, true);
          this.stage.patience(waiting);
        },
      );
      if (this.store.load().id !== talk.id) return; // another talk was begun meanwhile
      this.done(waiting);
      this.stage.delivered(waiting, messages[0]);
      this.stage.say("");
      this.receive(messages, { tell: true });
    } catch (error) {
      const problem = isGone(error) ? await this.renew() : (error as Error);
      if (problem) this.giveBack(waiting, problem instanceof Cancelled ? say.cancelled : problem.message);
    }
  }

  // Begins another talk in place of one that is gone; what waits goes there.
  private async renew(): Promise<Error | undefined> {
    try {
      await this.line.try(() => this.start(), () => this.stage.say(say.waiting, true));
      this.listen();
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  private post({ id, token }: Saved, { client_id, text, payload }: Waiting): Promise<Answer> {
    return this.line.call("POST", `/conversations/${id}/messages`, { body: { client_id, text, payload }, token });
  }

  private upload({ id, token }: Saved, waiting: Waiting, files: File[]): Promise<Answer> {
    const form = new FormData();
    form.append("client_id", waiting.client_id);
    if (waiting.text) form.append("text", waiting.text);
    for (const file of files) form.append("files", file, file.name);
    const controller = this.uploads.get(waiting.client_id) ?? new AbortController();
    this.uploads.set(waiting.client_id, controller);
    const watch: Upload = { cancelled: controller.signal, progress: (fraction) => this.stage.progress(waiting, fraction) };
    return this.line.upload(`/conversations/${id}/messages`, form, token, watch);
  }

  // What was refused was not said: it goes back to where it can be mended.
  private giveBack(waiting: Waiting, sentence: string): void {
    const files = this.files.get(waiting.client_id) ?? [];
    this.done(waiting);
    this.stage.takeBack(waiting, files, sentence);
  }

  private done(waiting: Waiting): void {
    this.files.delete(waiting.client_id);
    this.uploads.delete(waiting.client_id);
    this.store.remove(waiting);
  }
}
