// The widget itself: a custom element with its own launcher, dialog, talk, and reader for articles.

import { Badge } from "./badge";
import { AT_HOME, OPTIONS } from "./config";
import { CROSS, el, icon, link } from "./dom";
import { Tray } from "./files";
import { LANG, say } from "./labels";
import { Refused } from "./line";
import { Log } from "./log";
import { ownPage } from "./own";
import { articlePage, fetchArticle } from "./reader";
import { Store } from "./store";
import STYLE from "./style.css";
import { type Stage, Talk } from "./talk";
import { download } from "./transcript";
import type { Card, Message, Waiting } from "./types";

const LONGEST = 10_000; // code points, as the server counts
const ERASING = /^\/(hapus|hapus_data|stop)$/i; // as on the messengers
const BUBBLE = "M4 5h16v11H10l-4 4v-4H4zM8 9h8m-8 3h5";
const CLIP = "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7L9.3 17a1.7 1.7 0 0 1-2.4-2.4L14.5 7";
const ARROW = "M5 12h14m-6-6 6 6-6 6";
const BACK = "M15 5l-7 7 7 7";
const DOWN = "M12 4v11m-5-5 5 5 5-5M5 20h14";

export class ArkasChat extends HTMLElement implements Stage {
  private root = this.attachShadow({ mode: "open" });
  private store = new Store();
  private talk: Talk | undefined;
  private badge = new Badge(this.store, () => this.isRead);
  private chosen = new Set<string>();
  private offered = ""; // the waiting question for which articles were offered
  private launcher: HTMLElement | undefined;
  private opener: HTMLElement | undefined;
  private returnTo: HTMLElement | undefined;
  private article: HTMLElement | undefined;
  private panel!: HTMLElement;
  private form!: HTMLFormElement;
  private input!: HTMLTextAreaElement;
  private back!: HTMLButtonElement;
  private foot!: HTMLElement;
  private state = el("p", { className: "state", id: "s", role: "status" });
  private tray = new Tray((sentence) => this.say(sentence), () => this.input.focus());
  private log = new Log({
    send: (text, payload) => this.send(text, payload),
    choose: (card) => this.choose(card),
    open: (card, opener) => void this.openArticle(card, opener),
    cancel: (waiting) => this.cancel(waiting),
  });

  constructor() {
    super();
    this.dress();
    this.root.addEventListener("keydown", (event) => this.onKey(event as KeyboardEvent));
    // What had the focus may be gone (an offer was taken back): the page's body has it then, and the keys are still ours.
    document.addEventListener("keydown", (event) => document.activeElement === document.body && this.onKey(event));
    document.addEventListener("click", (event) => this.onPageClick(event));
    document.addEventListener("visibilitychange", () => this.badge.look());
  }

