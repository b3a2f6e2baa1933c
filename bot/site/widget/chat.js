// The chat itself: a custom element with its own launcher, dialog, talk, and reader for articles.

const API = `${HOME}/api/v1`;
const LONGEST = 10000; // code points, as the server counts
const FILES = { most: 10, bytes: 25 * 2 ** 20 };
const SPEAKERS = { user: "Bapak/Ibu", bot: "ARKAS Bot", officer: "Petugas" };

class ArkasChat extends HTMLElement {
  constructor() {
    super();
    this.root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.root.adoptedStyleSheets = [sheet];
    this.store = new Store("arkas-chat");
    this.line = new Line(API, () => this.say("Menunggu jaringan. Pesan disimpan dan dikirim begitu tersambung", true));
    this.saved = this.store.load();
    this.chosen = new Set();
    this.bubbles = new WeakMap(); // what waits to be sent -> how it is shown
    this.newest = 0; // the highest id on show
    this.picked = []; // files that will go with the next message
    this.files = new Map(); // client_id -> files; too large for the storage, so a reload loses them
    if (!document.querySelector("[data-arkas-chat]")) this.addLauncher();
    document.addEventListener("click", (event) => this.onPageClick(event));
    if (this.store.wasOpen && matchMedia("(min-width:40rem)").matches) this.open(false);
  }

  // ---- opening and closing ---------------------------------------------------------------------------------

  addLauncher() {
    this.launcher = el("button", { className: "launch", "aria-label": "Tanya ARKAS Bot", "aria-haspopup": "dialog", onclick: () => this.open() }, icon("M4 5h16v11H10l-4 4v-4H4zM8 9h8m-8 3h5"));
    this.root.append(this.launcher);
  }

  onPageClick(event) {
    const opener = event.target.closest?.("[data-arkas-chat]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.opener = opener;
    this.open();
  }

  open(focus = true) {
    const first = !this.panel;
    if (first) this.build();
    this.panel.hidden = false;
    this.store.wasOpen = true;
    if (focus) this.takeFocus();
    if (first) this.begin();
  }

  close() {
    this.panel.hidden = true;
    this.store.wasOpen = false;
    (this.opener || this.launcher)?.focus();
  }

  takeFocus() {
    // On a phone the keyboard would cover half of the talk before anything was read.
    const target = matchMedia("(pointer:coarse)").matches ? this.log : this.input;
    target.focus({ preventScroll: true });
  }

  build() {
    this.log = el("div", { className: "log", role: "log", tabIndex: 0, "aria-label": "Percakapan", "aria-live": "polite" });
    this.state = el("p", { className: "state", role: "status" });
    this.input = el("textarea", { id: "t", rows: 1, placeholder: "Tulis kendalanya di sini", enterKeyHint: "send", "aria-describedby": "s" });
    this.state.id = "s";
    const send = el("button", { className: "send", "aria-label": "Kirim" }, icon("M5 12h14m-6-6 6 6-6 6"));
    const picker = el("input", { type: "file", multiple: true, hidden: true, onchange: () => this.pick(picker.files, () => (picker.value = "")) });
    const clip = el("button", { type: "button", className: "clip", "aria-label": "Lampirkan gambar atau berkas", onclick: () => picker.click() }, icon("M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7L9.3 17a1.7 1.7 0 0 1-2.4-2.4L14.5 7"));
    this.form = el("form", { onsubmit: (event) => this.onSubmit(event) }, picker, clip, el("label", { className: "sr", htmlFor: "t", textContent: "Pesan" }), this.input, send);
    this.tray = el("ul", { className: "files", "aria-label": "Lampiran" });
    const anew = el("button", { type: "button", textContent: "Percakapan baru", onclick: () => this.beginAnew() });
    this.foot = el("nav", { "aria-label": "Bantuan lain" }, link("/hubungi-kami", "Formulir Layanan"), link("/tiket", "Lacak tiket"), anew);
    this.back = el("button", { hidden: true, "aria-label": "Kembali ke percakapan", onclick: () => this.closeArticle() }, icon("M15 5l-7 7 7 7"));
    const close = el("button", { "aria-label": "Tutup percakapan", onclick: () => this.close() }, icon("M6 6l12 12M18 6 6 18"));
    const title = el("h2", { id: "h" }, "ARKAS Bot", el("small", { textContent: "Pusat Informasi ARKAS/BOSP" }));
    this.panel = el("section", { className: "panel", role: "dialog", "aria-modal": "true", "aria-labelledby": "h" }, el("div", { className: "head" }, this.back, title, close), this.log, this.state, this.tray, this.form, this.foot);
    this.panel.addEventListener("paste", (event) => this.pick(event.clipboardData.files, () => event.preventDefault()));
    this.panel.addEventListener("dragover", (event) => event.preventDefault());
    this.panel.addEventListener("drop", (event) => this.pick(event.dataTransfer.files, () => event.preventDefault()));
    this.panel.addEventListener("keydown", (event) => this.onKey(event));
    this.root.append(this.panel);
  }

  onKey(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      if (this.article) this.closeArticle();
      else this.close();
    } else if (event.key === "Tab") this.keepFocus(event);
    else if (event.key === "Enter" && event.target === this.input && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.form.requestSubmit();
    }
  }

