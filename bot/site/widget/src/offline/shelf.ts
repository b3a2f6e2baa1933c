// What is kept of the help center: the pages read last, and what every page needs to look like itself.

const KEPT = "arkas-kept-1";
const READ = "arkas-read-1";
const FRESH = 86_400_000; // milliseconds
const READ_LENGTH = 40; // pages and articles, about 10 KB each

export const LAST_RESORT = "/luring";
export const INDEX = "/luring.json";
export const FORM = "/hubungi-kami";

const STATIC = /\/static\/[^"'\s]+/g;

/** Fetches what must be there when the network is not; the page names its own style and scripts. */
export const stock = async (): Promise<void> => {
  const cache = await caches.open(KEPT);
  await cache.addAll([LAST_RESORT, INDEX, FORM, "/widget.js"]);
  const page = await (await cache.match(LAST_RESORT))?.text();
  await cache.addAll([...new Set(page?.match(STATIC) ?? [])]);
};

/** Fetches it anew when it is older than a day: articles change more often than this worker. */
export const refresh = async (): Promise<void> => {
  const fetched = Date.parse((await kept(INDEX))?.headers.get("Date") ?? "");
  if (!(Date.now() - fetched < FRESH)) await stock();
};

export const tidy = async (): Promise<void> => {
  const old = (await caches.keys()).filter((name) => name.startsWith("arkas-") && ![KEPT, READ].includes(name));
  await Promise.all(old.map((name) => caches.delete(name)));
};

export const kept = (path: string): Promise<Response | undefined> => caches.match(path, { cacheName: KEPT, ignoreSearch: true });

/** A file whose address changes with its content never has to be asked for twice. */
export const versioned = async (request: Request): Promise<Response> => {
  const found = await caches.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(KEPT)).put(request, answer.clone());
  return answer;
};

/** Puts a page that was read on the shelf; the oldest makes room. */
export const keep = async (request: Request | string, answer: Response): Promise<void> => {
  if (!answer.ok || answer.redirected) return;
  const cache = await caches.open(READ);
  await cache.delete(request);
  await cache.put(request, answer);
  const all = await cache.keys();
  await Promise.all(all.slice(0, -READ_LENGTH).map((old) => cache.delete(old)));
};

export const lastRead = async (request: Request): Promise<Response | undefined> => caches.match(request, { cacheName: READ, ignoreSearch: true });

export const readPaths = async (): Promise<string[]> =>
  (await (await caches.open(READ)).keys()).map(({ url }) => new URL(url).pathname).filter((path) => path.startsWith("/artikel/"));