  // An adopted sheet needs no leave of the page's policy; browsers before 2023 may not know it.
  private dress(): void {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.root.adoptedStyleSheets = [sheet];
    } catch {
      this.root.append(el("style", { textContent: STYLE }));
    }
  }

  connectedCallback(): void {
    if (!this.isTheOne) return;
    this.lang = LANG;
    this.rise();
    for (const name of ["theme", "side"] as const) if (OPTIONS[name]) this.setAttribute(name, OPTIONS[name]);
    if (OPTIONS.launcher !== "none" && !document.querySelector("[data-arkas-chat]")) this.addLauncher();
    if (this.store.wasOpen && matchMedia("(min-width:40rem)").matches) this.open(false);
  }

  /** A page may hold several by mistake; two launchers would lie upon each other. */
  private get isTheOne(): boolean {
    return document.querySelector("arkas-chat") === this;
  }

  // Above the page, whatever its z-index; a filter or transform of the body would else move what is fixed.
  private rise(): void {
    if (!("popover" in this)) return;
    this.popover = "manual";
    this.showPopover();
  }

  // ---- opening and closing ---------------------------------------------------------------------------------

  private addLauncher(): void {
    if (this.launcher) return;
    this.launcher = el("button", { className: "launch", "aria-label": say.ask, "aria-haspopup": "dialog", onclick: () => this.open() }, icon(BUBBLE));
    this.root.append(this.launcher);
    this.badge.show(this.launcher);
  }

  private onPageClick(event: MouseEvent): void {
    const opener = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-arkas-chat]") : null;
    if (!opener || !this.isTheOne || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.opener = opener;
    this.open();
  }

  open(focus = true): void {
    const first = !this.talk;
    if (first) this.build();
    this.panel.hidden = false;
    if (this.launcher) this.launcher.hidden = true;
    this.store.wasOpen = true;
    if (focus) this.takeFocus();
    if (first) void (this.talk = new Talk(this.store, this)).begin();
    this.log.mark(this.store.load().read);
    this.badge.look();
  }

  close(): void {
    if (!this.talk) return;
    this.panel.hidden = true;
    if (this.launcher) this.launcher.hidden = false;
    this.store.wasOpen = false;
    (this.opener ?? this.launcher)?.focus();
  }

  private get isRead(): boolean {
    return !!this.talk && !this.panel.hidden && document.visibilityState === "visible";
  }

  private takeFocus(): void {
    // On a phone the keyboard would cover half of the talk before anything was read.
    const target = matchMedia("(pointer:coarse)").matches ? this.log.node : this.input;
    target.focus({ preventScroll: true });
  }

  private build(): void {
    this.input = el("textarea", { id: "t", rows: 1, placeholder: say.placeholder, enterKeyHint: "send", "aria-describedby": "s" });
    this.form = this.buildForm();
    this.foot = this.buildFoot();
    this.back = el("button", { hidden: true, "aria-label": say.back, onclick: () => this.closeArticle() }, icon(BACK));
    const close = el("button", { "aria-label": say.close, onclick: () => this.close() }, icon(CROSS));
    const save = el("button", { "aria-label": say.download, onclick: () => this.talk && download(this.talk.messages) }, icon(DOWN));
    const title = el("h2", { id: "h" }, OPTIONS.title || "ARKAS Bot", el("small", { textContent: say.subtitle }));
    const head = el("div", { className: "head" }, this.back, title, save, close);
    this.panel = el("section", { className: "panel", role: "dialog", "aria-modal": "true", "aria-labelledby": "h" }, head, this.log.node, this.state, this.tray.node, this.form, this.foot);
    this.takeFiles();
    this.root.append(this.panel);
    this.fit();
    for (const change of ["resize", "scroll"]) visualViewport?.addEventListener(change, () => this.fit());
  }

  // A phone's keyboard lies over the page and makes only this viewport smaller; so does zooming in, which moves nothing.
  private fit(): void {
    const view = visualViewport;
    if (!view || view.scale > 1.01) return;
    const { height, offsetTop } = view;
    const set = (name: string, length: number) => this.panel.style.setProperty(name, `${length}px`);
    set("--vh", height);
    set("--vt", offsetTop);
    set("--kb", Math.max(0, innerHeight - height - offsetTop));
  }

  private buildForm(): HTMLFormElement {
    const picker = el("input", { type: "file", multiple: true, hidden: true, onchange: () => this.tray.add(picker.files) && (picker.value = "") });
    const clip = el("button", { type: "button", className: "clip", "aria-label": say.attach, onclick: () => picker.click() }, icon(CLIP));
    const send = el("button", { className: "send", "aria-label": say.send }, icon(ARROW));
    const label = el("label", { className: "sr", htmlFor: "t", textContent: say.message });
    return el("form", { onsubmit: (event: Event) => this.onSubmit(event) }, picker, clip, label, this.input, send);
  }

  private buildFoot(): HTMLElement {
    const own: HTMLElement = el("button", { type: "button", textContent: say.own, onclick: () => void this.openOwn(own) });
    return el("nav", { "aria-label": say.more }, link("/hubungi-kami", say.form), link("/tiket", say.track), own);
  }

  private takeFiles(): void {
    const take = (event: Event, data: DataTransfer | null) => {
      if (!data?.files.length) return;
      event.preventDefault();
      if (this.article) this.closeArticle(); // the tray is hidden while something is read
      this.tray.add(data.files);
    };
    this.panel.addEventListener("paste", (event) => take(event, event.clipboardData));
    this.panel.addEventListener("drop", (event) => take(event, event.dataTransfer));
    this.panel.addEventListener("dragover", (event) => event.preventDefault());
  }

  // ---- the keyboard ----------------------------------------------------------------------------------------

  private onKey(event: KeyboardEvent): void {
    if (!this.talk || this.panel.hidden) return;
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

  private keepFocus(event: KeyboardEvent): void {
    const all = this.panel.querySelectorAll<HTMLElement>("button,a[href],textarea,input:not([hidden]),[tabindex='0']");
    const stops = Array.from(all).filter((node) => node.offsetParent || node.getClientRects().length);
    const [first, last] = [stops[0], stops[stops.length - 1]];
    if (this.root.activeElement && this.root.activeElement !== (event.shiftKey ? first : last)) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }

  // ---- the talk --------------------------------------------------------------------------------------------

  private onSubmit(event: Event): void {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text && this.tray.isEmpty) return;
    if (Array.from(text).length > LONGEST) {
      this.say(say.tooLong);
      return;
    }
    this.input.value = "";
    if (ERASING.test(text)) void this.openOwn(this.input, ".erase button");
    else this.talk?.send(text, undefined, this.tray.empty());
  }

  private send(text: string, payload: string): void {
    this.talk?.send(text, payload);
    this.takeFocus();
  }

  private cancel(waiting: Waiting): void {
    this.talk?.cancel(waiting);
    this.takeFocus();
  }

  private choose(card: Card): void {
    this.chosen.add(card.payload);
    this.send(card.title, card.payload);
  }

  // ---- what the talk tells (Stage) -------------------------------------------------------------------------

  say(sentence: string, goingOn = false): void {
    this.log.keepingEnd(() => {
      this.state.textContent = sentence;
      this.state.classList.toggle("dots", goingOn);
    });
  }

  show(messages: Message[], history: boolean): void {
    this.log.show(messages, history);
    this.badge.count(messages);
    if (history) this.log.mark(this.store.load().read);
    this.badge.look();
  }

  showWaiting(waiting: Waiting): void {
    this.log.showWaiting(waiting);
  }

  progress(waiting: Waiting, fraction: number): void {
    this.log.waitingFor(waiting)?.progress(fraction);
  }

  delivered(waiting: Waiting, answer: Message | undefined): void {
    this.log.hint();
    this.log.delivered(waiting, answer);
  }

  prune(queue: Waiting[]): void {
    this.log.prune(queue);
  }

  clear(): void {
    this.log.clear();
  }

  takeBack(waiting: Waiting, files: File[], sentence: string): void {
    this.log.takeBack(waiting);
    if (!this.input.value && !waiting.payload) this.input.value = waiting.text;
    this.tray.putBack(files);
    this.say(sentence);
  }

  // Without a network the help center's own worker still finds articles by their words (src/offline).
  patience({ client_id, text, payload }: Waiting): void {
    if (payload || !text || !AT_HOME || !navigator.serviceWorker?.controller || this.offered === client_id) return;
    this.offered = client_id;
    const path = `/articles?limit=3&query=${encodeURIComponent(text.slice(0, 300))}`;
    this.talk?.line.call<{ articles: Card[] }>("GET", path).then(({ articles }) => this.log.hint(articles), () => undefined);
  }

  // ---- reading an article inside the widget ----------------------------------------------------------------

  private async openArticle(card: Card, opener: HTMLElement): Promise<void> {
    if (!this.talk) return;
    this.say(say.opening, true);
    try {
      const article = await fetchArticle(this.talk.line, this.store, card);
      this.turnTo(articlePage(article, (words, payload) => this.judge(card, words, payload)), opener);
    } catch (error) {
      this.say((error as Error).message);
    }
  }

  private async openOwn(opener: HTMLElement, begin = "h1"): Promise<void> {
    if (!this.talk) return;
    this.say(say.connecting, true);
    try {
      this.turnTo(await ownPage(this.talk, (sentence) => this.leaveOwn(sentence)), opener, begin);
    } catch (error) {
      this.say(error instanceof Refused ? error.message : say.waiting);
    }
  }

  private leaveOwn(sentence: string): void {
    this.chosen.clear();
    this.closeArticle();
    this.say(sentence);
  }

  private turnTo(page: HTMLElement, opener: HTMLElement, begin = "h1"): void {
    this.say("");
    this.returnTo = opener;
    this.article?.remove();
    this.article = page;
    this.swap(true);
    this.log.node.after(page);
    page.querySelector<HTMLElement>(begin)?.focus();
  }

  private judge(card: Card, words: string, payload: string): void {
    this.closeArticle();
    if (!this.chosen.has(card.payload)) this.choose(card);
    this.send(words, payload);
  }

  private closeArticle(): void {
    this.article?.remove();
    this.article = undefined;
    this.swap(false);
    this.returnTo?.focus();
  }

  private swap(reading: boolean): void {
    this.back.hidden = !reading;
    for (const part of [this.log.node, this.state, this.tray.node, this.form, this.foot]) part.hidden = reading;
  }
}