  keepFocus(event) {
    const stops = Array.from(this.panel.querySelectorAll("button,a[href],textarea,[tabindex='0']")).filter((node) => node.checkVisibility?.() ?? node.offsetParent);
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (this.root.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
  }

  // ---- the talk --------------------------------------------------------------------------------------------

  async begin() {
    this.say("Menyambungkan", true);
    try {
      await this.line.try(() => (this.saved.id ? this.takeUp() : this.start()));
      this.say("");
      this.pump();
    } catch (error) {
      this.say(error.message);
    }
  }

  async start() {
    const talk = await this.line.call("POST", "/conversations", { body: { channel: "web" } });
    this.saved.id = talk.id;
    this.saved.token = talk.token;
    this.store.save(this.saved);
    this.show(talk.messages);
  }

  async takeUp() {
    try {
      const { messages } = await this.line.call("GET", `/conversations/${this.saved.id}/messages`, { token: this.saved.token });
      this.log.replaceChildren();
      this.newest = 0;
      this.show(messages);
      const last = messages.findLast((message) => message.sender === "user");
      // A message that arrived but whose answer got lost stands there already; it is still sent again, for its answer.
      for (const waiting of this.saved.queue) if (waiting.text !== last?.text) this.showWaiting(waiting);
    } catch (error) {
      if (![401, 404].includes(error.status)) throw error;
      await this.start(); // the talk is gone; what was typed is not
    }
  }

  beginAnew() {
    this.saved = { queue: [] };
    this.store.save(this.saved);
    this.chosen.clear();
    this.newest = 0;
    this.log.replaceChildren();
    this.takeFocus();
    this.begin();
  }

  onSubmit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text && !this.picked.length) return;
    if (Array.from(text).length > LONGEST) {
      this.say("Pesannya terlalu panjang. Mohon ringkas inti kendalanya, atau pakai Formulir Layanan.");
      return;
    }
    this.input.value = "";
    this.send(text, undefined, this.picked.splice(0));
    this.showPicked();
  }

  // ---- files -----------------------------------------------------------------------------------------------

  pick(list, then) {
    if (!list.length) return;
    const chosen = Array.from(list);
    then();
    const large = chosen.find((file) => file.size > FILES.bytes || !file.size);
    if (large) this.say(large.size ? `${large.name} terlalu besar. Batasnya 25 MB per berkas.` : `${large.name} kosong (0 byte). Silakan pilih berkas lain.`);
    else if (this.picked.length + chosen.length > FILES.most) this.say(`Paling banyak ${FILES.most} berkas dalam satu pesan.`);
    else this.picked.push(...chosen);
    this.showPicked();
    this.input.focus();
  }

  showPicked() {
    const remove = (file) => () => {
      this.picked = this.picked.filter((other) => other !== file);
      this.showPicked();
      this.input.focus();
    };
    const shown = (file) => el("li", {}, file.name, el("button", { type: "button", "aria-label": `Hapus lampiran ${file.name}`, onclick: remove(file) }, icon("M7 7l10 10M17 7 7 17")));
    this.tray.replaceChildren(...this.picked.map(shown));
  }

  // ---- sending ---------------------------------------------------------------------------------------------

  send(text, payload, files = []) {
    this.log.querySelectorAll(".taps").forEach((taps) => taps.remove());
    const waiting = { client_id: newId(), text, payload, attachments: files.map(({ name }) => ({ name })) };
    if (files.length) this.files.set(waiting.client_id, files);
    this.saved.queue.push(waiting);
    this.store.save(this.saved);
    this.showWaiting(waiting);
    if (payload) this.takeFocus();
    this.pump();
  }

  // Sends what waits, one at a time and in order; a message leaves the queue only when the server has answered it.
  async pump() {
    if (this.pumping || !this.saved.id) return;
    this.pumping = true;
    while (this.saved.queue.length && this.saved.id) {
      const talk = this.saved;
      const [waiting] = talk.queue;
      try {
        const body = this.bodyOf(waiting);
        if (!body) continue;
        this.say(body instanceof FormData ? "Mengunggah lampiran" : "ARKAS Bot sedang mengetik", true);
        const { messages } = await this.line.try(() => this.line.call("POST", `/conversations/${talk.id}/messages`, { body, token: talk.token }));
        if (talk !== this.saved) continue; // another talk was begun meanwhile
        this.done(waiting);
        this.say("");
        this.show(messages);
      } catch (error) {
        if ([401, 404].includes(error.status)) await this.line.try(() => this.start());
        else this.takeBack(waiting, error.message);
      }
    }
    this.pumping = false;
  }

  // What was refused was not said: it goes back to where it can be mended.
  takeBack(waiting, sentence) {
    this.bubbles.get(waiting)?.remove();
    this.done(waiting);
    if (!this.input.value && !waiting.payload) this.input.value = waiting.text;
    this.say(sentence);
  }

  bodyOf(waiting) {
    const { client_id, text, payload, attachments = [] } = waiting;
    const files = this.files.get(client_id);
    if (files) {
      const form = new FormData();
      form.append("client_id", client_id);
      if (text) form.append("text", text);
      for (const file of files) form.append("files", file, file.name);
      return form;
    }
    if (text || payload) return { client_id, text, payload };
    this.takeBack(waiting, `Lampiran ${attachments.map(({ name }) => name).join(", ")} belum terkirim. Silakan pilih kembali.`);
    return null;
  }

  done(waiting) {
    this.files.delete(waiting.client_id);
    this.bubbles.get(waiting)?.classList.remove("late");
    this.saved.queue = this.saved.queue.filter((other) => other !== waiting);
    this.store.save(this.saved);
  }

  // ---- showing ---------------------------------------------------------------------------------------------

  say(sentence, goingOn = false) {
    this.state.textContent = sentence;
    this.state.classList.toggle("dots", goingOn);
  }

  show(messages) {
    const fresh = messages.filter(({ id }) => id > this.newest);
    const nodes = fresh.map((message, i) => this.bubble(message, false, i === fresh.length - 1));
    // An answer is read from its beginning; a talk that is taken up again, from where it ended.
    let begin = fresh.some(({ sender }) => sender === "user") ? nodes.at(-1) : nodes[0];
    if (begin?.previousElementSibling?.matches(".user:not(.long)")) begin = begin.previousElementSibling;
    if (begin) this.log.scrollTop = begin.offsetTop - this.log.offsetTop - 12;
    this.newest = Math.max(this.newest, ...fresh.map(({ id }) => id));
  }

  showWaiting(waiting) {
    this.bubbles.set(waiting, this.bubble({ ...waiting, sender: "user" }, true));
    this.log.scrollTop = this.log.scrollHeight;
  }

  bubble(message, late = false, last = false) {
    const { sender, articles = [], buttons = [], attachments = [], ticket = null } = message;
    const text = message.text || "";
    const size = text.length > 120 ? " long" : "";
    const node = el("div", { className: `m ${sender in SPEAKERS ? sender : "bot"}${size}${late ? " late" : ""}` }, el("span", { className: "sr", textContent: `${SPEAKERS[sender] || ""}: ` }));
    if (text) node.append(el("div", { className: "t" }, ...withLinks(text)));
    if (attachments.length) node.append(el("div", { className: "t sent", textContent: `Lampiran: ${attachments.map(({ name }) => name).join(", ")}` }));
    if (articles.length) node.append(el("ol", { className: "cards" }, ...articles.map((card, i) => this.card(card, i + 1))));
    if (ticket) node.append(this.ticket(ticket));
    if (last && buttons.length) node.append(el("div", { className: "taps" }, ...buttons.map((button) => this.tap(button))));
    this.log.append(node);
    return node;
  }

  tap({ title, payload }) {
    return el("button", { className: "tap", textContent: title, onclick: () => this.send(title, payload) });
  }

  // The answer to a choice names its article once more: what is left to do with it is to read it whole.
  card(card, number) {
    if (this.chosen.has(card.payload)) return el("li", {}, this.more(card, `Baca lengkap: ${card.title}`, "tap flat"));
    const words = el("span", {}, el("b", { textContent: card.title }), el("small", { textContent: card.excerpt }));
    const pick = el("button", { className: "pick", onclick: () => this.choose(card) }, el("span", { className: "n", textContent: number }), words);
    return el("li", {}, pick, this.more(card, "Baca lengkap", "more"));
  }

  more(card, words, className) {
    const more = el("button", { className, textContent: words, "aria-label": `Baca lengkap: ${card.title}`, onclick: () => this.openArticle(card, more) });
    return more;
  }

  choose(card) {
    this.chosen.add(card.payload);
    this.send(card.title, card.payload);
  }

  ticket({ number }) {
    const status = link(`/tiket?nomor=${encodeURIComponent(number)}`, "Lihat status tiket");
    return el("div", { className: "ticket" }, "Nomor tiket", el("b", { textContent: `#${number}` }), status);
  }

  // ---- reading an article inside the widget ----------------------------------------------------------------

  async openArticle(card, opener) {
    this.say("Membuka artikel", true);
    try {
      const article = await this.line.call("GET", `/articles/${encodeURIComponent(card.id)}`);
      this.say("");
      this.showArticle(card, article, opener);
    } catch (error) {
      this.say(error instanceof Refused ? error.message : "Artikel belum dapat dibuka. Periksa jaringan lalu coba lagi.");
    }
  }

  showArticle(card, article, opener) {
    const page = new DOMParser().parseFromString(article.html, "text/html");
    const heading = el("h1", { textContent: article.title, tabIndex: -1 });
    const warning = article.verified === false ? el("p", { className: "warn", textContent: "Belum diverifikasi: isi artikel ini belum dicocokkan dengan sumber resmi." }) : null;
    const answers = [this.verdict(card, "Ya, membantu", "/affirm"), this.verdict(card, "Belum terjawab", "/deny")];
    const footer = el("div", { className: "foot" }, el("b", { textContent: "Apakah artikel ini membantu?" }), el("div", { className: "taps" }, ...answers), el("p", {}, link(article.url, "Buka di halaman penuh")));
    this.article = el("div", { className: "read", tabIndex: 0, role: "article", "aria-label": article.title }, heading, warning, ...rebuilt(page.body.childNodes), footer);
    this.returnTo = opener;
    this.swap(true);
    this.log.after(this.article);
    heading.focus();
  }

  verdict(card, title, payload) {
    const onclick = () => {
      this.closeArticle();
      if (!this.chosen.has(card.payload)) this.choose(card);
      this.send(title, payload);
    };
    return el("button", { className: "tap", textContent: title, onclick });
  }

  closeArticle() {
    this.article.remove();
    this.article = null;
    this.swap(false);
    this.returnTo?.focus();
  }

  swap(reading) {
    this.back.hidden = !reading;
    for (const part of [this.log, this.state, this.tray, this.form, this.foot]) part.hidden = reading;
  }
}

customElements.define("arkas-chat", ArkasChat);
const arrive = () => document.body.append(document.createElement("arkas-chat"));
if (document.body) arrive();
else addEventListener("DOMContentLoaded", arrive);
