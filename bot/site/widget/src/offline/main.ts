// The help center's worker. With a network it stays out of the way; without one it answers from what is kept.

import { type Index, search } from "./lexicon";
import { found, notHere, reportKept } from "./pages";
import * as reports from "./reports";
import { FORM, INDEX, keep, kept, lastRead, readPaths, refresh, stock, tidy, versioned } from "./shelf";

declare const self: ServiceWorkerGlobalScope & { registration: { sync?: { register(tag: string): Promise<void> } } };

const READABLE = /^\/$|^\/(artikel|kategori)\//;
const ARTICLE = /^\/api\/v1\/articles\/\d+$/;
const SYNC = "reports";

self.addEventListener("install", (event) => event.waitUntil(stock().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => self.clients.claim())));
self.addEventListener("sync", ((event: ExtendableEvent & { tag: string }) => {
  if (event.tag === SYNC) event.waitUntil(send());
}) as EventListener);
self.addEventListener("message", ({ data }) => {
  if (data === "send") void Promise.all([send(), refresh()]).catch(() => undefined);
  if (typeof data?.keep === "string" && READABLE.test(data.keep)) void fetch(data.keep).then((page) => keep(data.keep, page), () => undefined);
});
self.addEventListener("fetch", (event) => {
  const answer = route(event.request);
  if (answer) event.respondWith(answer);
});

const route = (request: Request): Promise<Response> | undefined => {
  const { origin, pathname, searchParams } = new URL(request.url);
  if (origin !== self.location.origin) return undefined;
  if (request.method === "POST") return pathname === FORM ? report(request) : undefined;
  if (request.method !== "GET") return undefined;
  if (pathname.startsWith("/static/") && searchParams.has("v")) return versioned(request);
  if (pathname === "/widget.js") return fetch(request).catch(() => orNothing(kept(pathname)));
  if (ARTICLE.test(pathname)) return remembered(request, () => Promise.resolve(Response.error()));
  if (pathname === "/api/v1/articles") return fetch(request).catch(() => answer(searchParams));
  return request.mode === "navigate" ? navigate(request, pathname, searchParams) : undefined;
};

const navigate = (request: Request, pathname: string, asked: URLSearchParams): Promise<Response> => {
  if (READABLE.test(pathname)) return remembered(request, shelf);
  if (pathname === FORM) return fetch(request).catch(freshForm);
  if (pathname === "/cari") return fetch(request).catch(async () => found(asked.get("q") ?? "", await hits(asked.get("q") ?? "", 10), new Set(await readPaths())));
  return fetch(request).catch(shelf);
};

const remembered = async (request: Request, otherwise: () => Promise<Response>): Promise<Response> => {
  try {
    const fresh = await fetch(request);
    void keep(request.url, fresh.clone());
    return fresh;
  } catch {
    return (await lastRead(request)) ?? otherwise();
  }
};

const orNothing = async (found: Promise<Response | undefined>): Promise<Response> => (await found) ?? Response.error();

const index = async (): Promise<Index> => (await orNothing(kept(INDEX))).json() as Promise<Index>;

const hits = async (question: string, limit: number) => search(await index(), question, limit);

const shelf = async (): Promise<Response> => {
  const read = new Set(await readPaths());
  const titles = (await index()).articles.filter(([, , path]) => read.has(path));
  return notHere(titles.map(([id, title, url, excerpt]) => ({ id, title, url, excerpt })));
};

// The same shape as the server's answer, so that the widget need not know who answered.
const answer = async (asked: URLSearchParams): Promise<Response> => {
  const query = asked.get("query") ?? "";
  const cards = (await hits(query, Number(asked.get("limit") ?? 3))).map((hit) => ({ ...hit, payload: `/choose_article{"article":"${hit.id}"}` }));
  return Response.json({ query, understood: query, decision: "offline", articles: cards });
};

// ---- the form ------------------------------------------------------------------------------------------------

// Each writing of the kept form gets a key of its own: two reports may not pass for one.
const freshForm = async (): Promise<Response> => {
  const form = await orNothing(kept(FORM));
  const html = (await form.text()).replace(/(name="key" value=")[^"]*/, `$1${crypto.randomUUID()}`);
  return new Response(html, { headers: form.headers });
};

const report = async (request: Request): Promise<Response> => {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch {
    await reports.put(await copy.formData());
    await self.registration.sync?.register(SYNC).catch(() => undefined);
    return reportKept();
  }
};

let sending: Promise<void> | undefined;

const send = (): Promise<void> => (sending ??= reports.flush(tell).finally(() => (sending = undefined)));

// The browser may have us send when no page is open: then the next one is told.
const tell = async (outcome: reports.Outcome): Promise<boolean> => {
  const pages = await self.clients.matchAll({ includeUncontrolled: true });
  pages.forEach((page) => page.postMessage(outcome));
  return pages.length > 0;
};
