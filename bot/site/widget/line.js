// The line to the server: patient while there is no network, plain when the server says no.

const UPLOAD_PATIENCE = 300000; // milliseconds: a photograph over 2G takes its time
const PATIENCE = 25000; // a turn may wait 8 s for the dialogue, and 3G is slow
const WAITS = [1, 2, 4, 8, 15, 30]; // seconds between tries

class Refused extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

class Line {
  constructor(api, whileWaiting) {
    this.api = api;
    this.whileWaiting = whileWaiting;
    addEventListener("online", () => this.wake?.());
  }

  async call(method, path, { body, token } = {}) {
    const files = body instanceof FormData;
    const headers = body && !files ? { "Content-Type": "application/json" } : {};
    if (token) headers.Authorization = `Bearer ${token}`;
    const answer = await fetch(this.api + path, {
      method,
      headers,
      body: files ? body : body && JSON.stringify(body),
      signal: AbortSignal.timeout(files ? UPLOAD_PATIENCE : PATIENCE),
      credentials: "omit",
    });
    if (answer.ok) return answer.json();
    const told = await answer.json().catch(() => ({}));
    throw new Refused(answer.status, told.detail || "Maaf, ada gangguan. Silakan coba lagi atau pakai Formulir Layanan.");
  }

  // Does something until the network lets it; what the server refuses is refused at once.
  async try(action) {
    for (let attempt = 0; ; attempt++) {
      try {
        return await action();
      } catch (error) {
        if (error instanceof Refused && error.status < 500 && error.status !== 429) throw error;
        this.whileWaiting();
        await this.pause(WAITS[Math.min(attempt, WAITS.length - 1)]);
      }
    }
  }

  // Ends early when the browser says that it is online again.
  pause(seconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
