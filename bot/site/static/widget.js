// ARKAS Bot's chat widget: one file, no library, no request before the first tap.
//
//   <script src="https://.../widget.js" async></script>
//
// Any element with data-arkas-chat opens it; a page without one gets a round button. What people and bot write is only
// ever set as text; an article's HTML is rebuilt from a short list of elements. The talk's id and token are kept in the
// browser's storage, and so is what could not be sent yet: it goes out with the same client_id when the line is back.
(() => {
  "use strict";
  if (customElements.get("arkas-chat")) return;

  const HOME = new URL(document.currentScript.src).origin;
  const API = `${HOME}/api/v1`;
  const STORE = "arkas-chat";
  const LONGEST = 10000; // code points, as the server counts
  const FILES = { most: 10, bytes: 25 * 2 ** 20 };
  const UPLOAD_PATIENCE = 300000; // a photograph over 2G takes its time
  const PATIENCE = 25000; // milliseconds; a turn may wait 8 s for the dialogue, and 3G is slow
  const WAITS = [1, 2, 4, 8, 15, 30]; // seconds between tries
  const SPEAKERS = { user: "Bapak/Ibu", bot: "ARKAS Bot", officer: "Petugas" };
  const MAY_STAND = new Set("P BR STRONG EM CODE PRE BLOCKQUOTE HR A UL OL LI H2 H3 H4 TABLE THEAD TBODY TR TH TD".split(" "));

  const STYLE = `
:host{--c:#0e4f5c;--c2:#0a3d48;--on:#fff;--bg:#f5f8f8;--sf:#fff;--tx:#17282d;--mu:#49595f;--ln:#d3dee0;--lk:#0a5a6b;--so:#dcecee;--ac:#f5bd4f;--fo:#b86e00;
all:initial;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;color:var(--tx);color-scheme:light dark}
@media(prefers-color-scheme:dark){:host{--c:#0c3842;--c2:#092a32;--on:#f2fafb;--bg:#0e181b;--sf:#152327;--tx:#e7eff0;--mu:#aabcc1;--ln:#31474d;--lk:#83d3df;--so:#1b3b43;--fo:#ffcf70}}
*{box-sizing:border-box;overflow-wrap:anywhere}[hidden]{display:none!important}
button,textarea{font:inherit;color:inherit}button{cursor:pointer}a{color:var(--lk)}h2,h3,h4{line-height:1.3;margin:1em 0 .4em;font-size:1.05em}
:focus-visible{outline:3px solid var(--fo);outline-offset:2px;border-radius:6px}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.launch{position:fixed;right:1rem;bottom:1rem;z-index:2147483000;width:3.5rem;height:3.5rem;border-radius:50%;border:2px solid #fff;background:var(--c);color:#fff;box-shadow:0 4px 16px #0005;display:grid;place-items:center}
.panel{position:fixed;right:1rem;bottom:1rem;z-index:2147483001;width:min(25rem,calc(100vw - 2rem));height:min(41rem,calc(100vh - 2rem));height:min(41rem,calc(100dvh - 2rem));display:flex;flex-direction:column;background:var(--bg);border:1px solid var(--ln);border-radius:14px;overflow:hidden;box-shadow:0 10px 40px #0006}
@media(max-width:30rem){.panel{inset:0;width:auto;height:100dvh;border:0;border-radius:0}}
.head{display:flex;align-items:center;gap:.25rem;background:var(--c);color:var(--on);padding:.5rem .4rem .5rem .9rem}
.head h2{margin:0 auto 0 0;font-size:1rem}.head small{display:block;font-weight:400;opacity:.9;font-size:.8rem}
.head button{background:none;border:0;color:inherit;min-width:2.75rem;height:2.75rem;border-radius:8px;display:grid;place-items:center;padding:0 .5rem}.head button:hover{background:#fff2}.head :focus-visible{outline-color:var(--ac);outline-offset:-3px}
.log{flex:1;overflow-y:auto;overscroll-behavior:contain;padding:.9rem}.log:focus-visible,.read:focus-visible{outline-offset:-3px}
.m{max-width:92%;margin:0 0 .75rem;width:fit-content}.m.user{margin-left:auto;max-width:82%}
.t{background:var(--sf);border:1px solid var(--ln);border-radius:4px 14px 14px;padding:.55rem .8rem;white-space:pre-wrap}.user .t{background:var(--so);border-color:transparent;border-radius:14px 4px 14px 14px}.m.late .t{opacity:.7}
.cards{list-style:none;margin:.5rem 0 0;padding:0;display:grid;gap:.5rem}
.cards li{background:var(--sf);border:1px solid var(--ln);border-radius:10px;overflow:hidden}.cards li:hover{border-color:var(--lk)}
.pick{display:flex;gap:.65rem;width:100%;text-align:left;background:none;border:0;padding:.7rem .8rem .35rem}.pick b{display:block;color:var(--lk);line-height:1.35}.pick small{color:var(--mu);font-size:.88rem;margin-top:.15rem;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden}.m:has(.cards){width:100%;max-width:100%}
.n{flex:none;width:1.6rem;height:1.6rem;border-radius:50%;background:var(--c);color:var(--on);font-weight:700;font-size:.88rem;display:grid;place-items:center}
.more{border:0;background:none;color:var(--lk);text-decoration:underline;font-size:.9rem;padding:.35rem .8rem .6rem 3.05rem;min-height:2rem}
.taps{display:flex;flex-wrap:wrap;gap:.45rem;margin-top:.55rem}
.tap{background:var(--sf);color:var(--lk);border:1px solid var(--lk);border-radius:99px;padding:.45rem .95rem;min-height:2.75rem;font-weight:600;text-decoration:none}.tap:hover{background:var(--so)}
.flat{border:0;border-radius:0;width:100%;text-align:left}
.ticket{border:1px solid var(--ln);border-left:5px solid var(--ac);background:var(--sf);border-radius:8px;padding:.6rem .8rem;margin-top:.5rem}.ticket b{display:block;font-size:1.3rem}
.state{min-height:1.7rem;margin:0;padding:0 .9rem .2rem;color:var(--mu);font-size:.88rem}.dots::after{content:"…";display:inline-block;width:1em;overflow:hidden;vertical-align:bottom}
@media(prefers-reduced-motion:no-preference){.dots::after{animation:d 1.2s steps(4) infinite}@keyframes d{from{width:0}}}
form{display:flex;gap:.5rem;align-items:flex-end;padding:.5rem .7rem;background:var(--sf);border-top:1px solid var(--ln)}
textarea{flex:1;resize:none;min-height:2.75rem;max-height:8rem;border:1px solid #7b8e94;border-radius:10px;background:var(--bg);padding:.55rem .7rem;field-sizing:content}
.files{display:flex;flex-wrap:wrap;gap:.35rem;list-style:none;margin:0;padding:.5rem .7rem 0;background:var(--sf)}.files:empty{display:none}.files li{display:flex;align-items:center;background:var(--so);border-radius:8px;padding-left:.6rem;font-size:.88rem;max-width:100%}.files button{border:0;background:none;min-width:2.2rem;height:2.2rem;display:grid;place-items:center}
.sent{font-size:.85rem;color:var(--mu)}.clip{border:0;background:none;color:var(--mu);width:2.25rem;height:2.75rem;flex:none;display:grid;place-items:center;padding:0}
.send{width:2.75rem;height:2.75rem;border:0;border-radius:10px;background:var(--c);color:var(--on);flex:none;display:grid;place-items:center}
nav{display:flex;flex-wrap:wrap;justify-content:center;gap:0 1rem;font-size:.85rem;background:var(--sf);padding:0 .7rem .4rem}nav a,nav button{color:var(--lk);background:none;border:0;padding:.25rem 0;text-decoration:underline;font-size:inherit;min-height:1.75rem}
.read{flex:1;overflow-y:auto;padding:.3rem 1rem 1rem;background:var(--sf)}.read h1{font-size:1.25rem;line-height:1.3;margin:.7rem 0}.read li{margin-bottom:.35rem}.read ol,.read ul{padding-left:1.5em}.read table{border-collapse:collapse}.read td,.read th{border:1px solid var(--ln);padding:.3rem .5rem;text-align:left}
.foot{border-top:1px solid var(--ln);margin-top:1.2rem;padding-top:.8rem}.warn{border-left:4px solid var(--ac);background:var(--bg);padding:.5rem .8rem}`;

  const el = (tag, properties = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in node && !name.includes("-")) node[name] = value;
      else node.setAttribute(name, value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };

  const icon = (path) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const attributes = { width: 24, height: 24, viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
    for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
    svg.append(document.createElementNS(svg.namespaceURI, "path"));
    svg.firstChild.setAttribute("d", path);
    return svg;
  };

  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const safeLink = (address) => {
    try {
      const url = new URL(address, HOME);
      return ["https:", "http:", "mailto:"].includes(url.protocol) ? url : null;
    } catch {
      return null;
    }
  };

  const link = (address, text, properties = {}) => {
    const url = safeLink(address);
    if (!url) return document.createTextNode(text);
    const elsewhere = url.origin !== location.origin ? { target: "_blank", rel: "noopener noreferrer" } : {};
    return el("a", { href: url.href, textContent: text, ...elsewhere, ...properties });
  };

  // Addresses inside plain text become links; a full stop at the end belongs to the sentence.
  const withLinks = (text) => text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/).map((part, i) => (i % 2 ? link(part, part) : part));

  // Rebuilds washed HTML from the elements that articles use; anything else leaves only its text.
  const rebuilt = (nodes) =>
    Array.from(nodes).flatMap((node) => {
      if (node.nodeType === Node.TEXT_NODE) return [node.data];
      if (node.nodeType !== Node.ELEMENT_NODE || ["SCRIPT", "STYLE"].includes(node.tagName)) return [];
      const inner = rebuilt(node.childNodes);
      if (!MAY_STAND.has(node.tagName)) return inner;
      if (node.tagName === "A") return [link(node.getAttribute("href") || "", node.textContent)];
      return [el(node.tagName, node.tagName === "OL" && node.start !== 1 ? { start: node.start } : {}, ...inner)];
    });

  class Refused extends Error {
    constructor(status, sentence) {
      super(sentence);
      this.status = status;
    }
  }

  class ArkasChat extends HTMLElement {
    constructor() {
      super();
      this.root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.root.adoptedStyleSheets = [sheet];
      this.saved = this.load();
      this.chosen = new Set();
      this.bubbles = new WeakMap(); // what waits to be sent -> how it is shown
      this.newest = 0; // the highest id on show
      this.picked = []; // files that will go with the next message
      this.files = new Map(); // client_id -> files; too large for the storage, so a reload loses them
      if (!document.querySelector("[data-arkas-chat]")) this.addLauncher();
      document.addEventListener("click", (event) => this.onPageClick(event));
      addEventListener("online", () => this.wake?.());
      if (this.remembered("open") && matchMedia("(min-width:40rem)").matches) this.open(false);
    }

    // ---- what is kept between visits -------------------------------------------------------------------------

    load() {
      try {
        const saved = JSON.parse(localStorage.getItem(STORE)) || {};
        return { id: saved.id, token: saved.token, queue: Array.isArray(saved.queue) ? saved.queue : [] };
      } catch {
        return { queue: [] };
      }
    }

    save() {
      try {
        localStorage.setItem(STORE, JSON.stringify(this.saved));
      } catch {
        // Private windows may refuse storage; the talk then lives as long as the page.
      }
    }

    remembered(name, value) {
      try {
        if (value === undefined) return sessionStorage.getItem(`${STORE}-${name}`);
        return sessionStorage.setItem(`${STORE}-${name}`, value);
      } catch {
        return null;
      }
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
      this.remembered("open", "1");
      if (focus) this.takeFocus();
      if (first) this.begin();
    }

    close() {
      this.panel.hidden = true;
      this.remembered("open", "");
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
        await this.try(() => (this.saved.id ? this.takeUp() : this.start()));
        this.say("");
        this.pump();
      } catch (error) {
        this.say(error.message);
      }
    }

    async start() {
      const talk = await this.call("POST", "/conversations", { channel: "web" });
      this.saved.id = talk.id;
      this.saved.token = talk.token;
      this.save();
      this.show(talk.messages);
    }

    async takeUp() {
      try {
        const { messages } = await this.call("GET", `/conversations/${this.saved.id}/messages`);
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
      this.save();
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
      this.save();
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
          const { messages } = await this.try(() => this.call("POST", `/conversations/${talk.id}/messages`, body));
          if (talk !== this.saved) continue; // another talk was begun meanwhile
          this.done(waiting);
          this.say("");
          this.show(messages);
        } catch (error) {
          if ([401, 404].includes(error.status)) await this.try(() => this.start());
          else {
            this.done(waiting);
            this.say(error.message);
          }
        }
      }
      this.pumping = false;
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
      this.done(waiting);
      this.say(`Lampiran ${attachments.map(({ name }) => name).join(", ")} belum terkirim. Silakan pilih kembali.`);
      return null;
    }

    done(waiting) {
      this.files.delete(waiting.client_id);
      this.bubbles.get(waiting)?.classList.remove("late");
      this.saved.queue = this.saved.queue.filter((other) => other !== waiting);
      this.save();
    }

    // Does something until the network lets it; what the server refuses is refused at once.
    async try(action) {
      for (let attempt = 0; ; attempt++) {
        try {
          return await action();
        } catch (error) {
          if (error instanceof Refused && error.status < 500 && error.status !== 429) throw error;
          this.say("Menunggu jaringan. Pesan disimpan dan dikirim begitu tersambung", true);
          await this.pause(WAITS[Math.min(attempt, WAITS.length - 1)]);
        }
      }
    }

    pause(seconds) {
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, seconds * 1000);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }

    async call(method, path, body) {
      const files = body instanceof FormData;
      const headers = body && !files ? { "Content-Type": "application/json" } : {};
      if (this.saved.token) headers.Authorization = `Bearer ${this.saved.token}`;
      const answer = await fetch(API + path, { method, headers, body: files ? body : body && JSON.stringify(body), signal: AbortSignal.timeout(files ? UPLOAD_PATIENCE : PATIENCE), credentials: "omit" });
      if (answer.ok) return answer.json();
      const told = await answer.json().catch(() => ({}));
      throw new Refused(answer.status, told.detail || "Maaf, ada gangguan. Silakan coba lagi atau pakai Formulir Layanan.");
    }

    // ---- showing ---------------------------------------------------------------------------------------------

    say(sentence, goingOn = false) {
      this.state.textContent = sentence;
      this.state.classList.toggle("dots", goingOn);
    }

    show(messages) {
      const fresh = messages.filter(({ id }) => id > this.newest);
      fresh.forEach((message, i) => this.bubble(message, false, i === fresh.length - 1));
      this.newest = Math.max(this.newest, ...fresh.map(({ id }) => id));
    }

    showWaiting(waiting) {
      this.bubbles.set(waiting, this.bubble({ ...waiting, sender: "user" }, true));
    }

    bubble(message, late = false, last = false) {
      const { sender, articles = [], buttons = [], attachments = [], ticket = null } = message;
      const text = message.text || "";
      const node = el("div", { className: `m ${sender in SPEAKERS ? sender : "bot"}${late ? " late" : ""}` }, el("span", { className: "sr", textContent: `${SPEAKERS[sender] || ""}: ` }));
      if (text) node.append(el("div", { className: "t" }, ...withLinks(text)));
      if (attachments.length) node.append(el("div", { className: "t sent", textContent: `Lampiran: ${attachments.map(({ name }) => name).join(", ")}` }));
      if (articles.length) node.append(el("ol", { className: "cards" }, ...articles.map((card, i) => this.card(card, i + 1))));
      if (ticket) node.append(this.ticket(ticket));
      if (last && buttons.length) node.append(el("div", { className: "taps" }, ...buttons.map((button) => this.tap(button))));
      this.log.append(node);
      this.log.scrollTop = sender === "user" ? this.log.scrollHeight : node.offsetTop - this.log.offsetTop - 12;
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
        const article = await this.call("GET", `/articles/${encodeURIComponent(card.id)}`);
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
})();
