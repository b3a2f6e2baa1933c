// A person's own page: begin anew, go on in Telegram or WhatsApp and back, prove an address, erase everything.

import { el, link } from "./dom";
import { say } from "./labels";
import type { OwnTicket, Talk } from "./talk";

type Field = { label: string; submit: string; [property: string]: unknown };

/** `left` is called when the talk is another one afterwards, with what to say then. */
export const ownPage = async (talk: Talk, left: (sentence: string) => void): Promise<HTMLElement> => {
  const [doors, tickets] = await Promise.all([talk.doors(), talk.tickets()]);
  const status = el("p", { role: "status", tabIndex: -1 });
  const page = el("div", { className: "read", tabIndex: 0, role: "region", "aria-label": say.ownTitle }, el("h1", { textContent: say.ownTitle, tabIndex: -1 }), status);

  const attempt = async (action: () => Promise<void>): Promise<void> => {
    status.textContent = "";
    try {
      await action();
    } catch (error) {
      status.textContent = (error as Error).message;
    }
    status.scrollIntoView({ block: "nearest" });
  };

  const section = (title: string, hint: string, ...content: Node[]) => page.append(el("h2", { textContent: title }), el("p", { textContent: hint }), ...content);

  const ask = ({ label, submit, ...properties }: Field, then: (value: string) => Promise<void>): HTMLElement => {
    const input = el("input", { required: true, ...properties });
    const send = (event: Event) => {
      event.preventDefault();
      void attempt(() => then(input.value.trim()));
    };
    return el("form", { className: "own", onsubmit: send }, el("label", {}, label, input), el("button", { className: "tap", textContent: submit }));
  };

  const tap = (words: string, onclick: () => void) => el("button", { className: "tap", textContent: words, onclick });

  const anew = tap(say.anewDo, () => void attempt(async () => left((await talk.beginAnew(), ""))));
  section(say.anew, say.anewHint, el("div", { className: "taps" }, anew));
  const own = el("div");
  const list = (found: OwnTicket[]) => {
    if (found.length) own.replaceChildren(el("h2", { textContent: say.tickets }), el("ul", {}, ...found.map(line)));
  };
  list(tickets);
  page.append(own);
  const messengers = [["Telegram", doors.telegram_url], ["WhatsApp", doors.whatsapp_url]].filter(([, url]) => url) as [string, string][];
  if (messengers.length) {
    const links = messengers.map(([name, url]) => el("p", {}, link(url, say.goOn(name))));
    section(say.goOn(messengers.map(([name]) => name).join(say.or)), say.goOnHint, ...links);
    const code = { label: say.code, submit: say.takeUpDo, maxLength: 20, autocomplete: "off", autocapitalize: "characters" };
    section(say.takeUp, say.takeUpHint, ask(code, async (typed) => left((await talk.goOn(typed), ""))));
  }
  if (doors.proves_email) section(say.email, say.emailHint, email(talk, ask, status, async () => list(await talk.tickets())));
  section(say.erase, say.eraseHint, erase(tap, () => void attempt(async () => left((await talk.erase(), say.erased)))));
  return page;
};

type Ask = (field: Field, then: (value: string) => Promise<void>) => HTMLElement;

const line = ({ number, subject, status }: OwnTicket): HTMLElement =>
  el("li", { lang: "id" }, link(`/tiket?nomor=${number}`, `#${number} ${subject}`), el("br"), status);

const email = (talk: Talk, ask: Ask, status: HTMLElement, proved: () => Promise<void>): HTMLElement => {
  const address = { label: say.address, submit: say.sendCode, type: "email", maxLength: 300, autocomplete: "email" };
  const code = { label: say.mailedCode, submit: say.confirm, inputMode: "numeric", maxLength: 10, autocomplete: "one-time-code" };
  const first = ask(address, async (typed) => {
    status.textContent = say.mailed(await talk.askEmail(typed));
    const second = ask(code, async (digits) => {
      status.textContent = say.confirmed(await talk.confirmEmail(digits));
      second.remove();
      status.focus();
      await proved();
    });
    first.replaceWith(second);
    second.querySelector("input")?.focus();
  });
  return first;
};

const erase = (tap: (words: string, then: () => void) => HTMLElement, then: () => void): HTMLElement => {
  const node = el("div", { className: "taps erase" });
  const offer = (...taps: HTMLElement[]) => {
    node.replaceChildren(...taps);
    taps[taps.length - 1]?.focus(); // what was pressed is gone, and the focus with it; a key held too long must not erase
  };
  const rest = () => offer(tap(say.erase, sure));
  const sure = () => offer(tap(say.eraseYes, then), tap(say.eraseNo, rest));
  rest();
  return node;
};
