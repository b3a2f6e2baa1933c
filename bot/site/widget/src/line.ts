// The line to the server: patient while there is no network, plain when the server says no.

import { API } from "./config";
import { say } from "./labels";

const PATIENCE = 25_000; // milliseconds; a turn may wait 8 s for the dialogue, and 3G is slow
const UPLOAD_PATIENCE = 300_000; // a photograph over 2G takes its time
const WAITS = [1, 2, 4, 8, 15, 30]; // seconds between tries

export class Refused extends Error {
  constructor(
    readonly status: number,
    sentence: string,
  ) {
    super(sentence);
  }
}

export class Cancelled extends Error {}

export interface Upload {
  progress: (fraction: number) => void;
  cancelled: AbortSignal;
}

interface Options {
  body?: unknown;
  token?: string | undefined;
}

const refusal = (status: number, told: { detail?: string }): Refused => new Refused(status, told.detail || say.broken);

export class Line {
  private sleepers = new Set<() => void>();

  constructor() {
    addEventListener("online", () => this.sleepers.forEach((wake) => wake()));
  }

  async call<T>(method: string, path: string, { body, token }: Options = {}): Promise<T> {
    const headers: Record<string, string> = body ? { "Content-Type": "application/json" } : {};
    if (token) headers.Authorization = `Bearer ${token}`;
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const answer = await fetch(API + path, {
        method,
        headers,
        body: body ? JSON.stringify(body) : null,
        signal: patience.signal,
        credentials: "omit",
      });
      if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
      throw refusal(answer.status, await answer.json().catch(() => ({})));
    } finally {
      clearTimeout(timer);
    }
  }

  // fetch cannot tell how much of a body has left; XMLHttpRequest can.
  upload<T>(path: string, form: FormData, token: string | undefined, { progress, cancelled }: Upload): Promise<T> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", API + path);
      request.setRequestHeader("Authorization", `Bearer ${token}`);
      request.responseType = "json";
      request.timeout = UPLOAD_PATIENCE;
      request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
      request.onerror = request.ontimeout = () => reject(new TypeError("the line dropped"));
      request.onabort = () => reject(new Cancelled());
      request.onload = () =>
        request.status < 300 ? resolve(request.response) : reject(refusal(request.status, request.response ?? {}));
      if (cancelled.aborted) return reject(new Cancelled());
      cancelled.addEventListener("abort", () => request.abort());
      return request.send(form);
    });
  }

  /** Does something until the network lets it; what the server refuses is refused at once. */
  async try<T>(action: () => Promise<T>, whileWaiting: () => void): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await action();
      } catch (error) {
        if (error instanceof Cancelled) throw error;
        if (error instanceof Refused && error.status < 500 && error.status !== 429) throw error;
        whileWaiting();
        await this.pause(WAITS[Math.min(attempt, WAITS.length - 1)] ?? 30);
      }
    }
  }

  /** Ends early when the browser says that it is online again. */
  pause(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, seconds * 1000);
      this.sleepers.add(wake);
    });
  }
}
