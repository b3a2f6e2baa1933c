// What officers write, and what is said in other tabs: server-sent events over fetch, which can carry the token;
// where something on the way holds streams back, plain asking instead.

import { API } from "./config";
import { type Line, Refused } from "./line";
import type { Message } from "./types";

const FIRST_WORD = 8_000; // milliseconds; the server greets at once
const SILENCE = 40_000; // it says that it lives every 15 s
const ROUNDS = 15; // of asking, before the stream is tried again
const BETWEEN = 4; // seconds

export interface Listener {
  talk(): { id?: string | undefined; token?: string | undefined };
  cursor(): number;
  arrived(messages: Message[]): void;
}

/** Cuts a stream of text into events; what is not complete yet waits for the next piece. */
export class Events {
  private rest = "";

  take(piece: string): Message[] {
    const blocks = (this.rest + piece).split("\n\n");
    this.rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => {
      const data = block.split("\n").filter((line) => line.startsWith("data: "));
      return data.length ? [JSON.parse(data.map((line) => line.slice(6)).join("\n")) as Message] : [];
    });
  }
}

export class Live {
  private current = new AbortController();

  constructor(
    private line: Line,
    private listener: Listener,
  ) {}

  /** Begins again: another talk was taken up. */
  restart(): void {
    this.current.abort();
  }

  async run(): Promise<void> {
    for (let misses = 0; ; ) {
      this.current = new AbortController();
      const { id } = this.listener.talk();
      try {
        if (id) misses = misses < 2 ? await this.hear(this.current, misses) : await this.ask(this.current);
      } catch (error) {
        // The talk is gone; whoever sends next begins another.
        if (error instanceof Refused && error.status < 500 && error.status !== 429) await this.line.pause(30);
        else misses++;
      }
      await this.line.pause(id && !this.current.signal.aborted ? Math.min(1 + misses * 2, BETWEEN * 2) : 1);
    }
  }

  // A stream that says nothing may be held back: what has come meanwhile is asked for at once.
  private async hear(current: AbortController, misses: number): Promise<number> {
    if (await this.stream(current)) return 0;
    await this.askOnce();
    return misses + 1;
  }

  // Returns whether anything was heard.
  private async stream(current: AbortController): Promise<boolean> {
    const { id, token } = this.listener.talk();
    let watch = setTimeout(() => current.abort(), FIRST_WORD);
    let heard = false;
    try {
      const answer = await fetch(`${API}/conversations/${id}/events`, {
        headers: { Authorization: `Bearer ${token}`, "Last-Event-ID": String(this.listener.cursor()) },
        signal: current.signal,
        credentials: "omit",
        cache: "no-store",
      });
      if (!answer.ok || !answer.body) throw new Refused(answer.status, "");
      const events = new Events();
      const words = new TextDecoder();
      const reader = answer.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return heard;
        heard = true;
        clearTimeout(watch);
        watch = setTimeout(() => current.abort(), SILENCE);
        const messages = events.take(words.decode(value, { stream: true }));
        if (messages.length) this.listener.arrived(messages);
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
      return heard;
    } finally {
      clearTimeout(watch);
    }
  }

  private async ask(current: AbortController): Promise<number> {
    for (let round = 0; round < ROUNDS && !current.signal.aborted; round++) {
      await this.askOnce();
      await this.line.pause(BETWEEN);
    }
    return 1; // one more miss of the stream leads back here
  }

  private async askOnce(): Promise<void> {
    const { id, token } = this.listener.talk();
    const path = `/conversations/${id}/messages?after=${this.listener.cursor()}`;
    const { messages } = await this.line.call<{ messages: Message[] }>("GET", path, { token });
    if (messages.length) this.listener.arrived(messages);
  }
}
