// The talk as a text file, made in the browser: nothing is asked of the server.

import { HOME } from "./config";
import { el } from "./dom";
import { LANG, say } from "./labels";
import type { Message } from "./types";

export const transcript = (messages: Message[]): string =>
  messages
    .map((message) => {
      const when = new Date(message.created_at).toLocaleString(LANG, { timeZone: "Asia/Jakarta", dateStyle: "medium", timeStyle: "short" });
      const beside = [
        ...message.articles.map(({ title, url }) => `- ${title} (${new URL(url, HOME).href})`),
        ...message.attachments.map(({ name }) => `[${name}]`),
        ...(message.ticket ? [`${say.ticket}: #${message.ticket.number}`] : []),
      ];
      return [`${when} WIB · ${say.speakers[message.sender]}`, message.text, ...beside].filter(Boolean).join("\n");
    })
    .join("\n\n");

export const download = (messages: Message[]): void => {
  const address = URL.createObjectURL(new Blob([`${transcript(messages)}\n`], { type: "text/plain;charset=utf-8" }));
  el("a", { href: address, download: `${say.file}-${new Date().toISOString().slice(0, 10)}.txt` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
};
